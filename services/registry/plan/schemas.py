"""What goes over the wire about plans and tasks."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from kernel.paging import Page
from services.registry.plan.tables import CodeOrigin, ReviewMode, TaskKind, TimeframeMode

DECISION_402: dict[str, Any] = {
    "id": "QD-402-2020",
    "number": "402/QĐ-TTg",
    "title_vi": "Kế hoạch triển khai Thỏa thuận GCM",
    "title_en": "Plan for implementing the Global Compact for Migration",
    "issuer": "TTG",
    "issued_on": "2020-03-20",
    "steward": "BNG",
    "steward_carried_by": ["BNG"],
    "steward_orphaned": False,
    "derives_from": None,
    "derived_plans": ["KH-167-HATINH", "KH-KONTUM-2020", "VP-1692-KIENGIANG"],
    "valid_from": "2020-03-20",
    "valid_to": "2030-12-31",
    "in_force": True,
    "lines": {"heading": 8, "task": 60, "task_parent": 1},
    "leaf_tasks": 60,
    "version": 1,
    "funding_vi": "ngân sách nhà nước và huy động tối đa từ các nguồn tài trợ, viện trợ",
    "funding_en": "state budget, and as much as can be raised from grants and aid",
    "note": None,
}


class PlanRead(BaseModel):
    """What an instrument orders; it has the instrument's id."""

    model_config = ConfigDict(json_schema_extra={"examples": [DECISION_402]})

    id: str
    number: str | None
    title_vi: str
    title_en: str
    issuer: str | None
    issued_on: date | None
    steward: Annotated[str, Field(description="As laid down; guides, consolidates, reports.")]
    steward_carried_by: Annotated[list[str], Field(description="Who has the steward's part on the asked day.")]
    steward_orphaned: bool
    derives_from: str | None
    derived_plans: list[str]
    valid_from: date | None
    valid_to: date | None
    in_force: Annotated[bool, Field(description="Whether the asked day lies in the plan's horizon.")]
    lines: Annotated[dict[TaskKind, int], Field(description="Lines of the plan by kind.")]
    leaf_tasks: Annotated[int, Field(description="Tasks without tasks under them.")]
    version: Annotated[int, Field(description="The version that holds on the asked day.")]
    funding_vi: Annotated[str | None, Field(description="Where the money comes from, as the document says.")]
    funding_en: str | None
    note: str | None


class AskedRead(BaseModel):
    """An agency that takes part at the request of the task's lead, and why."""

    id: UUID
    agency: str
    requested_by: str
    valid_from: date | None
    valid_to: date | None
    reason: str
    document: str | None


class PartyRead(BaseModel):
    """An agency or group that a document names, and who that is on the asked day."""

    printed: Annotated[str, Field(description="The agency or group as the document names it.")]
    is_group: bool
    exists: Annotated[bool, Field(description="Whether the printed agency exists on the day; a group always.")]
    carried_by: Annotated[list[str], Field(description="Members of the group, or confirmed successors.")]
    orphaned: Annotated[bool, Field(description="Ended without a confirmed successor: nobody carries it.")]
    requests: Annotated[
        list[AskedRead], Field(description="Whom the task's lead asked into this group; they are in carried_by.")
    ] = []


class TimeframeRead(BaseModel):
    """The printed timeframe, and how we read it."""

    printed_vi: str | None
    mode: TimeframeMode
    starts_in: int | None
    ends_in: int | None
    review_mode: ReviewMode
    review_starts_in: int | None
    review_ends_in: int | None
    period_iso: str | None
    note: str | None


