"""From the versions that a viewer may see to the reports that count, with what a reader should know about it."""

from collections.abc import Sequence
from uuid import UUID

from services.submissions.data.answer import Note
from services.submissions.data.cells_query import Selection
from services.submissions.data.counting_once import (
    Counted,
    count_once,
    counting_twice,
    find_stands,
    leave_to_latest,
    left_out_by,
    overlapping,
)
from services.submissions.data.figure_book import PROVINCE_DIMENSION, FigureBook
from services.submissions.data.provinces import ProvinceMapping
from services.submissions.data.store import DataStore
from services.submissions.data.versions import Version, pick
from services.submissions.data.wanted import Column, Wanted
from services.submissions.form.definition import RollUpRule


class Chooser:
    """Chooses the reports of one query."""

    def __init__(self, store: DataStore, book: FigureBook, wanted: Wanted) -> None:
        self._store, self._book, self._wanted = store, book, wanted
        self.notes: list[Note] = []
        self._twice: set[str] = set()

    async def choose(
        self, versions: Sequence[Version], indicators: frozenset[str], mapping: ProvinceMapping
    ) -> Selection:
        """Return what is read of these versions."""
        reports = self._in_place(pick(versions, self._wanted.include), mapping)
        counted = await self._count(reports, indicators)
        units = self._units(counted, mapping)
        self._note(reports, counted, mapping)
        return Selection(counted, indicators, self._wanted.dimensions, self._book, units)

    def _in_place(self, reports: list[Version], mapping: ProvinceMapping) -> list[Version]:
        wanted = set(self._wanted.provinces)
        if not wanted:
            return reports
        return [one for one in reports if one.facts.province and mapping.unit(one.facts.province) in wanted]

    async def _count(self, reports: list[Version], indicators: frozenset[str]) -> list[Counted]:
        built = await self._store.list_built(one.submission for one in reports)
        periods_apart = self._wanted.group_by is None or Column.PERIOD in self._wanted.group_by
        found = find_stands(reports, built)
        stands = [one for one in found if not periods_apart or one.is_of_one_period]
        stocks = self._stocks(indicators) if self._wanted.joins_periods else []
        asked = {one.above.submission: one.above for one in found if one.limits_to_spoken}
        if stocks:
            asked |= {one.submission: one for one in _repeating(reports)}
        spoken = await self._spoken(list(asked.values()))
        left_out = left_out_by(stands, self._book, spoken)
        if stocks:
            successors = await self._store.list_successors()
            leave_to_latest(reports, left_out, stocks, spoken, successors)
        counted = count_once(reports, left_out, self._book)
        apart = [one for one in found if periods_apart and not one.is_of_one_period]
        self._twice = counting_twice(apart, counted, indicators, self._book, spoken) | overlapping(counted)
        return counted

    def _stocks(self, indicators: frozenset[str]) -> list[str]:
        facts = self._book.indicators
        return [one for one in sorted(indicators) if facts[one].indicator.roll_up.across_time is RollUpRule.LATEST]

    async def _spoken(self, reports: list[Version]) -> dict[UUID, frozenset[str]]:
        figures = await self._store.list_spoken(reports)
        return {
            one.submission: frozenset(figures.get(one.submission, ()))
            | self._book.nil_indicators(one.form_version, one.nil)
            for one in reports
        }

    def _units(self, counted: Sequence[Counted], mapping: ProvinceMapping) -> dict[str, str]:
        codes = {one.version.facts.province for one in counted} | {*self._book.codes_of(PROVINCE_DIMENSION)}
        return mapping.changes(code for code in codes if code is not None)

    def _note(self, reports: Sequence[Version], counted: Sequence[Counted], mapping: ProvinceMapping) -> None:
        once = len(reports) - sum(1 for one in counted if not one.left_out)
        if once:
            self.notes.append(Note("counted_once", {"reports": once}))
        divided = {one.version.facts.province or "" for one in counted}
        divided |= set(self._book.codes_of(PROVINCE_DIMENSION))
        named = sorted(code for code in divided if mapping.is_divided(code))
        if named:
            self.notes.append(Note("provinces_divided", {"provinces": named}))
        if self._twice:
            self.notes.append(Note("periods_overlap", {"agencies": sorted(self._twice)}))


def _repeating(reports: Sequence[Version]) -> list[Version]:
    """Return the reports for several periods; they are asked of what they speak. Their heirs are among them."""
    periods = {one.facts.period for one in reports}
    return list(reports) if len(periods) > 1 else []
