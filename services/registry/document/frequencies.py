"""The grammar of frequencies: how often a report is owed, and which parts of the year its periods are.

frequency = ["định kỳ"] ("hằng" | "mỗi") unit | count unit ["/lần" | "một lần"] | "báo cáo" unit
            | "6 tháng đầu năm" | "quý" I…IV | "đột xuất" | "khi có yêu cầu"
Further units may follow: "hằng tháng, quý, 6 tháng và năm".
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from services.registry.document.data_windows import Found
from services.registry.document.proposal import DataWindowRead, Day, FrequencyRead
from services.registry.document.text import flat

ONE_OFF, ON_DEMAND = FrequencyRead("", "one_off"), FrequencyRead("", "on_demand")
ON_EVENT, WEEKLY = FrequencyRead("", "on_event"), FrequencyRead("", "calendar_week", "P1W")

_WINDOWS = {
    "P1W": "calendar_week", "P1M": "calendar_month", "P3M": "calendar_quarter",
    "P6M": "calendar_half", "P1Y": "calendar_year",
}  # fmt: skip
_UNIT = r"(?P<unit>tuan|thang|quy|nam)"
_PART = r"(?: (?P<half>dau|cuoi) nam)?"
_ONCE = r"(?: ?/ ?(?:mot |01 |1 )?lan| (?:mot|01|1) lan)?"
_OFTEN = r"(?:dinh ky |bao cao (?:so lieu |dinh ky |so ket |tong ket )?|so lieu |hang )"
_TROUBLE = r"(?:kho khan|vuong mac|phat sinh|yeu cau|vu viec|su co)"
_IF = rf"neu (?:thay )?can(?: thiet)?|(?:neu|truong hop|khi) co {_TROUBLE}"
_FIRST = re.compile(
    rf"(?<!\w)(?:(?:dinh ky )?(?:hang|moi|tung) {_UNIT}\b"
    rf"|{_OFTEN}(?P<count>\d{{1,2}}|mot|hai|ba|nam) (?P<unit2>thang|nam|quy)(?! ?\d){_PART}{_ONCE}"
    r"|(?<!ngay )(?P<count3>\d{1,2}) (?P<unit3>thang|nam|quy)"
    r"(?P<once> ?/ ?lan| (?:mot|01|1) lan| dau nam| cuoi nam)"
    r"|(?:bao cao |dinh ky )?quy (?P<quarter>iv|iii|ii|i)\b(?! ?(?:/|nam) ?\d{4})"
    r"|(?:bao cao|dinh ky)(?: dinh ky| so ket| tong ket)? (?P<unit4>tuan|thang|quy|nam)(?! bat)(?! \w+ \d)\b"
    rf"|(?P<adhoc>dot xuat|theo yeu cau dot xuat|{_IF}))"
)
_FURTHER = re.compile(
    r"(?: ?\([^()]*\))?(?:, ?|,? va |/)(?:hang |dinh ky |bao cao )?"
    rf"(?:(?P<count>\d{{1,2}}|mot) ?)?{_UNIT}(?: (?P<quarter>iv|iii|ii|i)\b)?(?! ?\d)(?! bao cao){_PART}\b"
    rf"|(?:,? va |, ?)(?P<adhoc>dot xuat)"
)
_WORDS = {"mot": 1, "hai": 2, "ba": 3, "nam": 5}
_DECREE_09 = {
    (Day(12, 15, -1), Day(6, 14)): ("decree09_half", ("H1",)),
    (Day(6, 15), Day(12, 14)): ("decree09_half", ("H2",)),
    (Day(12, 15, -1), Day(12, 14)): ("decree09_year", ("Y",)),
    (Day(12, 15, -1), Day(3, 14)): ("decree09_quarter", ("Q1",)),
    (Day(3, 15), Day(6, 14)): ("decree09_quarter", ("Q2",)),
    (Day(6, 15), Day(9, 14)): ("decree09_quarter", ("Q3",)),
    (Day(9, 15), Day(12, 14)): ("decree09_quarter", ("Q4",)),
    (Day(12, 15, -1), Day(9, 14)): ("decree09_cumulative", ("C09",)),
}
_MID_BEFORE, _MID_WITHIN = Day(None, 15, month_offset=-1), Day(None, 14, month_offset=0)
_MID_MONTHS = tuple(Day(month, 14) for month in range(1, 13))


def find_frequencies(text: str, taken: Sequence[tuple[int, int]] = ()) -> list[Found[FrequencyRead]]:
    """Find every frequency of a sentence, in order; `taken` are places that belong to something else."""
    said = flat(text)
    found: list[Found[FrequencyRead]] = []
    for match in _FIRST.finditer(said):
        if any(start < match.end() and match.start() < end for start, end in taken):
            continue
        if found and match.start() < found[-1].end:
            continue
        found.append(Found(match.start(), match.end(), _first(text, match)))
        found += _further(text, said, match.end())
    return found


def _further(text: str, said: str, at: int) -> list[Found[FrequencyRead]]:
    found: list[Found[FrequencyRead]] = []
    while (match := _FURTHER.match(said, at)) is not None:
        begin = max(match.start(), text.rfind(")", match.start(), match.end()) + 1)
        printed = text[begin : match.end()].strip(" ,")
        if match["adhoc"]:
            read = FrequencyRead(printed, "on_demand")
        elif match["quarter"]:
            read = _quarter(printed, match["quarter"])
        else:
            read = _frequency(printed, _count(match["count"]), match["unit"], match["half"])
        found.append(Found(begin, match.end(), read))
        at = match.end()
    return found


def _first(text: str, match: re.Match[str]) -> FrequencyRead:
    printed = text[match.start() : match.end()].strip()
    if match["adhoc"]:
        return FrequencyRead(printed, "on_demand")
    if match["quarter"]:
        return _quarter(printed, match["quarter"])
    count = _count(match["count"] or match["count3"])
    unit = match["unit"] or match["unit2"] or match["unit3"] or match["unit4"]
    once = (match["once"] or "").strip()
    half = match["half"] or (once.split()[0] if once.endswith("nam") else None)
    return _frequency(printed, count, unit, half)


def _quarter(printed: str, roman: str) -> FrequencyRead:
    number = ("i", "ii", "iii", "iv").index(roman) + 1
    return FrequencyRead(printed, "calendar_quarter", "P3M", (f"Q{number}",))


def _frequency(printed: str, count: int, unit: str, half: str | None) -> FrequencyRead:
    period = period_iso(count, unit)
    parts: tuple[str, ...] = ()
    if period == "P6M":
        parts = {"dau": ("H1",), "cuoi": ("H2",)}.get(half or "", ("H1", "H2"))
    if period == "P1Y":
        parts = ("Y",)
    if period == "P9M":
        return FrequencyRead(printed, "calendar_cumulative", period, ("C09",))
    window = _WINDOWS.get(period, "series" if period.endswith("Y") else "on_demand")
    return FrequencyRead(printed, window, period, parts)


def period_iso(count: int, unit: str) -> str:
    """Return the ISO length of so many weeks, months, quarters or years."""
    if unit == "tuan":
        return f"P{count}W"
    months = count * {"thang": 1, "quy": 3, "nam": 12}[unit]
    return f"P{months // 12}Y" if months % 12 == 0 else f"P{months}M"


def _count(text: str | None) -> int:
    return _WORDS.get(text) or int(text) if text else 1


def narrowed(frequency: FrequencyRead, window: DataWindowRead | None) -> FrequencyRead:
    """Return the frequency with the window that its data run over: those of Decree 09/2019 have names."""
    if window is None or window.start is None:
        return frequency
    if window.start == _MID_BEFORE and window.cut_off in (_MID_WITHIN, *_MID_MONTHS):
        name = frequency.window.replace("calendar_", "decree09_")
        return replace(frequency, window=name) if name.startswith("decree09_") else frequency
    found = _DECREE_09.get((window.start, window.cut_off))
    if found is None:
        return frequency
    name, parts = found
    if frequency.window == "calendar_cumulative":
        return replace(frequency, window="decree09_cumulative")
    months = {"half": "P6M", "year": "P1Y", "quarter": "P3M", "cumulative": "P9M"}[name.rpartition("_")[2]]
    return FrequencyRead(frequency.printed, name, months, parts)
