"""The cycles of the register: one period of one obligation, with its deadline and its people."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from services.registry.agency.rules import RegistrySnapshot
from services.registry.calendar.rules import WorkingCalendar
from services.registry.obligation.deadlines import Deadline, DeadlineRule, Operator, set_deadline
from services.registry.obligation.duty import Duty
from services.registry.obligation.errors import PeriodForeign, PeriodNeeded, SpanTooLong
from services.registry.obligation.owing import (
    Above,
    Line,
    Owing,
    deciding_day,
    recipients_on,
    who_is_above,
    who_owes,
)
from services.registry.obligation.periods import Period, Window, parse_label

LONGEST_SPAN_YEARS = 40
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
    rule_version: int
    is_provisional: bool

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
        for period in duty.periods.periods_ending_in(self._years(duty, first, last)):
            if duty.covers(period):
                deadline = self.deadline_of(duty, period)
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
            self._owings[key] = who_owes(duty.reporter, duty.recipient, day, self.snapshot)
        return self._owings[key]

    def deadline_of(self, duty: Duty, period: Period) -> Deadline:
        """Say when an obligation is due for a period."""
        return set_deadline(duty.deadline, period, self.calendar, self._find_rule)

    def next_level_on(self, duty: Duty, line: Line, day: date) -> tuple[str, ...]:
        """Say who stands above the recipients of an obligation on a day."""
        if duty.next_level is None:
            return ()
        above = self.duties.get(duty.next_level)
        if above is None:
            return recipients_on((duty.next_level,), day, self.snapshot)
        upward = Above(self.owing_on(above, day), recipients_on(above.recipient, day, self.snapshot))
        return who_is_above(line, upward, self.snapshot, self.parents)

    def _cycle(self, duty: Duty, period: Period, deadline: Deadline) -> Cycle:
        day = deciding_day(period, deadline.due_on)
        line = Line(recipients_on(duty.recipient, day, self.snapshot), recipients_on(duty.via, day, self.snapshot))
        return Cycle(
            obligation=duty.id,
            period=period,
            deadline=deadline,
            owing=self.owing_on(duty, day),
            recipients=line.recipients,
            via=line.via,
            next_level=self.next_level_on(duty, line, day),
            rule_version=duty.rule_version,
            is_provisional=day > self.today or not deadline.is_settled,
        )

    def _has(self, duty: Duty, period: Period) -> bool:
        if duty.periods.window is Window.ON_DEMAND:
            return duty.covers(period)
        if duty.periods.window is Window.ONE_OFF:
            return period == duty.only_period
        return duty.covers(period) and period in duty.periods.periods_ending_in([period.end.year])

    def _nearby(self, duty: Duty, period: Period) -> list[str]:
        if duty.periods.window is Window.ONE_OFF:
            return [duty.only_period.label] if duty.only_period else []
        years = range(period.end.year - 2, period.end.year + 3)
        return [p.label for p in duty.periods.periods_ending_in(years) if duty.covers(p)]

    def _years(self, duty: Duty, first: date, last: date) -> range:
        """The reporting years whose deadline can lie in the span: a due day may follow years later."""
        rule = self._settling_rule(duty)
        slack = 1 + abs(rule.year_offset) + (rule.days_after or 0) // 200
        return range(max(first.year - slack, 1990), min(last.year + slack, 2150) + 1)

    def _find_rule(self, obligation: str) -> DeadlineRule | None:
        duty = self.duties.get(obligation)
        return duty.deadline if duty else None

    def _settling_rule(self, duty: Duty) -> DeadlineRule:
        rule = duty.deadline
        other = self.duties.get(rule.with_obligation or "")
        return other.deadline if rule.operator is Operator.WITH and other is not None else rule


def _require_span(first: date, last: date) -> None:
    if last < first or last - first > timedelta(days=366 * LONGEST_SPAN_YEARS):
        raise SpanTooLong(first, last, LONGEST_SPAN_YEARS)
