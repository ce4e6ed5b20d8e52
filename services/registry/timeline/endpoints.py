"""The doors of timelines."""

from typing import Annotated

from fastapi import Query

from kernel.paging import Cursor, Limit
from kernel.web import Router
from services.registry.dependencies import AsOf, Reader
from services.registry.timeline.dependencies import Timelines
from services.registry.timeline.schemas import TimelinePage
from services.registry.timeline.service import Asked

router = Router(prefix="/v1", tags=["plans"])

Year = Annotated[int, Query(ge=2000, le=2100, examples=[2026])]
Agency = Annotated[
    str | None, Query(max_length=40, description="Only tasks that it leads, and reports that it owes.")
]


@router.get("/timeline")
async def read_timeline(
    reader: Reader,
    timelines: Timelines,
    as_of: AsOf,
    year: Year,
    agency: Agency = None,
    plan: Annotated[str | None, Query(max_length=60, examples=["QD-402-2020"])] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> TimelinePage:
    """Read what falls due in a year: reports by their days, then what is due within the year."""
    return await timelines.read(reader, Asked(year, as_of, plan, agency), cursor, limit)


@router.get("/plans/{plan}/timeline")
async def read_plan_timeline(
    plan: str,
    reader: Reader,
    timelines: Timelines,
    as_of: AsOf,
    year: Year,
    agency: Agency = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> TimelinePage:
    """Read what of one plan falls due in a year."""
    return await timelines.read(reader, Asked(year, as_of, plan, agency), cursor, limit)
