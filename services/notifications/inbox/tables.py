"""How inboxes are kept."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from kernel.tables import UTC_TIME
from services.notifications.base import NotificationsRow


class InboxItem(NotificationsRow, table=True):
    """One event that one agency was told. The event never changes; only `read_at` does."""

    __tablename__ = "inbox_item"
    __table_args__ = (
        sa.UniqueConstraint("agency", "event"),
        sa.Index("ix_inbox_item_agency_id", "agency", "id"),
        sa.Index("ix_inbox_item_unread", "agency", "id", postgresql_where=sa.text("read_at IS NULL")),
    )

    id: UUID = Field(primary_key=True)
    agency: str = Field(sa_type=sa.Text)
    event: UUID
    told_at: datetime = Field(sa_type=UTC_TIME)
    read_at: datetime | None = Field(default=None, sa_type=UTC_TIME)
