"""The time that a report covers: window shapes, and the label of a period in both directions."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from services.registry.obligation.errors import DeadlineRuleWrong, Fault, PeriodUnreadable

ONE_DAY = timedelta(days=1)
SHORTEST_MONTH = 28
FIRST_YEAR, LAST_YEAR = 1990, 2150
"""Periods outside these years are a slip of the pen."""


class Window(StrEnum):
    """The shape of an obligation's periods."""

    CALENDAR_WEEK = "calendar_week"
    CALENDAR_MONTH = "calendar_month"
    CALENDAR_QUARTER = "calendar_quarter"
    CALENDAR_HALF = "calendar_half"
    CALENDAR_YEAR = "calendar_year"
    CALENDAR_CUMULATIVE = "calendar_cumulative"
    DECREE09_MONTH = "decree09_month"
    DECREE09_QUARTER = "decree09_quarter"
    DECREE09_HALF = "decree09_half"
    DECREE09_YEAR = "decree09_year"
    DECREE09_CUMULATIVE = "decree09_cumulative"
    CUSTOM_MONTH = "custom_month"
    CUSTOM_QUARTER = "custom_quarter"
    CUSTOM_HALF = "custom_half"
    CUSTOM_YEAR = "custom_year"
    CUSTOM_CUMULATIVE = "custom_cumulative"
    SERIES = "series"
    ONE_OFF = "one_off"
    ON_DEMAND = "on_demand"
    ON_EVENT = "on_event"

    @property
    def is_periodic(self) -> bool:
        """Whether cycles follow from the calendar; the others have none until someone opens one."""
        return self not in (Window.ONE_OFF, Window.ON_DEMAND, Window.ON_EVENT)

    @property
    def is_custom(self) -> bool:
        """Whether the rule says on which day the reporting year begins."""
        return self.startswith("custom_")

    @property
    def has_parts(self) -> bool:
        """Whether the reporting year falls into parts; weeks and series do not."""
        return self.is_periodic and self not in (Window.SERIES, Window.CALENDAR_WEEK)


PARTS: dict[str, tuple[int, int]] = {
    "Y": (12, 0),
    **{f"H{n}": (6, n - 1) for n in (1, 2)},
    **{f"Q{n}": (3, n - 1) for n in range(1, 5)},
    **{f"M{n:02}": (1, n - 1) for n in range(1, 13)},
    **{f"C{n:02}": (n, 0) for n in range(1, 13)},
}
"""A part of the reporting year: how many months it has, and how many such parts come before it.

`C09` is cumulative: the first nine months. Cumulative periods overlap, all others of a year tile it.
"""

_PARTS_OF_WINDOW = {"month": "M", "quarter": "Q", "half": "H", "year": "Y", "cumulative": "C"}
_USUAL_CUMULATIVE = ("C03", "C06", "C09", "C12")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The time a report covers; both days belong to it."""

    start: date
    end: date

    @property
    def label(self) -> str:
        """Return `2026`, `2026-S1`, otherwise `start/PnM` (days where no number of months fits)."""
        year = self.start.year
        if self == Period(date(year, 1, 1), date(year, 12, 31)):
            return f"{year}"
        if self == Period(date(year, 1, 1), date(year, 6, 30)):
            return f"{year}-S1"
        if self == Period(date(year, 7, 1), date(year, 12, 31)):
            return f"{year}-S2"
        return f"{self.start}/{self._length}"

    @property
    def _length(self) -> str:
        after = self.end + ONE_DAY
        months = (after.year - self.start.year) * 12 + after.month - self.start.month
        if months > 0 and add_months(self.start, months) == after:
            return f"P{months}M"
        return f"P{(after - self.start).days}D"


@dataclass(frozen=True, slots=True)
class PeriodRule:
    """The windows of one obligation: shape, parts of the reporting year, years of a series.

    `year_starts` is the month and day on which the reporting year of a custom window begins.
    """

    window: Window
    parts: tuple[str, ...] = ()
    series_years: tuple[int, ...] = ()
    series_months: int = 12
    year_starts: tuple[int, int] = (1, 1)

    def periods_ending_in(self, years: Sequence[int]) -> Iterator[Period]:
        """Give the periods whose reporting year, the year of their end, is one of these."""
        for year in years:
            yield from self._periods_of(year)

    def _periods_of(self, year: int) -> Iterator[Period]:
        if self.window is Window.SERIES:
            if year in self.series_years:
                yield _months_until(date(year, 12, 31), self.series_months)
        elif self.window is Window.CALENDAR_WEEK:
            yield from _weeks_of(year)
        elif self.window.is_custom:
            both = (p for y in (year, year + 1) for p in self._divided(self._custom_start(y)))
            yield from (period for period in both if period.end.year == year)
        elif self.window.is_periodic:
            is_decree = self.window.startswith("decree09")
            yield from self._divided(date(year - 1, 12, 15) if is_decree else date(year, 1, 1))

    def _custom_start(self, year: int) -> date:
        """Return the first day of the reporting year that ends in a year."""
        month, day = self.year_starts
        return date(year if (month, day) == (1, 1) else year - 1, month, day)

    def _divided(self, first: date) -> Iterator[Period]:
        for part in self.parts or _all_parts(self.window):
            months, before = PARTS[part]
            start = add_months(first, months * before)
            yield Period(start, add_months(start, months) - ONE_DAY)


def add_months(day: date, months: int) -> date:
    """Return the same day so many months later; the last day of the month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return clamp_day(year, month + 1, day.day)


