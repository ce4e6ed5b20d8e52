"""The doors of the ledger: cycles and occurrences."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request
from fastapi.encoders import jsonable_encoder
from starlette.responses import Response

from kernel.etags import IfMatch, conditional, etag_of
from kernel.idempotency import Once
from kernel.paging import Cursor, Limit, Page, cut, read_cursor
from kernel.web import Router
from services.submissions.cycle.asking import PlannedCycle, PlannedOwn
from services.submissions.cycle.clock_words import ClockWord
from services.submissions.cycle.counting import MAP_TEXT, ProvinceMap, Standing
from services.submissions.cycle.dependencies import Own
from services.submissions.cycle.schemas import (
    CycleCreate,
    CycleDetail,
    CycleRead,
    CycleUpdate,
    OccurrenceCreate,
    OccurrenceDetail,
    OccurrenceRead,
)
from services.submissions.cycle.showing import (
    show_cycle,
    show_cycle_detail,
    show_occurrence,
    show_occurrence_detail,
)
from services.submissions.cycle.store import NO_DAY, CycleFilter, OccurrenceFilter
from services.submissions.cycle.tables import State
from services.submissions.dependencies import Ledger, Reader, Reporter, Reviewer, TheParts

router = Router(tags=["cycles and occurrences"])


async def _occurrence_filter(
    agency: str | None = None,
    obligation: str | None = None,
    plan: str | None = None,
    period: str | None = None,
    cycle: UUID | None = None,
    due_before: Annotated[date | None, Query(description="Due before this day.")] = None,
    state: Annotated[list[State], Query(description="Repeatable.")] = [],  # noqa: B006 - FastAPI copies it
    clock: Annotated[list[ClockWord], Query(description="Repeatable.")] = [],  # noqa: B006 - as above
    review: Annotated[list[ClockWord], Query(description="Clock words of the recipient's decision.")] = [],  # noqa: B006 - as above
    correction: Annotated[list[ClockWord], Query(description="Clock words of corrections asked for.")] = [],  # noqa: B006 - as above
    counted: Annotated[
        bool | None, Query(description="Only those that completeness counts (or, with false, does not).")
    ] = None,
    form: Annotated[str | None, Query(description="Code of a form.")] = None,
    level: Annotated[str | None, Query(description="Kind of the agency that receives.")] = None,
    province: Annotated[str | None, Query(description="Province of the reporter, by `map`.")] = None,
    map: Annotated[ProvinceMap, Query(description=MAP_TEXT)] = ProvinceMap.THEN,
    standing: Annotated[list[Standing], Query(description="Whether counted, else why not; repeatable.")] = [],  # noqa: B006 - as above
) -> OccurrenceFilter:
    return OccurrenceFilter(
        agency=agency,
        obligation=obligation,
        plan=plan,
        period=period,
        cycle=cycle,
        due_before=due_before,
        states=state,
        clocks=clock,
        counted=counted,
        reviews=review,
        corrections=correction,
        form=form,
        level=level,
        province=province,
        map=map,
        standings=standing,
    )


async def _cycle_filter(
    obligation: str | None = None,
    plan: str | None = None,
    period: str | None = None,
    due_before: Annotated[date | None, Query(description="Due before this day.")] = None,
    history: bool | None = None,
) -> CycleFilter:
    return CycleFilter(obligation=obligation, plan=plan, period=period, due_before=due_before, history=history)


@router.get("/v1/occurrences", response_model=Page[OccurrenceRead])
async def list_occurrences(
    caller: Reader,
    ledger: Ledger,
    parts: TheParts,
    wanted: Annotated[OccurrenceFilter, Depends(_occurrence_filter)],
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[OccurrenceRead]:
    """List the reports owed by you, to you, or under your plan, in the order of their due days."""
    after = read_cursor(cursor, date.fromisoformat, UUID)
    rows = await ledger.list_occurrences(caller, wanted, limit=limit, after=after)
    page, following = cut(rows, limit, lambda row: (row[1], row[0][0].id))
    now = parts.clock()
    return Page(items=[show_occurrence(*owed, now) for owed, _ in page], next_cursor=following)


@router.post("/v1/occurrences", status_code=201, response_model=OccurrenceDetail)
async def open_own_report(
    body: OccurrenceCreate,
    caller: Reporter,
    planned: PlannedOwn,
    _: Once,
    own: Own,
    parts: TheParts,
    response: Response,
) -> OccurrenceDetail:
    """Open a report of your own that no cycle asks for: a written notice of difficulties, a proposal to amend.

    Only where the obligation is ad hoc and the registry names your agency among its reporters. It is then drafted,
    submitted and reviewed as any other.
    """
    owed = await own.open(caller, body.obligation, planned)
    response.headers["Location"] = f"/v1/occurrences/{owed[0].id}"
    return show_occurrence_detail(*owed, parts.clock())


@router.get("/v1/occurrences/{occurrence}", response_model=OccurrenceDetail)
async def get_occurrence(
    occurrence: UUID, request: Request, caller: Reader, ledger: Ledger, parts: TheParts
) -> Response:
    """Read one report owed, with the steps that led to its date."""
    owed = await ledger.get_occurrence(await ledger.viewer(caller), occurrence)
    return conditional(request, jsonable_encoder(show_occurrence_detail(*owed, parts.clock())))


@router.get("/v1/cycles", response_model=Page[CycleRead])
async def list_cycles(
    caller: Reader,
    ledger: Ledger,
    wanted: Annotated[CycleFilter, Depends(_cycle_filter)],
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[CycleRead]:
    """List the cycles that concern you, in the order of their due days (else of their periods' ends)."""
    after = read_cursor(cursor, date.fromisoformat, UUID)
    rows = await ledger.list_cycles(caller, wanted, limit=limit, after=after)
    page, following = cut(rows, limit, lambda row: (row[0].due_on or row[0].period_end or NO_DAY, row[0].id))
    return Page(items=[show_cycle(*row) for row in page], next_cursor=following)


@router.get("/v1/cycles/{cycle}", response_model=CycleDetail)
async def get_cycle(cycle: UUID, request: Request, caller: Reader, ledger: Ledger) -> Response:
    """Read one cycle with the steps that led to its date. Its ETag is needed to change it."""
    found, obligation = await ledger.get_cycle(caller, cycle)
    body = jsonable_encoder(show_cycle_detail(found, obligation))
    return conditional(request, body, str(found.id), found.version)


@router.post("/v1/cycles", status_code=201, response_model=CycleDetail)
async def open_cycle(
    body: CycleCreate,
    caller: Reviewer,
    planned: PlannedCycle,
    _: Once,
    ledger: Ledger,
    response: Response,
) -> CycleDetail:
    """Open a cycle that no schedule opens: ad hoc, irregular, one-off, or of the past (history, no reminders).

    Only a recipient of the obligation, or the steward of its plan, opens one.
    """
    cycle, obligation = await ledger.open(caller, body, planned)
    response.headers["Location"] = f"/v1/cycles/{cycle.id}"
    response.headers["ETag"] = etag_of(str(cycle.id), cycle.version)
    return show_cycle_detail(cycle, obligation)


@router.patch("/v1/cycles/{cycle}", response_model=CycleDetail)
async def change_cycle(
    cycle: UUID, body: CycleUpdate, caller: Reviewer, if_match: IfMatch, ledger: Ledger, response: Response
) -> CycleDetail:
    """Set a date where the rule gives none, close the cycle, or reopen it. For its recipient, with a reason."""
    changed, obligation = await ledger.change(caller, cycle, body, if_match)
    response.headers["ETag"] = etag_of(str(changed.id), changed.version)
    return show_cycle_detail(changed, obligation)
