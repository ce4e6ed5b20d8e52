"""The grammar of deadline wordings: which day a report is due, by which operator, counted from what.

deadline  = operator [hour] day [year] | operator count "ngày" ["làm việc"] "kể từ" event | "kèm theo" report
operator  = "trước" | "chậm nhất" | "muộn nhất" | "không quá" | "đến hết" | "vào" | "trong" | nothing ("on")
day       = "ngày" D "tháng" M | "ngày" D "/" M | "ngày" D month | "ngày cuối cùng của" period
month     = "tháng sau" | "tháng đầu quý sau" | "hằng tháng" | "tháng cuối quý"
year      = "năm" Y | "năm sau" | "năm kế tiếp" | "năm liền kề" | "năm trước" | "hằng năm"
The patterns run over flat text: small letters, no accents.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Generic, TypeVar

from services.registry.document.proposal import (
    DOUBTFUL,
    LIKELY,
    SURE,
    DataWindowRead,
    Day,
    DeadlineRead,
)
from services.registry.document.text import flat

T = TypeVar("T")

_N = r"(?:(?:[oil]\d|\d[oil]|\d{1,2})(?!\w))"
_MENDED = str.maketrans({"o": "0", "i": "1", "l": "1"})
_YEAR = (
    r"(?:,? ?(?:cua |thuoc |vao )?(?:(?:nam |[/.] ?)(?P<fixed>\d{4})\b"
    r"|(?P<previous>nam (?:truoc(?: lien ke| ky bao cao| do)*|lien truoc|lien ke truoc|ngoai))"
    r"|(?P<next>nam (?:sau|ke tiep|tiep theo|lien (?:ke|sau|tiep)|ke sau|toi|tiep sau)"
    r"(?: sau| tiep theo| ke tiep| cua ky bao cao| ky bao cao| nam bao cao)*)"
    r"|(?P<yearly>(?:hang|moi) nam)|(?P<same>nam bao cao|cung nam|nam do|(?:cua )?ky bao cao|nam thuc hien)))?"
)
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
_HOUR = r"(?:(?P<hour>\d{1,2}) ?(?:gio|h)(?: ?\d{1,2}(?: phut)?)?,? ?)?"
_NAMED = tuple(
    re.compile(rf"(?<![\w/]){_OPERATOR} ?{_HOUR}{lead}{day}")
    for lead, day in (
        (r"(?:ngay )", _DAY_OF_YEAR),
        (r"(?:ngay )", _DAY_OF_MONTH),
        (r"(?:ngay )", _LAST_DAY),
        (r"", rf"(?P<day>{_N}) ?/ ?(?P<month>{_N})(?!\d){_YEAR}"),
    )
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
_WINDOW = re.compile(
    rf"(?:tu|ke tu)(?: het)? ngay (?P<d1>{_N})(?: ?thang ?| ?/ ?)(?:(?P<m1>{_N})(?!\d)|(?P<mw1>truoc|lien truoc))"
    rf"(?P<y1>[^.;:()]{{0,40}}?) (?:den|toi)(?: het)? ngay (?P<d2>{_N})(?: ?thang ?| ?/ ?)(?P<m2>{_N})(?!\d)"
    rf"(?P<y2>(?: cua| thuoc)?(?: nam| ky)(?: [a-z0-9]+){{1,4}})?"
)
_CUT_OFF = re.compile(
    r"so lieu[^.;]{0,40}?(?:tinh |chot )(?:so lieu )?(?:den|tai|vao)(?: het)?(?: thoi diem)? ?"
    rf"ngay (?P<d2>{_N})(?: ?thang ?| ?/ ?)(?P<m2>{_N})(?!\d)(?P<y2>)"
)
_COUNTS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5, "muoi": 10}
_AND = re.compile(r" ?(?:,|,? va|;)(?: ngay)? ?")
_MAY_STAND_ALONE = re.compile(r"(?:[(:,-]|\d va|\bla|\blan|\bthang|\bnam|\bquy|\bky)\s*$")


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """Something read, and where it stands in the sentence."""

    start: int
    end: int
    read: T
    is_yearly: bool = False


def find_data_windows(text: str) -> list[Found[DataWindowRead]]:
    """Find from which day to which day figures run: "từ ngày 15 tháng 12 năm trước … đến ngày 14 tháng 6"."""
    said = flat(text)
    found = [_data_window(text, m) for m in _WINDOW.finditer(said)]
    return [w for w in found if w] or [w for m in _CUT_OFF.finditer(said) if (w := _data_window(text, m))]


def find_deadlines(text: str) -> list[Found[DeadlineRead]]:
    """Find every deadline wording of a sentence, in order; the days of data windows are none."""
    said = flat(text)
    taken = [(w.start, w.end) for w in find_data_windows(text)]
    found: list[Found[DeadlineRead]] = []
    for reading in (*_counted(text, said), *_named(text, said), *_shared(text, said)):
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


def _named(text: str, said: str) -> Iterator[Found[DeadlineRead]]:
    for pattern in _NAMED:
        for match in pattern.finditer(said):
            reading = _read_named(text, said, match)
            if reading is not None:
                yield reading


def _read_named(text: str, said: str, match: re.Match[str]) -> Found[DeadlineRead] | None:
    parts = match.groupdict()
    has_operator = bool(parts["operator"])
    recurs = parts.get("this_month") or parts.get("yearly")
    if not (has_operator or recurs) and (parts.get("fixed") or not _stands_alone(said[: match.start()])):
        return None
    start = match.start() + (len(match[0]) - len(match[0].lstrip()))
    printed = text[start : match.end()].strip()
    operator = _operator(parts["operator"], has_hour=parts["hour"] is not None)
    read: DeadlineRead | None
    if "month" in parts:
        read = _day_of_year(printed, operator, parts)
    elif "unit" in parts:
        read = DeadlineRead(printed, operator, days_after=0, confidence=DOUBTFUL if parts["work_day"] else SURE)
    else:
        read = _day_of_month(printed, operator, parts)
    return Found(start, match.end(), read, bool(parts.get("yearly"))) if read else None


def _stands_alone(before: str) -> bool:
    return _MAY_STAND_ALONE.search(before) is not None


def _operator(said: str | None, *, has_hour: bool) -> str:
    said = said or ""
    if said.endswith("truoc"):
        return "no_later_than" if has_hour else "before"
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
        hour=_number(parts["hour"]) if parts["hour"] else None,
        confidence=SURE if (parts["day"] or "").isdigit() and (parts["month"] or "").isdigit() else LIKELY,
    )


def _day_of_month(printed: str, operator: str, parts: dict[str, str | None]) -> DeadlineRead | None:
    """Read a day of the month after the period as so many days after its end; both name the same day."""
    day = _number(parts["day"])
    if not 1 <= day <= 31:
        return None
    if parts["next_month"]:
        return DeadlineRead(printed, operator, days_after=day, month_offset=1)
    return DeadlineRead(printed, operator, day=day, month_offset=0)


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


def _data_window(text: str, match: re.Match[str]) -> Found[DataWindowRead] | None:
    parts = match.groupdict()
    cut_off = Day(_number(parts["m2"]), _number(parts["d2"]), _offset(parts["y2"]))
    start = None
    if parts.get("m1"):
        start = Day(_number(parts["m1"]), _number(parts["d1"]), _offset(parts["y1"]))
    printed = text[match.start() : match.end()].strip()
    return Found(match.start(), match.end(), DataWindowRead(printed, start, cut_off))


def _offset(said: str | None) -> int:
    year = re.fullmatch(rf"{_YEAR}.*", f" {(said or '').strip()}")
    if year is None:
        return 0
    return -1 if year["previous"] else 1 if year["next"] else 0


def _number(text: str | None) -> int:
    return int((text or "0").translate(_MENDED))
