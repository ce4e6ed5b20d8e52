"""How jobs are kept. A job whose worker died is taken again when its lease is over."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from kernel.jobs import JobState
from kernel.tables import UTC_TIME
from services.registry.base import TEXT, RegistryRow, only

UTC: Any = UTC_TIME


class Job(RegistryRow, table=True):
    """One piece of work, asked for by a client of an agency. `due_at`: when a worker may take it (again)."""

    __tablename__ = "job"
    __table_args__ = (
        only("state", JobState),
        sa.CheckConstraint("progress between 0 and 100", name="progress_percent"),
        sa.CheckConstraint("(finished_at is null) = (state in ('queued', 'running'))", name="finished_or_waiting"),
        sa.Index(None, "due_at", postgresql_where=sa.text("state in ('queued', 'running')")),
    )

    id: UUID = Field(primary_key=True)
    kind: str = Field(sa_type=TEXT)
    subject: UUID
    agency: str = Field(sa_type=TEXT)
    client: str = Field(sa_type=TEXT)
    state: str = Field(sa_type=TEXT)
    progress: int
    attempts: int
    due_at: datetime = Field(sa_type=UTC)
    result: Any = Field(default=None, sa_type=JSONB(none_as_null=True), nullable=True)
    problem: Any = Field(default=None, sa_type=JSONB(none_as_null=True), nullable=True)
    created_at: datetime = Field(sa_type=UTC)
    finished_at: datetime | None = Field(default=None, sa_type=UTC)
