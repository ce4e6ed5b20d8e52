"""From a duty that was read to the deadline rule of the registry; what the rule cannot hold becomes a doubt."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from services.registry.document import doubts
from services.registry.document.proposal import DataWindowRead, Doubt, FrequencyRead, ObligationRead

_NAMED = frozenset({"before", "on", "no_later_than"})
_AS_READ = (
    "month", "day", "year_offset", "fixed_year", "days_after", "counts_working_days", "month_offset",
    "working_day", "weekday", "week_offset", "hour", "minute",
)  # fmt: skip
_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_MONTHS = {"calendar_month": 1, "calendar_quarter": 3, "calendar_half": 6, "calendar_year": 12}
_PART = re.compile(r"(?P<kind>[HQM])(?P<number>\d{1,2})")
_LENGTHS = {"H": 6, "Q": 3, "M": 1}
_IN_EVERY_MONTH = 28
_EARLY = 6
_MOST_WORDS, _MOST_OF_EVENT = 1000, 300


@dataclass(frozen=True, slots=True)
class RuleRead:
    """The kind of the obligation, the fields of its deadline rule as the registry writes them, and the doubts."""

    kind: str
    """periodic, one_off or ad_hoc."""
    rule: dict[str, Any]
    doubts: tuple[Doubt, ...]


def rule_of(read: ObligationRead) -> RuleRead:
    """Return the rule of a duty to report. It is always given; a doubt says what a person has to settle in it."""
    frequency, deadline = read.frequency, read.deadline
    rule: dict[str, Any] = {
        "window": frequency.window,
        "parts": list(frequency.parts),
        "series_years": list(frequency.series_years),
        "period_iso": frequency.period_iso if re.fullmatch(r"P\d{1,3}[MY]", frequency.period_iso or "") else None,
        "wording": (deadline.printed or frequency.printed)[:_MOST_WORDS],
        "operator": deadline.operator,
    }
    if deadline.operator in _NAMED:
        rule |= {name: getattr(deadline, name) for name in _AS_READ}
        if deadline.counted_from not in (None, "period_end"):
            rule |= {"counted_from": "event", "event": (deadline.counted_from or "")[:_MOST_OF_EVENT]}
    rule |= _of_window(read.data_window, frequency)
    kind = _KINDS.get(frequency.window, "periodic")
    found = list(_settle(read, kind, rule))
    return RuleRead(kind, rule, tuple(found))


_KINDS = {"one_off": "one_off", "on_demand": "ad_hoc", "on_event": "ad_hoc"}


def _settle(read: ObligationRead, kind: str, rule: dict[str, Any]) -> Iterator[Doubt]:
    """Take out of the rule what it cannot be kept with, and say so."""
    at = read.line, read.source_ref
    frequency, deadline = read.frequency, read.deadline
    if frequency.period_iso and kind == "ad_hoc":
        yield doubts.period_not_held(*at, frequency.printed)
    if frequency.window == "series" and not frequency.series_years:
        yield doubts.series_years_missing(*at, frequency.printed)
    if deadline.operator == "with":
        yield doubts.shared_report_unnamed(*at, deadline.with_report or deadline.printed)
    if deadline.fixed_year is not None and kind == "periodic":
        rule["fixed_year"] = None
        yield doubts.fixed_year_recurs(*at, deadline.printed, deadline.fixed_year)
    if deadline.month and deadline.day and deadline.day > _LONGEST[deadline.month - 1]:
        yield doubts.day_never_exists(*at, deadline.printed)
    if _is_due_early(frequency, deadline.month, deadline.year_offset) and deadline.fixed_year is None:
        yield doubts.due_before_period_ends(*at, deadline.printed)
    if deadline.operator == "none" and kind != "ad_hoc":
        yield doubts.no_day_printed(*at, frequency.printed)
    if read.data_window is not None and not _is_held(read.data_window, rule):
        yield doubts.data_window_not_held(*at, read.data_window.printed)


def _is_due_early(frequency: FrequencyRead, month: int | None, year_offset: int) -> bool:
    """Say whether a yearly report falls due in the first half of its own year: the next year may be meant."""
    return frequency.period_iso == "P1Y" and month is not None and month <= _EARLY and not year_offset


def _of_window(window: DataWindowRead | None, frequency: FrequencyRead) -> dict[str, Any]:
    """Return the shape that a data window gives the periods, else its last day as the cut-off."""
    if window is None or frequency.window.startswith("decree09_"):
        return {}
    start, cut_off = window.start, window.cut_off
    months = _MONTHS.get(frequency.window)
    if start is not None and months is not None:
        begins = _year_starts(window, months, frequency.parts)
        if begins == (1, 1):
            return {}
        if begins is not None:
            shape = frequency.window.replace("calendar_", "custom_")
            return {"window": shape, "year_starts": f"{begins[0]:02}-{begins[1]:02}"}
    if cut_off.month is None or cut_off.year_offset or cut_off.day > _LONGEST[cut_off.month - 1]:
        return {}
    return {"cut_off": f"{cut_off.month:02}-{cut_off.day:02}"}


def _year_starts(window: DataWindowRead, months: int, parts: tuple[str, ...]) -> tuple[int, int] | None:
    """Return the day on which the reporting year begins, where the window is exactly one period of such a year."""
    start, end = window.start, window.cut_off
    if start is None or start.day > _IN_EVERY_MONTH or not _is_day_before(end.day, end.month, start.day):
        return None
    if start.month is None or end.month is None:
        is_told = start.month is None and end.month is None and start.month_offset == -1 and end.month_offset == 0
        return (12, start.day) if is_told else None
    ends_in = end.month if start.day > 1 else end.month + 1
    if (ends_in - start.month - months) % 12:
        return None
    return (start.month - 1 - _months_before(parts)) % 12 + 1, start.day


def _is_day_before(end: int, month: int | None, start: int) -> bool:
    if start > 1:
        return end == start - 1
    return end in ((28, 29) if month == 2 else (_LONGEST[month - 1],)) if month else False


def _months_before(parts: tuple[str, ...]) -> int:
    """Return how many months of the reporting year lie before the one part that is asked for."""
    part = _PART.fullmatch(parts[0]) if len(parts) == 1 else None
    return _LENGTHS[part["kind"]] * (int(part["number"]) - 1) if part else 0


def _is_held(window: DataWindowRead, rule: dict[str, Any]) -> bool:
    """Say whether the rule says all that the window says: its shape, or a cut-off where only that was printed."""
    if rule["window"].startswith(("decree09_", "custom_")):
        return True
    if window.start is None:
        return "cut_off" in rule
    begins = window.start.month, window.start.day
    is_from_new_year = begins == (1, 1) and window.start.year_offset == 0
    return is_from_new_year and ("cut_off" in rule or (window.cut_off.month, window.cut_off.day) == (12, 31))
