"""Wiring of the timelines."""

from typing import Annotated

from fastapi import Depends

from kernel.database import Session
from services.registry.obligation.dependencies import Obligations
from services.registry.plan.dated import DatedTasks
from services.registry.timeline.service import TimelineService


async def _timelines(session: Session, obligations: Obligations) -> TimelineService:
    return TimelineService(dated=DatedTasks(session), obligations=obligations)


Timelines = Annotated[TimelineService, Depends(_timelines)]
