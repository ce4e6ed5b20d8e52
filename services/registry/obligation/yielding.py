"""The days that a rule yields in the coming years: none at all, clamped ones, ones close to the cut-off."""

from collections.abc import Iterator
from datetime import date

from services.registry.agency.rules import holds
from services.registry.calendar.rules import WorkingCalendar
from services.registry.obligation.deadline_rule import DeadlineRule, Operator
from services.registry.obligation.deadlines import FindRule, set_deadline
from services.registry.obligation.draft import ObligationDraft
from services.registry.obligation.duty import deadline_rule_of, period_rule_of
from services.registry.obligation.errors import DeadlineRuleWrong
from services.registry.obligation.findings import Finding
from services.registry.obligation.periods import LAST_YEAR, Period, clamp_day

YEARS_AHEAD = 8
"""Long enough to see a leap year and the next report of a five-yearly series."""
SHORTEST_GAP = 1
"""Working days from the day to which figures run to the due day."""


def find_days_faults(
    draft: ObligationDraft, today: date, calendar: WorkingCalendar, find: FindRule
) -> Iterator[Finding]:
    """Say what is wrong with the days that a sound rule yields in the coming years."""
    rule = deadline_rule_of(draft.deadline.columns())
    coming = list(_coming(draft, today))
    if draft.deadline.window.is_periodic and not coming and not _has_passed(draft, today):
        yield Finding(
            "no_cycle",
            "/deadline/window",
            "Không kỳ báo cáo nào kết thúc trong thời gian hiệu lực.",
            "No period ends while the obligation is in force.",
        )
    for period in coming or _sample(draft, today):
        try:
            deadline = set_deadline(rule, period, calendar, find)
        except (DeadlineRuleWrong, OverflowError, ValueError) as refusal:
            yield Finding(
                "rule_yields_no_date",
                "/deadline",
                f"Không tính được ngày đến hạn của kỳ {period.label}.",
                f"The rule yields no day for the period {period.label}: {refusal}",
                value=period.label,
            )
            return
        found = _day_fault(rule, draft, period, deadline.due_on, calendar)
        if found is not None:
            yield found
            return


def _coming(draft: ObligationDraft, today: date) -> Iterator[Period]:
    first = max(today.year, draft.valid_from.year if draft.valid_from else today.year)
    years = range(first, min(first + YEARS_AHEAD, LAST_YEAR) + 1)
    for period in period_rule_of(draft.deadline.columns()).periods_ending_in(years):
        if holds(draft.valid_from, draft.valid_to, period.end):
            yield period


def _has_passed(draft: ObligationDraft, today: date) -> bool:
    return draft.valid_to is not None and draft.valid_to.year < today.year


def _sample(draft: ObligationDraft, today: date) -> list[Period]:
    """A period to try the rule on where none follows from the calendar."""
    if draft.deadline.window.is_periodic:
        return []
    return [Period(draft.valid_from or today, draft.valid_to or draft.valid_from or today)]


def _day_fault(
    rule: DeadlineRule, draft: ObligationDraft, period: Period, due_on: date | None, calendar: WorkingCalendar
) -> Finding | None:
    cut_off = _cut_off(rule, draft, period)
    if due_on is None or rule.operator is Operator.WITH:
        return None
    if cut_off is not None and calendar.count_working_days(cut_off, due_on) < SHORTEST_GAP:
        return Finding(
            "cut_off_too_close",
            "/deadline",
            f"Kỳ {period.label}: từ ngày chốt số liệu {cut_off} đến hạn {due_on} chưa đủ một ngày làm việc "
            "(Nghị định 09/2019/NĐ-CP).",
            f"Period {period.label}: less than one working day lies between the cut-off {cut_off} and the due day "
            f"{due_on} (Decree 09/2019).",
            severity="warning",
            value=period.label,
        )
    if rule.day is not None and rule.month is not None and due_on.month == 2 and rule.day == 29:
        return Finding(
            "month_end_clamped",
            "/deadline/day",
            "Năm không nhuận không có ngày 29/2: lấy ngày cuối tháng.",
            "Years that are no leap years have no 29 February: the month's last day counts.",
            severity="warning",
        )
    return None


def _cut_off(rule: DeadlineRule, draft: ObligationDraft, period: Period) -> date | None:
    """Return the day to which figures run, where the document or the decree says so."""
    if rule.cut_off is not None:
        return clamp_day(period.end.year, *rule.cut_off)
    return period.end if draft.deadline.window.startswith("decree09") else None