class TaskRead(BaseModel):
    """A numbered line of a plan, with who carries it on the asked day."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "QD-402-2020/3.5.6",
                    "plan": "QD-402-2020",
                    "code": "3.5.6",
                    "code_origin": "document",
                    "parent": "QD-402-2020/3.5",
                    "section": "3",
                    "kind": "task",
                    "is_leaf": True,
                    "title_vi": "Giải pháp giáo dục nghề nghiệp theo xu hướng ngành nghề",
                    "title_en": "Vocational education measures following occupational trends",
                    "result_vi": "Báo cáo trình Thủ tướng Chính phủ",
                    "result_en": "Report to the Prime Minister",
                    "addressees": [
                        {
                            "printed": "TTG",
                            "is_group": False,
                            "exists": True,
                            "carried_by": ["TTG"],
                            "orphaned": False,
                            "requests": [],
                        }
                    ],
                    "timeframe": {
                        "printed_vi": "2020-2030",
                        "mode": "window",
                        "starts_in": 2020,
                        "ends_in": 2030,
                        "review_mode": "none",
                        "review_starts_in": None,
                        "review_ends_in": None,
                        "period_iso": None,
                        "note": None,
                    },
                    "leads": [
                        {
                            "printed": "BLDTBXH",
                            "is_group": False,
                            "exists": False,
                            "carried_by": ["BNV"],
                            "orphaned": False,
                        }
                    ],
                    "coordinators": [],
                    "led_by_ended": True,
                    "orphaned": False,
                    "derives_from": [],
                    "carried_out_by": [],
                    "objectives": [18],
                    "funding_vi": None,
                    "funding_en": None,
                    "removed_in": None,
                    "note": "vocational education moved to BGDDT in 2025",
                }
            ]
        }
    )

    id: str
    plan: str
    code: str
    code_origin: Annotated[CodeOrigin, Field(description="Printed in the document, or ours.")]
    parent: str | None
    section: Annotated[str, Field(description="The part of the plan that it stands in.")]
    kind: TaskKind
    is_leaf: bool
    title_vi: str
    title_en: str
    result_vi: str | None
    result_en: str | None
    addressees: Annotated[list[PartyRead], Field(description="To whom the result goes; our reading of it.")]
    timeframe: TimeframeRead
    leads: list[PartyRead]
    coordinators: list[PartyRead]
    led_by_ended: Annotated[bool, Field(description="A printed lead agency has ended by the day.")]
    orphaned: Annotated[bool, Field(description="A lead has ended and nobody carries its part.")]
    derives_from: Annotated[list[str], Field(description="Tasks of the plan above that it carries out.")]
    carried_out_by: Annotated[list[str], Field(description="Tasks of derived plans that carry it out.")]
    objectives: Annotated[list[int], Field(description="Objectives of the Global Compact; our reading.")]
    funding_vi: Annotated[str | None, Field(description="Where the money comes from, where the line says so.")]
    funding_en: str | None
    removed_in: Annotated[
        int | None, Field(description="The version that left it out, where the plan has it no more on the day.")
    ]
    note: str | None


class ChainTaskRead(BaseModel):
    """A task on the chain; `depth` 1 is next to the asked one."""

    task: str
    plan: str
    title_vi: str
    title_en: str
    depth: int


class TaskChainRead(BaseModel):
    """What a task carries out in the plans above, and what carries it out in the plans below; as in force now."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "task": "KH-167-HATINH/2.1",
                    "derives_from": [
                        {
                            "task": "QD-402-2020/2.1",
                            "plan": "QD-402-2020",
                            "title_vi": "Thu thập thông tin về di cư",
                            "title_en": "Collect information on migration",
                            "depth": 1,
                        }
                    ],
                    "carried_out_by": [],
                }
            ]
        }
    )

    task: str
    derives_from: Annotated[list[ChainTaskRead], Field(description="Upwards, nearest first.")]
    carried_out_by: Annotated[list[ChainTaskRead], Field(description="Downwards, nearest first.")]


class TaskPage(Page[TaskRead]):
    """Lines of a plan in the printed order, as of a day."""

    plan: str
    as_of: date


class CounterpartRead(BaseModel):
    """A task of a derived plan that carries a national task out."""

    plan: str
    task: str
    through: Annotated[str, Field(description="The line it names: the task itself, or a line above it.")]


class CoveredTaskRead(BaseModel):
    """A national task, and what carries it out in the derived plans."""

    task: str
    code: str
    title_vi: str
    title_en: str
    covered: bool
    counterparts: list[CounterpartRead]


class CoverageRead(BaseModel):
    """Which tasks of a plan have a counterpart in the plans that derive from it."""

    plan: str
    as_of: date
    derived_plans: list[str]
    tasks: Annotated[int, Field(description="Leaf tasks of the plan.")]
    covered: int
    uncovered: int
    items: list[CoveredTaskRead]
