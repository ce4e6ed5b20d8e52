"""How what was reported is kept. Submissions, observations and findings are never changed once stored."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from kernel.tables import UTC_TIME
from services.submissions.base import SubmissionsRow

FIRST_PARTITION, LAST_PARTITION = 2020, 2035
"""Years that have a partition of their own; others fall into the default one."""


class Submission(SubmissionsRow, table=True):
    """One version of the answer to an occurrence. Never changed once stored."""

    __tablename__ = "submission"
    __table_args__ = (
        sa.UniqueConstraint("occurrence_id", "version"),
        sa.CheckConstraint("version >= 1", name="version_positive"),
    )

    id: UUID = Field(primary_key=True)
    occurrence_id: UUID = Field(foreign_key="occurrence.id")
    version: int
    agency: str = Field(sa_type=sa.Text)
    """The agency that owes, with its name as it was on that day."""
    agency_name_vi: str = Field(sa_type=sa.Text)
    agency_name_en: str | None = Field(default=None, sa_type=sa.Text)
    submitted_by: str = Field(sa_type=sa.Text)
    """The agency that submitted: the same, or the confirmed successor of one that ended."""
    client: str = Field(sa_type=sa.Text)
    received_at: datetime = Field(sa_type=UTC_TIME)
    media_type: str = Field(sa_type=sa.Text)
    period_year: int
    form: str = Field(sa_type=sa.Text)
    form_version: int
    rules_version: str = Field(sa_type=sa.Text)
    content_sha256: str = Field(sa_type=sa.Text)
    nil: list[str] = Field(sa_type=JSONB)
    narrative: dict[str, Any] = Field(sa_type=JSONB)
    observation_count: int
    cell_counts: dict[str, int] = Field(sa_type=JSONB)
    finding_counts: dict[str, int] = Field(sa_type=JSONB)
    receipt: str = Field(sa_type=sa.Text)


class Observation(SubmissionsRow, table=True):
    """One figure of a submission: an indicator and up to four dimension codes, with a value or a status."""

    __tablename__ = "observation"
    __table_args__ = ({"postgresql_partition_by": "RANGE (period_year)"},)

    period_year: int = Field(primary_key=True, sa_type=sa.SmallInteger)
    submission_id: UUID = Field(primary_key=True)
    line: int = Field(primary_key=True)
    indicator: str = Field(sa_type=sa.Text)
    d1: str | None = Field(default=None, sa_type=sa.Text)
    d2: str | None = Field(default=None, sa_type=sa.Text)
    d3: str | None = Field(default=None, sa_type=sa.Text)
    d4: str | None = Field(default=None, sa_type=sa.Text)
    value: Decimal | None = Field(default=None, sa_type=sa.Numeric)
    status: str = Field(sa_type=sa.Text)
    reason: str | None = Field(default=None, sa_type=sa.Text)


class Finding(SubmissionsRow, table=True):
    """One result of checking a stored submission: a warning or a hint."""

    __tablename__ = "finding"

    submission_id: UUID = Field(primary_key=True, foreign_key="submission.id")
    number: int = Field(primary_key=True)
    body: dict[str, Any] = Field(sa_type=JSONB)


class Draft(SubmissionsRow, table=True):
    """An answer that is not yet submitted. May be partial and wrong."""

    __tablename__ = "draft"
    __table_args__ = (sa.CheckConstraint("version >= 1", name="version_positive"),)

    occurrence_id: UUID = Field(primary_key=True, foreign_key="occurrence.id")
    version: int
    content: dict[str, Any] = Field(sa_type=JSONB)
    changed_at: datetime = Field(sa_type=UTC_TIME)
    changed_by: str = Field(sa_type=sa.Text)


class ReceiptKey(SubmissionsRow, table=True):
    """A public key that has signed receipts. Never dropped, so that old receipts stay provable."""

    __tablename__ = "receipt_key"

    kid: str = Field(primary_key=True, sa_type=sa.Text)
    jwk: dict[str, Any] = Field(sa_type=JSONB)
    added_at: datetime = Field(sa_type=UTC_TIME)
