"""One step of an explanation, and how Vietnamese and English write a day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

WEEKDAYS_VI = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS_EN = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an explanation."""

    code: str
    vi: str
    en: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the step as it goes over the wire; the facts stand beside the sentences."""
        return {"code": self.code, "vi": self.vi, "en": self.en, **self.facts}


def day_vi(day: date) -> str:
    """Write a day as Vietnamese documents do: two digits for days, and for the first two months."""
    month = f"{day.month:02}" if day.month < 3 else f"{day.month}"
    return f"{day.day:02}/{month}/{day.year}"


def day_en(day: date) -> str:
    return f"{day.day} {MONTHS_EN[day.month - 1]} {day.year}"


def weekday_vi(day: date) -> str:
    return WEEKDAYS_VI[day.weekday()]


def weekday_en(day: date) -> str:
    return WEEKDAYS_EN[day.weekday()]
