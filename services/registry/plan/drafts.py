"""The content of a plan as a steward writes it: facts, tasks and duties. Every version keeps one of these."""

from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kernel.text import Text
from services.registry.days import Day
from services.registry.plan.tables import CodeOrigin, DutyPart, ReviewMode, TaskKind, TimeframeMode

MOST_TASKS = 2000
LAST_YEAR = 2200

Code = Annotated[str, Field(pattern=r"^[\w.\-]{1,40}$", examples=["2.1"], description="As printed, or ours.")]
Named = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[A-Z0-9][A-Za-z0-9-]*$", examples=["BNG"])]
Reference = Annotated[str, Field(max_length=120, examples=["QD-402-2020/2.1"])]
Year = Annotated[int, Field(ge=1990, le=LAST_YEAR)]
Title = Annotated[Text, Field(min_length=1, max_length=1000)]
Wording = Annotated[Text | None, Field(max_length=2000)]

DRAFT: dict[str, Any] = {
    "steward": "HT-SNGV",
    "derives_from": "QD-402-2020",
    "valid_from": "2026-03-16",
    "valid_to": "2030-12-31",
    "funding_vi": "Ngân sách nhà nước và các nguồn tài trợ hợp pháp khác",
    "tasks": [
        {"code": "1", "kind": "heading", "title_vi": "Thu thập dữ liệu", "title_en": "Collecting data"},
        {
            "code": "1.1",
            "parent": "1",
            "title_vi": "Thu thập dữ liệu về người di cư",
            "title_en": "Collect data on migrants",
            "leads": [{"code": "HT-SNGV", "printed": "Sở Ngoại vụ"}],
            "coordinators": [{"code": "HT-CAT", "printed": "Công an tỉnh"}],
            "result_vi": "Báo cáo UBND tỉnh",
            "result_en": "Report to the provincial People's Committee",
            "addressees": [{"code": "UBND-P42"}],
            "timeframe": {
                "printed_vi": "2026-2030; rà soát hàng năm",
                "mode": "window",
                "starts_in": 2026,
                "ends_in": 2030,
                "review_mode": "yearly",
                "review_starts_in": 2027,
                "review_ends_in": 2030,
                "period_iso": "P1Y",
            },
            "derives_from": ["QD-402-2020/2.1"],
            "objectives": [1],
        },
    ],
}


class _Content(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PartyDraft(_Content):
    """An agency or group that the document names. Without a code it is not resolved: good for a draft only."""

    code: Annotated[Named | None, Field(description="Code of the agency or group.")] = None
    printed: Annotated[Text | None, Field(max_length=300, description="As the document words it.")] = None

    @model_validator(mode="after")
    def _names_somebody(self) -> Self:
        if self.code is None and not self.printed:
            raise ValueError("name somebody: give code, printed, or both")
        return self


Parties = Annotated[list[PartyDraft], Field(max_length=100, description="In the printed order.")]


class TimeframeDraft(_Content):
    """The printed timeframe, and how it is read. `periodic` with `period_iso` is a series of years."""

    printed_vi: Wording = None
    mode: TimeframeMode = TimeframeMode.NONE
    starts_in: Year | None = None
    ends_in: Year | None = None
    review_mode: ReviewMode = ReviewMode.NONE
    review_starts_in: Year | None = None
    review_ends_in: Year | None = None
    period_iso: Annotated[str | None, Field(pattern=r"^P[1-9][0-9]?[YM]$", examples=["P2Y"])] = None
    note: Wording = None


class TaskDraft(_Content):
    """A numbered line of a plan; its place is its place in the list."""

    code: Code
    code_origin: CodeOrigin = CodeOrigin.DOCUMENT
    parent: Annotated[Code | None, Field(description="Code of the line above, of this plan.")] = None
    kind: TaskKind = TaskKind.TASK
    section: Annotated[str | None, Field(max_length=40, description="Default: the code up to its first dot.")] = (
        None
    )
    title_vi: Title
    title_en: Title
    leads: Parties = []
    coordinators: Parties = []
    result_vi: Wording = None
    result_en: Wording = None
    addressees: Annotated[Parties, Field(description="To whom the result goes.")] = []
    timeframe: TimeframeDraft = TimeframeDraft()
    funding_vi: Wording = None
    funding_en: Wording = None
    derives_from: Annotated[
        list[Reference], Field(max_length=100, description="Tasks of the plan above that it carries out.")
    ] = []
    objectives: Annotated[
        list[Annotated[int, Field(ge=1, le=99)]], Field(max_length=30, description="Of the Global Compact.")
    ] = []
    note: Wording = None


class DutyDraft(_Content):
    """A duty that the body of the document gives, outside the numbered tasks."""

    ref: Annotated[str, Field(pattern=r"^[\w.\-]{1,60}$", examples=["III.1.a.1"])]
    title_vi: Title
    title_en: Title
    part: Annotated[DutyPart, Field(description="lead, or requested where the document only asks.")] = (
        DutyPart.LEAD
    )
    actors: Parties = []
    coordinators: Parties = []
    note: Wording = None


class PlanDraft(_Content):
    """The whole content of a plan."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [DRAFT]})

    steward: Annotated[Named, Field(description="Who guides, consolidates and reports.")]
    derives_from: Annotated[str | None, Field(max_length=60, description="The plan above.")] = None
    valid_from: Annotated[Day | None, Field(description="First day of the plan's horizon.")] = None
    valid_to: Annotated[Day | None, Field(description="Last day of it.")] = None
    funding_vi: Wording = None
    funding_en: Wording = None
    note: Wording = None
    tasks: Annotated[list[TaskDraft], Field(max_length=MOST_TASKS)] = []
    duties: Annotated[list[DutyDraft], Field(max_length=MOST_TASKS)] = []
