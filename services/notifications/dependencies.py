"""What the doors of notifications need, under the names of the parts they play."""

from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request

from kernel.callers import AnyCaller, Caller, requires
from kernel.database import Session
from services.notifications.delivery.journal import DeliveryJournal
from services.notifications.delivery.resend import ResendService
from services.notifications.endpoint.service import EndpointService
from services.notifications.endpoint.store import EndpointStore
from services.notifications.event.reading import EventFeed
from services.notifications.inbox.service import InboxService
from services.notifications.inbox.store import InboxStore
from services.notifications.reminder.journal import ReminderJournal


async def _business_now(request: Request) -> datetime:
    now: datetime = request.app.state.runtime.clock()
    return now


async def _events(request: Request) -> EventFeed:
    return EventFeed(request.app.state.runtime.database)


async def _endpoints(request: Request, session: Session) -> EndpointService:
    state = request.app.state
    return EndpointService(
        session,
        policy=state.target_policy,
        box=state.secret_box,
        business=state.runtime.clock,
        public_url=state.runtime.settings.public_url,
    )


async def _endpoint_rows(session: Session) -> EndpointStore:
    return EndpointStore(session)


async def _deliveries(session: Session) -> DeliveryJournal:
    return DeliveryJournal(session)


async def _resends(session: Session) -> ResendService:
    return ResendService(session)


async def _inbox(session: Session) -> InboxService:
    return InboxService(session)


async def _inbox_rows(session: Session) -> InboxStore:
    return InboxStore(session)


async def _reminders(session: Session) -> ReminderJournal:
    return ReminderJournal(session)


async def _told(caller: AnyCaller) -> Caller:
    """Let in whoever manages notifications, or reads the ledger that they are about."""
    if not caller.has_scope("submissions:read"):
        caller.require_scope("notifications:manage")
    return caller


Manager = Annotated[Caller, Depends(requires("notifications:manage"))]
Told = Annotated[Caller, Depends(_told)]
BusinessNow = Annotated[datetime, Depends(_business_now)]
Events = Annotated[EventFeed, Depends(_events)]
Endpoints = Annotated[EndpointService, Depends(_endpoints)]
EndpointRows = Annotated[EndpointStore, Depends(_endpoint_rows)]
Deliveries = Annotated[DeliveryJournal, Depends(_deliveries)]
Resends = Annotated[ResendService, Depends(_resends)]
Inbox = Annotated[InboxService, Depends(_inbox)]
InboxRows = Annotated[InboxStore, Depends(_inbox_rows)]
Reminders = Annotated[ReminderJournal, Depends(_reminders)]
