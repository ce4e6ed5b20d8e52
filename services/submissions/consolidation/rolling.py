"""How figures from below become figures of the whole. Values in, values out, whatever the order they come in.

1. Within one agency and indicator, a report for a longer period stands for those for parts of it; of two reports
   for the same period the one received later counts.
2. The periods of one agency are put together by the indicator's rule across time, then the agencies and the own
   part by its rule across agencies. `latest` takes what the latest report says; `average` is not weighted; `none`
   is never put together: there the own part says the figure, or nobody does.
3. Adjustments are added to figures that are sums.

Nil, and silence about one breakdown of an indicator that a report speaks of, add nothing. Not available, and a
report that is missing, make a cell partial; a report that does not speak of the table at all is counted as silent.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal, localcontext

from services.submissions.checking.check import ReportContext
from services.submissions.checking.content import ALL_TABLES
from services.submissions.consolidation.book import Asked, Book
from services.submissions.consolidation.tables import TotalStatus
from services.submissions.form.definition import Indicator, RollUpRule

OWN = 0
"""The number of the own part among the sources."""
SIX_PLACES = Decimal("0.000001")
LONGEST_REASON = 2_000

Key = tuple[str, str | None, str | None, str | None, str | None]
Value = Decimal | None


@dataclass(frozen=True, slots=True)
class Source:
    """One accepted report below, or the own part."""

    number: int
    agency: str
    start: date
    end: date
    received_at: datetime
    submission: str
    nil: frozenset[str] = frozenset()
    kind: str | None = None
    plan: str | None = None

    @property
    def rank(self) -> tuple[date, datetime, str]:
        """Its place in time; the highest is the latest."""
        return (self.end, self.received_at, self.submission)

    def covers(self, other: "Source") -> bool:
        """Say whether it stands for another report of the same agency."""
        if (self.start, self.end) == (other.start, other.end):
            return self.rank > other.rank
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class Absent:
    """A report below that is owed and not accepted."""

    kind: str | None = None
    plan: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """What one source says in one cell."""

    source: int
    value: Value
    status: str
    reason: str | None
    counted: bool = True


@dataclass(frozen=True, slots=True)
class Tally:
    """How many reports gave what in one cell."""

    given: int = 0
    nothing: int = 0
    not_available: int = 0
    not_applicable: int = 0
    silent: int = 0
    missing: int = 0

    @property
    def is_partial(self) -> bool:
        """Say whether a part of the figure is known to lack."""
        return bool(self.missing or self.not_available)


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of the whole."""

    key: Key
    value: Value
    status: TotalStatus
    reason: str | None
    adjustment: Decimal
    tally: Tally
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Whole:
    """Everything that was put together."""

    cells: list[Cell] = field(default_factory=list)
    nil: list[str] = field(default_factory=list)


Figures = Mapping[str, Mapping[Key, Sequence[Part]]]
"""The parts of every cell by indicator."""


def group_parts(figures: Iterable[tuple[Key, Part]]) -> dict[str, dict[Key, list[Part]]]:
    """Return figures by indicator and cell."""
    grouped: dict[str, dict[Key, list[Part]]] = defaultdict(lambda: defaultdict(list))
    for key, part in figures:
        grouped[key[0]][key].append(part)
    return grouped


def roll_up(
    book: Book,
    sources: Sequence[Source],
    absent: Sequence[Absent],
    figures: Figures,
    adjustments: Mapping[Key, Decimal],
) -> Whole:
    """Return the whole: its cells in the order of their keys, and the tables that all declare nil."""
    by_number = {source.number: source for source in sources}
    cells: list[Cell] = []
    for code in sorted(figures):
        asked = book.indicators[code]
        group = _Group(asked, by_number, absent, figures[code])
        for key, parts in sorted(figures[code].items(), key=lambda one: _written(one[0])):
            cells.append(group.cell(key, adjustments.get(key, Decimal(0)), parts))
    filled = {book.indicators[code].table.code for code in figures}
    nil = [
        table
        for table in sorted(book.tables)
        if sources and not absent and table not in filled and all(_is_nil(source, table) for source in sources)
    ]
    return Whole(cells, nil)


def _written(key: Key) -> tuple[str, ...]:
    return tuple(part or "" for part in key)


def _is_nil(source: Source, table: str) -> bool:
    return table in source.nil or ALL_TABLES in source.nil


