"""The forms beside the two great ones: the yearly report on trafficking, notices, proposals, the profile."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from services.submissions.form.authoring.plan_report import STATUSES
from services.submissions.form.authoring.rules import build_rules, for_one_owner
from services.submissions.form.authoring.tables import build_sections, build_tables
from services.submissions.form.definition import (
    FormDefinition,
    Narrative,
    RollUpRule,
    TaskPart,
    VersionState,
)

OURS_VI = "Chưa có biểu mẫu chính thức được công bố. Biểu mẫu này do dự án tự xây dựng: {what}"
OURS_EN = "No official form has been published. This form is our own: {what}"
QD_402 = "Quyết định 402/QĐ-TTg (20/3/2020), {where}"
QD_1957 = "Quyết định 1957/QĐ-TTg (30/11/2020), {where}"
HA_TINH = "Kế hoạch 167/KH-UBND Hà Tĩnh (11/5/2020), {where}"
KON_TUM = "Kế hoạch Kon Tum (2020), {where}"
FIRST_DAY = date(2020, 1, 1)
PROFILE_FROM = {1: FIRST_DAY, 2: date(2026, 7, 1)}
APPLIES_FROM = {1: FIRST_DAY, 2: date(2020, 11, 30)}
"""The report on trafficking: no duty asked for version 1, so version 2 is that of the whole plan."""


def build_other_reports(data: Path) -> Iterator[FormDefinition]:
    """Give the forms, put together from the reference lists."""
    yield _trafficking(data, 1)
    yield _trafficking(data, 2)
    yield _difficulties(data)
    yield _amendment(data)
    yield _profile(data, 1)
    yield _profile(data, 2)


def _trafficking(data: Path, version: int) -> FormDefinition:
    tables, dimensions = build_tables(data, "indicators_actip", by_kind=version > 1)
    return FormDefinition(
        id="actip-report",
        version=version,
        state=VersionState.PUBLISHED,
        title_vi="Báo cáo năm thực hiện Công ước ACTIP về phòng, chống mua bán người",
        title_en="Yearly report on the ASEAN Convention against Trafficking in Persons",
        **notice(
            "số liệu và kết quả theo các nhiệm vụ của Quyết định 1957/QĐ-TTg. Kế hoạch không quy định định kỳ báo "
            "cáo; Bộ Công an mở từng đợt. Chỉ thu thập số lượng, không thu thập thông tin về nạn nhân.",
            "figures and results along the tasks of Decision 1957/QD-TTg. The plan sets no period; the Ministry "
            "of Public Security opens each cycle. It asks for counts only, for nothing about a victim.",
        ),
        sources=(
            QD_1957.format(where="II.3, II.4, V.1, V.2, V.3, V.6"),
            QD_402.format(where="II.2.a"),
            HA_TINH.format(where="II.2"),
        ),
        applies_from=APPLIES_FROM[version],
        dimensions=dimensions,
        tables=tables,
        narrative=Narrative(
            sections=build_sections(data, "actip-report"),
            per_task=True,
            statuses=STATUSES,
            task_parts=tuple(TaskPart),
        ),
        rules=build_rules(data, tables) if version > 1 else (),
    )


def _difficulties(data: Path) -> FormDefinition:
    return FormDefinition(
        id="difficulties",
        version=1,
        state=VersionState.PUBLISHED,
        title_vi="Phản ánh khó khăn, vướng mắc bằng văn bản",
        title_en="Written notice of difficulties",
        **notice(
            "các kế hoạch yêu cầu kịp thời phản ánh bằng văn bản mà không quy định mẫu.",
            "the plans ask for a notice in writing without delay, and give no form.",
        ),
        sources=(
            HA_TINH.format(where="IV (đoạn cuối)"),
            KON_TUM.format(where="IV (đoạn cuối)"),
            QD_1957.format(where="V (đoạn cuối)"),
        ),
        applies_from=FIRST_DAY,
        narrative=Narrative(sections=build_sections(data, "difficulties")),
    )


def _amendment(data: Path) -> FormDefinition:
    return FormDefinition(
        id="amendment-proposal",
        version=1,
        state=VersionState.PUBLISHED,
        title_vi="Đề xuất sửa đổi, bổ sung Kế hoạch",
        title_en="Proposal to amend the plan",
        **notice(
            "các kế hoạch cho phép đề xuất khi cần thiết mà không quy định mẫu.",
            "the plans let agencies propose amendments when needed, and give no form.",
        ),
        sources=(
            QD_402.format(where="III.4"),
            KON_TUM.format(where="IV (đoạn cuối)"),
            QD_1957.format(where="V (đoạn cuối)"),
        ),
        applies_from=FIRST_DAY,
        narrative=Narrative(sections=build_sections(data, "amendment-proposal")),
    )


def _profile(data: Path, version: int) -> FormDefinition:
    tables, dimensions = build_tables(data, "indicators_profile", RollUpRule.NONE)
    return FormDefinition(
        id="migration-profile",
        version=version,
        state=VersionState.PUBLISHED,
        title_vi="Các bảng số liệu của Hồ sơ di cư Việt Nam",
        title_en="Tables of the Viet Nam Migration Profile",
        **notice(
            "các bảng số liệu toàn quốc cho Hồ sơ di cư, lấy từ những nhóm dữ liệu được công khai số tổng hợp.",
            "national tables for the Migration Profile, from the categories whose totals are open.",
        ),
        sources=(
            QD_402.format(where="II.2, Phụ lục 2.4"),
            HA_TINH.format(where="II.2"),
            KON_TUM.format(where="II.2"),
        ),
        applies_from=PROFILE_FROM[version],
        dimensions=dimensions,
        tables=tables,
        narrative=Narrative(sections=build_sections(data, "migration-profile")),
        rules=for_one_owner(build_rules(data, tables)) if version > 1 else (),
    )


def notice(vi: str, en: str) -> dict[str, str]:
    """Return what a form says about itself in both languages."""
    return {"notice_vi": OURS_VI.format(what=vi), "notice_en": OURS_EN.format(what=en)}
