"""How consolidations are kept. What was built stays as it was built; building anew adds a build."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from kernel.tables import UTC_TIME
from services.submissions.base import SubmissionsRow, only


class Missing(StrEnum):
    """What the owner decided about reports below that are not accepted yet."""

    WAIT = "wait"
    GO_ON = "go_on"


class TotalStatus(StrEnum):
    """What stands in a cell of the whole."""

    VALUE = "value"
    NOT_AVAILABLE = "not_available"
    NOT_APPLICABLE = "not_applicable"
    NOT_ROLLED_UP = "not_rolled_up"


class Use(StrEnum):
    """What became of a report below."""

    USED = "used"
    MISSING = "missing"
    WAIVED = "waived"
    TWIN = "twin"


class Consolidation(SubmissionsRow, table=True):
    """One build of a report upward."""

    __tablename__ = "consolidation"
    __table_args__ = (
        sa.UniqueConstraint("occurrence_id", "number"),
        sa.CheckConstraint("number >= 1", name="number_positive"),
        sa.CheckConstraint("missing_decision IN ('wait', 'go_on')", name="missing_decision_known"),
        sa.Index("uq_consolidation_latest", "occurrence_id", unique=True, postgresql_where=sa.text("is_latest")),
    )

    id: UUID = Field(primary_key=True)
    occurrence_id: UUID = Field(foreign_key="occurrence.id")
    number: int
    is_latest: bool
    built_at: datetime = Field(sa_type=UTC_TIME)
    built_by: str = Field(sa_type=sa.Text)
    client: str = Field(sa_type=sa.Text)
    form: str | None = Field(default=None, sa_type=sa.Text)
    form_version: int | None = None
    forms: list[Any] = Field(sa_type=JSONB)
    """The forms that say what its indicators are: id and version."""
    adjustments: list[str] = Field(sa_type=JSONB)
    """The adjustments that were in force."""
    own: dict[str, Any] = Field(sa_type=JSONB)
    nil: list[str] = Field(sa_type=JSONB)
    cell_count: int
    partial_count: int
    left_out: int
    missing_decision: str | None = Field(default=None, sa_type=sa.Text)
    decision_reason: str | None = Field(default=None, sa_type=sa.Text)
    draft_version: int | None = None
    """The version of the draft that this build wrote; none while it waits, or has no form."""
    stale_at: datetime | None = Field(default=None, sa_type=UTC_TIME)
    submission_id: UUID | None = Field(default=None, foreign_key="submission.id")
    """The submission that has exactly these figures."""


class ConsolidationSource(SubmissionsRow, table=True):
    """One report below as it stood when it was built from: its accepted version, or none. Never changed."""

    __tablename__ = "consolidation_source"
    __table_args__ = (only("use", Use),)

    consolidation_id: UUID = Field(primary_key=True, foreign_key="consolidation.id")
    number: int = Field(primary_key=True)
    occurrence_id: UUID = Field(foreign_key="occurrence.id")
    submission_id: UUID | None = Field(default=None, foreign_key="submission.id")
    version: int | None = None
    use: str = Field(sa_type=sa.Text)
    agency: str = Field(sa_type=sa.Text)
    obligation: str = Field(sa_type=sa.Text)
    period: str = Field(sa_type=sa.Text)
    period_end: date


class ConsolidationCell(SubmissionsRow, table=True):
    """One figure of the whole, and how many reports gave what. Never changed."""

    __tablename__ = "consolidation_cell"
    __table_args__ = (only("status", TotalStatus),)

    consolidation_id: UUID = Field(primary_key=True, foreign_key="consolidation.id")
    line: int = Field(primary_key=True)
    indicator: str = Field(sa_type=sa.Text)
    d1: str | None = Field(default=None, sa_type=sa.Text)
    d2: str | None = Field(default=None, sa_type=sa.Text)
    d3: str | None = Field(default=None, sa_type=sa.Text)
    d4: str | None = Field(default=None, sa_type=sa.Text)
    value: Decimal | None = Field(default=None, sa_type=sa.Numeric)
    status: str = Field(sa_type=sa.Text)
    reason: str | None = Field(default=None, sa_type=sa.Text)
    adjustment: Decimal = Field(sa_type=sa.Numeric)
    given: int
    nothing: int
    not_available: int
    not_applicable: int
    silent: int
    missing: int


class ConsolidationPart(SubmissionsRow, table=True):
    """What one source says in one cell; source 0 is the own part. Never changed."""

    __tablename__ = "consolidation_part"

    consolidation_id: UUID = Field(primary_key=True, foreign_key="consolidation.id")
    line: int = Field(primary_key=True)
    source: int = Field(primary_key=True)
    value: Decimal | None = Field(default=None, sa_type=sa.Numeric)
    status: str = Field(sa_type=sa.Text)
    reason: str | None = Field(default=None, sa_type=sa.Text)
    counted: bool


class ConsolidationAdjustment(SubmissionsRow, table=True):
    """A signed line against double counting. Withdrawn and never removed."""

    __tablename__ = "consolidation_adjustment"
    __table_args__ = (
        sa.CheckConstraint("amount <> 0", name="amount_not_zero"),
        sa.CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawal_whole"),
        sa.Index("ix_consolidation_adjustment_occurrence_id", "occurrence_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    occurrence_id: UUID = Field(foreign_key="occurrence.id")
    indicator: str = Field(sa_type=sa.Text)
    d1: str | None = Field(default=None, sa_type=sa.Text)
    d2: str | None = Field(default=None, sa_type=sa.Text)
    d3: str | None = Field(default=None, sa_type=sa.Text)
    d4: str | None = Field(default=None, sa_type=sa.Text)
    amount: Decimal = Field(sa_type=sa.Numeric)
    reason: str = Field(sa_type=sa.Text)
    made_at: datetime = Field(sa_type=UTC_TIME)
    made_by: str = Field(sa_type=sa.Text)
    client: str = Field(sa_type=sa.Text)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UTC_TIME)
    withdrawn_by: str | None = Field(default=None, sa_type=sa.Text)
    withdrawn_reason: str | None = Field(default=None, sa_type=sa.Text)
