"""The outside feed: for systems that read events themselves, and for those who choose what to receive."""

from typing import Annotated, Any

from fastapi import Query

from kernel.callers import AnyCaller
from kernel.web import Router
from services.notifications.dependencies import Events, Told
from services.notifications.event.rules import EVENT_TYPES
from services.notifications.event.schemas import EventPage, EventTypeRead, EventTypes
from services.notifications.event.store import Reader

router = Router(prefix="/v1", tags=["events"])

After = Annotated[
    str | None,
    Query(max_length=100, description="`next_cursor` of the answer before; absent means from the start."),
]
Types = Annotated[list[str] | None, Query(alias="type", description="Only these types; may be repeated.")]


@router.get("/events", response_model=EventPage, response_model_exclude_none=True)
async def list_events(
    caller: Told,
    events: Events,
    after: After = None,
    types: Types = None,
    wait: Annotated[float, Query(ge=0, le=30, description="Seconds to wait while there is nothing.")] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> dict[str, Any]:
    """Read what the caller's agency may see, in order, after a cursor.

    A cursor of before a restore answers 410: begin again without `after`; ids of events stay the same.
    """
    reader = Reader(agency=caller.acting_agency, plans=caller.plans)
    return await events.read(reader, types or [], after=after, limit=limit, wait=wait)


@router.get("/event-types", response_model=EventTypes)
async def list_event_types(_: AnyCaller) -> EventTypes:
    """List every type of event, with what it means."""
    return EventTypes(
        items=[
            EventTypeRead(type=t.type, source=t.source, meaning_vi=t.meaning_vi, meaning_en=t.meaning_en)
            for t in EVENT_TYPES
        ]
    )
