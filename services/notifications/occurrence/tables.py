"""How the copy of submissions' occurrences is kept."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from kernel.tables import UTC_TIME
from services.notifications.base import CODES, NotificationsRow, only
from services.notifications.occurrence.rules import State


class Occurrence(NotificationsRow, table=True):
    """One report owed, as submissions last told it. Only the follower of its feed writes here."""

    __tablename__ = "occurrence"
    __table_args__ = (
        only("state", State),
        sa.Index("ix_occurrence_obligation_period_agency", "obligation", "period", "agency"),
    )

    id: UUID = Field(primary_key=True)
    obligation: str = Field(sa_type=sa.Text)
    plan: str | None = Field(default=None, sa_type=sa.Text)
    form: str | None = Field(default=None, sa_type=sa.Text)
    cycle: str = Field(sa_type=sa.Text, index=True)
    period: str = Field(sa_type=sa.Text)
    agency: str = Field(sa_type=sa.Text, index=True)
    recipients: list[str] = Field(sa_type=CODES)
    via: list[str] = Field(sa_type=CODES)
    next_level: list[str] = Field(sa_type=CODES)
    steward: str | None = Field(default=None, sa_type=sa.Text)
    due_on: date | None = None
    due_at: datetime | None = Field(default=None, sa_type=UTC_TIME)
    overdue_after: datetime | None = Field(default=None, sa_type=UTC_TIME)
    title_vi: str = Field(sa_type=sa.Text)
    title_en: str = Field(sa_type=sa.Text)
    history: bool
    link: str | None = Field(default=None, sa_type=sa.Text)
    state: str = Field(sa_type=sa.Text)
    submission: UUID | None = None
    """The submission that moved it last; a return's own clock is named by it."""
    correction_due_at: datetime | None = Field(default=None, sa_type=UTC_TIME)
    met_at: datetime | None = Field(default=None, sa_type=UTC_TIME)
    """When `deadline.met` was told; it is told once."""
