"""The doors of obligations, and of what an agency owes."""

from typing import Annotated

from fastapi import Query, Request
from starlette.responses import Response

from kernel.etags import conditional
from kernel.paging import Cursor, Limit, Page
from kernel.web import Router
from services.registry.calendar.schemas import OverridePreview
from services.registry.days import Day
from services.registry.dependencies import AsOf, InsideReader, Reader
from services.registry.obligation.changing_schemas import CalendarPreviewRead
from services.registry.obligation.dependencies import Duties, Obligations
from services.registry.obligation.schemas import (
    DutiesRead,
    ExplainRead,
    InsideObligation,
    InsideSchedule,
    ObligationRead,
    PreviewCreate,
    PreviewRead,
)
from services.registry.obligation.store import Wanted
from services.registry.obligation.tables import ObligationKind

router = Router(prefix="/v1", tags=["obligations"])
internal_router = Router(include_in_schema=False)


def _code(text: str, example: str) -> object:
    return Query(max_length=40, description=text, examples=[example])


Instrument = Annotated[str | None, _code("Ordered by this instrument.", "KH-167-HATINH")]
Plan = Annotated[str | None, _code("Part of this plan.", "QD-402-2020")]
PrintedReporter = Annotated[str | None, _code("Agency or group named as reporter, as printed.", "G-BCD")]
Ower = Annotated[str | None, _code("Owed by this agency on the asked day, itself or in a group.", "HT-SNV")]
Recipient = Annotated[str | None, _code("Agency or group named as recipient, as printed.", "BNG")]
Subject = Annotated[str | None, _code("What is reported.", "migration_data")]
InForce = Annotated[bool | None, Query(description="True: only those in force on the asked day.")]
PeriodLabel = Annotated[
    str | None,
    Query(
        max_length=60,
        description="2026, 2026-S1, or first day and length; default: the cycle that comes next.",
        examples=["2026-S1"],
    ),
]


@router.get("/obligations")
async def list_obligations(
    reader: Reader,
    obligations: Obligations,
    as_of: AsOf,
    instrument: Instrument = None,
    plan: Plan = None,
    reporter: PrintedReporter = None,
    owed_by: Ower = None,
    recipient: Recipient = None,
    subject: Subject = None,
    kind: ObligationKind | None = None,
    in_force: InForce = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[ObligationRead]:
    """List standing duties to report, by code. Ended ones are listed too, with `in_force` false."""
    wanted = Wanted(
        instrument=instrument,
        plan=plan,
        reporter=reporter,
        recipient=recipient,
        subject=subject,
        kind=kind,
        in_force=in_force,
        day=as_of,
    )
    return await obligations.list_page(reader, wanted, owed_by, as_of, cursor, limit)


@router.post("/obligations/preview")
async def preview_rule(body: PreviewCreate, reader: Reader, obligations: Obligations) -> PreviewRead:
    """See what a changed deadline rule would move, cycle by cycle. Nothing is kept."""
    return await obligations.preview(reader, body)


@router.get("/obligations/{obligation}", response_model=ObligationRead)
async def get_obligation(
    obligation: str, request: Request, reader: Reader, obligations: Obligations, as_of: AsOf
) -> Response:
    """Read one obligation."""
    found = await obligations.get(reader, obligation, as_of)
    return conditional(request, found.model_dump(mode="json"))


@router.get("/obligations/{obligation}/explain")
async def explain_obligation(
    obligation: str, reader: Reader, obligations: Obligations, period: PeriodLabel = None
) -> ExplainRead:
    """See why a cycle is due when it is, and who owes it: every step from the wording to the instant."""
    return await obligations.explain(reader, obligation, period)


@router.post("/calendar-overrides/preview", tags=["calendar"])
async def preview_override(body: OverridePreview, _: Reader, obligations: Obligations) -> CalendarPreviewRead:
    """See what due days an override of the calendar would move, cycle by cycle. Nothing is kept."""
    return await obligations.preview_override(body)


@router.get("/agencies/{agency}/duties", tags=["agencies"])
async def list_duties(agency: str, reader: Reader, duties: Duties, as_of: AsOf) -> DutiesRead:
    """See what an agency owes and carries on a day, by itself and by confirmed succession."""
    return await duties.list_duties(reader, agency, as_of)


@internal_router.get("/internal/obligations")
async def list_inside(_: InsideReader, obligations: Obligations) -> dict[str, list[InsideObligation]]:
    """Every obligation, for the other services."""
    return {"items": await obligations.list_inside()}


@internal_router.get("/internal/cycle")
async def read_cycle(
    _: InsideReader,
    obligations: Obligations,
    obligation: Annotated[str, Query(max_length=60)],
    period: Annotated[str, Query(max_length=60)],
) -> InsideSchedule:
    """One cycle by its label, with who owes it; also of an obligation that has no cycles by itself."""
    return await obligations.read_cycle(obligation, period)


@internal_router.get("/internal/schedule")
async def read_schedule(
    _: InsideReader,
    obligations: Obligations,
    first: Annotated[Day, Query(alias="from")],
    to: Day,
    obligation: Annotated[list[str], Query()] = [],  # noqa: B006 - FastAPI copies it
) -> InsideSchedule:
    """The cycles whose due day, else period end, lies in the span."""
    return await obligations.read_schedule(first, to, obligation)
