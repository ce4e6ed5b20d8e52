"""Which reports there are, and in which formats they are drawn."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """A report that is written from what was accepted."""

    PRIME_MINISTER = "prime-minister"
    PROVINCE = "province"
    MIGRATION_PROFILE = "migration-profile"


class Format(StrEnum):
    """In which format a report is drawn."""

    PDF = "pdf"
    DOCX = "docx"
    HTML = "html"


MEDIA_TYPES = {
    Format.PDF: "application/pdf",
    Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Format.HTML: "text/html; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class KindTexts:
    """How a kind of report is presented."""

    title_vi: str
    title_en: str
    note_vi: str
    note_en: str


TEXTS = {
    Kind.PRIME_MINISTER: KindTexts(
        "Báo cáo năm trình Thủ tướng Chính phủ",
        "Yearly report to the Prime Minister",
        "Toàn kế hoạch: tình hình nộp báo cáo, kết quả từng nhiệm vụ, số liệu, khó khăn, kiến nghị và nguồn.",
        "The whole plan: completeness, each task, figures, difficulties, proposals and sources.",
    ),
    Kind.PROVINCE: KindTexts(
        "Báo cáo năm của tỉnh",
        "Yearly report of a province",
        "Những gì các cơ quan trong tỉnh đã báo cáo và được chấp nhận, trình bày như báo cáo của Ủy ban nhân dân.",
        "What the agencies of a province reported and had accepted, laid out as the report of its committee.",
    ),
    Kind.MIGRATION_PROFILE: KindTexts(
        "Các bảng số liệu của Hồ sơ di cư",
        "Tables of the migration profile",
        "Số liệu toàn quốc của các nhóm công khai, năm báo cáo và năm liền trước.",
        "National figures of the open categories, for the year and the one before it.",
    ),
}
