"""How delegations of review are kept. One is ended, never changed or deleted."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from kernel.tables import UTC_TIME
from services.submissions.base import SubmissionsRow


class ReviewDelegation(SubmissionsRow, table=True):
    """A recipient lets another agency review what is owed to it under one obligation or plan, for a time."""

    __tablename__ = "review_delegation"
    __table_args__ = (
        sa.CheckConstraint("(obligation IS NULL) <> (plan IS NULL)", name="one_object"),
        sa.CheckConstraint("valid_to >= valid_from", name="period_ordered"),
        sa.Index("ix_review_delegation_delegate", "delegate", "valid_to"),
        sa.Index("ix_review_delegation_recipient", "recipient"),
    )

    id: UUID = Field(primary_key=True)
    recipient: str = Field(sa_type=sa.Text)
    delegate: str = Field(sa_type=sa.Text)
    delegate_client: str | None = Field(default=None, sa_type=sa.Text)
    """The one client of the delegate that may review; none means each of its clients."""
    obligation: str | None = Field(default=None, sa_type=sa.Text)
    plan: str | None = Field(default=None, sa_type=sa.Text)
    valid_from: date
    valid_to: date
    reason: str = Field(sa_type=sa.Text)
    made_at: datetime = Field(sa_type=UTC_TIME)
    made_by: str = Field(sa_type=sa.Text)
    """The client that made it."""
    ended_at: datetime | None = Field(default=None, sa_type=UTC_TIME)
    ended_reason: str | None = Field(default=None, sa_type=sa.Text)
