"""Wiring of the obligations' doors."""

from typing import Annotated

from fastapi import Depends

from kernel.database import Session
from services.registry.agency.store import AgencyStore
from services.registry.calendar.store import CalendarStore
from services.registry.dependencies import Clock, Events
from services.registry.obligation.change_store import ChangeStore
from services.registry.obligation.changing import ChangeService
from services.registry.obligation.duties import DutyService
from services.registry.obligation.service import ObligationService
from services.registry.obligation.store import ObligationStore
from services.registry.plan.dated import DatedTasks


async def _obligations(session: Session, clock: Clock) -> ObligationService:
    return ObligationService(
        store=ObligationStore(session), calendar=CalendarStore(session), session=session, clock=clock
    )


Obligations = Annotated[ObligationService, Depends(_obligations)]


async def _duties(session: Session, obligations: Obligations) -> DutyService:
    return DutyService(obligations=obligations, plans=DatedTasks(session), agencies=AgencyStore(session))


async def _changes(session: Session, obligations: Obligations, events: Events, clock: Clock) -> ChangeService:
    return ChangeService(
        obligations=obligations, store=ChangeStore(session), session=session, events=events, clock=clock
    )


Changes = Annotated[ChangeService, Depends(_changes)]
Duties = Annotated[DutyService, Depends(_duties)]
