"""Wiring of the successions' doors."""

from typing import Annotated

from fastapi import Depends, Request

from kernel.database import Session
from services.registry.dependencies import Agencies, Clock, Events, Writer
from services.registry.obligation.dependencies import Obligations
from services.registry.succession.confirming import ConfirmingService
from services.registry.succession.line_store import LineStore
from services.registry.succession.outlook import Neighbours, Outlook
from services.registry.succession.recording import RecordingService
from services.registry.succession.schemas import SuccessionCreate
from services.registry.succession.service import SuccessionService
from services.registry.succession.store import SuccessionStore


async def _outlook(_: Writer, body: SuccessionCreate, request: Request) -> Outlook:
    neighbours: Neighbours = request.app.state.neighbours
    return await neighbours.look(body.predecessor)


LookAround = Annotated[Outlook, Depends(_outlook)]
"""What others know of the predecessor; asked before this request holds anything in the database."""


async def _successions(session: Session, events: Events, clock: Clock) -> SuccessionService:
    return SuccessionService(store=SuccessionStore(session), lines=LineStore(session), events=events, clock=clock)


async def _recording(session: Session, obligations: Obligations, events: Events, clock: Clock) -> RecordingService:
    return RecordingService(session=session, obligations=obligations, events=events, clock=clock)


async def _confirming(session: Session, agencies: Agencies, events: Events, clock: Clock) -> ConfirmingService:
    return ConfirmingService(session=session, agencies=agencies, events=events, clock=clock)


Successions = Annotated[SuccessionService, Depends(_successions)]
Recording = Annotated[RecordingService, Depends(_recording)]
Confirming = Annotated[ConfirmingService, Depends(_confirming)]