class _Group:
    """One indicator with the sources that speak of it."""

    def __init__(
        self,
        asked: Asked,
        sources: Mapping[int, Source],
        absent: Sequence[Absent],
        cells: Mapping[Key, Sequence[Part]],
    ) -> None:
        self._indicator: Indicator = asked.indicator
        self._sources = sources
        table = asked.table.code
        speaking = {part.source for parts in cells.values() for part in parts}
        speaking |= {number for number, source in sources.items() if _is_nil(source, table)}
        rivals = [sources[number] for number in sorted(speaking)]
        self._counted = {one.number for one in rivals if not _is_covered(one, rivals)}
        self._latest: dict[str, int] = {}
        for one in sorted((sources[number] for number in self._counted), key=lambda source: source.rank):
            self._latest[one.agency] = one.number
        others = [source for number, source in sources.items() if number not in speaking and number != OWN]
        self._silent = sum(1 for one in others if _owes(asked, one) and not _is_covered(one, rivals))
        self._missing = sum(1 for one in absent if _owes(asked, one))

    def cell(self, key: Key, adjustment: Decimal, parts: Sequence[Part]) -> Cell:
        """Return one figure."""
        told = tuple(
            Part(one.source, one.value, one.status, one.reason, one.source in self._counted)
            for one in sorted(parts, key=lambda part: part.source)
        )
        counted = [part for part in told if part.counted]
        tally = self._tally(counted)
        rolled = self._rolled(counted)
        if rolled is not None:
            is_sum = self._indicator.roll_up.across_agencies is RollUpRule.SUM
            adjustment = adjustment if is_sum else Decimal(0)
            with localcontext(prec=200):
                total = rolled + adjustment
            return Cell(key, total, TotalStatus.VALUE, None, adjustment, tally, told)
        status, reason = _without_value(counted, tally)
        return Cell(key, None, status, reason, Decimal(0), tally, told)

    def _tally(self, counted: Sequence[Part]) -> Tally:
        statuses = [part.status for part in counted]
        return Tally(
            given=statuses.count(TotalStatus.VALUE),
            nothing=len(self._counted) - len(counted),
            not_available=statuses.count(TotalStatus.NOT_AVAILABLE),
            not_applicable=statuses.count(TotalStatus.NOT_APPLICABLE),
            silent=self._silent,
            missing=self._missing,
        )

    def _rolled(self, counted: Sequence[Part]) -> Value:
        by_agency: dict[str, list[Part]] = defaultdict(list)
        for part in counted:
            if part.value is not None:
                by_agency["" if part.source == OWN else self._sources[part.source].agency].append(part)
        rules = self._indicator.roll_up
        if rules.across_agencies is RollUpRule.NONE:
            return by_agency[""][0].value if "" in by_agency else None
        of_agencies = {agency: self._over_time(agency, parts) for agency, parts in by_agency.items()}
        known = {agency: value for agency, value in of_agencies.items() if value is not None}
        if rules.across_agencies is RollUpRule.LATEST:
            ranked = sorted((self._sources[self._latest_of(agency)].rank, agency) for agency in known)
            return known[ranked[-1][1]] if ranked else None
        return self._joined(rules.across_agencies, list(known.values()))

    def _over_time(self, agency: str, parts: list[Part]) -> Value:
        rule = self._indicator.roll_up.across_time
        if agency == "":
            return parts[0].value
        if rule is RollUpRule.LATEST:
            latest = self._latest_of(agency)
            return next((part.value for part in parts if part.source == latest), None)
        if rule is RollUpRule.NONE:
            periods = [one for one in self._counted if one != OWN and self._sources[one].agency == agency]
            return parts[0].value if len(periods) == 1 else None
        return self._joined(rule, [part.value for part in parts if part.value is not None])

    def _latest_of(self, agency: str) -> int:
        return OWN if agency == "" else self._latest[agency]

    def _joined(self, rule: RollUpRule, values: list[Decimal]) -> Value:
        if not values:
            return None
        with localcontext(prec=200):
            if rule is RollUpRule.SUM:
                return sum(values, Decimal(0))
            if rule is RollUpRule.MAX:
                return max(values)
            place = Decimal(1) if self._indicator.number == "integer" else SIX_PLACES
            return (sum(values, Decimal(0)) / len(values)).quantize(place, ROUND_HALF_EVEN)


def _is_covered(one: Source, rivals: Sequence[Source]) -> bool:
    """Say whether another report of the same agency stands for this one; the own part stands for itself."""
    if one.number == OWN:
        return False
    others = (rival for rival in rivals if rival.number not in (OWN, one.number) and rival.agency == one.agency)
    return any(rival.covers(one) for rival in others)


def _owes(asked: Asked, report: Source | Absent) -> bool:
    context = ReportContext(kind=report.kind)
    in_plan = report.plan is None or not asked.table.plans or report.plan in asked.table.plans
    return in_plan and context.asks_for(asked.table) and context.asks_for(asked.indicator)


def _without_value(counted: Sequence[Part], tally: Tally) -> tuple[TotalStatus, str | None]:
    """Return what stands where nothing could be put together."""
    if tally.given:
        return TotalStatus.NOT_ROLLED_UP, None
    if tally.not_available:
        reasons = dict.fromkeys(part.reason for part in counted if part.reason)
        return TotalStatus.NOT_AVAILABLE, "; ".join(one for one in reasons if one)[:LONGEST_REASON]
    return TotalStatus.NOT_APPLICABLE, None
