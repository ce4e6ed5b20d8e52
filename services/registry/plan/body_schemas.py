"""What goes over the wire about duties in the body of a plan, and about the objectives that tasks serve."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.registry.plan.schemas import PartyRead
from services.registry.plan.tables import DutyPart


class AssignedDutyRead(BaseModel):
    """A duty that the body of a plan gives, outside its numbered tasks."""

    ref: Annotated[str, Field(description="Where it stands in the document.")]
    title_vi: str
    title_en: str
    part: Annotated[DutyPart, Field(description="requested: the document asks, it does not order.")]
    actors: list[PartyRead]
    coordinators: list[PartyRead]
    note: str | None


class AssignedDutiesRead(BaseModel):
    """The duties in the body of a plan, in the printed order, with who carries them on a day."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "plan": "QD-402-2020",
                    "as_of": "2026-07-01",
                    "items": [
                        {
                            "ref": "III.1.a.2",
                            "title_vi": "Tham mưu chủ trương, chính sách di cư",
                            "title_en": "Advise on migration policy",
                            "part": "lead",
                            "actors": [
                                {
                                    "printed": "BNG",
                                    "is_group": False,
                                    "exists": True,
                                    "carried_by": ["BNG"],
                                    "orphaned": False,
                                    "requests": [],
                                }
                            ],
                            "coordinators": [],
                            "note": None,
                        }
                    ],
                }
            ]
        }
    )

    plan: str
    as_of: date
    items: list[AssignedDutyRead]


class ObjectiveRead(BaseModel):
    """An objective of the Global Compact, and the tasks that serve it; which do is our reading."""

    number: int
    short_label_en: str
    title_en: str
    title_vi: str
    tasks: Annotated[list[str], Field(description="Of the plans as they are in force now.")]


class ObjectivesRead(BaseModel):
    """The 23 objectives of the Global Compact for Migration."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "items": [
                        {
                            "number": 1,
                            "short_label_en": "Data",
                            "title_en": "Collect and utilize accurate and disaggregated data",
                            "title_vi": "Thu thập, sử dụng dữ liệu chính xác, phân tổ",
                            "tasks": ["QD-402-2020/2.1"],
                        }
                    ]
                }
            ]
        }
    )

    items: list[ObjectiveRead]
