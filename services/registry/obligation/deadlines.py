"""From wording to instant: the last day on which a report is on time, each step with its reason.

Values in, value out; no clock, no session. What a day is comes from the working calendar.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import partial

from kernel.clock import VIETNAM, end_of_day
from services.registry.calendar.rules import WorkingCalendar
from services.registry.obligation import steps
from services.registry.obligation.deadline_rule import (
    CountedFrom,
    DeadlineRule,
    Operator,
    Roll,
    require_rule,
    rule_faults,
)
from services.registry.obligation.errors import DeadlineRuleWrong
from services.registry.obligation.naming import name_day as find_named_day
from services.registry.obligation.periods import ONE_DAY, Period, clamp_day
from services.registry.obligation.step import Step

__all__ = [
    "CountedFrom",
    "Deadline",
    "DeadlineRule",
    "FindRule",
    "Operator",
    "Roll",
    "decide",
    "make_voluntary",
    "name",
    "require_rule",
    "rule_faults",
    "set_deadline",
    "word",
]

MICROSECOND = timedelta(microseconds=1)
LAST_HOUR = 24

Told = tuple[Callable[[], Step], ...]
"""Steps that are put into words only when somebody reads them: most schedules are never explained."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """The outcome: the last day on time, its last instant, and the instant after which it is overdue."""

    due_on: date | None
    due_at: datetime | None
    overdue_after: datetime | None
    told: Told
    is_settled: bool = True
    """False when the day depends on calendar days that no sure source has announced yet."""
    cut_off_on: date | None = None
    """The last day whose figures belong in the report, where the wording gives one."""
    opening: tuple[Period, str] | None = None
    """The period and the document's own words."""

    @property
    def steps(self) -> tuple[Step, ...]:
        """Every step from the period and the wording to the instant, in words."""
        told = tuple(tell() for tell in self.told)
        if self.opening is None:
            return told
        period, wording = self.opening
        return (steps.period_step(period), steps.wording_step(wording), *told)


FindRule = Callable[[str], DeadlineRule | None]
"""Finds the deadline rule of another obligation, for those that share its deadline."""


NameDay = Callable[[DeadlineRule, Period], Deadline]
"""Reckons the day that a rule names for a period; whoever reckons many remembers them."""


def set_deadline(rule: DeadlineRule, period: Period, calendar: WorkingCalendar, find: FindRule) -> Deadline:
    """Say when a report for this period is due, and by which steps; the last step carries the instant."""
    return word(rule, period, decide(rule, period, find, partial(name, calendar=calendar)), calendar)


def word(rule: DeadlineRule, period: Period, outcome: Deadline, calendar: WorkingCalendar) -> Deadline:
    """Put the period and the document's own words before the steps to a day."""
    told, cut_off = outcome.told, None
    if rule.cut_off is not None:
        cut_off = clamp_day(period.end.year, *rule.cut_off)
        told = (partial(_tell_cut_off, cut_off, outcome.due_on, calendar), *told)
    return Deadline(
        outcome.due_on,
        outcome.due_at,
        outcome.overdue_after,
        told,
        outcome.is_settled,
        cut_off,
        (period, rule.wording),
    )


def make_voluntary(deadline: Deadline) -> Deadline:
    """Return the deadline of a report that one may make: with or without a day, it is never overdue."""
    told = (*deadline.told[:-1], steps.voluntary_step, deadline.told[-1])
    return replace(deadline, overdue_after=None, told=told)


def decide(
    rule: DeadlineRule, period: Period, find: FindRule, name_day: NameDay, seen: frozenset[str] = frozenset()
) -> Deadline:
    """Say when a report for this period is due, before the document's own words are put to it."""
    if rule.operator is Operator.NONE:
        return Deadline(None, None, None, (steps.no_date_step,))
    if rule.operator is Operator.YEAR_SERIES:
        overdue_after = end_of_day(date(period.end.year, 12, 31))
        return Deadline(None, None, overdue_after, (partial(steps.series_step, period.end.year, overdue_after),))
    if rule.operator is Operator.WITH:
        return _share(rule, period, find, name_day, seen)
    return name_day(rule, period)


def _share(
    rule: DeadlineRule, period: Period, find: FindRule, name_day: NameDay, seen: frozenset[str]
) -> Deadline:
    other = rule.with_obligation or ""
    found = None if other in seen else find(other)
    if found is None:
        raise DeadlineRuleWrong(f"The shared deadline leads to {other or 'nothing'}, which settles no day.")
    outcome = decide(found, period, find, name_day, seen | {other})
    leading = (partial(steps.shared_step, other), partial(steps.wording_step, found.wording))
    return replace(outcome, told=leading + outcome.told)


def name(rule: DeadlineRule, period: Period, calendar: WorkingCalendar) -> Deadline:
    """Return the day that a rule names, by the steps from the named day to the instant."""
    named, how, is_settled = find_named_day(rule, period, calendar)
    last, reading = _read_operator(rule, named)
    due_on, moving, moved_on_sure_days = _roll(rule.roll, last, calendar)
    due_at = _instant(rule, due_on)
    told: Told = (*how, reading, *moving, partial(steps.due_step, due_at))
    return Deadline(due_on, due_at, due_at, told, is_settled and moved_on_sure_days)


def _read_operator(rule: DeadlineRule, named: date) -> tuple[date, Callable[[], Step]]:
    if rule.operator is Operator.BEFORE and not (rule.hour or rule.minute):  # before midnight: the day before
        return named - ONE_DAY, partial(steps.before_step, named - ONE_DAY)
    if rule.hour is not None:
        is_before = rule.operator is Operator.BEFORE
        return named, partial(steps.hour_step, named, rule.hour, rule.minute, is_before=is_before)
    if rule.operator is Operator.ON:
        return named, partial(steps.on_step, named)
    return named, partial(steps.no_later_than_step, named)


def _instant(rule: DeadlineRule, due_on: date) -> datetime:
    """Return the last instant on time: the day's end, or the hour named; "before" leaves that instant out."""
    is_midnight = rule.operator is Operator.BEFORE and not (rule.hour or rule.minute)
    if rule.hour is None or rule.hour == LAST_HOUR or is_midnight:
        return end_of_day(due_on)
    named = datetime.combine(due_on, time(rule.hour, rule.minute), VIETNAM)
    return named - MICROSECOND if rule.operator is Operator.BEFORE else named


def _roll(roll: Roll, last: date, calendar: WorkingCalendar) -> tuple[date, Told, bool]:
    """Move a last day that is not a working day, where the rule says so; say whether sure days decided it."""
    if roll is Roll.NONE:
        if calendar.is_working_day(last):
            return last, (), True
        return last, (partial(steps.kept_step, last),), True
    judged = calendar.judge(last)
    if judged.is_working:
        return last, (), judged.is_settled
    moved = calendar.working_day_from(last, -ONE_DAY if roll is Roll.PRECEDING else ONE_DAY)
    reached = moved
    if roll is Roll.MODIFIED_FOLLOWING and moved.month != last.month:
        moved = calendar.working_day_from(last, -ONE_DAY)
    is_settled = all(day.is_settled for day in calendar.days(min(last, moved), max(last, reached)))
    told = partial(
        steps.rolled_step,
        last,
        moved,
        forward=moved > last,
        calendar_version=calendar.version,
        left_month=moved != reached,
    )
    return moved, (told,), is_settled


def _tell_cut_off(cut_off: date, due_on: date | None, calendar: WorkingCalendar) -> Step:
    gap = None if due_on is None else calendar.count_working_days(cut_off, due_on)
    return steps.cut_off_step(cut_off, gap)
