"""From wording to instant: the last day on which a report is on time, each step with its reason.

Values in, value out; no clock, no session. What a day is comes from the working calendar.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from kernel.clock import end_of_day
from services.registry.calendar.rules import WorkingCalendar
from services.registry.obligation import steps
from services.registry.obligation.errors import DeadlineRuleWrong
from services.registry.obligation.periods import ONE_DAY, Period, clamp_day
from services.registry.obligation.steps import Step


class Operator(StrEnum):
    """What the wording does with the day that it names."""

    BEFORE = "before"
    ON = "on"
    NO_LATER_THAN = "no_later_than"
    YEAR_SERIES = "year_series"
    WITH = "with"
    NONE = "none"

    @property
    def names_a_day(self) -> bool:
        return self in (Operator.BEFORE, Operator.ON, Operator.NO_LATER_THAN)


class Roll(StrEnum):
    """Where a last day goes that is not a working day."""

    NONE = "none"
    FOLLOWING = "following"
    PRECEDING = "preceding"


@dataclass(frozen=True, slots=True)
class DeadlineRule:
    """One wording, read: the operator, and the day it names.

    The day is a month and day of the year in which the period ends (plus `year_offset`, or in `fixed_year`),
    or else so many days after the period's last day, calendar or working ones.
    """

    operator: Operator
    wording: str = ""
    month: int | None = None
    day: int | None = None
    year_offset: int = 0
    fixed_year: int | None = None
    days_after: int | None = None
    counts_working_days: bool = False
    with_obligation: str | None = None
    roll: Roll = Roll.NONE


@dataclass(frozen=True, slots=True)
class Deadline:
    """The outcome: the last day on time, its last instant, and the instant after which it is overdue."""

    due_on: date | None
    due_at: datetime | None
    overdue_after: datetime | None
    steps: tuple[Step, ...]
    is_settled: bool = True
    """False when the day depends on calendar days that no sure source has announced yet."""


FindRule = Callable[[str], DeadlineRule | None]
"""Finds the deadline rule of another obligation, for those that share its deadline."""

_NO_DAY = "Name a month and a day, or else a number of days after the period."


def require_rule(rule: DeadlineRule) -> None:
    """Refuse a rule that does not say what its operator needs."""
    if rule.operator is Operator.WITH and not rule.with_obligation:
        raise DeadlineRuleWrong("A shared deadline names the other obligation.")
    if not rule.operator.names_a_day:
        return
    if (rule.month is None) != (rule.day is None) or (rule.month is None) == (rule.days_after is None):
        raise DeadlineRuleWrong(_NO_DAY)
    if rule.month not in (None, *range(1, 13)) or rule.day not in (None, *range(1, 32)):
        raise DeadlineRuleWrong(f"No calendar has the day {rule.day} of month {rule.month}.")


def set_deadline(rule: DeadlineRule, period: Period, calendar: WorkingCalendar, find: FindRule) -> Deadline:
    """Say when a report for this period is due, and by which steps; the last step carries the instant."""
    opening = (steps.period_step(period.label, period.start, period.end), steps.wording_step(rule.wording))
    outcome = _decide(rule, period, calendar, find, frozenset())
    return replace(outcome, steps=opening + outcome.steps)


def _decide(
    rule: DeadlineRule, period: Period, calendar: WorkingCalendar, find: FindRule, seen: frozenset[str]
) -> Deadline:
    if rule.operator is Operator.NONE:
        return Deadline(None, None, None, (steps.no_date_step(),))
    if rule.operator is Operator.YEAR_SERIES:
        overdue_after = end_of_day(date(period.end.year, 12, 31))
        return Deadline(None, None, overdue_after, (steps.series_step(period.end.year, overdue_after),))
    if rule.operator is Operator.WITH:
        return _share(rule, period, calendar, find, seen)
    return _name(rule, period, calendar)


def _share(
    rule: DeadlineRule, period: Period, calendar: WorkingCalendar, find: FindRule, seen: frozenset[str]
) -> Deadline:
    other = rule.with_obligation or ""
    found = None if other in seen else find(other)
    if found is None:
        raise DeadlineRuleWrong(f"The shared deadline leads to {other or 'nothing'}, which settles no day.")
    outcome = _decide(found, period, calendar, find, seen | {other})
    leading = (steps.shared_step(other), steps.wording_step(found.wording))
    return replace(outcome, steps=leading + outcome.steps)


def _name(rule: DeadlineRule, period: Period, calendar: WorkingCalendar) -> Deadline:
    named, how, is_settled = _named_day(rule, period, calendar)
    last, reading = _read_operator(rule.operator, named)
    due_on, moving, moved_on_sure_days = _roll(rule.roll, last, calendar)
    due_at = end_of_day(due_on)
    trace = (*how, reading, *moving, steps.due_step(due_at))
    return Deadline(due_on, due_at, due_at, trace, is_settled and moved_on_sure_days)


def _named_day(
    rule: DeadlineRule, period: Period, calendar: WorkingCalendar
) -> tuple[date, tuple[Step, ...], bool]:
    if rule.days_after is not None:
        return _count_days(rule.days_after, rule.counts_working_days, period.end, calendar)
    if rule.month is None or rule.day is None:
        raise DeadlineRuleWrong(_NO_DAY)
    year = rule.fixed_year or period.end.year + rule.year_offset
    named = clamp_day(year, rule.month, rule.day)
    how = [steps.named_day_step(named, rule.year_offset, rule.fixed_year)]
    if named.day != rule.day:
        how.append(steps.clamp_step(rule.day, named))
    return named, tuple(how), True


def _count_days(
    count: int, is_working: bool, end: date, calendar: WorkingCalendar
) -> tuple[date, tuple[Step, ...], bool]:
    named = calendar.add_working_days(end, count) if is_working else end + timedelta(days=count)
    is_settled = not is_working or all(day.is_settled for day in calendar.days(end, named))
    return named, (steps.days_after_step(count, is_working, end, named),), is_settled


def _read_operator(operator: Operator, named: date) -> tuple[date, Step]:
    if operator is Operator.BEFORE:
        return named - ONE_DAY, steps.before_step(named - ONE_DAY)
    if operator is Operator.ON:
        return named, steps.on_step(named)
    return named, steps.no_later_than_step(named)


def _roll(roll: Roll, last: date, calendar: WorkingCalendar) -> tuple[date, tuple[Step, ...], bool]:
    """Move a last day that is not a working day, where the rule says so; say whether sure days decided it."""
    judged = calendar.judge(last)
    if roll is Roll.NONE:
        return last, () if judged.is_working else (steps.kept_step(last),), True
    if judged.is_working:
        return last, (), judged.is_settled
    forward = roll is Roll.FOLLOWING
    moved = calendar.working_day_from(last, ONE_DAY if forward else -ONE_DAY)
    is_settled = all(day.is_settled for day in calendar.days(min(last, moved), max(last, moved)))
    step = steps.rolled_step(last, moved, forward=forward, calendar_version=calendar.version)
    return moved, (step,), is_settled
