"""The grammar of data windows: from which day to which day the figures of a report run.

window  = ["tính"] "từ ngày" D month "đến" ["hết"] "ngày" D month | "số liệu tính đến ngày" D month
month   = "tháng" M [year] | "/" M [year] | ["của"] "tháng trước" ["kỳ báo cáo"] | "của tháng cuối quý" | …
The first kind names a day of the year, the second one is told from the period. No day of a window is a deadline.
"""

import re
from dataclasses import dataclass
from typing import Generic, TypeVar

from services.registry.document.proposal import DataWindowRead, Day
from services.registry.document.text import flat

T = TypeVar("T")

DAY_NUMBER = r"(?:(?:[oil]\d|\d[oil]|\d{1,2})(?!\w))"
MENDED = str.maketrans({"o": "0", "i": "1", "l": "1"})
YEAR = (
    r"(?:,? ?(?:cua |thuoc |vao )?(?:(?:nam |[/.] ?)(?P<fixed>\d{4})\b"
    r"|(?P<previous>nam (?:truoc(?: lien ke| ky bao cao| do)*|lien truoc|lien ke truoc|ngoai))"
    r"|(?P<next>nam (?:sau|ke tiep|tiep theo|lien (?:ke|sau|tiep)|ke sau|toi|tiep sau)"
    r"(?: sau| tiep theo| ke tiep| cua ky bao cao| ky bao cao| nam bao cao)*)"
    r"|(?P<yearly>(?:hang|moi) nam)|(?P<same>nam bao cao|cung nam|nam do|(?:cua )?ky bao cao|nam thuc hien)))?"
)
_YEARS = re.compile(YEAR)
_BEFORE = r"truoc(?: lien ke| cua ky bao cao| ky bao cao| thang bao cao| do)*|lien (?:ke )?truoc(?: ky bao cao)?"
_WITHIN = (
    r"(?:cuoi(?: cung)?(?: cua)? (?:quy|ky)|bao cao|thuoc (?:ky|quy)|trong ky|do|nay|hien tai|cung ky)"
    r"(?: (?:thuoc |cua )?(?:ky |quy )?bao cao)*"
)
_MONTH = (
    rf"(?:,? ?(?:cua |vao )?thang (?:(?P<before#>{_BEFORE})|(?P<within#>{_WITHIN}))"
    rf"|,? (?P<each#>(?:hang|moi) thang)"
    rf"|(?: ?thang ?| ?[/.] ?)(?P<m#>{DAY_NUMBER})(?!\d))"
)
_OTHER_WORDS = r"(?P<y1>[^.;:()]{0,40}?)"
_WINDOW = re.compile(
    rf"(?:tu|ke tu|tinh tu)(?: het)? ngay (?P<d1>{DAY_NUMBER}){_MONTH.replace('#', '1')}{_OTHER_WORDS}"
    rf"(?:,? |-)(?:den|toi)(?: het)? ngay (?P<d2>{DAY_NUMBER}){_MONTH.replace('#', '2')}"
    rf"(?P<y2>(?: cua| thuoc)?(?: nam| ky)(?: [a-z0-9]+){{1,4}})?"
)
_CUT_OFF = re.compile(
    r"(?:so lieu|du lieu)[^.;]{0,60}?(?:tinh |chot )(?:so lieu |du lieu )?(?:den|tai|vao|la)(?: het)?"
    rf"(?: thoi diem)? ?(?:ngay )?(?P<d2>{DAY_NUMBER}){_MONTH.replace('#', '2')}(?P<y2>)"
)


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
    found = [w for m in _WINDOW.finditer(said) if (w := _data_window(text, m))]
    taken = [(w.start, w.end) for w in found]
    alone = [w for m in _CUT_OFF.finditer(said) if (w := _data_window(text, m))]
    return found + [w for w in alone if all(w.end <= start or w.start >= end for start, end in taken)]


def _data_window(text: str, match: re.Match[str]) -> Found[DataWindowRead] | None:
    parts = match.groupdict()
    cut_off = _day(parts, "2")
    start = _day(parts, "1") if parts.get("d1") else None
    if cut_off is None or (parts.get("d1") and start is None):
        return None
    printed = text[match.start() : match.end()].strip()
    return Found(match.start(), match.end(), DataWindowRead(printed, start, cut_off))


def _day(parts: dict[str, str | None], end: str) -> Day | None:
    day = _number(parts[f"d{end}"])
    if not 1 <= day <= 31:
        return None
    if parts[f"m{end}"] is None:
        return Day(None, day, month_offset=-1 if parts[f"before{end}"] else 0)
    month = _number(parts[f"m{end}"])
    return Day(month, day, _offset(parts.get(f"y{end}"))) if 1 <= month <= 12 else None


def _offset(said: str | None) -> int:
    year = _YEARS.match(f" {(said or '').strip()}")
    if year is None:
        return 0
    return -1 if year["previous"] else 1 if year["next"] else 0


def _number(text: str | None) -> int:
    return int((text or "0").translate(MENDED))
