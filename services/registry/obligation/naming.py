"""The day that a wording names, before its operator is read: a date, a working day, a weekday, a count of days."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

from services.registry.calendar.rules import WorkingCalendar
from services.registry.obligation import steps
from services.registry.obligation.deadline_rule import CountedFrom, DeadlineRule
from services.registry.obligation.errors import DeadlineRuleWrong
from services.registry.obligation.periods import ONE_DAY, Period, add_months, clamp_day, last_day_of_month
from services.registry.obligation.step import Step

Named = tuple[date, tuple[Callable[[], Step], ...], bool]
"""The day, the steps that led to it, and whether sure calendar days decided it."""


def name_day(rule: DeadlineRule, period: Period, calendar: WorkingCalendar) -> Named:
    """Return the day that a rule names for a period."""
    if rule.days_after is not None:
        return _count_days(rule, rule.days_after, period.end, calendar)
    if rule.weekday is not None:
        return _weekday(rule.weekday, rule.week_offset, period)
    year, month = _month_of(rule, period)
    if rule.working_day is not None:
        return _working_day(rule.working_day, year, month, calendar)
    if rule.day is None:
        raise DeadlineRuleWrong("Name a month and a day, or else a number of days after the period.")
    named = clamp_day(year, month, rule.day)
    how = [_told_month(rule, named, period)]
    if named.day != rule.day:
        how.append(partial(steps.clamp_step, rule.day, named))
    return named, tuple(how), True


def _month_of(rule: DeadlineRule, period: Period) -> tuple[int, int]:
    if rule.month_offset is not None:
        first = add_months(period.end.replace(day=1), rule.month_offset)
        return first.year, first.month
    if rule.month is None:
        raise DeadlineRuleWrong("Name a month and a day, or else a number of days after the period.")
    return rule.fixed_year or period.end.year + rule.year_offset, rule.month


def _told_month(rule: DeadlineRule, named: date, period: Period) -> Callable[[], Step]:
    if rule.month_offset is not None:
        return partial(steps.month_offset_step, named, rule.month_offset, period.end)
    return partial(steps.named_day_step, named, rule.year_offset, rule.fixed_year)


def _weekday(weekday: int, week_offset: int, period: Period) -> Named:
    monday = period.end - ONE_DAY * period.end.weekday()
    named = monday + timedelta(weeks=week_offset, days=weekday - 1)
    return named, (partial(steps.weekday_step, named, week_offset),), True


def _working_day(ordinal: int, year: int, month: int, calendar: WorkingCalendar) -> Named:
    first, last = date(year, month, 1), date(year, month, last_day_of_month(year, month))
    days = list(calendar.days(first, last))
    working = [day.on for day in days if day.is_working]
    if not working:
        raise DeadlineRuleWrong(f"The month {year}-{month:02} has no working day.")
    wanted = ordinal - 1 if ordinal > 0 else len(working) + ordinal
    named = working[min(max(wanted, 0), len(working) - 1)]
    how = [partial(steps.working_day_step, ordinal, named, calendar.version)]
    if not 0 <= wanted < len(working):
        how.append(partial(steps.few_working_days_step, len(working), named))
    return named, tuple(how), all(day.is_settled for day in days)


def _count_days(rule: DeadlineRule, count: int, end: date, calendar: WorkingCalendar) -> Named:
    is_working = rule.counts_working_days
    named = calendar.add_working_days(end, count) if is_working else end + timedelta(days=count)
    is_settled = not is_working or all(day.is_settled for day in calendar.days(end, named))
    if rule.counted_from is CountedFrom.EVENT:
        told = partial(steps.event_step, count, is_working, end, named, rule.event)
    else:
        told = partial(steps.days_after_step, count, is_working, end, named)
    return named, (told,), is_settled
