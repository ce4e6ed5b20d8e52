"""From a read duty to report to the deadline rule that would be kept for it; None where a person has to say it."""

from typing import Any

from services.registry.document.proposal import ObligationRead
from services.registry.obligation.deadline_rule import Operator, Roll


def rule_content(read: ObligationRead) -> dict[str, Any] | None:
    """Return the fields of the rule, or None where the wording has no place in one."""
    deadline, frequency = read.deadline, read.frequency
    if deadline.month_offset is not None or deadline.hour is not None or deadline.with_report is not None:
        return None
    if deadline.counted_from not in (None, "period_end"):
        return None
    names_a_day = Operator(deadline.operator).names_a_day
    return {
        "window": frequency.window,
        "parts": list(frequency.parts),
        "series_years": list(frequency.series_years),
        "period_iso": frequency.period_iso,
        "wording": deadline.printed or frequency.printed,
        "operator": deadline.operator,
        "month": deadline.month if names_a_day else None,
        "day": deadline.day if names_a_day else None,
        "year_offset": deadline.year_offset,
        "fixed_year": deadline.fixed_year,
        "days_after": deadline.days_after,
        "counts_working_days": deadline.counts_working_days,
        "with_obligation": None,
        "roll": Roll.NONE.value,
    }
