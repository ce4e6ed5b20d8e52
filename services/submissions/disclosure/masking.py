"""Single reports as those see them who may not read their confidential tables: every figure of these is hidden.

One report is one contributor, and its versions and those of the reports around it can all be read; so nothing of
such a table is shown here, zeros neither. What may be shown of it, /v1/data shows.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from services.submissions.disclosure.answering import SUPPRESSED

FIGURES_OF_FINDINGS = ("value", "compared", "history", "score", "limit")
HIDDEN_VI = "Phát hiện này liên quan đến bảng mật; số liệu không được hiển thị."
HIDDEN_EN = "This finding is about a confidential table; its figures are not shown."


@dataclass(frozen=True, slots=True)
class MaskedFigure:
    """A stored figure of which only the place is shown."""

    line: int
    indicator: str
    d1: str | None
    d2: str | None
    d3: str | None
    d4: str | None
    value: None = None
    status: str = SUPPRESSED
    reason: None = None


def mask_figures(rows: Sequence[Any], hidden: Set[str]) -> list[Any]:
    """Return stored figures, those of hidden indicators without what they say."""
    return [_masked(row) if row.indicator in hidden else row for row in rows]


def _masked(row: Any) -> MaskedFigure:
    return MaskedFigure(row.line, row.indicator, row.d1, row.d2, row.d3, row.d4)


def mask_finding(body: Mapping[str, Any], hidden: Set[str]) -> dict[str, Any]:
    """Return a finding without figures, when it is about a hidden indicator or does not say what it is about."""
    if not hidden:
        return dict(body)
    about = body.get("indicators")
    is_told = not hidden & set(about) if about is not None else body.get("value") is None
    if is_told:
        return dict(body)
    kept = {name: part for name, part in body.items() if name not in FIGURES_OF_FINDINGS}
    return {**kept, "value": None, "message_vi": HIDDEN_VI, "message_en": HIDDEN_EN}
