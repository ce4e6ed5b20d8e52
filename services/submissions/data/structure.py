"""A version of a form as SDMX structures: code lists, concepts, data structure, dataflow."""

from collections.abc import Iterable, Iterator
from typing import Any

from services.submissions.data.sdmx import (
    INDICATOR,
    NOT_APPLICABLE,
    OWNER,
    REPORTER,
    TIME_PERIOD,
    TOTAL,
    dataflow_urn,
    sdmx_id,
)
from services.submissions.form.definition import CodeItem, Dimension, FormDefinition, Indicator, Table

MEDIA_TYPE = "application/vnd.sdmx.structure+json;version=2.0.0"
SCHEMA = (
    "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/structure-message/tools/schemas/2.0.0/"
    "sdmx-json-structure-schema.json"
)
CODELIST = "urn:sdmx:org.sdmx.infomodel.codelist.Codelist="
CONCEPT = "urn:sdmx:org.sdmx.infomodel.conceptscheme.Concept="
STRUCTURE = "urn:sdmx:org.sdmx.infomodel.datastructure.DataStructure="
OBS_VALUE, OBS_STATUS, REASON = "OBS_VALUE", "OBS_STATUS", "REASON"
OWN_CONCEPTS = {
    INDICATOR: ("Chỉ tiêu", "Indicator"),
    REPORTER: ("Cơ quan báo cáo", "Reporter"),
    TIME_PERIOD: ("Kỳ báo cáo", "Period"),
    OBS_VALUE: ("Giá trị", "Value"),
    OBS_STATUS: ("Tình trạng", "Status"),
    REASON: ("Lý do", "Reason"),
}
STATUS_CODES = {
    "A": ("Số liệu", "Normal value"),
    "O": ("Không có số liệu", "Missing value"),
    "M": ("Không áp dụng", "Missing value; data cannot exist"),
    "Q": ("Được che", "Missing value; suppressed"),
}
OWN_CODES = {TOTAL: ("Tổng số", "Total"), NOT_APPLICABLE: ("Không áp dụng", "Not applicable")}


def structures_of(form: FormDefinition) -> dict[str, Any]:
    """Return the structures of a version."""
    return _Structures(form).content()