def clamp_day(year: int, month: int, day: int) -> date:
    """Return that day of the month, or the month's last day where it is shorter."""
    return date(year, month, min(day, last_day_of_month(year, month)))


def last_day_of_month(year: int, month: int) -> int:
    return (date(year + month // 12, month % 12 + 1, 1) - ONE_DAY).day


def parse_label(label: str) -> Period:
    """Return the period of a label, or refuse the label."""
    for pattern, build in _LABELS:
        if (match := pattern.fullmatch(label)) is not None:
            try:
                period = build(match)
            except (ValueError, OverflowError) as error:
                raise PeriodUnreadable(label) from error
            if _is_sane(period):
                return period
    raise PeriodUnreadable(label)


def parse_months(period_iso: str | None) -> int:
    """Return the months of `P6M` or `P2Y`; 12 where nothing is said."""
    match = re.fullmatch(r"P(\d{1,3})([MY])", period_iso or "P1Y")
    if match is None:
        raise PeriodUnreadable(period_iso or "")
    return int(match[1]) * (12 if match[2] == "Y" else 1)


def parse_month_day(text: str | None) -> tuple[int, int]:
    """Return the month and day of `11-01`; the first of January where nothing is said."""
    month, _, day = (text or "01-01").partition("-")
    return int(month), int(day)


def period_faults(rule: PeriodRule) -> Iterator[Fault]:
    """Say what is wrong with windows: parts that they do not have, a series without years."""
    if rule.window is Window.SERIES and not rule.series_years:
        yield Fault(
            "series_years",
            "series_without_years",
            "Chế độ báo cáo theo chuỗi năm phải nêu các năm đến hạn.",
            "A series names the years in which it is due.",
        )
    known = parts_of(rule.window)
    foreign = sorted(set(rule.parts) - set(known))
    if foreign:
        yield Fault(
            "parts",
            "parts_foreign",
            f"Kỳ {rule.window} chỉ có các phần {', '.join(known) or '(không có)'}; không có {', '.join(foreign)}.",
            f"The window {rule.window} has the parts {', '.join(known) or 'none'}.",
        )
    if rule.window.is_custom and rule.year_starts[1] > SHORTEST_MONTH:
        yield Fault(
            "year_starts",
            "year_start_not_in_every_month",
            f"Năm báo cáo bắt đầu từ một ngày mà tháng nào cũng có: ngày 1 đến ngày {SHORTEST_MONTH}.",
            f"A reporting year begins on a day that every month has: 1 to {SHORTEST_MONTH}.",
        )


def require_parts(rule: PeriodRule) -> None:
    """Refuse parts that a window does not have, and a series without years."""
    faults = list(period_faults(rule))
    if faults:
        raise DeadlineRuleWrong(faults[0].en, faults)


def parts_of(window: Window) -> tuple[str, ...]:
    """Return the parts that a reporting year of this shape can have."""
    if not window.has_parts:
        return ()
    letter = _PARTS_OF_WINDOW[window.rsplit("_", 1)[1]]
    return tuple(part for part in PARTS if part.startswith(letter))


def _all_parts(window: Window) -> tuple[str, ...]:
    return _USUAL_CUMULATIVE if window.endswith("cumulative") else parts_of(window)


def _weeks_of(year: int) -> Iterator[Period]:
    """The weeks, Monday to Sunday, whose Sunday lies in a year."""
    sunday = date(year, 1, 7 - date(year, 1, 1).weekday())
    while sunday.year == year:
        yield Period(sunday - 6 * ONE_DAY, sunday)
        sunday += 7 * ONE_DAY


def _months_until(end: date, months: int) -> Period:
    return Period(add_months(end + ONE_DAY, -months), end)


def _is_sane(period: Period) -> bool:
    return period.start.year >= FIRST_YEAR and period.start <= period.end and period.end.year <= LAST_YEAR


def _half(match: re.Match[str]) -> Period:
    start = date(int(match[1]), 1 if match[2] == "1" else 7, 1)
    return Period(start, add_months(start, 6) - ONE_DAY)


def _span(match: re.Match[str]) -> Period:
    start, count = date.fromisoformat(match[1]), int(match[2])
    after = add_months(start, count) if match[3] == "M" else start + timedelta(days=count)
    return Period(start, after - ONE_DAY)


_LABELS = (
    (re.compile(r"(\d{4})", re.ASCII), lambda m: Period(date(int(m[1]), 1, 1), date(int(m[1]), 12, 31))),
    (re.compile(r"(\d{4})-S([12])", re.ASCII), _half),
    (re.compile(r"(\d{4}-\d{2}-\d{2})/P(\d{1,4})([MD])", re.ASCII), _span),
)
