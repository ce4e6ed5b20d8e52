"""The cycles of the register: one period of one obligation, with its deadline and its people."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial

from services.registry.agency.rules import RegistrySnapshot, holds, turns_of
from services.registry.calendar.rules import WorkingCalendar
from services.registry.obligation.deadlines import (
    Deadline,
    DeadlineRule,
    Operator,
    make_voluntary,
    name,
    set_deadline,
    word,
)
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
    who_owes,
)
from services.registry.obligation.periods import Period, PeriodRule, Window, parse_label

LONGEST_SPAN_YEARS = 40
NEAREST = 5
"""How many periods nearby are named to someone who asked for one that is none."""
LONGEST_STEP = timedelta(days=366 * 6)
"""Within this time the next cycle of any obligation comes, the five-yearly ones included."""


@dataclass(frozen=True, slots=True)
class Cycle:
    """One period of one obligation: when it is due, who owes it, and the line above."""

    obligation: str
    period: Period
    deadline: Deadline
    owing: Owing
    recipients: tuple[str, ...]
    via: tuple[str, ...]
    next_level: tuple[str, ...]
    reading: Reading
    is_provisional: bool

    @property
    def rule_version(self) -> int:
        """The version of the rule that read the period."""
        return self.reading.version

    @property
    def anchor(self) -> date:
        """The day by which a span of the schedule finds the cycle: the due day, else the period's end."""
        return self.deadline.due_on or self.period.end


@dataclass(frozen=True, slots=True)
class People:
    """Who owes an obligation, to whom and through whom, between two days on which anything turned."""

    owing: Owing
    line: Line


