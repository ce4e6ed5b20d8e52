"""Wiring of the calendar's doors."""

from typing import Annotated

from fastapi import Depends

from kernel.database import Session
from services.registry.calendar.service import CalendarService
from services.registry.calendar.store import CalendarStore
from services.registry.dependencies import Clock, Events
from services.registry.obligation.store import ObligationStore


async def _calendar(session: Session, events: Events, clock: Clock) -> CalendarService:
    obligations = ObligationStore(session)
    return CalendarService(
        store=CalendarStore(session),
        bound=obligations.list_bound_to_calendar,
        events=events,
        clock=clock,
    )


Calendar = Annotated[CalendarService, Depends(_calendar)]
