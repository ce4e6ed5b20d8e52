"""Days as documents print them: "ngày 20 tháng 3 năm 2020", "20/3/2020", with the slips of scanning."""

import re
from datetime import date

from services.registry.document.text import flat, mend_digits

_N = r"[0-9OolI]{1,2}"
_Y = r"[0-9OolI]{4}"
_LONG = re.compile(rf"(?P<day>{_N})\s*thang\s*(?P<month>{_N})\s*(?:,\s*)?nam\s*(?P<year>{_Y})")
_SHORT = re.compile(rf"(?<![0-9/])(?P<day>{_N})\s*[/.-]\s*(?P<month>{_N})\s*[/.-]\s*(?P<year>{_Y})(?![0-9/])")


def a_date(text: str) -> date | None:
    """Return the first day that a text names with its year."""
    found = [m for pattern in (_LONG, _SHORT) if (m := pattern.search(_readable(text)))]
    for match in sorted(found, key=lambda m: m.start()):
        day = day_of(match["year"], match["month"], match["day"])
        if day is not None:
            return day
    return None


def day_of(year: str, month: str, day: str) -> date | None:
    """Return the day of these figures, None where no calendar has it."""
    try:
        return date(*(int(mend_digits(part)) for part in (year, month, day)))
    except ValueError:
        return None


def _readable(text: str) -> str:
    """Return flat text in which a capital I and O stay as they are: they may be figures misread."""
    return "".join(c if c in "OI" else f for c, f in zip(text, flat(text), strict=True))
