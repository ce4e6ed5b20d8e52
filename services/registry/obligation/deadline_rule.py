"""What a deadline rule can say, and what is wrong with one that says too little or too much."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from services.registry.obligation.errors import DeadlineRuleWrong, Fault

LONGEST_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


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
    MODIFIED_FOLLOWING = "modified_following"


class CountedFrom(StrEnum):
    """From which day `days_after` counts. That day itself is not counted (Civil Code 2015, article 147.2)."""

    PERIOD_END = "period_end"
    EVENT = "event"


@dataclass(frozen=True, slots=True)
class DeadlineRule:
    """One wording, read: the operator, and the day it names in exactly one of these ways.

    - `month` and `day`, in the year in which the period ends (plus `year_offset`, or in `fixed_year`);
    - `month_offset` and `day`: so many months after the month in which the period ends;
    - `working_day` with `month` or `month_offset`: the n-th working day of that month, -1 the last;
    - `weekday` (1 is Monday) of the week in which the period ends, `week_offset` weeks later;
    - `days_after`, calendar or working ones, after the period's last day, or after an event.
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
    month_offset: int | None = None
    working_day: int | None = None
    weekday: int | None = None
    week_offset: int = 0
    hour: int | None = None
    minute: int = 0
    counted_from: CountedFrom = CountedFrom.PERIOD_END
    event: str | None = None
    cut_off: tuple[int, int] | None = None

    @property
    def asks_calendar(self) -> bool:
        """Whether working days decide the due day."""
        return self.roll is not Roll.NONE or self.counts_working_days or self.working_day is not None


def rule_faults(rule: DeadlineRule) -> Iterator[Fault]:
    """Say everything that keeps a rule from naming a day."""
    if rule.operator is Operator.WITH and not rule.with_obligation:
        yield Fault(
            "with_obligation",
            "shared_deadline_unnamed",
            "Hạn nộp kèm báo cáo khác phải nêu mã chế độ báo cáo đó.",
            "A shared deadline names the other obligation.",
        )
    if rule.operator.names_a_day:
        yield from _naming_faults(rule)


def require_rule(rule: DeadlineRule) -> None:
    """Refuse a rule that does not say what its operator needs."""
    faults = list(rule_faults(rule))
    if faults:
        raise DeadlineRuleWrong(faults[0].en, faults)


def _naming_faults(rule: DeadlineRule) -> Iterator[Fault]:
    by_month = rule.month is not None or rule.month_offset is not None
    in_month = rule.day is not None or rule.working_day is not None
    ways = (by_month or in_month, rule.weekday is not None, rule.days_after is not None)
    is_month_whole = by_month == in_month and (rule.month is None or rule.month_offset is None)
    is_one_day = rule.day is None or rule.working_day is None
    if sum(ways) != 1 or not is_month_whole or not is_one_day:
        yield Fault(
            "operator",
            "day_not_named",
            "Nêu tháng và ngày, hoặc số ngày sau kỳ báo cáo: một cách duy nhất.",
            "Name a month and a day, or else a number of days after the period.",
        )
    if not _has_such_a_day(rule.month, rule.day):
        yield Fault(
            "day",
            "day_never_exists",
            f"Không năm nào có ngày {rule.day} tháng {rule.month}.",
            f"No calendar has the day {rule.day} of month {rule.month}.",
        )
    if rule.working_day is not None and not 1 <= abs(rule.working_day) <= 23:
        yield Fault(
            "working_day",
            "working_day_not_in_month",
            "Ngày làm việc thứ mấy trong tháng: từ 1 đến 23, hoặc từ -1 (ngày cuối) đến -23.",
            "The working day of a month is 1 to 23, or -1 (the last) to -23.",
        )


def _has_such_a_day(month: int | None, day: int | None) -> bool:
    """Say whether any year has that day; 29 February is one, 30 February is none."""
    if month is not None and not 1 <= month <= len(LONGEST_DAYS):
        return False
    longest = max(LONGEST_DAYS) if month is None else LONGEST_DAYS[month - 1]
    return day is None or 1 <= day <= longest
