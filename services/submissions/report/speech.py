"""How numbers, days and periods are written in the two languages of a document."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Literal

from kernel.clock import VIETNAM
from services.submissions.report.words import PHRASES

Language = Literal["vi", "en"]
HALF = re.compile(r"^(\d{4})-S([12])$")
YEAR = re.compile(r"^\d{4}$")
SWAPPED = str.maketrans(",.", ".,")
PLACES = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Speech:
    """One of the two languages."""

    language: Language

    def say(self, phrase: str, **facts: object) -> str:
        """Return a phrase with its facts. Facts are put in once: what stands in them is never read as a phrase."""
        vi, en = PHRASES[phrase]
        return (vi if self.language == "vi" else en).format(**facts)

    def choose(self, vi: str, en: str | None) -> str:
        """Return the text of the language; Vietnamese where there is no English."""
        return vi if self.language == "vi" or not en else en

    def number(self, value: Decimal | int) -> str:
        """Return a number as people write it: `1.234.567,8` in Vietnamese."""
        exact = Decimal(value)
        whole = exact == exact.to_integral_value()
        text = f"{int(exact):,}" if whole else f"{exact.normalize():,f}"
        return text.translate(SWAPPED) if self.language == "vi" else text

    def written(self, text: str) -> str:
        """Return a number that is kept as text; what is no number stays as it is."""
        try:
            return self.number(Decimal(text))
        except InvalidOperation:
            return text

    def percent(self, part: int, whole: int) -> str:
        """Return a share to one place; a dash where there is nothing to share."""
        if whole == 0:
            return "–"
        share = (Decimal(part) * 100 / Decimal(whole)).quantize(PLACES, ROUND_HALF_UP)
        return f"{self.number(share)}%"

    def day(self, day: date) -> str:
        """Return a day in words: `ngày 05 tháng 01 năm 2026`, with a zero where one could be put before it."""
        if self.language == "en":
            return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
        month = f"{day.month:02d}" if day.month < 3 else str(day.month)
        return f"ngày {day.day:02d} tháng {month} năm {day.year}"

    def short_day(self, day: date) -> str:
        """Return a day for a table."""
        return f"{day:%d/%m/%Y}" if self.language == "vi" else f"{day:%Y-%m-%d}"

    def instant(self, instant: datetime) -> str:
        """Return an instant for a table, as Viet Nam's clocks show it."""
        local = instant.astimezone(VIETNAM)
        return f"{self.short_day(local.date())} {local:%H:%M}"

    def period(self, label: str, start: date, end: date) -> str:
        """Return a period as it is spoken of."""
        if half := HALF.match(label):
            return self.say("first_half" if half[2] == "1" else "second_half", year=half[1])
        if YEAR.match(label):
            return self.say("whole_year", year=label)
        return f"{self.short_day(start)} – {self.short_day(end)}"


MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
