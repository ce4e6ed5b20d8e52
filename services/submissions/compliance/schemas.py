"""Completeness and punctuality as they go over the wire."""

from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.submissions.cycle.clock_words import ClockWord
from services.submissions.cycle.counting import Standing
from services.submissions.cycle.schemas import Instant
from services.submissions.cycle.tables import State


class GroupBy(StrEnum):
    """What one line of figures stands for."""

    CYCLE = "cycle"
    OBLIGATION = "obligation"
    PLAN = "plan"
    PERIOD = "period"
    AGENCY = "agency"
    FORM = "form"
    LEVEL = "level"
    PROVINCE = "province"


class FiguresRead(BaseModel):
    """Counts from the ledger, and the two shares that follow from them."""

    expected: int = Field(description="What is required: owed, not waived, not voluntary, each report once.")
    received: int = Field(description="Of these: reported at all.")
    missing: int
    accepted: int
    decided: int = Field(
        description="Of the expected: those whose punctuality is known, so on time, late, overdue."
    )
    on_time: int
    late: int
    overdue: int = Field(description="Past the due instant and not reported.")
    completeness: float | None = Field(description="received / expected; null when nothing is owed.")
    punctuality: float | None = Field(description="on_time / decided; null while none has a date that decides.")
    waived: int = Field(description="Not expected: waived, or no longer owed (a derogation, an ended duty).")
    voluntary: int = Field(description="Not expected: nobody requires it, whether it came or not.")
    same_report: int = Field(description="Not expected here: the same report is counted where it satisfies.")
    not_open: int = Field(description="Not expected yet: the cycle takes no reports so far.")
    links: dict[str, str] = Field(description="The rows behind each count: exactly as many as the count says.")


class GroupRead(FiguresRead):
    """The figures of one group."""

    group: dict[str, Any] = Field(description="An empty code stands for what has none.")


class ComplianceRead(BaseModel):
    """Completeness and punctuality at one moment, never above 1."""

    as_of: Instant
    group_by: GroupBy
    total: FiguresRead
    items: list[GroupRead]
    next_cursor: str | None


class MatrixColumn(FiguresRead):
    """One cycle of the matrix, with its figures over all reporters."""

    cycle: UUID
    obligation: str
    period: str
    due_on: date | None


class MatrixCell(BaseModel):
    """How one report of one reporter stands."""

    cycle: UUID
    occurrence: UUID
    state: State
    clock: ClockWord
    standing: Standing


class MatrixRow(BaseModel):
    """One reporter, with a cell for each cycle in which it owes or owed."""

    agency: str
    name_vi: str | None
    name_en: str | None
    cells: list[MatrixCell] = Field(description="In the order of the columns; a cycle without a cell is not owed.")


class MatrixRead(BaseModel):
    """Reporters × cycles at one moment."""

    as_of: Instant
    columns: list[MatrixColumn] = Field(description="In the order of their days.")
    items: list[MatrixRow]
    next_cursor: str | None
