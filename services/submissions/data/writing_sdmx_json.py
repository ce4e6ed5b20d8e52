"""An answer as an SDMX-JSON 2.0.0 data message. Figures go first; the codes that they use follow behind them."""

from collections.abc import Sequence
from typing import Any

import orjson

from kernel.clock import in_vietnam
from services.submissions.data.answer import Answer, Figure
from services.submissions.data.sdmx import (
    INDICATOR,
    OWNER,
    STATUSES,
    TIME_PERIOD,
    Component,
    KeyMaker,
    dataflow_urn,
    sdmx_id,
    version_of,
)
from services.submissions.data.structure import OWN_CODES, OWN_CONCEPTS, STATUS_CODES
from services.submissions.data.writing_json import number_of
from services.submissions.form.parts import Bilingual

SCHEMA = (
    "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/data-message/tools/schemas/2.0.0/"
    "sdmx-json-data-schema.json"
)
ACTIONS = {None: "Information", "I": "Append", "R": "Replace", "D": "Delete"}


class SdmxJsonWriter:
    """Writes SDMX-JSON."""

    def __init__(self, answer: Answer, *, sandbox: bool) -> None:
        self._answer, self._sandbox = answer, sandbox
        self._keys = KeyMaker(answer)
        self._flow = dataflow_urn(answer.wanted.form, version_of(answer))
        self._known: list[dict[str, int]] = [{} for _ in self._keys.components]
        self._statuses: dict[str, int] = {}
        self._reasons: dict[str, int] = {}
        self._action: str | None = None
        self._sets = 0
        self._is_first = True

    def begin(self) -> bytes:
        prepared = in_vietnam(self._answer.wanted.known_at or self._answer.as_of)
        meta = {
            "schema": SCHEMA,
            "id": f"{OWNER}-{self._answer.wanted.form}",
            "test": self._sandbox,
            "prepared": prepared,
            "contentLanguages": ["vi", "en"],
            "sender": {"id": OWNER},
        }
        opened = b"" if self._answer.is_delta else self._open(None)
        return b'{"meta":' + orjson.dumps(meta) + b',"data":{"dataSets":[' + opened

    def write(self, figures: Sequence[Figure]) -> bytes:
        parts = []
        for figure in figures:
            if figure.action != self._action or not self._sets:
                parts.append((b"}}," if self._sets else b"") + self._open(figure.action))
            key = ":".join(
                str(known.setdefault(code, len(known)))
                for known, code in zip(self._known, self._keys.key(figure), strict=True)
            )
            comma = b"" if self._is_first else b",\n"
            self._is_first = False
            parts.append(comma + b'"' + key.encode() + b'":' + orjson.dumps(self._values(figure)))
        return b"".join(parts)

    def end(self) -> bytes:
        closed = b"}}]" if self._sets else b"]"
        return closed + b',"structures":' + orjson.dumps([self._structure()]) + b"}}"

    def _open(self, action: str | None) -> bytes:
        self._action, self._is_first = action, True
        self._sets += 1
        links = [{"rel": "dataflow", "urn": self._flow}]
        head = {"structure": 0, "action": ACTIONS[action], "links": links}
        return orjson.dumps(head)[:-1] + b',"observations":{'

    def _values(self, figure: Figure) -> list[Any]:
        if figure.action == "D":
            return [None]
        status = self._statuses.setdefault(STATUSES[figure.status], len(self._statuses))
        values = [number_of(figure.value), status]
        if figure.reason:
            values.append(self._reasons.setdefault(figure.reason, len(self._reasons)))
        return values

    def _structure(self) -> dict[str, Any]:
        dimensions = [
            self._dimension(position, one, list(known))
            for position, (one, known) in enumerate(zip(self._keys.components, self._known, strict=True))
            if known
        ]
        return {
            "links": [{"rel": "dataflow", "urn": self._flow}],
            "dataSets": list(range(self._sets)) or [0],
            "dimensions": {"observation": dimensions},
            "measures": {"observation": [{"id": "OBS_VALUE", **_named("Giá trị", "Value")}]},
            "attributes": {"observation": [self._status(), self._reason()]},
        }

    def _dimension(self, position: int, component: Component, codes: list[str]) -> dict[str, Any]:
        known = self._answer.book.dimensions.get(component.dimension or "")
        titles = (known.title_vi, known.title_en) if known else OWN_CONCEPTS[component.id]
        values = [self._value(component, code) for code in codes]
        return {"id": component.id, **_named(*titles), "keyPosition": position, "values": values}

    def _value(self, component: Component, code: str) -> dict[str, Any]:
        if component.id == TIME_PERIOD:
            return {"value": code}
        return {"id": code, **_titled(self._meaning(component, code), code)}

    def _meaning(self, component: Component, code: str) -> Bilingual | None:
        book = self._answer.book
        if component.dimension is not None:
            codes = book.codes_of(component.dimension)
            return codes.get(code) or next((one for key, one in codes.items() if sdmx_id(key) == code), None)
        if component.id == INDICATOR:
            found = {sdmx_id(one): facts.indicator for one, facts in book.indicators.items()}
            return found.get(code)
        return None

    def _status(self) -> dict[str, Any]:
        values = [{"id": code, **_named(*STATUS_CODES[code])} for code in self._statuses]
        return {
            "id": "OBS_STATUS",
            **_named("Tình trạng", "Status"),
            "relationship": {"observation": {}},
            **({"values": values} if values else {}),
        }

    def _reason(self) -> dict[str, Any]:
        values = [{"value": text} for text in self._reasons]
        return {
            "id": "REASON",
            **_named("Lý do", "Reason"),
            "relationship": {"observation": {}},
            **({"values": values} if values else {}),
        }


def _titled(meaning: Bilingual | None, code: str) -> dict[str, Any]:
    if meaning is not None:
        return _named(meaning.title_vi, meaning.title_en)
    return _named(*OWN_CODES.get(code, (code, code)))


def _named(vi: str, en: str) -> dict[str, Any]:
    return {"name": vi, "names": {"vi": vi, "en": en}}
