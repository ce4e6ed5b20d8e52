"""The form for the yearly report on a plan: status and words per task; from version 2 on evidence and funding."""

from datetime import date

from services.submissions.form.definition import (
    FormDefinition,
    Narrative,
    Section,
    StatusTitle,
    TaskPart,
    TaskStatus,
    VersionState,
)

NOTICE_VI = (
    "Chưa có đề cương báo cáo năm chính thức. Biểu mẫu này do dự án tự xây dựng: mỗi nhiệm vụ mà cơ quan "
    "chủ trì hoặc phối hợp trong phụ lục của kế hoạch là một mục, theo yêu cầu báo cáo tại Phần III Quyết "
    "định 402/QĐ-TTg, Phần IV Kế hoạch 167/KH-UBND Hà Tĩnh và Phần IV Kế hoạch Kon Tum."
)
NOTICE_EN = (
    "There is no official outline of the yearly report. This form is our own: one section for each task of"
    " the plan's annex that the agency leads or coordinates, following the duty to report in part III of "
    "Decision 402/QD-TTg, part IV of plan 167 of Ha Tinh and part IV of the plan of Kon Tum."
)
SOURCES = (
    "Quyết định 402/QĐ-TTg (20/3/2020), III.1.i và Phụ lục",
    "Kế hoạch 167/KH-UBND Hà Tĩnh (11/5/2020), IV và Phụ lục",
    "Kế hoạch Kon Tum (2020), III.6, IV.1",
)
STATUSES = (
    StatusTitle(code=TaskStatus.MET, title_vi="Đã hoàn thành", title_en="Met"),
    StatusTitle(code=TaskStatus.ON_TRACK, title_vi="Đúng tiến độ", title_en="On track"),
    StatusTitle(code=TaskStatus.CONSTRAINED, title_vi="Có khó khăn, vướng mắc", title_en="Constrained"),
    StatusTitle(code=TaskStatus.NO_PROGRESS, title_vi="Chưa có tiến triển", title_en="No progress"),
)
SECTIONS = (
    Section(key="general", title_vi="Đánh giá chung", title_en="General assessment"),
    Section(key="difficulties", title_vi="Khó khăn, vướng mắc", title_en="Difficulties"),
    Section(key="proposals", title_vi="Đề xuất, kiến nghị", title_en="Proposals"),
)
APPLIES_FROM = {1: date(2020, 1, 1), 2: date(2026, 1, 1)}


def build_plan_report(version: int) -> FormDefinition:
    """Return a version of the form."""
    return FormDefinition(
        id="plan-report",
        version=version,
        state=VersionState.PUBLISHED,
        title_vi="Báo cáo năm thực hiện Kế hoạch",
        title_en="Yearly report on plan implementation",
        notice_vi=NOTICE_VI,
        notice_en=NOTICE_EN,
        sources=SOURCES,
        applies_from=APPLIES_FROM[version],
        narrative=Narrative(
            sections=SECTIONS,
            per_task=True,
            statuses=STATUSES,
            task_parts=tuple(TaskPart) if version > 1 else (),
        ),
    )
