"""The doors of the calendar."""

from typing import Annotated

from fastapi import Query, Response

from kernel.idempotency import Once
from kernel.paging import Cursor, Limit, Page
from kernel.web import Router
from services.registry.calendar.dependencies import Calendar
from services.registry.calendar.schemas import OverrideCreate, OverrideRead, WorkingDays
from services.registry.days import Day
from services.registry.dependencies import Reader, StewardHere, Writer

router = Router(prefix="/v1", tags=["calendar"])

From = Annotated[Day, Query(alias="from", description="First day.", examples=["2026-01-01"])]
To = Annotated[Day, Query(description="Last day, included.", examples=["2026-01-31"])]
MaybeFrom = Annotated[Day | None, Query(alias="from", description="Overrides of this day or later.")]
MaybeTo = Annotated[Day | None, Query(description="Overrides of this day or earlier.")]


@router.get("/working-days")
async def list_working_days(_: Reader, calendar: Calendar, first: From, to: To) -> WorkingDays:
    """List the days of a span: Monday to Friday without days off, plus make-up Saturdays."""
    return await calendar.list_days(first, to)


@router.get("/calendar-overrides")
async def list_overrides(
    _: Reader,
    calendar: Calendar,
    first: MaybeFrom = None,
    to: MaybeTo = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[OverrideRead]:
    """List what the Government made of days, in the order in which it was kept."""
    return await calendar.list_overrides(first, to, cursor, limit)


@router.post("/calendar-overrides", status_code=201)
async def create_override(
    body: OverrideCreate,
    writer: Writer,
    steward: StewardHere,
    calendar: Calendar,
    once: Once,
    response: Response,
) -> OverrideRead:
    """Say what the Government made of a day. National stewards only; it replaces what was said before."""
    added = await calendar.add_override(body, steward, writer)
    response.headers["Location"] = f"/v1/calendar-overrides?from={added.day}&to={added.day}"
    return added
