"""Webhook endpoints over the wire."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from kernel.clock import in_vietnam
from kernel.text import Text

Url = Annotated[str, Field(min_length=1, max_length=2000, description="https; reached from the Internet.")]
Codes = Annotated[list[Annotated[Text, Field(min_length=1, max_length=100)]], Field(max_length=100)]
EventTypeCodes = Annotated[Codes, Field(description="Only these types of event; empty means all.")]
PlanCodes = Annotated[Codes, Field(description="Only events of these plans; empty means all.")]
ObligationCodes = Annotated[Codes, Field(description="Only events of these obligations; empty means all.")]
Description = Annotated[Text, Field(max_length=500)]

EXAMPLE: dict[str, Any] = {
    "url": "https://hatinh.example.vn/gcm/events",
    "event_types": ["deadline.approaching", "deadline.overdue", "submission.returned"],
    "plans": [],
    "obligations": ["OHT-01"],
    "description": "Hệ thống điều hành của Sở Nội vụ",
}


class EndpointCreate(BaseModel):
    """An address that events are to be brought to."""

    url: Url
    event_types: EventTypeCodes = []
    plans: PlanCodes = []
    obligations: ObligationCodes = []
    description: Description = ""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": EXAMPLE})


class EndpointUpdate(BaseModel):
    """What is to change; what is absent stays."""

    url: Url | None = None
    event_types: EventTypeCodes | None = None
    plans: PlanCodes | None = None
    obligations: ObligationCodes | None = None
    description: Description | None = None
    state: Literal["enabled", "disabled"] | None = None

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"state": "enabled"}})


class EndpointRead(BaseModel):
    """One endpoint of the caller's agency."""

    id: UUID
    agency: str
    url: str
    event_types: list[str]
    plans: list[str]
    obligations: list[str]
    description: str
    state: Literal["enabled", "disabled"]
    disabled_reason: str | None = Field(description="gone, exhausted, or by_owner.")
    previous_secret_until: str | None = Field(description="Until then two signatures are sent.")
    created_at: str
    changed_at: str


class EndpointCreated(EndpointRead):
    """A new endpoint with its secret, which no door shows again."""

    secret: str


class SecretRotate(BaseModel):
    """How long the secret of before signs beside the new one."""

    overlap_hours: Annotated[int, Field(ge=0, le=168)] = 24

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"overlap_hours": 24}})


class ReplayFrom(BaseModel):
    """Where to begin bringing events again."""

    after: Annotated[str | None, Field(max_length=100, description="A cursor of /v1/events.")] = None

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {}})


class ReplayRead(BaseModel):
    """What was asked for again."""

    queued: int
    next_cursor: str | None = Field(description="Where to go on when one call could not take everything.")


class TestRead(BaseModel):
    """The test that was sent."""

    event: UUID
    delivery: UUID


def shown(row: Any) -> dict[str, Any]:
    """Return an endpoint as its owner sees it."""
    return {
        "id": str(row.id),
        "agency": row.agency,
        "url": row.url,
        "event_types": row.event_types,
        "plans": row.plans,
        "obligations": row.obligations,
        "description": row.description,
        "state": row.state,
        "disabled_reason": row.disabled_reason,
        "previous_secret_until": _instant(row.previous_until),
        "created_at": _instant(row.created_at),
        "changed_at": _instant(row.changed_at),
    }


def _instant(value: datetime | None) -> str | None:
    return None if value is None else in_vietnam(value)
