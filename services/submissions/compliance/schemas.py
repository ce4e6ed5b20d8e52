"""Completeness and punctuality as they go over the wire."""

from enum import StrEnum
from typing import Any

from pydantic import BaseModel, Field

from services.submissions.cycle.schemas import Instant


class GroupBy(StrEnum):
    """What one line of figures stands for."""

    CYCLE = "cycle"
    OBLIGATION = "obligation"
    PLAN = "plan"
    PERIOD = "period"
    AGENCY = "agency"


class FiguresRead(BaseModel):
    """Counts from the ledger, and the two shares that follow from them."""

    expected: int = Field(description="Owed, not waived, each report counted once, of cycles that take reports.")
    received: int = Field(description="Of these: reported at all.")
    missing: int
    accepted: int
    on_time: int
    late: int
    overdue: int = Field(description="Past the due instant and not reported.")
    completeness: float | None = Field(description="received / expected; null when nothing is owed.")
    punctuality: float | None = Field(
        description="on_time / (on_time + late + overdue); null while none of them has a date that decides."
    )
    links: dict[str, str] = Field(description="The rows behind each figure.")


class GroupRead(FiguresRead):
    """The figures of one group."""

    group: dict[str, Any]


class ComplianceRead(BaseModel):
    """Completeness and punctuality at one moment, never above 1."""

    as_of: Instant
    group_by: GroupBy
    total: FiguresRead
    items: list[GroupRead]
    next_cursor: str | None
