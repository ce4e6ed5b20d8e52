"""Version 1 of the form for six-monthly and yearly migration data."""

from datetime import date
from pathlib import Path

from services.submissions.form.authoring.code_lists import Row, build_dimensions, read_rows
from services.submissions.form.definition import (
    Confidentiality,
    DimensionUse,
    Direction,
    FormDefinition,
    Indicator,
    Measure,
    Narrative,
    RollUp,
    RollUpRule,
    Section,
    Table,
    VersionState,
)

NOTICE_VI = (
    "Chưa có biểu mẫu số liệu chính thức được công bố: mẫu gửi kèm công văn của Bộ Ngoại giao không được "
    "công khai. Biểu mẫu này do dự án tự xây dựng từ các nhóm dữ liệu nêu trong Quyết định 402/QĐ-TTg, các"
    " kế hoạch của Hà Tĩnh và Kon Tum và Quyết định 1957/QĐ-TTg. Chỉ thu thập số lượng, không thu thập "
    "thông tin về từng người."
)
NOTICE_EN = (
    "No official data form has been published: the one sent with the letter of the Ministry of Foreign "
    "Affairs is not public. This form is our own, built from the data categories named in Decision 402/QD-"
    "TTg, the plans of Ha Tinh and Kon Tum and Decision 1957/QD-TTg. It asks for counts only, for nothing "
    "about a single person."
)
SOURCES = (
    "Quyết định 402/QĐ-TTg (20/3/2020), II.1, II.2, II.4, III.1 và Phụ lục",
    "Kế hoạch 167/KH-UBND Hà Tĩnh (11/5/2020), II.2, IV",
    "Kế hoạch Kon Tum (2020), II.2, III.2, III.4, IV.1",
    "Quyết định 1957/QĐ-TTg (30/11/2020), II.3, II.4, V.3, V.6",
)
PLANS_OF = {"BORDER": ("KH-KONTUM-2020",)}
NOTES = {
    "PROSECUTION": "Persons at each stage, not cases.",
    "CITIZEN_REG": "The count only; no registration.",
}
DIRECTIONS = {
    Direction.OUT: ("ra nước ngoài", "outbound"),
    Direction.IN: ("vào Việt Nam", "inbound"),
    Direction.RETURN: ("trở về", "return"),
    Direction.DOMESTIC: ("trong nước", "domestic"),
}
MEASURES = {
    Measure.FLOW: ("phát sinh trong kỳ", "during the period"),
    Measure.STOCK: ("có đến cuối kỳ", "at the end of the period"),
}


def build_migration_data(data: Path) -> FormDefinition:
    """Return the form, put together from the reference lists."""
    asked = read_rows(data / "forms" / "sources" / "indicators.csv")
    tables = tuple(
        _table(category, [row for row in asked if row["table"] == category["code"]])
        for category in read_rows(data / "migration_categories.csv")
        if any(row["table"] == category["code"] for row in asked)
    )
    used = {use.dimension for table in tables for ind in table.indicators for use in ind.dimensions}
    return FormDefinition(
        id="migration-data",
        version=1,
        state=VersionState.PUBLISHED,
        title_vi="Số liệu di cư quốc tế 6 tháng và năm",
        title_en="Six-monthly and yearly international migration data",
        notice_vi=NOTICE_VI,
        notice_en=NOTICE_EN,
        sources=SOURCES,
        applies_from=date(2020, 1, 1),
        dimensions=build_dimensions(data, used),
        tables=tables,
        narrative=Narrative(
            sections=(Section(key="general", title_vi="Ghi chú chung", title_en="General notes"),),
        ),
    )


def _table(category: Row, asked: list[Row]) -> Table:
    return Table(
        code=category["code"],
        title_vi=category["name_vi"],
        title_en=category["name_en"],
        confidentiality=_confidentiality(category),
        origin=category["origin"],
        source_refs=category["source_refs"],
        indicative_holders=tuple(category["indicative_holders"].split("|")),
        plans=PLANS_OF.get(category["code"], ()),
        note=NOTES.get(category["code"]),
        indicators=tuple(_indicator(category, row) for row in asked),
    )


def _confidentiality(category: Row) -> Confidentiality:
    """The registration of citizens is personal data; of the count that we take, only small cells are."""
    if category["code"] == "CITIZEN_REG":
        return Confidentiality.RESTRICTED_SMALL_CELLS
    return Confidentiality(category["confidentiality"])


def _indicator(category: Row, row: Row) -> Indicator:
    direction, measure = Direction(row["direction"]), Measure(row["measure"])
    (where_vi, where_en), (when_vi, when_en) = DIRECTIONS[direction], MEASURES[measure]
    over_time = RollUpRule.SUM if measure is Measure.FLOW else RollUpRule.LATEST
    return Indicator(
        code=f"{category['code']}.{direction}.{measure}",
        title_vi=f"{category['name_vi']} – {where_vi}, {when_vi}",
        title_en=f"{category['name_en']} – {where_en}, {when_en}",
        direction=direction,
        measure=measure,
        roll_up=RollUp(across_agencies=RollUpRule.SUM, across_time=over_time),
        dimensions=tuple(_use(text) for text in row["dimensions"].split("|")),
    )


def _use(text: str) -> DimensionUse:
    """`province` may be left out, `sex!` must be given, `partner_country!:LA+KH` takes these codes only."""
    name, _, only = text.partition(":")
    return DimensionUse(
        dimension=name.rstrip("!"),
        required=name.endswith("!"),
        only=tuple(only.split("+")) if only else (),
    )
