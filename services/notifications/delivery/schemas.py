"""Deliveries and attempts over the wire."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from kernel.clock import in_vietnam
from services.notifications.delivery.rules import DeliveryState


class DeliveryRead(BaseModel):
    """Bringing one event to one endpoint."""

    id: UUID
    event: UUID = Field(description="The webhook-id that the receiver saw.")
    event_type: str
    endpoint: UUID
    state: Literal["pending", "sending", "delivered", "failed"]
    attempts: int
    next_at: str | None = Field(description="When it is tried next (real time); null once it is settled.")
    created_at: str
    settled_at: str | None
    last_status: int | None
    last_error: str | None = Field(description="Why the last attempt failed, in one stable word.")


class AttemptRead(BaseModel):
    """One attempt of a delivery."""

    number: int
    started_at: str
    took_ms: int | None
    status: int | None
    error: str | None
    answer: str | None = Field(description="The first 4 kB of what the receiver said.")
    address: str | None = Field(description="The address that was connected to.")


def shown(row: Any) -> dict[str, Any]:
    """Return a delivery as its owner sees it."""
    waiting = row.state in (DeliveryState.PENDING, DeliveryState.SENDING)
    return {
        "id": str(row.id),
        "event": str(row.event),
        "event_type": row.event_type,
        "endpoint": str(row.endpoint),
        "state": row.state,
        "attempts": row.attempts,
        "next_at": _instant(row.next_at) if waiting else None,
        "created_at": _instant(row.created_at),
        "settled_at": _instant(row.settled_at),
        "last_status": row.last_status,
        "last_error": row.last_error,
    }


def shown_attempt(row: Any) -> dict[str, Any]:
    """Return an attempt as the owner of its delivery sees it."""
    return {
        "number": row.number,
        "started_at": _instant(row.started_at),
        "took_ms": row.took_ms,
        "status": row.status,
        "error": row.error,
        "answer": row.answer,
        "address": row.address,
    }


def _instant(value: datetime | None) -> str | None:
    return None if value is None else in_vietnam(value)
