"""Asking registry about a cycle that someone wants to open, before any transaction is open."""

from datetime import timedelta
from typing import Annotated

from fastapi import Depends

from services.submissions.cycle.periods import read_period
from services.submissions.cycle.schemas import CycleCreate
from services.submissions.dependencies import Reviewer, TheParts
from services.submissions.registry_schemas import ScheduleAnswer

LONGEST_WAIT = timedelta(days=2 * 366)
"""A report is due at most so long after its period's end."""


async def _planned(body: CycleCreate, _: Reviewer, parts: TheParts) -> ScheduleAnswer:
    period = read_period(body.period)
    answer = await parts.registry.list_schedule(period.start, period.end + LONGEST_WAIT, [body.obligation])
    items = (i for i in answer.items if (i.obligation, i.period) == (body.obligation, body.period))
    return answer.model_copy(update={"items": tuple(items)})


PlannedCycle = Annotated[ScheduleAnswer, Depends(_planned)]
"""What registry's schedule says about the period; no item when the schedule does not have it."""
