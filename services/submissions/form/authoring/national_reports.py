"""The forms of the reports to the Prime Minister: put together from the reports below, and told in words.

From version 2 on the ministry also reports on the tasks that it leads or coordinates itself: it is nobody's
reporter below, so no other report of it says how these have come along.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from services.submissions.form.authoring.other_reports import FIRST_DAY, HA_TINH, QD_402, QD_1957, notice
from services.submissions.form.authoring.plan_report import STATUSES
from services.submissions.form.authoring.rules import build_rules, for_one_owner
from services.submissions.form.authoring.tables import build_sections, build_tables
from services.submissions.form.definition import FormDefinition, Narrative, TaskPart, VersionState

CONSOLIDATED_FROM = {1: FIRST_DAY, 2: date(2026, 1, 1)}
REVIEW_FROM = {1: FIRST_DAY, 2: date(2020, 11, 30)}
"""The plan against trafficking ended in 2025: version 2 is that of its whole time."""


def build_national_reports(data: Path) -> Iterator[FormDefinition]:
    """Give the forms, put together from the reference lists."""
    for version in (1, 2):
        yield _consolidated(data, version)
        yield _trafficking_review(data, version)


def _narrative(data: Path, form: str, version: int) -> Narrative:
    sections = build_sections(data, form)
    if version == 1:
        return Narrative(sections=sections)
    return Narrative(sections=sections, per_task=True, statuses=STATUSES, task_parts=tuple(TaskPart))


def _consolidated(data: Path, version: int) -> FormDefinition:
    tables, dimensions = build_tables(data, "indicators")
    return FormDefinition(
        id="consolidated-report",
        version=version,
        state=VersionState.PUBLISHED,
        title_vi="Báo cáo tổng hợp năm trình Thủ tướng Chính phủ",
        title_en="Yearly consolidated report to the Prime Minister",
        **notice(
            "số liệu cả nước tổng hợp từ báo cáo của các bộ, cơ quan, địa phương và cơ quan đại diện, cùng phần "
            "đánh giá bằng lời. Chỉ tổng hợp số lượng, không có thông tin về từng người.",
            "national figures put together from the reports of ministries, agencies, localities and missions, "
            "and an assessment in words. It holds counts only, nothing about a single person.",
        ),
        sources=(
            QD_402.format(where="III.1.a, III.1.h, III.1.i"),
            QD_402.format(where="Phụ lục 2.1, 2.2"),
            HA_TINH.format(where="IV.1"),
        ),
        applies_from=CONSOLIDATED_FROM[version],
        dimensions=dimensions,
        tables=tables,
        narrative=_narrative(data, "consolidated-report", version),
        rules=for_one_owner(build_rules(data, tables)),
    )


def _trafficking_review(data: Path, version: int) -> FormDefinition:
    tables, dimensions = build_tables(data, "indicators_actip")
    return FormDefinition(
        id="actip-review",
        version=version,
        state=VersionState.PUBLISHED,
        title_vi="Sơ kết, tổng kết thực hiện Kế hoạch về Công ước ACTIP trình Thủ tướng Chính phủ",
        title_en="Interim and final review of the ACTIP plan, to the Prime Minister",
        **notice(
            "số liệu cả nước tổng hợp từ báo cáo của các bộ, ngành, địa phương gửi Bộ Công an, cùng phần đánh giá "
            "bằng lời. Chỉ tổng hợp số lượng, không có thông tin về nạn nhân.",
            "national figures put together from the reports that ministries, sectors and localities send to the "
            "Ministry of Public Security, and an assessment in words. It holds counts only, nothing about a "
            "victim.",
        ),
        sources=(
            QD_1957.format(where="III.2, V.2, V (đoạn cuối)"),
            QD_1957.format(where="II.3, II.4"),
            QD_402.format(where="II.2.a"),
        ),
        applies_from=REVIEW_FROM[version],
        dimensions=dimensions,
        tables=tables,
        narrative=_narrative(data, "actip-review", version),
        rules=for_one_owner(build_rules(data, tables)),
    )
