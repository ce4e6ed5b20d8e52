"""How the last move of the sandbox clock is kept, so that repeating it gives every service the same offset."""

from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, SmallInteger
from sqlmodel import Field

from gateway.base import GatewayRow
from kernel.tables import UTC_TIME


class SandboxClock(GatewayRow, table=True):
    """The instant that was asked for last, and the offset that it became. One row."""

    __tablename__ = "sandbox_clock"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: int = Field(default=1, primary_key=True, sa_type=SmallInteger, sa_column_kwargs={"autoincrement": False})
    asked_for: datetime = Field(sa_type=UTC_TIME)
    clock_offset: timedelta
