"""An answer as JSON: one document, its figures streamed."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import orjson

from kernel.clock import in_vietnam
from services.submissions.data.answer import Answer, Figure
from services.submissions.data.wanted import dimension_of
from services.submissions.data.wording import worded
from services.submissions.data.writing import COUNTS


class JsonWriter:
    """Writes JSON."""

    def __init__(self, answer: Answer, language: str) -> None:
        self._answer, self._language = answer, language
        names = [(at, column, dimension_of(column)) for at, column in enumerate(answer.columns)]
        self._facts = [(at, column) for at, column, dimension in names if dimension is None]
        self._dimensions = [(at, dimension) for at, _, dimension in names if dimension is not None]
        self._is_first = True

    def begin(self) -> bytes:
        return orjson.dumps(self.head())[:-1] + b',"items":['

    def head(self) -> dict[str, Any]:
        """Return what stands before the figures."""
        answer, wanted = self._answer, self._answer.wanted
        return {
            "form": wanted.form,
            "form_versions": list(answer.versions),
            "as_of": in_vietnam(wanted.known_at or answer.as_of),
            "include": wanted.include.value,
            "map": wanted.map.value,
            "columns": list(answer.columns),
            "cursor": answer.cursor,
        }

    def write(self, figures: Sequence[Figure]) -> bytes:
        if not figures:
            return b""
        written = b",\n".join([orjson.dumps(self._item(figure)) for figure in figures])
        before = b"\n" if self._is_first else b",\n"
        self._is_first = False
        return before + written

    def end(self) -> bytes:
        notes = [{"code": n.code, **n.facts, "message": worded(n, self._language)} for n in self._answer.notes]
        return b'],"notes":' + orjson.dumps(notes) + b"}"

    def _item(self, figure: Figure) -> dict[str, Any]:
        codes = figure.codes
        item: dict[str, Any] = {"action": figure.action} if self._answer.is_delta else {}
        for at, column in self._facts:
            item[column] = codes[at]
        item["dimensions"] = {name: codes[at] for at, name in self._dimensions if codes[at] is not None}
        item["value"] = number_of(figure.value)
        item["status"] = figure.status
        if self._answer.is_single:
            item["reason"] = figure.reason
            item["submission"] = figure.submission
        else:
            item["cells"] = dict(zip(COUNTS, figure[4:8], strict=True))
        return item


def number_of(value: Decimal | None) -> int | float | None:
    """Return a number as JSON shows it."""
    if value is None:
        return None
    whole = int(value)
    if whole == value and -(2**63) <= whole < 2**63:
        return whole
    return float(value)
