"""How decisions on submissions are kept. A decision is never changed; a new one needs a new version."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from kernel.tables import UTC_TIME
from services.submissions.base import SubmissionsRow, only


class Decision(StrEnum):
    """What the recipient decided."""

    ACCEPTED = "accepted"
    RETURNED = "returned"


class Review(SubmissionsRow, table=True):
    """The one decision on one submission."""

    __tablename__ = "review"
    __table_args__ = (
        only("decision", Decision),
        sa.CheckConstraint("decision = 'accepted' OR reason_code IS NOT NULL", name="return_reasoned"),
    )

    submission_id: UUID = Field(primary_key=True, foreign_key="submission.id")
    decision: str = Field(sa_type=sa.Text)
    decided_at: datetime = Field(sa_type=UTC_TIME)
    agency: str = Field(sa_type=sa.Text)
    client: str = Field(sa_type=sa.Text)
    reason_code: str | None = Field(default=None, sa_type=sa.Text)
    text: str | None = Field(default=None, sa_type=sa.Text)
    cells: list[dict[str, Any]] = Field(sa_type=JSONB)
    correction_due_on: date | None = None
    correction_due_at: datetime | None = Field(default=None, sa_type=UTC_TIME)
