"""Figures of confidential tables for those who may not read them whole. Values in, values out.

They come from what is released (see docs/confidentiality.md) and not from the reports; a sum is shown when it is
made of whole atoms, else suppressed. What was not released is not counted.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from services.submissions.data.answer import Figure, Note
from services.submissions.data.figure_book import PROVINCE_DIMENSION, FigureBook
from services.submissions.data.provinces import ProvinceMapping
from services.submissions.data.versions import Facts, Version
from services.submissions.data.wanted import Column, Wanted, dimension_of
from services.submissions.disclosure.answering import Released, disclose
from services.submissions.disclosure.readers import heirs_of
from services.submissions.disclosure.service import Disclosed
from services.submissions.form.definition import RollUpRule

Codes = tuple[str | None, ...]
NOT_ADDITIVE = (RollUpRule.AVERAGE, RollUpRule.MAX, RollUpRule.NONE)


@dataclass(frozen=True, slots=True)
class Restricted:
    """Shapes released figures as an answer wants them."""

    wanted: Wanted
    book: FigureBook
    mapping: ProvinceMapping
    columns: tuple[str, ...]
    successors: Mapping[str, Collection[str]] = field(default_factory=dict)
    """Who carries on which agency."""

    def shape(self, cells: Iterable[Released], versions: Iterable[Version]) -> list[Figure]:
        """Return the figures of an answer, of the reports that the viewer may see, in the order of their codes."""
        reports = {one.facts.occurrence: one.facts for one in versions if self._is_in_place(one.facts)}
        groups: dict[Codes, list[Released]] = defaultdict(list)
        for cell in self._latest(cells, reports):
            named = self._dimensions(cell)
            if all(named.get(name) in codes for name, codes in self.wanted.dimensions.items()):
                groups[self._codes(cell, reports[cell.occurrence], named)].append(cell)
        return [self._figure(codes, groups[codes]) for codes in sorted(groups, key=_in_order)]

    def _is_in_place(self, facts: Facts) -> bool:
        wanted = self.wanted.provinces
        return not wanted or (facts.province is not None and self.mapping.unit(facts.province) in wanted)

    def _latest(self, cells: Iterable[Released], reports: Mapping[UUID, Facts]) -> list[Released]:
        """Return the cells that count: of a stock over several periods those of each agency's last; of one that
        ended, while none of those that carry it on has reported for a later period."""
        seen = [cell for cell in cells if cell.occurrence in reports]
        if not self.wanted.joins_periods:
            return seen
        ends: dict[tuple[str, str], date] = {}
        for cell in seen:
            key, end = (cell.indicator, cell.agency), reports[cell.occurrence].end
            ends[key] = max(end, ends.get(key, end))
        carried_on = {
            (indicator, agency)
            for (indicator, agency), end in ends.items()
            if any(ends.get((indicator, heir), end) > end for heir in heirs_of(agency, self.successors))
        }
        return [
            cell
            for cell in seen
            if self._rules(cell.indicator)[1] is not RollUpRule.LATEST
            or (
                reports[cell.occurrence].end == ends[cell.indicator, cell.agency]
                and (cell.indicator, cell.agency) not in carried_on
            )
        ]

    def _rules(self, indicator: str) -> tuple[RollUpRule, RollUpRule]:
        rules = self.book.indicators[indicator].indicator.roll_up
        return rules.across_agencies, rules.across_time

    def _dimensions(self, cell: Released) -> dict[str, str | None]:
        named = dict(zip(self.book.names(cell.form_version, cell.indicator), cell.codes, strict=False))
        if code := named.get(PROVINCE_DIMENSION):
            named[PROVINCE_DIMENSION] = self.mapping.unit(code)
        return named

    def _codes(self, cell: Released, facts: Facts, named: Mapping[str, str | None]) -> Codes:
        known: dict[str, str | None] = {
            Column.INDICATOR: cell.indicator,
            Column.PERIOD: cell.period,
            Column.AGENCY: cell.agency,
            Column.PROVINCE: facts.province and self.mapping.unit(facts.province),
            Column.OBLIGATION: cell.obligation,
        }
        return tuple(
            known.get(column) if (name := dimension_of(column)) is None else named.get(name)
            for column in self.columns
        )

    def _figure(self, codes: Codes, cells: Sequence[Released]) -> Figure:
        over_agencies, over_time = self._rules(cells[0].indicator)
        is_sum = not (self.wanted.joins_agencies and over_agencies is not RollUpRule.SUM)
        is_sum = is_sum and not (self.wanted.joins_periods and over_time in NOT_ADDITIVE)
        shown = disclose(cells, RollUpRule.SUM if is_sum else RollUpRule.NONE)
        if shown.value is None:
            return Figure(codes, None, shown.status)
        zeros = sum(cell.value == 0 for cell in cells)
        single = str(cells[0].submission) if self.wanted.group_by is None and len(cells) == 1 else None
        return Figure(codes, Decimal(shown.value), shown.status, None, len(cells), zeros, submission=single)


def _in_order(codes: Codes) -> list[tuple[bool, str]]:
    return [(code is None, code or "") for code in codes]


def note_of(released: Disclosed, indicators: Iterable[str], versions: Iterable[Version]) -> Note:
    """Return what a reader should know of released figures: which, up to which day, and whether all that was
    accepted of the reports that are asked for is in them."""
    facts = {
        "indicators": sorted(indicators),
        "accepted_before": released.before.isoformat(),
        "held_back": any(one.facts.occurrence in released.behind for one in versions),
    }
    return Note("confidential_suppressed", facts)
