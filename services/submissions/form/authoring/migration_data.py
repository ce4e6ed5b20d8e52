"""The form for six-monthly and yearly migration data; version 2 has rules, and asks each kind of its own."""

from datetime import date
from pathlib import Path

from services.submissions.form.authoring.rules import build_rules
from services.submissions.form.authoring.tables import build_tables
from services.submissions.form.definition import FormDefinition, Narrative, Section, VersionState

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
APPLIES_FROM = {1: date(2020, 1, 1), 2: date(2026, 7, 1)}
"""What was asked of a period that has ended stays: version 2 begins with the second half of 2026."""


def build_migration_data(data: Path, version: int) -> FormDefinition:
    """Return a version of the form, put together from the reference lists."""
    tables, dimensions = build_tables(data, "indicators", by_kind=version > 1)
    return FormDefinition(
        id="migration-data",
        version=version,
        state=VersionState.PUBLISHED,
        title_vi="Số liệu di cư quốc tế 6 tháng và năm",
        title_en="Six-monthly and yearly international migration data",
        notice_vi=NOTICE_VI,
        notice_en=NOTICE_EN,
        sources=SOURCES,
        applies_from=APPLIES_FROM[version],
        dimensions=dimensions,
        tables=tables,
        narrative=Narrative(
            sections=(Section(key="general", title_vi="Ghi chú chung", title_en="General notes"),),
        ),
        rules=build_rules(data, tables) if version > 1 else (),
    )
