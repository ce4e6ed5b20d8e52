"""The grammar of timeframes: window, continuous work, periodic work, and the review phase that may follow.

timeframe  = main [ (";" | ",") review ]
main       = continuous [span] | periodic [span] | span
span       = year "-" year | ["từ"] year "đến" year | "đến" ["năm"] year | year | quarter/year | month/year | day
review     = "định kỳ" ("rà soát" | "cập nhật" | "báo cáo" | "đánh giá" …) [every] [["cho"] "đến" ["năm"] year]
"""

import re
from dataclasses import replace
from datetime import date

from services.registry.document.dates import a_date
from services.registry.document.proposal import DOUBTFUL, GUESSED, SURE, TimeframeRead
from services.registry.document.text import flat

_YEAR = r"(?P<{}>(?:19|20)\d\d)"
_SPAN = re.compile(
    rf"(?:giai doan|tu(?: nam)?|trong)?\s*(?:cac nam\s*)?{_YEAR.format('start')}\s*"
    rf"(?:-|den(?: het)?(?: nam)?|toi(?: nam)?|va)\s*(?:nam\s*)?{_YEAR.format('end')}"
)
_UNTIL = re.compile(rf"(?:den|truoc|het)(?: het)?(?: nam)?\s*{_YEAR.format('end')}")
_FROM = re.compile(rf"(?:bat dau )?(?:tu|ke tu)(?: nam)?\s*{_YEAR.format('start')}(?: tro di)?")
_MONTHS = re.compile(
    rf"(?:quy\s*(?P<quarter>iv|iii|ii|i|[1-4])|thang\s*(?P<month>\d{{1,2}}))\s*(?:/|nam|-|nam\s)\s*{_YEAR.format('year')}"
)
_DAY = re.compile(
    r"ngay\s*\d{1,2}\s*(?:/|-|\.|thang)\s*\d{1,2}\s*(?:/|-|\.|nam)\s*\d{4}|(?<!\d)\d{1,2}/\d{1,2}/\d{4}(?!\d)"
)
_ONE_YEAR = re.compile(rf"(?:trong |nam )*{_YEAR.format('year')}")
_CONTINUOUS = re.compile(
    r"thuong xuyen|lien tuc|hang ngay|trong (?:suot )?(?:thoi gian|qua trinh) (?:trien khai|thuc hien)"
)
_EVERY = re.compile(
    r"(?:hang|moi|tung)\s+(?P<word>tuan|thang|quy|nam)\b"
    r"|(?P<count>\d{1,2}|mot|hai|ba|nam)\s+(?P<unit>tuan|thang|quy|nam)\s*(?:/|mot|01|1)?\s*(?:mot )?lan"
    r"|dinh ky\s+(?P<count2>\d{1,2})\s+(?P<unit2>thang|quy|nam)"
)
_REVIEW = re.compile(r"dinh ky(?=.*(?:ra soat|cap nhat|so ket|danh gia|bao cao|tong ket|bo sung))")
_LONGEST = 400
_WORDS = {"mot": 1, "hai": 2, "ba": 3, "nam": 5}
_UNITS = {"tuan": "W", "thang": "M", "quy": "M", "nam": "Y"}


def read_timeframe(printed: str, begins: int | None = None) -> TimeframeRead:
    """Read a timeframe; `begins` is the year of the document, from which open ones run."""
    said = flat(printed[:_LONGEST]).strip()
    if not said:
        return TimeframeRead(printed)
    cut = _review_begins(said)
    main = _read_main(printed, said[:cut], begins)
    return main if cut == len(said) else _with_review(main, said[cut:])


def begins_timeframe(text: str) -> int | None:
    """Return where a timeframe that ends this text begins: for a cell that was joined with the one before."""
    said = flat(text)
    for pattern in (_CONTINUOUS, re.compile(r"dinh ky\s+\d"), _SPAN):
        for match in pattern.finditer(said):
            if match.start() and read_timeframe(text[match.start() :]).confidence == SURE:
                return match.start()
    return None


def _review_begins(said: str) -> int:
    for match in _REVIEW.finditer(said):
        if match.start() and re.search(r"[;,.]\s*$", said[: match.start()]):
            return match.start()
    return len(said)


def _read_main(printed: str, said: str, begins: int | None) -> TimeframeRead:
    start, end, end_on = _read_span(said, begins)
    every = period_of(said)
    if every and not (start and end and _CONTINUOUS.match(said)):
        return TimeframeRead(printed, "periodic", start or begins, end, period_iso=every)
    if _CONTINUOUS.search(said):
        return TimeframeRead(printed, "continuous", start or begins, end)
    if start or end:
        return TimeframeRead(printed, "window", start or begins, end, end_on=end_on)
    return TimeframeRead(printed, confidence=GUESSED)


def _read_span(said: str, begins: int | None) -> tuple[int | None, int | None, date | None]:
    if match := _SPAN.search(said):
        is_order = int(match["start"]) <= int(match["end"])
        return (int(match["start"]), int(match["end"]), None) if is_order else (None, None, None)
    if (match := _DAY.search(said)) and (day := a_date(match[0])):
        return day.year if begins is None else begins, day.year, day
    if match := _MONTHS.search(said):
        return int(match["year"]), int(match["year"]), None
    if match := _FROM.search(said):
        return int(match["start"]), None, None
    if match := _UNTIL.search(said):
        return begins, int(match["end"]), None
    if match := _ONE_YEAR.search(said):
        return int(match["year"]), int(match["year"]), None
    return None, None, None


def period_of(said: str) -> str | None:
    """Return the ISO length of "hằng quý", "2 năm/lần", "định kỳ 6 tháng"; None where nothing is said."""
    match = _EVERY.search(said)
    if match is None:
        return None
    unit = match["word"] or match["unit"] or match["unit2"]
    count = _count(match["count"] or match["count2"] or "1") * (3 if unit == "quy" else 1)
    return f"P{count // 12}Y" if unit in ("thang", "quy") and count % 12 == 0 else f"P{count}{_UNITS[unit]}"


def _count(text: str) -> int:
    return _WORDS.get(text) or int(text)


def _with_review(main: TimeframeRead, said: str) -> TimeframeRead:
    every = period_of(said) or ("P1Y" if re.search(r"\bhang nam\b", said) else None)
    mode = "periodic_unspecified"
    if every == "P1Y":
        mode = "yearly_review_and_report" if "bao cao" in said else "yearly"
    elif every:
        mode = "periodic"
    until = re.search(r"(?:den|toi)(?: het)?(?: nam)?\s*(\d{4})", said)
    end = int(until[1]) if until else main.end
    goes_on = main.end is not None and end is not None and end > main.end
    start = main.end + 1 if goes_on and main.end is not None else main.start
    confidence = main.confidence if end else min(main.confidence, DOUBTFUL)
    return replace(
        main, review_mode=mode, review_start=start, review_end=end, period_iso=every, confidence=confidence
    )
