"""How the ledger is kept: cycles, occurrences, and how far the horizon has been rolled."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from kernel.tables import UTC_TIME
from services.submissions.base import SubmissionsRow, only

CODES: Any = ARRAY(sa.Text)


class Origin(StrEnum):
    """Why a cycle is there."""

    SCHEDULE = "schedule"
    REQUEST = "request"


class State(StrEnum):
    """How far the answer to an occurrence has come."""

    OWED = "owed"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    WAIVED = "waived"


class Cycle(SubmissionsRow, table=True):
    """One period of one obligation, with its date, its line, and the rule and calendar that gave them."""

    __tablename__ = "cycle"
    __table_args__ = (
        sa.UniqueConstraint("obligation", "period"),
        sa.CheckConstraint("period_end >= period_start", name="period_ordered"),
        sa.CheckConstraint("(due_on IS NULL) = (due_at IS NULL)", name="due_whole"),
        sa.CheckConstraint("version >= 1", name="version_positive"),
        only("origin", Origin),
    )

    id: UUID = Field(primary_key=True)
    obligation: str = Field(sa_type=sa.Text, foreign_key="obligation.id")
    period: str = Field(sa_type=sa.Text)
    period_start: date
    period_end: date
    origin: str = Field(sa_type=sa.Text)
    opened_at: datetime = Field(sa_type=UTC_TIME)
    history: bool
    provisional: bool
    opens_on: date | None = None
    opens_at: datetime | None = Field(default=None, sa_type=UTC_TIME)
    due_on: date | None = None
    due_at: datetime | None = Field(default=None, sa_type=UTC_TIME)
    overdue_after: datetime | None = Field(default=None, sa_type=UTC_TIME, index=True)
    date_set_by: str | None = Field(default=None, sa_type=sa.Text)
    """The recipient that gave the date where the rule gives none."""
    date_reason: str | None = Field(default=None, sa_type=sa.Text)
    recipients: list[str] = Field(sa_type=CODES)
    via: str | None = Field(default=None, sa_type=sa.Text)
    next_level: list[str] = Field(sa_type=CODES)
    form: str | None = Field(default=None, sa_type=sa.Text)
    form_version: int | None = None
    rule_version: str | None = Field(default=None, sa_type=sa.Text)
    calendar_version: str | None = Field(default=None, sa_type=sa.Text)
    trace: list[dict[str, Any]] = Field(sa_type=JSONB)
    closed_at: datetime | None = Field(default=None, sa_type=UTC_TIME)
    version: int = 1


class Occurrence(SubmissionsRow, table=True):
    """One report owed: a cycle and an agency. Never deleted; what is no longer owed is waived with a reason."""

    __tablename__ = "occurrence"
    __table_args__ = (
        sa.UniqueConstraint("cycle_id", "agency"),
        sa.CheckConstraint("(extended_due_on IS NULL) = (extended_due_at IS NULL)", name="extension_whole"),
        sa.CheckConstraint("(review_due_on IS NULL) = (review_due_at IS NULL)", name="review_whole"),
        sa.CheckConstraint("(state = 'waived') = (waived_at IS NOT NULL)", name="waiver_dated"),
        sa.CheckConstraint(
            "state IN ('owed', 'draft', 'waived') OR received_at IS NOT NULL", name="received_when_submitted"
        ),
        only("state", State),
        sa.Index("ix_occurrence_agency", "agency", "state"),
        sa.Index(
            "ix_occurrence_review_due_at",
            "review_due_at",
            postgresql_where=sa.text("review_due_at IS NOT NULL AND reviewed_at IS NULL"),
        ),
    )

    id: UUID = Field(primary_key=True)
    cycle_id: UUID = Field(foreign_key="cycle.id")
    agency: str = Field(sa_type=sa.Text)
    duty: str = Field(sa_type=sa.Text)
    """The printed reporter whose duty this agency carries."""
    state: str = Field(default=State.OWED, sa_type=sa.Text)
    received_at: datetime | None = Field(default=None, sa_type=UTC_TIME)
    """When the first submission that passed the checks was received."""
    paper_receipt_id: UUID | None = Field(default=None, index=True)
    """The back-filled receipt by which it was received, before any figures came."""
    submission_id: UUID | None = Field(default=None, index=True)
    submission_version: int | None = None
    accepted_submission_id: UUID | None = None
    """The version in force; it stays so until the next is accepted."""
    correction_due_on: date | None = None
    correction_due_at: datetime | None = Field(default=None, sa_type=UTC_TIME)
    corrected_at: datetime | None = Field(default=None, sa_type=UTC_TIME)
    review_due_on: date | None = None
    """When the recipient should have decided on the latest version."""
    review_due_at: datetime | None = Field(default=None, sa_type=UTC_TIME)
    reviewed_at: datetime | None = Field(default=None, sa_type=UTC_TIME)
    extended_due_on: date | None = None
    extended_due_at: datetime | None = Field(default=None, sa_type=UTC_TIME)
    extension_reason: str | None = Field(default=None, sa_type=sa.Text)
    extended_by: str | None = Field(default=None, sa_type=sa.Text)
    waived_at: datetime | None = Field(default=None, sa_type=UTC_TIME)
    waiver_code: str | None = Field(default=None, sa_type=sa.Text)
    waiver_reason: str | None = Field(default=None, sa_type=sa.Text)
    waived_by: str | None = Field(default=None, sa_type=sa.Text)


class Horizon(SubmissionsRow, table=True):
    """How far the ledger has been rolled, and whether the copy of registry changed since."""

    __tablename__ = "horizon"
    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"),)

    id: int = Field(default=1, primary_key=True, sa_column_kwargs={"autoincrement": False})
    rolled_on: date | None = None
    rolled_to: date | None = None
    calendar_version: str | None = Field(default=None, sa_type=sa.Text)
    copied_at: datetime | None = Field(default=None, sa_type=UTC_TIME)
    """When registry was last copied; none means never."""
    copies: int = 0
    """How often registry was copied; when it differs from `rolled_copies` the ledger is behind."""
    rolled_copies: int = 0
