"""How deliveries and their attempts are kept."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from kernel.tables import UTC_TIME
from services.notifications.base import NotificationsRow, only
from services.notifications.delivery.rules import DeliveryState

WAITING = sa.text("state IN ('pending', 'sending')")


class Delivery(NotificationsRow, table=True):
    """Bringing one event to one endpoint: one row, however often it is tried or asked for again."""

    __tablename__ = "delivery"
    __table_args__ = (
        sa.UniqueConstraint("event", "endpoint"),
        sa.CheckConstraint("attempts >= tries", name="tries_counted"),
        only("state", DeliveryState),
        sa.Index("ix_delivery_waiting", "endpoint", "next_at", "id", postgresql_where=WAITING),
        sa.Index("ix_delivery_agency_id", "agency", "id"),
    )

    id: UUID = Field(primary_key=True)
    event: UUID
    endpoint: UUID = Field(foreign_key="endpoint.id")
    agency: str = Field(sa_type=sa.Text)
    event_type: str = Field(sa_type=sa.Text)
    state: str = Field(sa_type=sa.Text)
    attempts: int
    """Attempts ever made; also the number of the last one."""
    tries: int
    """Attempts since it was last asked for; the retry list counts these."""
    next_at: datetime = Field(sa_type=UTC_TIME)
    """When it is due; while it is being sent, when its lease ends. Real time."""
    created_at: datetime = Field(sa_type=UTC_TIME)
    settled_at: datetime | None = Field(default=None, sa_type=UTC_TIME)


class Attempt(NotificationsRow, table=True):
    """One attempt of a delivery, written when it begins and completed when it ends."""

    __tablename__ = "attempt"

    delivery: UUID = Field(primary_key=True, foreign_key="delivery.id")
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    started_at: datetime = Field(sa_type=UTC_TIME)
    took_ms: int | None = None
    status: int | None = None
    error: str | None = Field(default=None, sa_type=sa.Text)
    answer: str | None = Field(default=None, sa_type=sa.Text)
    address: str | None = Field(default=None, sa_type=sa.Text)
