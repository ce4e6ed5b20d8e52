"""How back-filled receipts are kept. What was recorded stays; only its state moves on."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from kernel.tables import UTC_TIME
from services.submissions.base import SubmissionsRow, only


class Channel(StrEnum):
    """How the report came."""

    PAPER = "paper"
    E_OFFICE = "e_office"


class ReceiptState(StrEnum):
    """How far a back-filled receipt has come. Only a confirmed one counts."""

    RECORDED = "recorded"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


class PaperReceipt(SubmissionsRow, table=True):
    """A report that was received outside this platform, with its day, its number and its evidence."""

    __tablename__ = "paper_receipt"
    __table_args__ = (
        only("channel", Channel),
        only("state", ReceiptState),
        sa.CheckConstraint("state <> 'confirmed' OR evidence IS NOT NULL", name="confirmed_with_evidence"),
        sa.CheckConstraint("confirmed_client <> recorded_client", name="two_persons"),
        sa.Index("ix_paper_receipt_occurrence_id", "occurrence_id", "id"),
        sa.Index(
            "uq_paper_receipt_recorded",
            "occurrence_id",
            unique=True,
            postgresql_where=sa.text("state = 'recorded'"),
        ),
    )

    id: UUID = Field(primary_key=True)
    occurrence_id: UUID = Field(foreign_key="occurrence.id")
    state: str = Field(sa_type=sa.Text)
    channel: str = Field(sa_type=sa.Text)
    document_number: str = Field(sa_type=sa.Text)
    received_on: date
    note: str | None = Field(default=None, sa_type=sa.Text)
    recorded_at: datetime = Field(sa_type=UTC_TIME)
    recorded_by: str = Field(sa_type=sa.Text)
    recorded_client: str = Field(sa_type=sa.Text)
    evidence: str | None = Field(default=None, sa_type=sa.Text, foreign_key="stored_file.sha256")
    evidence_name: str | None = Field(default=None, sa_type=sa.Text)
    evidence_type: str | None = Field(default=None, sa_type=sa.Text)
    evidence_length: int | None = Field(default=None, sa_type=sa.BigInteger)
    confirmed_at: datetime | None = Field(default=None, sa_type=UTC_TIME)
    confirmed_by: str | None = Field(default=None, sa_type=sa.Text)
    confirmed_client: str | None = Field(default=None, sa_type=sa.Text)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UTC_TIME)
    withdrawn_by: str | None = Field(default=None, sa_type=sa.Text)
    withdrawn_reason: str | None = Field(default=None, sa_type=sa.Text)
