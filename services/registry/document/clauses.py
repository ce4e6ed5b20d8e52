"""How a sentence that asks for reports falls apart into them.

It is read from the left. Every frequency begins a report; a deadline belongs to the frequency before it, or stands
for one of its own when it says "hằng năm" or when none is open.
"""

import re
from dataclasses import dataclass, field, replace
from typing import Any

from services.registry.document.data_windows import Found, find_data_windows
from services.registry.document.frequencies import ON_DEMAND, ON_EVENT, ONE_OFF, WEEKLY, find_frequencies
from services.registry.document.proposal import DataWindowRead, DeadlineRead, FrequencyRead
from services.registry.document.text import flat
from services.registry.document.wordings import find_deadlines

_HALVES = ("H1", "H2")


@dataclass(slots=True)
class OpenReport:
    """A report that a sentence asks for, while the sentence is read."""

    at: int
    frequency: FrequencyRead
    deadline: DeadlineRead | None = None
    window: DataWindowRead | None = None
    end: int = 0
    is_bare: bool = False
    """A day was read before any frequency."""
    notes: list[str] = field(default_factory=list)


def open_reports(sentence: str, said: str) -> list[OpenReport]:
    """Open a report at every frequency and give it its deadline and its data window."""
    windows, deadlines = find_data_windows(sentence), find_deadlines(sentence)
    taken = [(w.start, w.end) for w in windows] + [(d.start, d.end) for d in deadlines]
    frequencies = find_frequencies(sentence, taken)
    marks: list[tuple[int, str, Found[Any]]] = [(f.start, "frequency", f) for f in frequencies]
    marks += [(d.start, "deadline", d) for d in deadlines]
    marks += [(w.start, "window", w) for w in windows]
    opened: list[OpenReport] = []
    for _, kind, mark in sorted(marks, key=lambda m: m[0]):
        if kind == "frequency":
            _open(opened, mark, said)
        elif kind == "deadline":
            _give(opened, mark, said)
        elif opened:
            opened[-1].window = mark.read
    return _both_halves(_drop_repeated([_of_event(o) for o in opened]))


def _of_event(report: OpenReport) -> OpenReport:
    """Say of a report that is owed when something happens that it is; one counted from a request is asked for."""
    counted = report.deadline.counted_from if report.deadline else None
    if counted not in (None, "period_end") and report.frequency.window in ("on_demand", "on_event", "one_off"):
        is_asked = re.search(r"yeu cau|de nghi", flat(counted or "")) is not None
        report.frequency = replace(report.frequency, window="on_demand" if is_asked else "on_event")
    return report


def _open(opened: list[OpenReport], mark: Found[FrequencyRead], said: str) -> None:
    """Open an obligation at a frequency; one that only names a day before it, or a list of parts, takes it in."""
    last = opened[-1] if opened else None
    between = said[last.end : mark.start].strip() if last else ";"
    if last is not None and last.is_bare and between in ("(", "doi voi", "cho", "voi", "(doi voi", "la"):
        last.frequency, last.is_bare, last.end = mark.read, False, mark.end
        return
    if last is not None and between in (",", "va", ", va", "") and last.deadline is None:
        parts, more = last.frequency.parts, mark.read.parts
        if last.frequency.window == mark.read.window and parts and more and not set(parts) & set(more):
            last.frequency, last.end = replace(last.frequency, parts=(*parts, *more)), mark.end
            return
    opened.append(OpenReport(mark.start, mark.read, end=mark.end))


def _give(opened: list[OpenReport], mark: Found[DeadlineRead], said: str) -> None:
    last = opened[-1] if opened else None
    is_broken = last is not None and ";" in said[last.end : mark.start]
    is_free = last is not None and last.deadline is None and not (is_broken and mark.is_yearly)
    if last is not None and is_free:
        last.deadline = mark.read
        last.end = mark.end
        return
    frequency = _frequency_of_day(mark)
    if last is not None and _is_second_half(last, mark, said):
        half = replace(last.frequency, window="calendar_half", period_iso="P6M")
        last.frequency, frequency = replace(half, parts=("H1",)), replace(half, parts=("H2",))
    begins = said.rfind(";", 0, mark.start) + 1 if is_broken else mark.start
    opened.append(OpenReport(begins, frequency, mark.read, end=mark.end, is_bare=True))


