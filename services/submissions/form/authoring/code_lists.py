"""The dimensions of the migration form and their code lists, from the reference lists and ISO 3166-1."""

import csv
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path

from babel import Locale

from services.submissions.form.definition import UNKNOWN, CodeItem, Dimension

NOT_IN_ISO_3166 = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"}
NOT_KNOWN = CodeItem(code=UNKNOWN, title_vi="Không rõ", title_en="Not known")

Row = dict[str, str]


def read_rows(path: Path) -> list[Row]:
    """Return the rows of a reference list."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def build_dimensions(data: Path, used: set[str]) -> tuple[Dimension, ...]:
    """Return the dimensions that the form uses, in the order of the reference list."""
    builders: dict[str, Callable[[], tuple[CodeItem, ...]]] = {
        "partner_country": _countries,
        "province": partial(_provinces, data),
        "ethnicity": partial(_ethnic_groups, data),
    }
    rows = [_as_used(row) for row in read_rows(data / "dimensions.csv")]
    return tuple(
        Dimension(
            code=row["code"],
            title_vi=row["name_vi"],
            title_en=row["name_en"],
            source=f"{CODES_FROM.get(row['code'], 'dimensions.csv')} ({row['source_refs']})",
            **_note_on(row["code"]),
            codes=builders.get(row["code"], partial(_listed, data, row["code"]))(),
        )
        for row in rows
        if row["code"] in used
    )


def _as_used(row: Row) -> Row:
    """`reason` is already the column that says why a figure is not available: rename the dimension."""
    if row["code"] != "reason":
        return row
    return row | {
        "code": "protection_reason",
        "name_vi": "Lý do bảo hộ",
        "name_en": "Reason for protection",
    }


def _listed(data: Path, dimension: str) -> tuple[CodeItem, ...]:
    return tuple(
        CodeItem(code=row["code"], title_vi=row["name_vi"], title_en=row["name_en"])
        for row in read_rows(data / "forms" / "sources" / "codes.csv")
        if row["list"] == dimension
    )


def _countries() -> tuple[CodeItem, ...]:
    vi, en = Locale("vi").territories, Locale("en").territories
    codes = sorted(code for code in map(str, en) if _is_alpha_2(code) and code not in NOT_IN_ISO_3166)
    return (*(CodeItem(code=code, title_vi=vi[code], title_en=en[code]) for code in codes), NOT_KNOWN)


def _is_alpha_2(code: str) -> bool:
    return len(code) == 2 and code.isalpha()


def _ethnic_groups(data: Path) -> tuple[CodeItem, ...]:
    groups = (
        CodeItem(code=row["code"], title_vi=row["name_vi"], title_en=row["name_vi"])
        for row in read_rows(data / "ethnic_groups.csv")
    )
    foreign = CodeItem(code="foreign", title_vi="Người nước ngoài", title_en="Foreigner")
    return (*groups, foreign, NOT_KNOWN)


def _provinces(data: Path) -> tuple[CodeItem, ...]:
    successors: dict[str, list[str]] = {}
    for row in read_rows(data / "province_successions.csv"):
        successors.setdefault(row["predecessor"], []).append(row["successor"])
    return (*_dated(read_rows(data / "provinces.csv"), successors), NOT_KNOWN)


def _dated(rows: list[Row], successors: dict[str, list[str]]) -> Iterator[CodeItem]:
    for row in rows:
        yield CodeItem(
            code=row["id"],
            title_vi=row["full_name_vi"],
            title_en=row["name_en"],
            valid_from=_day(row["valid_from"]),
            valid_to=_day(row["valid_to"]),
            replaced_by=tuple(successors.get(row["id"], ())),
        )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _note_on(dimension: str) -> dict[str, str]:
    vi, en = NOTES.get(dimension, ("", ""))
    return {"note_vi": vi, "note_en": en} if vi else {}


CODES_FROM = {
    "partner_country": "ISO 3166-1 alpha-2, names from Unicode CLDR",
    "province": "provinces.csv, province_successions.csv",
    "ethnicity": "ethnic_groups.csv",
    "occupation": "ISCO-08 major groups",
    "protection_reason": "our own list, the documents leave it open",
}

NOTES = {
    "age_group": (
        "Luật Trẻ em tính trẻ em là người dưới 16 tuổi, pháp luật về phòng, chống mua bán người tính dưới "
        "18 tuổi: giữ cả hai mốc. Khi chưa xác định được tuổi thì coi là trẻ em.",
        "The Children Law counts as a child who is under 16, trafficking law who is under 18: both cuts "
        "are kept. When the age is in doubt, count the person as a child.",
    ),
    "partner_country": (
        "Nước hoặc vùng lãnh thổ đi đến, đi khỏi hoặc quốc tịch, tùy theo chỉ tiêu.",
        "Country or territory of destination, of origin or of citizenship, depending on the indicator.",
    ),
    "province": (
        "Mã được xét theo ngày cuối cùng của kỳ báo cáo: 63 đơn vị đến hết ngày 30/6/2025, 34 đơn vị từ "
        "ngày 01/7/2025.",
        "A code is judged on the last day of the period: 63 units until 30 June 2025, 34 from 1 July 2025.",
    ),
    "occupation": (
        "Chỉ dùng nhóm lớn của ISCO-08; danh mục nghề nghiệp quốc gia chi tiết hơn chưa được đưa vào.",
        "Only the major groups of ISCO-08; the finer national list of occupations is not part of this version.",
    ),
    "protection_reason": (
        "Danh mục do dự án lập, vì các văn bản để mở.",
        "A list of our own, because the documents leave it open.",
    ),
}
