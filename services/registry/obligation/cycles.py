"""The cycles of the register: one period of one obligation, with its deadline and its people."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial

from services.registry.agency.rules import RegistrySnapshot, holds
from services.registry.calendar.rules import WorkingCalendar
from services.registry.obligation.deadlines import Deadline, DeadlineRule, Operator, make_voluntary, set_deadline
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
from services.registry.obligation.periods import Period, Window, parse_label

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


@dataclass
class Register:
    """Every obligation with what its reading needs, loaded once; remembers what it has read already."""

    duties: Mapping[str, Duty]
    snapshot: RegistrySnapshot
    parents: Mapping[str, str]
    calendar: WorkingCalendar
    today: date
    _owings: dict[tuple[str, date], Owing] = field(default_factory=dict)

    def cycles_between(self, first: date, last: date, only: Iterable[str] = ()) -> Iterator[Cycle]:
        """Give the cycles whose anchor lies in the span, obligation by obligation."""
        _require_span(first, last)
        wanted = set(only)
        for duty in self.duties.values():
            if not wanted or duty.id in wanted:
                for period, deadline in self.dated_periods(duty, first, last):
                    yield self._cycle(duty, period, deadline)

    def dated_periods(self, duty: Duty, first: date, last: date) -> Iterator[tuple[Period, Deadline]]:
        """Give the periods of an obligation whose anchor lies in the span, with their deadlines."""
        for reading in duty.all_readings:
            for period in reading.periods.periods_ending_in(self._years(reading.deadline, first, last)):
                if reading.reads(period) and duty.covers(period):
                    deadline = self.deadline_of(duty, period, reading)
                    if first <= (deadline.due_on or period.end) <= last:
                        yield period, deadline

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
        key = (duty.id, day)
        if key not in self._owings:
            excused = [one.agency for one in duty.exempt if holds(one.first, one.last, day)]
            self._owings[key] = excuse(
                who_owes(duty.reporter, duty.recipient, day, self.snapshot, duty.id), excused
            )
        return self._owings[key]

    def recipients_on(self, duty: Duty, day: date) -> tuple[str, ...]:
        """Say who receives an obligation on a day."""
        return recipients_on(duty.recipient, day, self.snapshot, place_in(duty.id, "recipient"))

    def via_on(self, duty: Duty, day: date) -> tuple[str, ...]:
        """Say through whom an obligation goes on a day."""
        return recipients_on(duty.via, day, self.snapshot, place_in(duty.id, "via"))

    def deadline_of(self, duty: Duty, period: Period, reading: Reading | None = None) -> Deadline:
        """Say when an obligation is due for a period, by the version of its rule that reads it."""
        rule = (reading or duty.reading_of(period) or duty.all_readings[-1]).deadline
        deadline = set_deadline(rule, period, self.calendar, partial(self._find_rule, period))
        return deadline if duty.is_mandatory else make_voluntary(deadline)

    def next_level_on(self, duty: Duty, line: Line, day: date) -> tuple[str, ...]:
        """Say who stands above the recipients of an obligation on a day."""
        if duty.next_level is None:
            return ()
        above = self.duties.get(duty.next_level)
        if above is None:
            return recipients_on((duty.next_level,), day, self.snapshot, place_in(duty.id, "next_level"))
        upward = Above(self.owing_on(above, day), self.recipients_on(above, day))
        return who_is_above(line, upward, self.snapshot, self.parents)

    def _cycle(self, duty: Duty, period: Period, deadline: Deadline) -> Cycle:
        day = deciding_day(period, deadline.due_on)
        line = Line(self.recipients_on(duty, day), self.via_on(duty, day))
        return Cycle(
            obligation=duty.id,
            period=period,
            deadline=deadline,
            owing=self.owing_on(duty, day),
            recipients=line.recipients,
            via=line.via,
            next_level=self.next_level_on(duty, line, day),
            reading=duty.reading_of(period) or duty.all_readings[-1],
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
