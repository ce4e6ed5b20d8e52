"""Wiring of the registry: who may call, on which day one looks, and what each door needs."""

from datetime import date
from typing import Annotated

from fastapi import Depends, Query, Request

from kernel.callers import Caller, requires, requires_service
from kernel.clock import BusinessClock
from kernel.database import Session
from kernel.events import EventLog
from services.registry.agency.chains import ChainStore
from services.registry.agency.service import AgencyService
from services.registry.agency.store import AgencyStore
from services.registry.agency.writing import AgencyWriting
from services.registry.days import Day
from services.registry.group.service import GroupService
from services.registry.group.store import GroupStore
from services.registry.instrument.files import FileService, FileStore
from services.registry.instrument.service import InstrumentService
from services.registry.instrument.store import InstrumentStore
from services.registry.plan.dated import DatedTasks
from services.registry.plan.draft_store import DraftStore
from services.registry.plan.editing import PlanEditing
from services.registry.plan.service import PlanService
from services.registry.plan.stewards import Steward
from services.registry.plan.store import StewardStore
from services.registry.plan.versions import VersionStore

Reader = Annotated[Caller, Depends(requires("registry:read"))]
Writer = Annotated[Caller, Depends(requires("registry:write"))]
InsideReader = Annotated[str, Depends(requires_service("submissions", "notifications", "gateway"))]


async def business_clock(request: Request) -> BusinessClock:
    """Return the clock that decides which day it is."""
    clock: BusinessClock = request.app.state.runtime.clock
    return clock


Clock = Annotated[BusinessClock, Depends(business_clock)]


async def _as_of(
    clock: Clock,
    as_of: Annotated[
        Day | None,
        Query(description="The day on which to look; default today in Viet Nam.", examples=["2025-06-30"]),
    ] = None,
) -> date:
    return as_of or clock.today()


AsOf = Annotated[date, Depends(_as_of)]
"""The day on which the registry is read."""


async def _on(
    clock: Clock,
    on: Annotated[
        Day | None,
        Query(description="Successions until this day count; default today in Viet Nam."),
    ] = None,
) -> date:
    return on or clock.today()


On = Annotated[date, Depends(_on)]
"""The day until which chains of successions are followed."""


async def _event_log(session: Session, clock: Clock) -> EventLog:
    return EventLog(session, clock)


Events = Annotated[EventLog, Depends(_event_log)]


async def _steward(writer: Writer, session: Session, clock: Clock) -> Steward:
    held = await StewardStore(session).list_stewardships(writer.acting_agency, clock.today())
    return Steward(writer.acting_agency, writer.has_scope("admin"), tuple(held))


StewardHere = Annotated[Steward, Depends(_steward)]
"""What the caller's agency may change."""


async def _agencies(session: Session, clock: Clock, events: Events) -> AgencyService:
    return AgencyService(
        store=AgencyStore(session),
        writing=AgencyWriting(session),
        chains=ChainStore(session),
        events=events,
        clock=clock,
    )


async def _groups(session: Session, events: Events) -> GroupService:
    return GroupService(store=GroupStore(session), session=session, events=events)


async def _instruments(session: Session, events: Events, clock: Clock) -> InstrumentService:
    return InstrumentService(store=InstrumentStore(session), events=events, clock=clock)


async def _files(session: Session, events: Events, clock: Clock) -> FileService:
    return FileService(instruments=InstrumentStore(session), store=FileStore(session), events=events, clock=clock)


async def _plans(session: Session) -> PlanService:
    return PlanService(dated=DatedTasks(session))


async def _editing(session: Session, events: Events, clock: Clock) -> PlanEditing:
    return PlanEditing(drafts=DraftStore(session), versions=VersionStore(session), events=events, clock=clock)


Agencies = Annotated[AgencyService, Depends(_agencies)]
Groups = Annotated[GroupService, Depends(_groups)]
Instruments = Annotated[InstrumentService, Depends(_instruments)]
Files = Annotated[FileService, Depends(_files)]
Plans = Annotated[PlanService, Depends(_plans)]
Editing = Annotated[PlanEditing, Depends(_editing)]
