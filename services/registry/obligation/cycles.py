"""The cycles of the register: one period of one obligation, with its deadline and its people."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from services.registry.agency.rules import RegistrySnapshot, holds, turns_of
from services.registry.calendar.rules import WorkingCalendar
from services.registry.obligation.dated import DuePeriods
from services.registry.obligation.deadlines import Deadline, word
from services.registry.obligation.duty import Duty, Reading
from services.registry.obligation.errors import PeriodForeign, PeriodNeeded, SpanTooLong
from services.registry.obligation.owing import (
    Above,
    Line,
    Owing,
    deciding_day,
    excuse,
    place_in,
    recipients_on,
    who_is_above,
    who_owes_beside,
)
from services.registry.obligation.periods import Period, Window, parse_label

LONGEST_SPAN_YEARS = 40
NEAREST = 5
"""How many periods nearby are named to someone who asked for one that is none."""
LONGEST_STEP = timedelta(days=366 * 6)
"""Within this time the next cycle of any obligation comes, the five-yearly ones included."""


@dataclass(frozen=True, slots=True)
class People:
    """Who owes an obligation, to whom and through whom, between two days on which anything turned."""

    owing: Owing
    line: Line


class Cycle(NamedTuple):
    """One period of one obligation: when it is due, who owes it, and the line above."""

    obligation: str
    period: Period
    outcome: Deadline
    """The deadline before the document's own words are put to it; many cycles have the same."""
    decided_on: date
    people: People
    next_level: tuple[str, ...]
    reading: Reading
    is_provisional: bool
    calendar: WorkingCalendar

    @property
    def deadline(self) -> Deadline:
        """The deadline with every step to it, the document's own words among them."""
        return word(self.reading.deadline, self.period, self.outcome, self.calendar)

    @property
    def owing(self) -> Owing:
        """Who owes it on the deciding day."""
        return self.people.owing.as_on(self.decided_on)

    @property
    def recipients(self) -> tuple[str, ...]:
        return self.people.line.recipients

    @property
    def via(self) -> tuple[str, ...]:
        return self.people.line.via

    @property
    def rule_version(self) -> int:
        """The version of the rule that read the period."""
        return self.reading.version

    @property
    def anchor(self) -> date:
        """The day by which a span of the schedule finds the cycle: the due day, else the period's end."""
        return self.outcome.due_on or self.period.end


