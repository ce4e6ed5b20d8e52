"""How extensions and waivers are kept. What was asked and decided stays; the ledger shows what holds now."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from kernel.tables import UTC_TIME
from services.submissions.base import SubmissionsRow, only


class Kind(StrEnum):
    """What an exception does."""

    EXTENSION = "extension"
    WAIVER = "waiver"


class ExceptionState(StrEnum):
    """How far an exception has come."""

    REQUESTED = "requested"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    """The reporter took its request back."""
    REVOKED = "revoked"
    """The recipient took back what it had granted."""
    LAPSED = "lapsed"
    """Nobody decided before the report came or was not owed any more; seen when read, never stored."""


STORED = tuple(state for state in ExceptionState if state is not ExceptionState.LAPSED)


class OccurrenceException(SubmissionsRow, table=True):
    """One extension or waiver of one occurrence, from request to decision, and what it replaced."""

    __tablename__ = "occurrence_exception"
    __table_args__ = (
        only("kind", Kind),
        sa.CheckConstraint(f"state IN ({', '.join(repr(s.value) for s in STORED)})", name="state_known"),
        sa.CheckConstraint("(due_on IS NULL) = (due_at IS NULL)", name="due_whole"),
        sa.CheckConstraint(
            "state NOT IN ('granted', 'refused', 'revoked') OR decided_at IS NOT NULL", name="decision_dated"
        ),
        sa.Index("ix_occurrence_exception_occurrence_id", "occurrence_id", "kind", "id"),
        sa.Index("ix_occurrence_exception_state", "kind", "state", "id"),
        sa.Index(
            "uq_occurrence_exception_requested",
            "occurrence_id",
            "kind",
            unique=True,
            postgresql_where=sa.text("state = 'requested'"),
        ),
    )

    id: UUID = Field(primary_key=True)
    occurrence_id: UUID = Field(foreign_key="occurrence.id")
    kind: str = Field(sa_type=sa.Text)
    state: str = Field(sa_type=sa.Text)
    reason: str = Field(sa_type=sa.Text)
    asked_at: datetime = Field(sa_type=UTC_TIME)
    asked_by: str = Field(sa_type=sa.Text)
    asked_client: str = Field(sa_type=sa.Text)
    asked_due_on: date | None = None
    decided_at: datetime | None = Field(default=None, sa_type=UTC_TIME)
    decided_by: str | None = Field(default=None, sa_type=sa.Text)
    decided_client: str | None = Field(default=None, sa_type=sa.Text)
    decision_reason: str | None = Field(default=None, sa_type=sa.Text)
    due_on: date | None = None
    due_at: datetime | None = Field(default=None, sa_type=UTC_TIME)
    replaced_due_on: date | None = None
    replaced_overdue_after: datetime | None = Field(default=None, sa_type=UTC_TIME)
    state_before: str | None = Field(default=None, sa_type=sa.Text)
    """The state of the occurrence that a waiver ended; it comes back with the waiver's end."""
    ended_at: datetime | None = Field(default=None, sa_type=UTC_TIME)
    ended_by: str | None = Field(default=None, sa_type=sa.Text)
    ended_reason: str | None = Field(default=None, sa_type=sa.Text)
