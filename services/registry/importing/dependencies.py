"""Wiring of the doors for imports."""

from typing import Annotated

from fastapi import Depends

from kernel.database import Session
from services.registry.dependencies import Clock, Events
from services.registry.importing.service import ImportService
from services.registry.importing.store import ImportStore


async def _imports(session: Session, events: Events, clock: Clock) -> ImportService:
    return ImportService(session=session, store=ImportStore(session), events=events, clock=clock)


Imports = Annotated[ImportService, Depends(_imports)]
