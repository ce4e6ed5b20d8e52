"""Reviews as they go over the wire."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from kernel.text import Text
from services.submissions.cycle.schemas import Instant
from services.submissions.review.reasons import ReasonCode
from services.submissions.review.tables import Decision


class ReasonRead(BaseModel):
    """A reason for which a report may be returned."""

    code: ReasonCode
    title_vi: str
    title_en: str


class PlaceReference(BaseModel):
    """A place in a report: a figure, a whole table, or a narrative section."""

    model_config = ConfigDict(extra="forbid")

    indicator: Text | None = Field(default=None, max_length=64)
    dimensions: dict[Text, Text] | None = Field(default=None, max_length=4)
    table: Text | None = Field(default=None, max_length=64)
    section: Text | None = Field(
        default=None, max_length=200, description="A section of the form, or `task:` and the id of a task."
    )


class CellReference(PlaceReference):
    """A place that must be corrected: a figure, a whole table, or a narrative section."""

    comment: Text | None = Field(default=None, max_length=2000)


class ReturnCreate(BaseModel):
    """Why a report is returned, what must be corrected, and by when."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "reason_code": "figures_wrong",
                    "text": "Số lao động nữ đi Nhật Bản không khớp với báo cáo quý.",
                    "cells": [
                        {
                            "indicator": "LABOUR.OUT.FLOW",
                            "dimensions": {"sex": "female", "partner_country": "JP"},
                        }
                    ],
                    "due_on": "2026-07-10",
                }
            ]
        },
    )

    reason_code: ReasonCode
    text: Text = Field(min_length=1, max_length=10_000, pattern=r"\S")
    cells: Annotated[list[CellReference], Field(max_length=1000)] = []
    due_on: date | None = Field(default=None, description="The correction's own due day.")


class CorrectionDateCreate(BaseModel):
    """A later day, or a first one, for the correction of a returned version."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"due_on": "2026-08-20", "reason": "Sở đang đối chiếu với Công an tỉnh."}]
        },
    )

    due_on: date
    reason: Text = Field(min_length=1, max_length=2_000, pattern=r"\S")


class AcceptCreate(BaseModel):
    """A word with the acceptance; the body may be left out."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"text": "Đã kiểm tra."}]})

    text: Text | None = Field(default=None, max_length=10_000)


class BulkAcceptCreate(BaseModel):
    """Versions to accept in one call."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"submissions": ["01a20187-4fa7-76ec-9bcd-4c3c81cb6347"], "text": "Đã kiểm tra."}]
        },
    )

    submissions: Annotated[
        list[UUID], Field(min_length=1, max_length=200, description="Each is judged by itself.")
    ]
    text: Text | None = Field(default=None, max_length=10_000, description="A word with each acceptance.")


class RefusalRead(BaseModel):
    """Why one of them was not accepted, as accepting it alone would say."""

    model_config = ConfigDict(extra="allow")

    status: int
    code: str
    title: str
    detail: str


class BulkAcceptItem(BaseModel):
    """What became of one version."""

    submission: UUID
    accepted: bool
    problem: RefusalRead | None


class BulkAcceptRead(BaseModel):
    """What became of each version, in the order in which they were named."""

    accepted: int
    refused: int
    items: list[BulkAcceptItem]


class ReviewRead(BaseModel):
    """The recipient's decision."""

    decision: Decision
    decided_at: Instant
    agency: str
    reason_code: str | None
    text: str | None
    cells: list[dict[str, Any]]
    correction_due_on: date | None
    correction_due_at: Instant | None
