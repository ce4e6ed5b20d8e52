"""How contacts are kept. The same person is not told twice on a day (migration 0004)."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from kernel.tables import UTC_TIME
from services.registry.base import TEXT, VALIDITY, RegistryRow, only, some_days

UTC: Any = UTC_TIME


class ContactRole(StrEnum):
    """What a contact is told for."""

    CLERK = "clerk"
    FOCAL_POINT = "focal_point"
    LEADER = "leader"
    STEWARD = "steward"


class Language(StrEnum):
    """In which language a contact is told."""

    VI = "vi"
    EN = "en"


class Contact(RegistryRow, table=True):
    """A person or a mailbox of an agency, and the days on which it is told. Removed for good when asked."""

    __tablename__ = "contact"
    __table_args__ = (
        only("role", ContactRole),
        only("language", Language),
        some_days(),
        sa.CheckConstraint("num_nonnulls(email, phone) >= 1", name="can_be_reached"),
    )

    id: UUID = Field(primary_key=True)
    agency: str = Field(sa_type=TEXT, foreign_key="agency.id", index=True)
    name: str = Field(sa_type=TEXT)
    role: str = Field(sa_type=TEXT)
    language: str = Field(sa_type=TEXT)
    email: str | None = Field(default=None, sa_type=TEXT)
    phone: str | None = Field(default=None, sa_type=TEXT)
    valid: Any = Field(sa_type=VALIDITY, nullable=False)
    revision: int = Field(default=1, sa_column_kwargs={"server_default": sa.text("1")})
    recorded_at: datetime = Field(sa_type=UTC)
