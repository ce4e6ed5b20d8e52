"""How a paragraph that tells somebody to do several things falls apart into them.

Semicolons part actions, and they part the members of a list as well. So a paragraph is cut only where every part
of it begins with an action; otherwise it stays whole.
"""

import re

from services.registry.document.text import flat

_ACTIONS = (
    "ap dung", "ban hanh", "bao cao", "bao dam", "bao ve", "bien soan", "bo sung", "bo tri", "boi duong",
    "cap nhat", "chi dao", "chia se", "chu dong", "chu tri", "chuan bi", "cong bo", "cong khai", "cung cap",
    "dam bao", "danh gia", "dao tao", "dau    tranh", "day manh", "de nghi", "de xuat", "dieu tra",
    "doi moi", "don doc", "du thao", "duy tri", "giai quyet", "giam sat", "gioi thieu", "giup", "gui",
    "ho tro", "hoan thien", "hop tac", "huong dan", "huy dong", "khao sat", "khuyen khich", "kiem    tra",
    "kien nghi", "kip thoi", "ky ket", "lam tot", "lap", "lap dat", "long ghep", "mo", "nam bat",
    "nam tinh hinh", "nang cao", "ngan chan", "nghien cuu", "nhan rong", "phan anh", "phan bo", "phan cong",
    "phan tich", "phat    huy", "phat dong", "phat hien", "pho bien", "phoi hop", "phong ngua", "quan ly",
    "quan triet", "quang ba", "ra soat", "sap xep", "so ket", "sua doi", "tang cuong", "tao dieu kien",
    "tap huan", "tham dinh", "tham gia", "tham muu", "thanh lap", "thanh tra", "theo doi", "thiet    lap",
    "thong bao", "thong ke", "thu thap", "thuc day", "thuc hien", "thuong xuyen", "tich cuc", "tich hop",
    "tiep nhan", "tiep tuc", "to chuc", "tong hop", "tong ket", "trao doi", "trien khai", "trinh", "tu van",
    "tuyen truyen", "ung dung", "uu    tien", "van dong", "van hanh", "xac dinh", "xac minh", "xay dung",
    "xem xet", "xet nghiem", "xu ly",
)  # fmt: skip
_BEGINS = re.compile(
    r"^\W*(?:dong thoi,? |va |ngoai ra,? |hang (?:nam|quy|thang),? )?"
    r"(?:dinh ky (?:hang )?\w+(?: thang| nam| quy)?,? )?"
    rf"(?:{'|'.join(_ACTIONS)})\b"
)
_LEADING = re.compile(r"^\W*chu tri,? phoi hop\b")


def split_actions(text: str) -> list[str]:
    """Cut a paragraph into the things it tells to do; one that only lists stays whole."""
    parts = [part.strip() for part in text.split(";") if part.strip(" ./;")]
    if len(parts) < 2 or not all(_BEGINS.match(flat(part)) for part in parts):
        return [text]
    return parts


def leads_with_partners(text: str) -> bool:
    """Say whether a paragraph opens with "chủ trì, phối hợp với …", which holds for all of it."""
    return _LEADING.match(flat(text)) is not None