@dataclass
class Register:
    """Every obligation with what its reading needs, loaded once; remembers what it has read already."""

    duties: Mapping[str, Duty]
    snapshot: RegistrySnapshot
    parents: Mapping[str, str]
    calendar: WorkingCalendar
    today: date
    _people: dict[tuple[str, int], People] = field(default_factory=dict, repr=False)
    _above: dict[tuple[str, int], tuple[str, ...]] = field(default_factory=dict, repr=False)
    _periods: dict[tuple[PeriodRule, range], tuple[Period, ...]] = field(default_factory=dict, repr=False)
    _turns: list[date] = field(default_factory=list, repr=False)
    _named: dict[tuple[int, Period], Deadline] = field(default_factory=dict, repr=False)
    _wordless: dict[DeadlineRule, int] = field(default_factory=dict, repr=False)
    _kinds: dict[int, int] = field(default_factory=dict, repr=False)

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
                for period, deadline, reading in self._dated(duty, first, last):
                    yield self._cycle(duty, period, deadline, reading)

    def dated_periods(self, duty: Duty, first: date, last: date) -> Iterator[tuple[Period, Deadline]]:
        """Give the periods of an obligation whose anchor lies in the span, with their deadlines."""
        for period, deadline, _ in self._dated(duty, first, last):
            yield period, deadline

    def _dated(self, duty: Duty, first: date, last: date) -> Iterator[tuple[Period, Deadline, Reading]]:
        for reading in duty.all_readings:
            for period in self._periods_of(reading, self._years(reading.deadline, first, last)):
                if duty.covers(period) and reading.reads(period):
                    deadline = self.deadline_of(duty, period, reading)
                    if first <= (deadline.due_on or period.end) <= last:
                        yield period, deadline, reading

    def _periods_of(self, reading: Reading, years: range) -> Sequence[Period]:
        """Return the periods of a rule in some years; most obligations have the same few windows."""
        key = (reading.periods, years)
        if key not in self._periods:
            self._periods[key] = tuple(reading.periods.periods_ending_in(years))
        return self._periods[key]

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
        return self._cycle(duty, period, self.deadline_of(duty, period))

    def next_cycle(self, duty: Duty) -> Cycle:
        """Return the cycle whose anchor comes next, or the only one of a one-off obligation."""
        if duty.only_period is not None:
            return self.cycle_of(duty, duty.only_period.label)
        found = self.next_period(duty, self.today)
        if found is None:
            raise PeriodNeeded(duty.id)
        return self._cycle(duty, *found)

    def next_period(self, duty: Duty, day: date) -> tuple[Period, Deadline] | None:
        """Return the period whose anchor comes next from a day on, with its deadline."""
        ahead = self.dated_periods(duty, day, day + min(LONGEST_STEP, date.max - day))
        return min(ahead, key=lambda found: found[1].due_on or found[0].end, default=None)

    def owing_on(self, duty: Duty, day: date) -> Owing:
        """Say who owes an obligation on a day."""
        found = self._people_on(duty, day).owing
        return found if found.day == day else Owing(day, found.reporters, found.orphaned, found.excused)

    def recipients_on(self, duty: Duty, day: date) -> tuple[str, ...]:
        """Say who receives an obligation on a day."""
        return self._people_on(duty, day).line.recipients

    def via_on(self, duty: Duty, day: date) -> tuple[str, ...]:
        """Say through whom an obligation goes on a day."""
        return self._people_on(duty, day).line.via

    def _people_on(self, duty: Duty, day: date) -> People:
        key = (duty.id, self._turn(day))
        if key not in self._people:
            excused = [one.agency for one in duty.exempt if holds(one.first, one.last, day)]
            owing = who_owes(duty.reporter, duty.recipient, day, self.snapshot, duty.id)
            line = Line(
                recipients_on(duty.recipient, day, self.snapshot, place_in(duty.id, "recipient")),
                recipients_on(duty.via, day, self.snapshot, place_in(duty.id, "via")),
            )
            self._people[key] = People(excuse(owing, excused), line)
        return self._people[key]

    def _turn(self, day: date) -> int:
        """Count the days up to this one on which anything turned; nobody comes or goes between two of them."""
        if not self._turns:
            exempt = {e for duty in self.duties.values() for one in duty.exempt for e in (one.first, one.last)}
            self._turns = sorted({date.min, *self.snapshot.turns(), *turns_of(exempt)})
        return bisect_right(self._turns, day)

    def deadline_of(self, duty: Duty, period: Period, reading: Reading | None = None) -> Deadline:
        """Say when an obligation is due for a period, by the version of its rule that reads it."""
        rule = (reading or duty.reading_of(period) or duty.all_readings[-1]).deadline
        if rule.operator.names_a_day:
            deadline = word(rule, period, self._name(rule, period), self.calendar)
        else:
            deadline = set_deadline(rule, period, self.calendar, partial(self._find_rule, period))
        return deadline if duty.is_mandatory else make_voluntary(deadline)

    def _name(self, rule: DeadlineRule, period: Period) -> Deadline:
        """Reckon the day of a rule once for all obligations that say the same in whatever words."""
        kind = self._kinds.get(id(rule))
        if kind is None:
            wordless = replace(rule, wording="")
            kind = self._kinds[id(rule)] = self._wordless.setdefault(wordless, len(self._wordless))
        key = (kind, period)
        if key not in self._named:
            self._named[key] = name(rule, period, self.calendar)
        return self._named[key]

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

    def _cycle(self, duty: Duty, period: Period, deadline: Deadline, reading: Reading | None = None) -> Cycle:
        day = deciding_day(period, deadline.due_on)
        people = self._people_on(duty, day)
        line, owing = people.line, people.owing
        return Cycle(
            obligation=duty.id,
            period=period,
            deadline=deadline,
            owing=owing if owing.day == day else Owing(day, owing.reporters, owing.orphaned, owing.excused),
            recipients=line.recipients,
            via=line.via,
            next_level=self.next_level_on(duty, line, day),
            reading=reading or duty.reading_of(period) or duty.all_readings[-1],
            is_provisional=day > self.today or not deadline.is_settled,
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

    def _years(self, rule: DeadlineRule, first: date, last: date) -> range:
        """The reporting years whose deadline can lie in the span: a due day may follow years later."""
        rule = self._settling_rule(rule)
        slack = 1 + abs(rule.year_offset) + (rule.days_after or 0) // 200 + abs(rule.month_offset or 0) // 11
        return range(max(first.year - slack, 1990), min(last.year + slack, 2150) + 1)

    def _find_rule(self, period: Period, obligation: str) -> DeadlineRule | None:
        duty = self.duties.get(obligation)
        reading = duty.reading_of(period) if duty else None
        return reading.deadline if reading else None

    def _settling_rule(self, rule: DeadlineRule) -> DeadlineRule:
        """Follow shared deadlines to the rule that settles the day."""
        seen: set[str] = set()
        while rule.operator is Operator.WITH and rule.with_obligation not in {None, *seen}:
            seen.add(rule.with_obligation or "")
            other = self.duties.get(rule.with_obligation or "")
            if other is None:
                break
            rule = other.deadline
        return rule


def _require_span(first: date, last: date) -> None:
    if last < first or last - first > timedelta(days=366 * LONGEST_SPAN_YEARS):
        raise SpanTooLong(first, last, LONGEST_SPAN_YEARS)
