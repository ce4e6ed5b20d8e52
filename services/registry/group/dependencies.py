"""Wiring of the doors for members by hand."""

from typing import Annotated

from fastapi import Depends

from kernel.database import Session
from services.registry.dependencies import Clock, Events
from services.registry.group.listings import ListingService
from services.registry.group.membership_store import MembershipStore
from services.registry.group.requests import RequestService
from services.registry.group.store import GroupStore
from services.registry.plan.store import PlanStore


async def _listings(session: Session, events: Events, clock: Clock) -> ListingService:
    return ListingService(store=MembershipStore(session), groups=GroupStore(session), events=events, clock=clock)


async def _requests(session: Session, events: Events, clock: Clock) -> RequestService:
    return RequestService(store=MembershipStore(session), plans=PlanStore(session), events=events, clock=clock)


Listings = Annotated[ListingService, Depends(_listings)]
Requests = Annotated[RequestService, Depends(_requests)]
