"""From rows of the database to figures. Values in, values out."""

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from services.submissions.data.answer import Figure
from services.submissions.data.cells_query import Grouping, Selection
from services.submissions.data.counting_once import Counted
from services.submissions.data.rules import across_codes
from services.submissions.data.wanted import Column, dimension_of
from services.submissions.form.definition import RollUpRule

SIX_PLACES = Decimal("0.000001")
VALUE, NOT_AVAILABLE, NOT_APPLICABLE = "value", "not_available", "not_applicable"


def shape_groups(
    chosen: Selection, columns: Sequence[str], rows: Sequence[Any], grouping: Grouping
) -> list[Figure]:
    """Return grouped figures; averages are rounded as consolidations round them."""
    width = len(columns)
    at = columns.index(Column.INDICATOR)
    rounded = {
        code: _places(chosen, code) for code, rules in grouping.rules.items() if RollUpRule.AVERAGE in rules
    }
    figures = []
    for row in rows:
        value, given, zeros, not_available, not_applicable = row[width:]
        if value is not None and rounded and row[at] in rounded:
            value = value.quantize(rounded[row[at]], ROUND_HALF_EVEN)
        status = VALUE if value is not None else NOT_AVAILABLE if not_available else NOT_APPLICABLE
        codes = tuple(row[:width])
        figures.append(Figure(codes, value, status, None, given, zeros, not_available, not_applicable))
    return figures


def _places(chosen: Selection, code: str) -> Decimal:
    return Decimal(1) if chosen.book.indicators[code].indicator.number == "integer" else SIX_PLACES


def shape_single(
    chosen: Selection, columns: Sequence[str], reports: Sequence[Counted], rows: Sequence[Any]
) -> list[Figure]:
    """Return single figures with the codes of their reports and dimensions."""
    makers: dict[tuple[int, str], _Maker] = {}
    figures = []
    for report, indicator, d1, d2, d3, d4, value, status, reason in rows:
        maker = makers.get((report, indicator))
        if maker is None:
            maker = makers[report, indicator] = _Maker(chosen, columns, reports[report], indicator)
        figures.append(maker.figure((d1, d2, d3, d4), value, status, reason))
    return figures


class _Maker:
    """Makes the figures of one indicator of one report."""

    def __init__(self, chosen: Selection, columns: Sequence[str], report: Counted, indicator: str) -> None:
        facts = report.version.facts
        known: dict[str, str | None] = {
            Column.INDICATOR: indicator,
            Column.PERIOD: facts.period,
            Column.AGENCY: facts.agency,
            Column.PROVINCE: chosen.province_of(report),
            Column.OBLIGATION: facts.obligation,
        }
        names = chosen.book.names(report.version.form_version, indicator)
        self._codes = [known.get(column) for column in columns]
        dimensions = ((at, dimension_of(column)) for at, column in enumerate(columns))
        self._slots = [(at, names.index(name)) for at, name in dimensions if name is not None and name in names]
        self._submission = str(report.version.submission)
        is_average = chosen.units and across_codes(chosen.book, indicator) is RollUpRule.AVERAGE
        self._places = _places(chosen, indicator) if is_average else None

    def figure(
        self, slots: tuple[str | None, ...], value: Decimal | None, status: str, reason: str | None
    ) -> Figure:
        codes = self._codes.copy()
        for at, slot in self._slots:
            codes[at] = slots[slot]
        if value is not None and self._places is not None:
            value = value.quantize(self._places, ROUND_HALF_EVEN)
        is_value = status == VALUE
        return Figure(
            tuple(codes),
            value,
            status,
            reason,
            int(is_value),
            int(value is not None and not value),
            int(status == NOT_AVAILABLE),
            int(status == NOT_APPLICABLE),
            self._submission,
        )
