"""The doors of agencies."""

from typing import Annotated

from fastapi import Query, Request
from starlette.responses import Response

from kernel.etags import IfMatch, conditional, etag_of
from kernel.idempotency import Once
from kernel.paging import Cursor, Limit, Page
from kernel.text import Text
from kernel.web import Router
from services.registry.agency.change_schemas import AgencyCreate, AgencyUpdate, CorrectionCreate
from services.registry.agency.kinds import AgencyKind
from services.registry.agency.schemas import AgencyRead, ChainRead, HistoryRead
from services.registry.agency.store import AgencyFilter
from services.registry.dependencies import Agencies, AsOf, On, Reader, StewardHere, Writer

router = Router(prefix="/v1/agencies", tags=["agencies"])

SearchText = Annotated[
    Text | None,
    Query(
        max_length=200,
        description="Each word begins a word of a name, another name, the code or the province, or stands for the "
        "first letters of the name (SLĐTBXH); accents and case are ignored.",
        examples=["so noi vu"],
    ),
]
CodeText = Annotated[
    Text | None,
    Query(
        max_length=60,
        description="A code in an outside scheme, however it is written. Without `as_of` on any day: a code that "
        "changed its meaning gives every agency that ever had it, with the days in `codes`.",
        examples=["000.00.00.G09"],
    ),
]
SchemeText = Annotated[
    str | None,
    Query(
        pattern=r"^[a-z][a-z0-9_]{1,39}$",
        description="`qcvn102`, `gso` or `iso_3166_2` (a province: its People's Committee); default any.",
        examples=["qcvn102"],
    ),
]


@router.get("")
async def list_agencies(
    request: Request,
    _: Reader,
    agencies: Agencies,
    as_of: AsOf,
    kind: Annotated[AgencyKind | None, Query()] = None,
    parent: Annotated[str | None, Query(max_length=40, examples=["UBND-P42"])] = None,
    province: Annotated[str | None, Query(max_length=40, examples=["P42"])] = None,
    text: SearchText = None,
    code: CodeText = None,
    scheme: SchemeText = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[AgencyRead]:
    """List the agencies that exist on a day, in Vietnamese order."""
    ever = code is not None and "as_of" not in request.query_params
    wanted = AgencyFilter(kind, parent, province, text, code, scheme, ever)
    return await agencies.list_existing(as_of, wanted, cursor, limit)


@router.post("", status_code=201)
async def create_agency(
    body: AgencyCreate,
    writer: Writer,
    steward: StewardHere,
    agencies: Agencies,
    once: Once,
    response: Response,
) -> AgencyRead:
    """Make a new agency. Stewards only; a provincial steward in its own province."""
    created = await agencies.create(body, steward, writer)
    response.headers["Location"] = f"/v1/agencies/{created.id}"
    response.headers["ETag"] = etag_of(created.model_dump(mode="json"))
    return created


@router.get("/{agency}", response_model=AgencyRead)
async def get_agency(agency: str, request: Request, _: Reader, agencies: Agencies, as_of: AsOf) -> Response:
    """Read one agency as of a day; one that has ended as it was last."""
    return conditional(request, (await agencies.get(agency, as_of)).model_dump(mode="json"))


@router.patch("/{agency}")
async def change_agency(
    agency: str,
    body: AgencyUpdate,
    if_match: IfMatch,
    writer: Writer,
    steward: StewardHere,
    agencies: Agencies,
    response: Response,
) -> AgencyRead:
    """Let a change hold from a day on, as a new version, or end the agency. Nothing is overwritten."""
    changed = await agencies.change(agency, body, if_match, steward, writer)
    response.headers["ETag"] = etag_of(changed.model_dump(mode="json"))
    return changed


@router.post("/{agency}/corrections")
async def correct_agency(
    agency: str,
    body: CorrectionCreate,
    if_match: IfMatch,
    writer: Writer,
    steward: StewardHere,
    agencies: Agencies,
    once: Once,
    response: Response,
) -> AgencyRead:
    """Put right what was recorded wrongly of one version: it had never been so. The mistake stays in the history.

    What was right until a day and is different from then on is a change: use `PATCH`.
    """
    corrected = await agencies.correct(agency, body, if_match, steward, writer)
    response.headers["ETag"] = etag_of(corrected.model_dump(mode="json"))
    return corrected


@router.get("/{agency}/history")
async def get_history(agency: str, _: Reader, agencies: Agencies) -> HistoryRead:
    """Read every version of an agency, oldest first, and every act upon it: who, why, from which day."""
    return await agencies.get_history(agency)


@router.get("/{agency}/successors")
async def list_successors(agency: str, _: Reader, agencies: Agencies, on: On) -> ChainRead:
    """Follow the confirmed successions from an agency on: what it became."""
    return await agencies.follow(agency, on, forwards=True)


@router.get("/{agency}/predecessors")
async def list_predecessors(agency: str, _: Reader, agencies: Agencies, on: On) -> ChainRead:
    """Follow the confirmed successions back: what the agency was made from."""
    return await agencies.follow(agency, on, forwards=False)
