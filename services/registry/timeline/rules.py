"""What of a task falls in a year, by the reading of its timeframe."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

YEARS = re.compile(r"^P(\d+)Y$")


class TimelineKind(StrEnum):
    """What falls due."""

    REPORT_DUE = "report_due"
    REPORT_IN_YEAR = "report_in_year"
    WINDOW_ENDS = "window_ends"
    SERIES_YEAR = "series_year"
    REVIEW = "review"


WORDS = {
    TimelineKind.REPORT_DUE: ("Hạn nộp báo cáo", "Report due"),
    TimelineKind.REPORT_IN_YEAR: ("Báo cáo trong năm, không ấn định ngày", "Report in the year, no day given"),
    TimelineKind.WINDOW_ENDS: ("Kết thúc thời gian thực hiện", "The timeframe ends"),
    TimelineKind.SERIES_YEAR: ("Năm thực hiện theo chu kỳ", "A year of the series"),
    TimelineKind.REVIEW: ("Rà soát", "Review"),
}


@dataclass(frozen=True, slots=True)
class Timeframe:
    """A timeframe as it was read."""

    mode: str
    starts_in: int | None
    ends_in: int | None
    review_mode: str
    review_starts_in: int | None
    review_ends_in: int | None
    period_iso: str | None


def find_kinds(timeframe: Timeframe, year: int) -> Iterator[TimelineKind]:
    """Say what of a timeframe falls in a year. Nothing is made up where no year was read."""
    if timeframe.mode == "window" and timeframe.ends_in == year:
        yield TimelineKind.WINDOW_ENDS
    if timeframe.mode == "periodic" and _is_in_series(timeframe, year):
        yield TimelineKind.SERIES_YEAR
    if timeframe.review_mode != "none" and timeframe.review_starts_in is not None:
        last = timeframe.review_ends_in
        if timeframe.review_starts_in <= year and (last is None or year <= last):
            yield TimelineKind.REVIEW


def _is_in_series(timeframe: Timeframe, year: int) -> bool:
    """A series of months has something in every one of its years."""
    first, last = timeframe.starts_in, timeframe.ends_in
    if first is None or year < first or (last is not None and last < year):
        return False
    step = YEARS.match(timeframe.period_iso or "")
    return (year - first) % int(step.group(1)) == 0 if step else timeframe.period_iso is not None
