"""How a period is written: `2026`, `2026-S1`, otherwise `start/PnM` or `start/PnD`."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from services.submissions.cycle.errors import PeriodUnreadable

_YEAR = re.compile(r"(\d{4})", re.ASCII)
_HALF = re.compile(r"(\d{4})-S([12])", re.ASCII)
_DAYS = re.compile(r"(\d{4}-\d{2}-\d{2})/P(\d{1,4})D", re.ASCII)
_MONTHS = re.compile(r"(\d{4}-\d{2}-\d{2})/P(\d{1,3})M", re.ASCII)


LAST_YEAR = 2150
"""A period beyond it is a slip of the pen."""


@dataclass(frozen=True)
class Period:
    """The time that a report covers."""

    text: str
    start: date
    end: date


def read_period(text: str) -> Period:
    """Return the days that a written period covers, or refuse it."""
    try:
        if year := _YEAR.fullmatch(text):
            return _months(text, date(int(year[1]), 1, 1), 12)
        if half := _HALF.fullmatch(text):
            return _months(text, date(int(half[1]), 1 if half[2] == "1" else 7, 1), 6)
        if span := _MONTHS.fullmatch(text):
            return _months(text, date.fromisoformat(span[1]), int(span[2]))
        if days := _DAYS.fullmatch(text):
            return _days(text, date.fromisoformat(days[1]), int(days[2]))
    except (ValueError, OverflowError) as error:
        raise PeriodUnreadable(text) from error
    raise PeriodUnreadable(text)


def _months(text: str, start: date, count: int) -> Period:
    if count < 1 or start.year < 2000:
        raise PeriodUnreadable(text)
    years, month = divmod(start.month - 1 + count, 12)
    following = date(start.year + years, month + 1, start.day)
    return _sane(Period(text, start, following - timedelta(days=1)))


def _days(text: str, start: date, count: int) -> Period:
    if count < 1 or start.year < 2000:
        raise PeriodUnreadable(text)
    return _sane(Period(text, start, start + timedelta(days=count - 1)))


def _sane(period: Period) -> Period:
    if period.end.year > LAST_YEAR:
        raise PeriodUnreadable(period.text)
    return period
