"""The grammar of deadline wordings: which day a report is due, by which operator, counted from what.

deadline  = operator [hour] day [year] | operator [hour] weekday | operator count "ngày" ["làm việc"] "kể từ" event
            | "kèm theo" report
operator  = "trước" | "chậm nhất" | "muộn nhất" | "không quá" | "đến hết" | "vào" | "trong" | nothing ("on")
day       = "ngày" D "tháng" M | "ngày" D "/" M | "ngày" D month | "ngày" ["làm việc"] "cuối cùng của" period
            | "ngày làm việc thứ" N month
weekday   = ("thứ" two…seven | "chủ nhật") ("hằng tuần" | "của tuần sau" | …)
month     = "tháng sau" | "tháng đầu quý sau" | "hằng tháng" | "tháng cuối quý"
year      = "năm" Y | "năm sau" | "năm kế tiếp" | "năm liền kề" | "năm trước" | "hằng năm"
The patterns run over flat text: small letters, no accents.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from services.registry.document.data_windows import DAY_NUMBER, MENDED, YEAR, Found, find_data_windows
from services.registry.document.proposal import DOUBTFUL, LIKELY, SURE, DeadlineRead
from services.registry.document.text import flat

_N, _YEAR, _MENDED = DAY_NUMBER, YEAR, MENDED
_DAY_OF_YEAR = rf"(?P<day>{_N})(?: ?thang ?| ?[/.] ?)(?P<month>{_N})(?!\d)(?! ?%){_YEAR}"
_NEXT = r"(?:sau|ke tiep|tiep theo|lien ke|lien sau|ke sau)"
_DAY_OF_MONTH = (
    rf"(?P<day>{_N}),? (?:cua )?(?:(?P<next_month>thang {_NEXT}(?: {_NEXT})?"
    rf"|thang dau(?: tien)?(?: cua)? quy {_NEXT}(?: {_NEXT})?)"
    r"|(?P<this_month>(?:hang|moi) thang|thang cuoi(?: cung)?(?: cua)? (?:quy|ky)"
    r"|thang bao cao|trong thang|thang thu ba cua quy))"
)
_LAST_DAY = r"(?P<work_day>lam viec )?cuoi(?: cung)?(?: cua)? (?P<unit>thang|quy|nam|ky)(?: bao cao)?"
_OPERATOR = (
    r"(?P<operator>(?:cham|muon|tre) nhat(?: la| vao| den| trong)*(?: truoc)?|khong (?:cham|muon|tre) (?:hon|qua)"
    r"|khong qua|truoc (?:va|hoac) trong|truoc|(?:tinh )?den(?: het)?|het|trong|vao|dung"
    r"|(?:thoi )?han(?: cuoi| chot| nop| gui)*(?: cung)?(?: la)?:?)?"
)
_HOUR = r"(?:(?:luc )?(?P<hour>\d{1,2}) ?(?:gio|h|:)(?: ?(?P<minute>\d{1,2})(?: phut)?)?,?(?: cua)? ?)?"
_NTH_WORKING_DAY = (
    r"lam viec thu (?P<nth>\d{1,2}|nhat|hai|ba|tu|nam)(?: cua)? (?:(?P<next_month>thang (?:sau|ke tiep|tiep theo|"
    r"lien ke|dau(?: tien)?(?: cua)? quy \w+))|(?P<this_month>thang(?: cuoi quy)?|(?:hang|moi) thang))"
)
_WEEKDAY = (
    r"(?P<weekday>thu (?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat)"
    r"(?:,? ?(?:cua )?(?P<week>(?:hang|moi) tuan|tuan (?P<next_week>sau|ke tiep|tiep theo|lien ke)|trong tuan|"
    r"tuan bao cao))?"
)
_NAMED = tuple(
    re.compile(rf"(?<![\w/]){_OPERATOR} ?{_HOUR}{lead}{day}")
    for lead, day in (
        (r"(?:ngay )", _DAY_OF_YEAR),
        (r"(?:ngay )", _DAY_OF_MONTH),
        (r"(?:ngay )", _LAST_DAY),
        (r"(?:ngay )", _NTH_WORKING_DAY),
        (r"(?:ngay )?", _WEEKDAY),
        (r"", rf"(?P<day>{_N}) ?thang ?(?P<month>{_N})(?!\d){_YEAR}"),
        (r"", rf"(?P<day>{_N}) ?/ ?(?P<month>{_N})(?!\d){_YEAR}"),
    )
)
_TWO_DAYS = re.compile(
    rf"(?<![\w/]){_OPERATOR} ?ngay (?P<first>{_N})(?=(?:,| va)(?: ngay)? {_N},? (?:cua )?(?:hang|moi) thang)"
)
_COUNTED = re.compile(
    r"(?<!\w)(?:(?P<operator>cham nhat|muon nhat|khong qua|trong(?: vong| thoi han| thoi gian)?|sau|truoc)"
    r"(?: la| sau| trong| vong| thoi han)* )?"
    r"(?P<count>\d{1,3}|mot|hai|ba|bon|nam|muoi)(?: \([^()]{1,20}\))? (?P<unit>ngay|gio)(?P<working> lam viec)?,? "
    r"(?:ke tu|tinh tu|sau|ke tu sau)(?: ngay| khi| thoi diem| ngay khi)* (?P<event>[^.;,()]{3,90})"
)
_PERIOD_END = re.compile(
    r"^(?:ket thuc|het|cuoi|ngay cuoi(?: cung)?(?: cua)?)(?: moi)? ?(?:ky|quy|thang|nam|6 thang|nua nam)"
)
_WITH = re.compile(
    r"(?:gui |nop )?(?:kem theo|kem|cung(?: voi)?|long ghep (?:vao|trong)) (?P<report>bao cao [^.;,()]{4,90})"
)
_COUNTS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5, "muoi": 10}
_NTH = {"nhat": 1, "hai": 2, "ba": 3, "tu": 4, "nam": 5}
_WEEKDAYS = {
    "hai": 1, "ba": 2, "tu": 3, "nam": 4, "sau": 5, "bay": 6, "nhat": 7,
    "2": 1, "3": 2, "4": 3, "5": 4, "6": 5, "7": 6,
}  # fmt: skip
_AND = re.compile(r" ?(?:,|,? va|;)(?: ngay)? ?")
_MAY_STAND_ALONE = re.compile(r"(?:[(:,-]|\d va|\bla|\blan|\bthang|\bnam|\bquy|\bky)\s*$")


def find_deadlines(text: str) -> list[Found[DeadlineRead]]:
    """Find every deadline wording of a sentence, in order; the days of data windows are none."""
    said = flat(text)
    taken = [(w.start, w.end) for w in find_data_windows(text)]
    found: list[Found[DeadlineRead]] = []
    for reading in (*_counted(text, said), *_twice(text, said), *_named(text, said), *_shared(text, said)):
        if all(reading.end <= start or reading.start >= end for start, end in taken):
            found.append(reading)
            taken.append((reading.start, reading.end))
    return _share_operator(said, sorted(found, key=lambda f: f.start))


def _share_operator(said: str, found: list[Found[DeadlineRead]]) -> list[Found[DeadlineRead]]:
    """Give the second day of "trước ngày 10/6 và 10/12 hằng năm" the operator, and the first its "hằng năm"."""
    for first, second in pairwise(range(len(found))):
        one, other = found[first], found[second]
        if other.read.operator == "on" and _AND.fullmatch(said[one.end : other.start]) and one.read.month:
            found[first] = replace(one, is_yearly=one.is_yearly or other.is_yearly)
            found[second] = replace(other, read=replace(other.read, operator=one.read.operator))
    return found


def _twice(text: str, said: str) -> Iterator[Found[DeadlineRead]]:
    """Read the first of two days of every month: "ngày 15 và ngày 30 hằng tháng"; the second is as any other."""
    for match in _TWO_DAYS.finditer(said):
        printed = text[match.start() : match.end()].strip()
        first = DeadlineRead(printed, _operator(match["operator"]), day=_number(match["first"]), month_offset=0)
        yield Found(match.start(), match.end("first"), first)


def _named(text: str, said: str) -> Iterator[Found[DeadlineRead]]:
    for pattern in _NAMED:
        for match in pattern.finditer(said):
            reading = _read_named(text, said, match)
            if reading is not None:
                yield reading


def _read_named(text: str, said: str, match: re.Match[str]) -> Found[DeadlineRead] | None:
    parts = match.groupdict()
    has_operator = bool(parts["operator"])
    recurs = any(parts.get(kind) for kind in ("this_month", "next_month", "yearly", "week"))
    if not (has_operator or recurs) and (parts.get("fixed") or not _stands_alone(said[: match.start()])):
        return None
    start = match.start() + (len(match[0]) - len(match[0].lstrip()))
    printed = text[start : match.end()].strip()
    operator = _operator(parts["operator"])
    read: DeadlineRead | None
    if "month" in parts:
        read = _day_of_year(printed, operator, parts)
    elif "unit" in parts:
        is_working = parts["work_day"] is not None
        last = DeadlineRead(printed, operator, month_offset=0, working_day=-1)
        read = last if is_working else DeadlineRead(printed, operator, days_after=0)
    elif "nth" in parts:
        nth = _NTH.get(parts["nth"] or "") or _number(parts["nth"])
        read = DeadlineRead(printed, operator, working_day=nth, month_offset=1 if parts["next_month"] else 0)
    elif "weekday" in parts:
        weekday = _WEEKDAYS[(parts["weekday"] or "").split()[-1]]
        read = DeadlineRead(printed, operator, weekday=weekday, week_offset=1 if parts["next_week"] else 0)
    else:
        read = _day_of_month(printed, operator, parts)
    if read is None or _is_no_hour(parts):
        return None
    if parts["hour"]:
        read = replace(read, hour=_number(parts["hour"]), minute=_number(parts["minute"]))
    return Found(start, match.end(), read, bool(parts.get("yearly")))


def _is_no_hour(parts: dict[str, str | None]) -> bool:
    return _number(parts["hour"]) > 24 or _number(parts["minute"]) > 59


def _stands_alone(before: str) -> bool:
    return _MAY_STAND_ALONE.search(before) is not None


def _operator(said: str | None) -> str:
    said = said or ""
    if said.endswith("truoc"):
        return "before"
    return "on" if said in ("", "vao", "trong", "dung") else "no_later_than"


def _day_of_year(printed: str, operator: str, parts: dict[str, str | None]) -> DeadlineRead | None:
    month, day = _number(parts["month"]), _number(parts["day"])
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    fixed = parts.get("fixed")
    return DeadlineRead(
        printed,
        operator,
        month,
        day,
        year_offset=1 if parts.get("next") else -1 if parts.get("previous") else 0,
        fixed_year=int(fixed) if fixed else None,
        confidence=SURE if (parts["day"] or "").isdigit() and (parts["month"] or "").isdigit() else LIKELY,
    )


def _day_of_month(printed: str, operator: str, parts: dict[str, str | None]) -> DeadlineRead | None:
    """Read a day of the month in which the period ends, or of the month after it."""
    day = _number(parts["day"])
    if not 1 <= day <= 31:
        return None
    return DeadlineRead(printed, operator, day=day, month_offset=1 if parts["next_month"] else 0)


def _counted(text: str, said: str) -> Iterator[Found[DeadlineRead]]:
    for match in _COUNTED.finditer(said):
        count = _COUNTS.get(match["count"]) or int(match["count"])
        hours = match["unit"] == "gio"
        if hours and count % 24:
            continue
        from_end = _PERIOD_END.match(match["event"]) is not None
        read = DeadlineRead(
            printed=text[match.start() : match.end()].strip(),
            operator="before" if match["operator"] == "truoc" else "no_later_than",
            days_after=count // 24 if hours else count,
            counts_working_days=match["working"] is not None,
            counted_from="period_end" if from_end else text[match.start("event") : match.end("event")].strip(),
            confidence=DOUBTFUL if hours else SURE,
        )
        yield Found(match.start(), match.end(), read)


def _shared(text: str, said: str) -> Iterator[Found[DeadlineRead]]:
    for match in _WITH.finditer(said):
        report = text[match.start("report") : match.end("report")].strip()
        printed = text[match.start() : match.end()].strip()
        yield Found(match.start(), match.end(), DeadlineRead(printed, "with", with_report=report))


def _number(text: str | None) -> int:
    return int((text or "0").translate(_MENDED))
