"""How uploads and their jobs are kept. A job whose worker died is taken again when its lease is over."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from kernel.jobs import JobState
from kernel.tables import UTC_TIME
from services.submissions.base import SubmissionsRow, only


class Job(SubmissionsRow, table=True):
    """One upload that is to be checked, asked for by a client. `due_at`: when a worker may take it (again)."""

    __tablename__ = "job"
    __table_args__ = (
        only("state", JobState),
        sa.CheckConstraint("progress between 0 and 100", name="progress_percent"),
        sa.CheckConstraint("(finished_at is null) = (state in ('queued', 'running'))", name="finished_or_waiting"),
        sa.Index(None, "due_at", postgresql_where=sa.text("state in ('queued', 'running')")),
        sa.Index(None, "agency", postgresql_where=sa.text("state in ('queued', 'running')")),
    )

    id: UUID = Field(primary_key=True)
    agency: str = Field(sa_type=sa.Text)
    client: str = Field(sa_type=sa.Text)
    caller: dict[str, Any] = Field(sa_type=JSONB)
    """Who asked, as the token said it."""
    asked: dict[str, Any] = Field(sa_type=JSONB)
    """What stood beside the body."""
    length: int = Field(sa_type=sa.BigInteger)
    request_id: str | None = Field(default=None, sa_type=sa.Text)
    state: str = Field(sa_type=sa.Text)
    progress: int
    attempts: int
    due_at: datetime = Field(sa_type=UTC_TIME)
    """In real time, also where a sandbox has a clock of its own."""
    received_at: datetime = Field(sa_type=UTC_TIME)
    """When the last byte was here: the report counts as received then."""
    result: Any = Field(default=None, sa_type=JSONB(none_as_null=True), nullable=True)
    problem: Any = Field(default=None, sa_type=JSONB(none_as_null=True), nullable=True)
    finished_at: datetime | None = Field(default=None, sa_type=UTC_TIME)


class JobPiece(SubmissionsRow, table=True):
    """A piece of an upload. Without a job it is of an upload that broke off; all go when the job is through."""

    __tablename__ = "job_piece"

    job_id: UUID = Field(primary_key=True)
    number: int = Field(primary_key=True)
    content: bytes
    stored_at: datetime = Field(sa_type=UTC_TIME)


class JobFinding(SubmissionsRow, table=True):
    """One result of checking a report that was not stored: a refused one, or a dry run."""

    __tablename__ = "job_finding"

    job_id: UUID = Field(primary_key=True, foreign_key="job.id", ondelete="CASCADE")
    number: int = Field(primary_key=True)
    body: dict[str, Any] = Field(sa_type=JSONB)
