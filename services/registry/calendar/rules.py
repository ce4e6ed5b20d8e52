"""Which days are working days. Values in, values out: the days of the law come from `statutory`."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
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
    """What an override can make of a day.

    `ordinary_day` takes a holiday of the package back; `statutory_day` takes an override back.
    """

    PUBLIC_HOLIDAY = "public_holiday"
    COMPENSATORY_DAY_OFF = "compensatory_day_off"
    SWAPPED_DAY_OFF = "swapped_day_off"
    MAKE_UP_WORKING_DAY = "make_up_working_day"
    ORDINARY_DAY = "ordinary_day"
    STATUTORY_DAY = "statutory_day"


class Confidence(StrEnum):
    """How sure the source is; only `verified` and `high` settle a day."""

    VERIFIED = "verified"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


SURE = (Confidence.VERIFIED, Confidence.HIGH)
DAYS_OFF = (DayKind.PUBLIC_HOLIDAY, DayKind.COMPENSATORY_DAY_OFF, DayKind.SWAPPED_DAY_OFF)
DAYS_OF_TET = 5


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
        return self.confidence in SURE


@dataclass(frozen=True, slots=True)
class Origin:
    """Who moved a day, by which document, and why."""

    number: int
    day: date
    kind: str
    source: str
    author: str
    reason: str


Statutory = Callable[[date], DayFact | None]
"""Says what the law's own calendar makes of a day; None is an ordinary day."""


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Monday to Friday, minus days off, plus make-up Saturdays. An override wins over the statutory day.

    In `overrides`, None stands for an ordinary day: the statutory fact is taken back. Every day of a year after
    `decreed_until` is provisional: the Government has not announced its days off yet; None: nobody asked.
    """

    statutory: Statutory
    overrides: Mapping[date, DayFact | None] = field(default_factory=dict)
    version: str = "0"
    decreed_until: int | None = None
    origins: tuple[Origin, ...] = ()
    """Where the overrides that count come from, newest first."""

    def judge(self, day: date) -> Day:
        """Say what a day is, and by which source."""
        fact = self.overrides[day] if day in self.overrides else self.statutory(day)
        if fact is None:
            return _plain_day(day, Confidence.HIGH if self.is_decreed(day.year) else Confidence.MEDIUM)
        works = fact.kind is DayKind.MAKE_UP_WORKING_DAY
        return Day(day, works, fact.kind, fact.name_vi, fact.name_en, fact.source, fact.confidence)

    def is_working_day(self, day: date) -> bool:
        fact = self.overrides[day] if day in self.overrides else self.statutory(day)
        if fact is None:
            return day.weekday() < SATURDAY
        return fact.kind is DayKind.MAKE_UP_WORKING_DAY

    def is_decreed(self, year: int) -> bool:
        """Say whether the Government has announced the days off of a year."""
        return self.decreed_until is None or year <= self.decreed_until

    def with_override(self, day: date, kind: OverrideKind, fact: DayFact | None) -> "WorkingCalendar":
        """Return the calendar as it would be with one more override."""
        overrides = {one: known for one, known in self.overrides.items() if one != day}
        if kind is not OverrideKind.STATUTORY_DAY:
            overrides[day] = fact
        until = None if self.decreed_until is None else find_decreed_until(overrides)
        return replace(self, overrides=overrides, version=f"{self.version}+preview", decreed_until=until)

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
        return sum(self.is_working_day(one.on) for one in self.days(day + ONE_DAY, last))

    def days(self, first: date, last: date) -> Iterator[Day]:
        """Judge every day of a span, both ends included."""
        while first <= last:
            yield self.judge(first)
            first += ONE_DAY


def require_span(first: date, last: date) -> None:
    """Refuse a span that ends before it begins, or that is too long for one answer."""
    if last < first or last - first > LONGEST_SPAN:
        raise DaysTooMany(first, last, LONGEST_SPAN.days)


def find_decreed_until(overrides: Mapping[date, DayFact | None]) -> int:
    """Return the last year of which a sure source has announced the days off; 0 when there is none.

    Tết alone has five days off, so fewer announced ones are a correction and not a year's decree.
    """
    announced = Counter(
        day.year
        for day, fact in overrides.items()
        if fact is not None and fact.kind in DAYS_OFF and fact.confidence in SURE
    )
    return max((year for year, count in announced.items() if count >= DAYS_OF_TET), default=0)


def _plain_day(day: date, confidence: Confidence) -> Day:
    if day.weekday() >= SATURDAY:
        return Day(day, False, DayKind.WEEKEND, confidence=confidence)
    return Day(day, True, DayKind.WORKDAY, confidence=confidence)
