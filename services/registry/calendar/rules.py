"""Which days are working days. Values in, values out: the days of the law come from `statutory`."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from services.registry.calendar.errors import DaysTooMany

SATURDAY = 5
LONGEST_SPAN = timedelta(days=1100)
ONE_DAY = timedelta(days=1)


class DayKind(StrEnum):
    """What makes a day a working day or a day off."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    PUBLIC_HOLIDAY = "public_holiday"
    COMPENSATORY_DAY_OFF = "compensatory_day_off"
    SWAPPED_DAY_OFF = "swapped_day_off"
    MAKE_UP_WORKING_DAY = "make_up_working_day"


class OverrideKind(StrEnum):
    """What an override can make of a day; `ordinary_day` takes a holiday of the package back."""

    PUBLIC_HOLIDAY = "public_holiday"
    COMPENSATORY_DAY_OFF = "compensatory_day_off"
    SWAPPED_DAY_OFF = "swapped_day_off"
    MAKE_UP_WORKING_DAY = "make_up_working_day"
    ORDINARY_DAY = "ordinary_day"


class Confidence(StrEnum):
    """How sure the source is; only `verified` and `high` settle a day."""

    VERIFIED = "verified"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class DayFact:
    """What one source says about one day that is not an ordinary one."""

    kind: DayKind
    name_vi: str
    name_en: str
    source: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Day:
    """One day as the calendar judges it."""

    on: date
    is_working: bool
    kind: DayKind
    name_vi: str = ""
    name_en: str = ""
    source: str = ""
    confidence: Confidence = Confidence.HIGH

    @property
    def is_settled(self) -> bool:
        return self.confidence in (Confidence.VERIFIED, Confidence.HIGH)


Statutory = Callable[[date], DayFact | None]
"""Says what the law's own calendar makes of a day; None is an ordinary day."""


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Monday to Friday, minus days off, plus make-up Saturdays. An override wins over the statutory day.

    In `overrides`, None stands for an ordinary day: the statutory fact is taken back.
    """

    statutory: Statutory
    overrides: Mapping[date, DayFact | None] = field(default_factory=dict)
    version: str = "0"

    def judge(self, day: date) -> Day:
        """Say what a day is, and by which source."""
        fact = self.overrides[day] if day in self.overrides else self.statutory(day)
        if fact is None:
            return _plain_day(day)
        works = fact.kind is DayKind.MAKE_UP_WORKING_DAY
        return Day(day, works, fact.kind, fact.name_vi, fact.name_en, fact.source, fact.confidence)

    def is_working_day(self, day: date) -> bool:
        return self.judge(day).is_working

    def working_day_from(self, day: date, step: timedelta = ONE_DAY) -> date:
        """Return the day itself when it is a working day, else the nearest one that way."""
        while not self.is_working_day(day):
            day += step
        return day

    def add_working_days(self, day: date, count: int) -> date:
        """Return the count-th working day after a day."""
        for _ in range(count):
            day = self.working_day_from(day + ONE_DAY)
        return day

    def count_working_days(self, day: date, last: date) -> int:
        """Return how many working days lie after a day, up to another one; none where that comes earlier."""
        return sum(one.is_working for one in self.days(day + ONE_DAY, last))

    def days(self, first: date, last: date) -> Iterator[Day]:
        """Judge every day of a span, both ends included."""
        while first <= last:
            yield self.judge(first)
            first += ONE_DAY


def require_span(first: date, last: date) -> None:
    """Refuse a span that ends before it begins, or that is too long for one answer."""
    if last < first or last - first > LONGEST_SPAN:
        raise DaysTooMany(first, last, LONGEST_SPAN.days)


def _plain_day(day: date) -> Day:
    if day.weekday() >= SATURDAY:
        return Day(day, False, DayKind.WEEKEND)
    return Day(day, True, DayKind.WORKDAY)
