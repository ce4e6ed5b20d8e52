"""Events over the wire: as inside feeds write them, and as outside systems read them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.notifications.event.rules import EVERYONE, REGISTRY, SOURCES, PublicEvent, inbox_of


class FeedEvent(BaseModel):
    """One CloudEvent of an inside feed; what we do not know is ignored."""

    id: UUID
    type: str
    subject: str
    time: datetime
    traceparent: str | None = None
    data: dict[str, Any]

    def public(self) -> PublicEvent:
        """Return it as a public event, under its own id and at its own time."""
        data = {name: value for name, value in self.data.items() if name != "audience"}
        everyone = (EVERYONE,) if SOURCES.get(self.type) == REGISTRY else ()
        return PublicEvent(
            id=self.id,
            type=self.type,
            subject=self.subject,
            data=data,
            audience=self.data.get("audience") or everyone,
            occurred_at=self.time,
            traceparent=self.traceparent,
            inbox=inbox_of(self.type, data),
        )


class CloudEventRead(BaseModel):
    """One public event (CloudEvents 1.0): ids, codes, dates and a link; figures never travel in an event."""

    specversion: str
    id: UUID = Field(description="The same id stands in the webhook-id header and in the audit.")
    source: str
    type: str
    subject: str
    time: datetime
    datacontenttype: str
    position: int = Field(description="Its place in the log; without gaps, in order.")
    traceparent: str | None = None
    data: dict[str, Any] = Field(description="Facts by type; `audience` lists the agencies that may see it.")

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "specversion": "1.0",
                "id": "0198c1f2-0d7c-7c11-9a53-5d0f6f1c2a10",
                "source": "/notifications",
                "type": "deadline.overdue",
                "subject": "0198c1f2-0000-7000-8000-000000000001",
                "time": "2026-07-05T08:00:00+07:00",
                "datacontenttype": "application/json",
                "position": 4711,
                "data": {
                    "occurrence": "0198c1f2-0000-7000-8000-000000000001",
                    "obligation": "OHT-01",
                    "period": "2026-S1",
                    "agency": "HT-STP",
                    "due_on": "2026-07-04",
                    "offset_days": 1,
                    "link": "/v1/occurrences/0198c1f2-0000-7000-8000-000000000001",
                    "audience": ["HT-STP"],
                },
            }
        }
    )


class EventPage(BaseModel):
    """The next events for the caller, in order."""

    items: list[CloudEventRead]
    next_cursor: str = Field(description="Pass as `after` for what comes next; also when nothing came.")


class EventTypeRead(BaseModel):
    """One kind of event."""

    type: str
    source: str
    meaning_vi: str
    meaning_en: str


class EventTypes(BaseModel):
    """Every kind of event there is."""

    items: list[EventTypeRead]
