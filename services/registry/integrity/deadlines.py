"""Checks of the coming due days: a lower level after the level above, and too little time after the cut-off."""

from collections.abc import Iterator
from datetime import date, timedelta

from services.registry.integrity.facts import Facts
from services.registry.integrity.findings import Found, found
from services.registry.obligation.cycles import Register
from services.registry.obligation.deadline_rule import Operator
from services.registry.obligation.deadlines import Deadline
from services.registry.obligation.duty import Duty
from services.registry.obligation.errors import DeadlineRuleWrong
from services.registry.obligation.periods import Period
from services.registry.obligation.yielding import SHORTEST_GAP

AHEAD = timedelta(days=731)
"""The coming cycles are those whose anchor lies within two years."""


def deadlines_after_next_level(facts: Facts) -> Iterator[Found]:
    """Cycles that are due after the first dated report above them, for the same time."""
    for duty in facts.register.duties.values():
        for period, deadline in _coming(facts, duty):
            above = _dated_above(facts.register, duty, period)
            if deadline.due_on is None or above is None or deadline.due_on <= above[1]:
                continue
            yield found(
                duty.id,
                period.label,
                plan=facts.obligations[duty.id].plan,
                period=period.label,
                due_on=deadline.due_on,
                above=above[0],
                above_due_on=above[1],
            )


def gaps_too_short(facts: Facts) -> Iterator[Found]:
    """Cycles with less than one working day from the day to which figures run to the due day."""
    calendar = facts.register.calendar
    for duty in facts.register.duties.values():
        if duty.deadline.operator is Operator.WITH:
            continue
        for period, deadline in _coming(facts, duty):
            cut_off = _cut_off(duty, period, deadline)
            if cut_off is None or deadline.due_on is None:
                continue
            if calendar.count_working_days(cut_off, deadline.due_on) < SHORTEST_GAP:
                yield found(
                    duty.id,
                    period.label,
                    plan=facts.obligations[duty.id].plan,
                    period=period.label,
                    cut_off=cut_off,
                    due_on=deadline.due_on,
                )


def _cut_off(duty: Duty, period: Period, deadline: Deadline) -> date | None:
    """The day to which figures run, where the document or the decree says so."""
    if deadline.cut_off_on is not None:
        return deadline.cut_off_on
    window = (duty.reading_of(period) or duty).periods.window
    return period.end if window.startswith("decree09") else None


def _coming(facts: Facts, duty: Duty) -> list[tuple[Period, Deadline]]:
    """The dated periods of the coming time; none for a rule that leads nowhere, which another check tells."""
    try:
        return list(facts.register.dated_periods(duty, facts.day, facts.day + AHEAD))
    except DeadlineRuleWrong:
        return []


def _dated_above(register: Register, duty: Duty, period: Period) -> tuple[str, date] | None:
    """Follow the next levels to the first with a date for a period that holds the end of this one."""
    seen = {duty.id}
    above = register.duties.get(duty.next_level or "")
    while above is not None and above.id not in seen:
        due_on = _due_day(register, above, period)
        if due_on is not None:
            return above.id, due_on
        seen.add(above.id)
        above = register.duties.get(above.next_level or "")
    return None


def _due_day(register: Register, above: Duty, period: Period) -> date | None:
    years = range(period.end.year, period.end.year + 2)
    holding = (p for p in above.periods.periods_ending_in(years) if p.start <= period.end <= p.end)
    found_period = next((p for p in holding if above.covers(p)), None)
    if found_period is None:
        return None
    try:
        return register.deadline_of(above, found_period).due_on
    except DeadlineRuleWrong:
        return None
