"""Wiring of the doors for contacts."""

from typing import Annotated

from fastapi import Depends

from kernel.callers import requires_service
from kernel.database import Session
from services.registry.contact.service import ContactService
from services.registry.contact.store import ContactStore
from services.registry.dependencies import Clock, Events, Reader
from services.registry.plan.stewards import Steward
from services.registry.plan.store import StewardStore


async def _keeper(reader: Reader, session: Session, clock: Clock) -> Steward:
    held = await StewardStore(session).list_stewardships(reader.acting_agency, clock.today())
    return Steward(reader.acting_agency, reader.has_scope("admin"), tuple(held))


async def _contacts(session: Session, events: Events, clock: Clock) -> ContactService:
    return ContactService(store=ContactStore(session), events=events, clock=clock)


Keeper = Annotated[Steward, Depends(_keeper)]
"""Whose contacts the caller may see."""
Contacts = Annotated[ContactService, Depends(_contacts)]
Teller = Annotated[str, Depends(requires_service("notifications"))]
"""The only service that tells people."""