@dataclass
class Register:
    """Every obligation with what its reading needs, loaded once; remembers what it has read already."""

    duties: Mapping[str, Duty]
    snapshot: RegistrySnapshot
    parents: Mapping[str, str]
    calendar: WorkingCalendar
    today: date
    _due: DuePeriods = field(init=False, repr=False)
    _people: dict[str, dict[int, People]] = field(default_factory=dict, repr=False)
    _above: dict[tuple[str, int], tuple[str, ...]] = field(default_factory=dict, repr=False)
    _turns: list[date] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        self._due = DuePeriods(self.duties, self.calendar)

    def proposed(
        self,
        *,
        duties: Mapping[str, Duty] | None = None,
        snapshot: RegistrySnapshot | None = None,
        calendar: WorkingCalendar | None = None,
    ) -> "Register":
        """Return the register as it would be with other facts; it remembers nothing."""
        return Register(
            self.duties if duties is None else duties,
            snapshot or self.snapshot,
            self.parents,
            calendar or self.calendar,
            self.today,
        )

    def cycles_between(self, first: date, last: date, only: Iterable[str] = ()) -> Iterator[Cycle]:
        """Give the cycles whose anchor lies in the span, obligation by obligation."""
        _require_span(first, last)
        wanted = set(only)
        for duty in self.duties.values():
            if not wanted or duty.id in wanted:
                for period, outcome, reading in self._due.between(duty, first, last):
                    yield self._cycle(duty, period, outcome, reading)

    def dated_periods(self, duty: Duty, first: date, last: date) -> Iterator[tuple[Period, Deadline]]:
        """Give the periods of an obligation whose anchor lies in the span, with their deadlines."""
        for period, outcome, reading in self._due.between(duty, first, last):
            yield period, word(reading.deadline, period, outcome, self.calendar)

    def cycle_of(self, duty: Duty, label: str) -> Cycle:
        """Return one cycle by its label, or refuse a period that the obligation does not have."""
        period = parse_label(label)
        found = self.find_cycle(duty, period)
        if found is None:
            raise PeriodForeign(duty.id, period.label, self._nearby(duty, period))
        return found

    def find_cycle(self, duty: Duty, period: Period) -> Cycle | None:
        """Return the cycle of a period, or None when the obligation has none."""
        if not self._has(duty, period):
            return None
        return self._cycle(duty, period, self._due.of(duty, period), _reading_of(duty, period))

    def next_cycle(self, duty: Duty) -> Cycle:
        """Return the cycle whose anchor comes next, or the only one of a one-off obligation."""
        if duty.only_period is not None:
            return self.cycle_of(duty, duty.only_period.label)
        found = self.next_period(duty, self.today)
        if found is None:
            raise PeriodNeeded(duty.id)
        return self.cycle_of(duty, found[0].label)

    def next_period(self, duty: Duty, day: date) -> tuple[Period, Deadline] | None:
        """Return the period whose anchor comes next from a day on, with its deadline."""
        ahead = self.dated_periods(duty, day, day + min(LONGEST_STEP, date.max - day))
        return min(ahead, key=lambda found: found[1].due_on or found[0].end, default=None)

    def owing_on(self, duty: Duty, day: date) -> Owing:
        """Say who owes an obligation on a day."""
        return self._people_on(duty, day).owing.as_on(day)

    def recipients_on(self, duty: Duty, day: date) -> tuple[str, ...]:
        """Say who receives an obligation on a day."""
        return self._people_on(duty, day).line.recipients

    def via_on(self, duty: Duty, day: date) -> tuple[str, ...]:
        """Say through whom an obligation goes on a day."""
        return self._people_on(duty, day).line.via

    def _people_on(self, duty: Duty, day: date) -> People:
        known = self._people.setdefault(duty.id, {})
        turn = self._turn(day)
        if turn not in known:
            known[turn] = self._find_people(duty, day)
        return known[turn]

    def _find_people(self, duty: Duty, day: date) -> People:
        recipients = recipients_on(duty.recipient, day, self.snapshot, place_in(duty.id, "recipient"))
        via = recipients_on(duty.via, day, self.snapshot, place_in(duty.id, "via"))
        owing = who_owes_beside(recipients, duty.reporter, day, self.snapshot, duty.id)
        excused = [one.agency for one in duty.exempt if holds(one.first, one.last, day)]
        return People(excuse(owing, excused), Line(recipients, via))

    def _turn(self, day: date) -> int:
        """Count the days up to this one on which anything turned; nobody comes or goes between two of them."""
        if not self._turns:
            exempt = {e for duty in self.duties.values() for one in duty.exempt for e in (one.first, one.last)}
            self._turns = sorted({date.min, *self.snapshot.turns(), *turns_of(exempt)})
        return bisect_right(self._turns, day)

    def deadline_of(self, duty: Duty, period: Period) -> Deadline:
        """Say when an obligation is due for a period, by the version of its rule that reads it."""
        return word(_reading_of(duty, period).deadline, period, self._due.of(duty, period), self.calendar)

    def next_level_on(self, duty: Duty, line: Line, day: date) -> tuple[str, ...]:
        """Say who stands above the recipients of an obligation on a day."""
        if duty.next_level is None:
            return ()
        key = (duty.id, self._turn(day))
        if key not in self._above:
            self._above[key] = self._who_is_above(duty, duty.next_level, line, day)
        return self._above[key]

    def _who_is_above(self, duty: Duty, next_level: str, line: Line, day: date) -> tuple[str, ...]:
        above = self.duties.get(next_level)
        if above is None:
            return recipients_on((next_level,), day, self.snapshot, place_in(duty.id, "next_level"))
        upward = Above(self.owing_on(above, day), self.recipients_on(above, day))
        return who_is_above(line, upward, self.snapshot, self.parents)

    def _cycle(self, duty: Duty, period: Period, outcome: Deadline, reading: Reading) -> Cycle:
        day = deciding_day(period, outcome.due_on)
        people = self._people_on(duty, day)
        return Cycle(
            duty.id,
            period,
            outcome,
            day,
            people,
            self.next_level_on(duty, people.line, day),
            reading,
            day > self.today or not outcome.is_settled,
            self.calendar,
        )

    def _has(self, duty: Duty, period: Period) -> bool:
        reading = duty.reading_of(period)
        if reading is None:
            return False
        match reading.periods.window:
            case Window.ON_DEMAND:
                return duty.covers(period)
            case Window.ON_EVENT:
                return duty.covers(period) and period.start == period.end
            case Window.ONE_OFF:
                return period == duty.only_period
        return duty.covers(period) and period in reading.periods.periods_ending_in([period.end.year])

    def _nearby(self, duty: Duty, period: Period) -> list[str]:
        if duty.periods.window is Window.ONE_OFF:
            return [duty.only_period.label] if duty.only_period else []
        years = range(period.end.year - 2, period.end.year + 3)
        found = {
            p
            for reading in duty.all_readings
            for p in reading.periods.periods_ending_in(years)
            if duty.covers(p) and reading.reads(p)
        }
        return [p.label for p in sorted(found, key=lambda p: abs(p.end - period.end))[:NEAREST]]


def _reading_of(duty: Duty, period: Period) -> Reading:
    """The version of the rule that reads a period; the present one where none does."""
    return duty.reading_of(period) or duty.all_readings[-1]


def _require_span(first: date, last: date) -> None:
    if last < first or last - first > timedelta(days=366 * LONGEST_SPAN_YEARS):
        raise SpanTooLong(first, last, LONGEST_SPAN_YEARS)
