"""Asking registry about a cycle or a report that someone wants to open, before any transaction is open."""

from typing import Annotated

from fastapi import Depends

from services.submissions.cycle.periods import read_period
from services.submissions.cycle.schemas import CycleCreate, OccurrenceCreate
from services.submissions.dependencies import Reporter, Reviewer, TheParts
from services.submissions.registry_schemas import ScheduleAnswer


async def _planned(body: CycleCreate, _: Reviewer, parts: TheParts) -> ScheduleAnswer:
    read_period(body.period)
    return await parts.registry.find_cycle(body.obligation, body.period)


async def _planned_own(body: OccurrenceCreate, _: Reporter, parts: TheParts) -> ScheduleAnswer:
    period = read_period(body.period or f"{parts.clock.today().isoformat()}/P1D")
    return await parts.registry.find_cycle(body.obligation, period.text)


PlannedOwn = Annotated[ScheduleAnswer, Depends(_planned_own)]
"""The same for a report that the caller wants to open for itself."""

PlannedCycle = Annotated[ScheduleAnswer, Depends(_planned)]
"""What registry says about the period, with who owes it; no item when the obligation has no such period."""
