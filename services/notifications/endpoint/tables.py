"""How webhook endpoints are kept."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from kernel.tables import UTC_TIME
from services.notifications.base import CODES, NotificationsRow, only


class EndpointState(StrEnum):
    """Whether events are brought to it."""

    ENABLED = "enabled"
    DISABLED = "disabled"
    DELETED = "deleted"
    """Kept for the deliveries that name it; no door shows it any more."""


class Endpoint(NotificationsRow, table=True):
    """An address of one agency's own system. Its secrets are only ever kept encrypted."""

    __tablename__ = "endpoint"
    __table_args__ = (
        only("state", EndpointState),
        sa.CheckConstraint("version >= 1", name="version_positive"),
        sa.CheckConstraint("(previous_secret IS NULL) = (previous_until IS NULL)", name="previous_secret_dated"),
        sa.Index("ix_endpoint_agency_id", "agency", "id"),
    )

    id: UUID = Field(primary_key=True)
    agency: str = Field(sa_type=sa.Text)
    client: str = Field(sa_type=sa.Text)
    """The client that registered it."""
    url: str = Field(sa_type=sa.Text)
    event_types: list[str] = Field(sa_type=CODES)
    plans: list[str] = Field(sa_type=CODES)
    obligations: list[str] = Field(sa_type=CODES)
    description: str = Field(default="", sa_type=sa.Text)
    state: str = Field(default=EndpointState.ENABLED, sa_type=sa.Text)
    disabled_reason: str | None = Field(default=None, sa_type=sa.Text)
    secret: str = Field(sa_type=sa.Text)
    previous_secret: str | None = Field(default=None, sa_type=sa.Text)
    previous_until: datetime | None = Field(default=None, sa_type=UTC_TIME)
    """Until when the secret of before also signs."""
    failures: int = 0
    """Attempts that failed since the last that succeeded."""
    exhaustions: int = 0
    """Deliveries given up since the last that succeeded."""
    version: int = 1
    created_at: datetime = Field(sa_type=UTC_TIME)
    changed_at: datetime = Field(sa_type=UTC_TIME)
