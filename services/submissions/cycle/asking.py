"""Asking registry about a cycle that someone wants to open, before any transaction is open."""

from typing import Annotated

from fastapi import Depends

from services.submissions.cycle.periods import read_period
from services.submissions.cycle.schemas import CycleCreate
from services.submissions.dependencies import Reviewer, TheParts
from services.submissions.registry_schemas import ScheduleAnswer


async def _planned(body: CycleCreate, _: Reviewer, parts: TheParts) -> ScheduleAnswer:
    read_period(body.period)
    return await parts.registry.find_cycle(body.obligation, body.period)


PlannedCycle = Annotated[ScheduleAnswer, Depends(_planned)]
"""What registry says about the period, with who owes it; no item when the obligation has no such period."""
