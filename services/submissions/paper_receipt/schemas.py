"""Back-filled receipts as they go over the wire."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from kernel.text import Text
from services.submissions.cycle.schemas import Incoming, Instant
from services.submissions.paper_receipt.tables import Channel, ReceiptState


class PaperReceiptCreate(Incoming):
    """A report that came outside this platform."""

    channel: Channel = Channel.PAPER
    document_number: Text = Field(
        min_length=1, max_length=100, pattern=r"\S", description="The number of the letter."
    )
    received_on: date = Field(description="The day of the incoming stamp. It decides on time or late.")
    note: Text | None = Field(default=None, max_length=2000)

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"channel": "e_office", "document_number": "125/BC-SNV", "received_on": "2026-07-03"}]
        },
    )


class PaperReceiptEnd(Incoming):
    """Why a receipt is taken back."""

    reason: Text = Field(min_length=1, max_length=2000, pattern=r"\S")

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "Nhầm đơn vị gửi."}]})


class EvidenceRead(BaseModel):
    """The scanned report or its e-office sheet."""

    name: str
    media_type: str
    length: int
    sha256: str


class PaperReceiptRead(BaseModel):
    """A report that came outside this platform. It counts from its confirmation on, by the day it was received."""

    id: UUID
    occurrence: UUID
    obligation: str
    period: str
    agency: str
    state: ReceiptState
    channel: Channel
    document_number: str
    received_on: date
    note: str | None
    recorded_at: Instant
    recorded_by: str
    evidence: EvidenceRead | None
    confirmed_at: Instant | None
    confirmed_by: str | None
    withdrawn_at: Instant | None
    withdrawn_by: str | None
    withdrawn_reason: str | None