def _is_second_half(last: OpenReport, mark: Found[DeadlineRead], said: str) -> bool:
    """Say whether two days half a year apart stand together: "trước ngày 10/6 và 10/12"."""
    first, second = last.deadline and last.deadline.month, mark.read.month
    if not first or not second or not 5 <= second - first <= 7:
        return False
    is_half = last.frequency.parts == _HALVES or last.is_bare
    return is_half and re.fullmatch(r"[ ,]*(?:va)? ?(?:ngay)? ?", said[last.end : mark.start]) is not None


def _frequency_of_day(mark: Found[DeadlineRead]) -> FrequencyRead:
    """Say how often a day comes that stands without a frequency."""
    day, printed = mark.read, mark.read.printed
    if day.weekday is not None:
        return replace(WEEKLY, printed=printed)
    if day.month_offset is not None:
        unit = re.search(r"\bquy\b|\bky\b", flat(printed))
        if unit is None:
            return FrequencyRead(printed, "calendar_month", "P1M")
        return FrequencyRead(printed, "calendar_quarter", "P3M") if unit[0] == "quy" else ON_DEMAND
    if day.counted_from == "period_end":
        return _frequency_of_period(printed)
    if mark.is_yearly or (day.month and not day.fixed_year):
        return FrequencyRead(printed, "calendar_year", "P1Y", ("Y",))
    return ON_EVENT if day.counted_from else ONE_OFF


def _frequency_of_period(printed: str) -> FrequencyRead:
    """Say how often a period ends from whose end the days count: "15 ngày sau khi kết thúc năm"."""
    unit = re.search(r"ket thuc\D{0,12}?\b(6 thang|thang|quy|nam)\b|\b(thang|quy|nam)\b", flat(printed))
    said = (unit[1] or unit[2]) if unit else ""
    windows = {"thang": ("calendar_month", "P1M"), "quy": ("calendar_quarter", "P3M")}
    if said in windows:
        return FrequencyRead(printed, *windows[said])
    return FrequencyRead(printed, "calendar_year", "P1Y", ("Y",)) if said == "nam" else ON_DEMAND


def _drop_repeated(opened: list[OpenReport]) -> list[OpenReport]:
    """Leave out a frequency without a day that is said again with one: "định kỳ 6 tháng (báo cáo 6 tháng …)"."""
    dated = {o.frequency.period_iso for o in opened if o.deadline and o.frequency.period_iso}
    kept: list[OpenReport] = []
    for obligation in opened:
        said = {(o.frequency.window, o.frequency.parts) for o in kept if not o.deadline}
        frequency = obligation.frequency
        is_said = frequency.period_iso in dated or (frequency.window, frequency.parts) in said
        if obligation.deadline or not is_said:
            kept.append(obligation)
    return kept


def _both_halves(opened: list[OpenReport]) -> list[OpenReport]:
    """Part a half-yearly duty that has one day: the day belongs to the half that ends nearest before it."""
    halves = [o for o in opened if o.frequency.parts == _HALVES and o.deadline and o.deadline.month]
    found: list[OpenReport] = []
    for obligation in opened:
        found.append(obligation)
        if obligation not in halves or obligation.deadline is None or obligation.deadline.month is None:
            continue
        if len(halves) > 1 or obligation.deadline.fixed_year or obligation.window is not None:
            continue
        part = "H1" if 4 <= obligation.deadline.month <= 9 and not obligation.deadline.year_offset else "H2"
        other = "H2" if part == "H1" else "H1"
        frequency = obligation.frequency
        obligation.frequency = replace(frequency, parts=(part,))
        found.append(OpenReport(obligation.at, replace(frequency, parts=(other,)), notes=["no_day_for_this_half"]))
    return found
