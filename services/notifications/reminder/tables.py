"""How ladders and planned reminders are kept."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from kernel.tables import UTC_TIME
from services.notifications.base import NotificationsRow, only
from services.notifications.reminder.rules import ReminderClock, ReminderState, Tells

DEFAULT_POLICY = "*"


class LadderStep(NotificationsRow, table=True):
    """One rung of an obligation's ladder; the policy `*` is for obligations without their own."""

    __tablename__ = "ladder_step"
    __table_args__ = (only("clock", ReminderClock), only("tells", Tells))

    policy: str = Field(primary_key=True, sa_type=sa.Text)
    clock: str = Field(primary_key=True, sa_type=sa.Text)
    offset_days: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    tells: str = Field(primary_key=True, sa_type=sa.Text)
    event_type: str = Field(sa_type=sa.Text)


class Reminder(NotificationsRow, table=True):
    """One step that tells one agency once.

    A reporter is told about its occurrence, a recipient or next level about a whole cycle. `turn` names the
    return that a correction's clock belongs to. Rows of one (subject, agency, clock, turn, due_on) are one
    ladder: of those whose time has come, only the latest is told.
    """

    __tablename__ = "reminder"
    __table_args__ = (
        sa.UniqueConstraint(
            "subject", "agency", "clock", "turn", "due_on", "offset_days", name="uq_reminder_step"
        ),
        only("tells", Tells),
        only("clock", ReminderClock),
        only("state", ReminderState),
        sa.CheckConstraint("(occurrence IS NULL) = (tells <> 'reporter')", name="reporter_has_occurrence"),
        sa.Index("ix_reminder_planned", "fires_at", "id", postgresql_where=sa.text("state = 'planned'")),
        sa.Index("ix_reminder_agency", "agency", "fires_at", "id"),
    )

    id: UUID = Field(primary_key=True)
    occurrence: UUID | None = Field(default=None, index=True)
    subject: str = Field(sa_type=sa.Text)
    """The occurrence's id for a reporter, else the cycle's."""
    cycle: str = Field(sa_type=sa.Text, index=True)
    obligation: str = Field(sa_type=sa.Text)
    plan: str | None = Field(default=None, sa_type=sa.Text)
    period: str = Field(sa_type=sa.Text)
    agency: str = Field(sa_type=sa.Text)
    """Who is told."""
    tells: str = Field(sa_type=sa.Text)
    clock: str = Field(sa_type=sa.Text)
    turn: str = Field(sa_type=sa.Text)
    due_on: date
    offset_days: int
    event_type: str = Field(sa_type=sa.Text)
    fires_at: datetime = Field(sa_type=UTC_TIME)
    state: str = Field(sa_type=sa.Text)
    settled_at: datetime | None = Field(default=None, sa_type=UTC_TIME)
    """Business time at which it was told, skipped or stopped."""
