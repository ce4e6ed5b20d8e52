"""The statutory days as the `holidays` package knows them. It may lag behind the Government's letters."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from importlib.metadata import version

import holidays

from services.registry.calendar.rules import Confidence, DayFact, DayKind

PACKAGE_VERSION = version("holidays")
_vietnam = type(holidays.country_holidays("VN"))  # slow the first time: when the process starts, not in a request
_SOURCE = f"python-holidays {PACKAGE_VERSION}"


def statutory_day(day: date) -> DayFact | None:
    """Say what the statutory calendar makes of a day."""
    return _days_of(day.year).get(day)


@lru_cache(maxsize=128)
def _days_of(year: int) -> Mapping[date, DayFact]:
    vi = _vietnam(years=year, expand=False, language="vi")
    en = _vietnam(years=year, expand=False, language="en_US")
    off = {day: _fact(DayKind.PUBLIC_HOLIDAY, name, en[day]) for day, name in vi.items()}
    make_up = [day for day in getattr(vi, "weekend_workdays", ()) if day.year == year]
    return off | {day: _fact(DayKind.MAKE_UP_WORKING_DAY, "Làm bù", "Make-up working day") for day in make_up}


def _fact(kind: DayKind, name_vi: str, name_en: str) -> DayFact:
    return DayFact(kind, name_vi, name_en, _SOURCE, Confidence.MEDIUM)
