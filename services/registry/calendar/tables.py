"""How the days that the Government moved are kept: one row a decision, never changed, the latest one counts."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from kernel.tables import UTC_TIME
from services.registry.base import TEXT, RegistryRow, only
from services.registry.calendar.rules import Confidence, OverrideKind

UTC: Any = UTC_TIME


class CalendarOverride(RegistryRow, table=True):
    """What one source makes of one day. A later row for the same day replaces it; `number` is the version."""

    __tablename__ = "calendar_override"
    __table_args__ = (
        only("kind", OverrideKind),
        only("confidence", Confidence),
        sa.CheckConstraint("source <> ''", name="source_given"),
        sa.CheckConstraint("reason <> ''", name="reason_given"),
        sa.Index(None, "day", "number"),
    )

    number: int | None = Field(
        default=None, sa_column=sa.Column(sa.BigInteger, sa.Identity(always=True), primary_key=True)
    )
    day: date
    kind: str = Field(sa_type=TEXT)
    name_vi: str = Field(sa_type=TEXT)
    name_en: str = Field(sa_type=TEXT)
    source: str = Field(sa_type=TEXT)
    confidence: str = Field(sa_type=TEXT)
    author: str = Field(sa_type=TEXT)
    reason: str = Field(sa_type=TEXT)
    recorded_at: datetime = Field(sa_type=UTC)