class _Structures:
    def __init__(self, form: FormDefinition) -> None:
        self._form = form
        self._version = f"{form.version}.0"
        self._prefix = sdmx_id(form.id).replace("-", "_").upper()

    def content(self) -> dict[str, Any]:
        lists = [self._codelist(one.code, *_titles(one), _codes(one)) for one in self._form.dimensions]
        indicators = [_indicator(table, one) for table in self._form.tables for one in table.indicators]
        if indicators:
            lists.append(self._codelist(INDICATOR, *OWN_CONCEPTS[INDICATOR], indicators))
        statuses = [_code(code, *titles) for code, titles in STATUS_CODES.items()]
        return {
            "codelists": [*lists, self._codelist(OBS_STATUS, *OWN_CONCEPTS[OBS_STATUS], statuses)],
            "conceptSchemes": [self._concepts()],
            "dataStructures": [self._data_structure(has_indicators=bool(indicators))],
            "dataflows": [self._dataflow()],
        }

    def _maintained(self, id_: str, vi: str, en: str) -> dict[str, Any]:
        return {"id": id_, "agencyID": OWNER, "version": self._version, **_named(vi, en)}

    def _list_id(self, of: str) -> str:
        return f"CL_{self._prefix}_{sdmx_id(of).upper()}"

    def _codelist(self, of: str, vi: str, en: str, codes: list[dict[str, Any]]) -> dict[str, Any]:
        return {**self._maintained(self._list_id(of), vi, en), "codes": codes}

    @property
    def _scheme(self) -> str:
        return f"CS_{self._prefix}"

    def _concepts(self) -> dict[str, Any]:
        concepts = [{"id": id_, **_named(*titles)} for id_, titles in OWN_CONCEPTS.items()]
        concepts += [{"id": _component(one), **_named(*_titles(one))} for one in self._form.dimensions]
        return {**self._maintained(self._scheme, *_titles(self._form)), "concepts": concepts}

    def _data_structure(self, *, has_indicators: bool) -> dict[str, Any]:
        dimensions = [
            self._coded(INDICATOR, INDICATOR) if has_indicators else self._free(INDICATOR),
            self._free(REPORTER),
            *(self._coded(_component(one), one.code) for one in self._form.dimensions),
        ]
        time = {
            **self._component(TIME_PERIOD),
            "localRepresentation": {"format": {"dataType": "ObservationalTimePeriod"}},
        }
        at_observation: dict[str, Any] = {"attributeRelationship": {"observation": {}}}
        components = {
            "dimensionList": {
                "id": "DimensionDescriptor",
                "dimensions": [{**one, "position": at} for at, one in enumerate(dimensions)],
                "timeDimension": time,
            },
            "measureList": {
                "id": "MeasureDescriptor",
                "measures": [
                    {
                        **self._component(OBS_VALUE),
                        "localRepresentation": {"format": {"dataType": "Decimal"}},
                        "usage": "optional",
                    }
                ],
            },
            "attributeList": {
                "id": "AttributeDescriptor",
                "attributes": [
                    {**self._coded(OBS_STATUS, OBS_STATUS), **at_observation, "usage": "mandatory"},
                    {**self._free(REASON), **at_observation, "usage": "optional"},
                ],
            },
        }
        made = self._maintained(self._form.id, *_titles(self._form))
        return {**made, "dataStructureComponents": components}

    def _component(self, id_: str) -> dict[str, Any]:
        return {"id": id_, "conceptIdentity": f"{CONCEPT}{OWNER}:{self._scheme}({self._version}).{id_}"}

    def _coded(self, id_: str, list_of: str) -> dict[str, Any]:
        codes = f"{CODELIST}{OWNER}:{self._list_id(list_of)}({self._version})"
        return {**self._component(id_), "localRepresentation": {"enumeration": codes}}

    def _free(self, id_: str) -> dict[str, Any]:
        return {**self._component(id_), "localRepresentation": {"format": {"dataType": "String"}}}

    def _dataflow(self) -> dict[str, Any]:
        urn = dataflow_urn(self._form.id, self._form.version)
        structure = STRUCTURE + urn.partition("=")[2]
        return {**self._maintained(self._form.id, *_titles(self._form)), "structure": structure}


def _component(dimension: Dimension) -> str:
    return sdmx_id(dimension.code).upper()


def _titles(named: Any) -> tuple[str, str]:
    return named.title_vi, named.title_en


def _named(vi: str, en: str) -> dict[str, Any]:
    return {"name": vi, "names": {"vi": vi, "en": en}}


def _code(code: str, vi: str, en: str, notes: Iterable[tuple[str, object]] = ()) -> dict[str, Any]:
    told = [{"id": name, "value": str(value)} for name, value in notes if value is not None]
    return {"id": sdmx_id(code), **_named(vi, en), **({"annotations": told} if told else {})}


def _codes(dimension: Dimension) -> list[dict[str, Any]]:
    """Return the codes of a dimension, with the two that only answers have: `_T` and `_Z`."""
    own = [_code(code, *titles) for code, titles in OWN_CODES.items()]
    return [*(_code(one.code, *_titles(one), _validity(one)) for one in dimension.codes), *own]


def _validity(one: CodeItem) -> Iterator[tuple[str, object]]:
    yield "VALID_FROM", one.valid_from
    yield "VALID_TO", one.valid_to
    yield "REPLACED_BY", " ".join(one.replaced_by) or None


def _indicator(table: Table, one: Indicator) -> dict[str, Any]:
    notes = [
        ("TABLE", table.code),
        ("UNIT", one.unit),
        ("MEASURE", one.measure.value),
        ("ROLL_UP_ACROSS_AGENCIES", one.roll_up.across_agencies.value),
        ("ROLL_UP_ACROSS_TIME", one.roll_up.across_time.value),
        ("CONFIDENTIALITY", table.confidentiality.value),
        ("DIMENSIONS", " ".join(sdmx_id(use.dimension).upper() for use in one.dimensions) or None),
    ]
    return _code(one.code, *_titles(one), notes)
