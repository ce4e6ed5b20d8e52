"""The door of queries over figures. It streams, and takes the dimensions of the asked form as parameters."""

from contextlib import AsyncExitStack
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request
from starlette.responses import Response

from kernel.callers import Caller, requires
from kernel.database import Database
from kernel.web import UnknownParameter
from services.submissions.cycle.counting import MAP_TEXT
from services.submissions.data.asking import columns_of, read_wanted, require_once
from services.submissions.data.cursor import read_seen
from services.submissions.data.figure_book import FigureBook
from services.submissions.data.negotiating import MEDIA_TYPES, Format, choose_format
from services.submissions.data.responding import respond
from services.submissions.data.schemas import EXAMPLE, DataRead
from services.submissions.data.sdmx import require_expressible
from services.submissions.data.service import DataService
from services.submissions.dependencies import TheParts
from services.submissions.language import Language

router = APIRouter(tags=["figures"])

DataReader = Annotated[Caller, Depends(requires("data:read"))]
Texts = list[str]


async def _asked(
    request: Request,
    form: Annotated[str, Query(max_length=64, description="Code of a form.", examples=["migration-data"])],
    period: Annotated[Texts, Query(description="Repeat for several.", examples=["2026-S1"])] = [],  # noqa: B006
    period_from: Annotated[Texts, Query(description="Periods that lie after its start.")] = [],  # noqa: B006
    period_to: Annotated[Texts, Query(description="Periods that lie before its end.")] = [],  # noqa: B006
    agency: Annotated[Texts, Query(description="Who reported.")] = [],  # noqa: B006
    province: Annotated[Texts, Query(description="Province of who reported, by `map`.")] = [],  # noqa: B006
    obligation: Annotated[Texts, Query()] = [],  # noqa: B006
    plan: Annotated[Texts, Query()] = [],  # noqa: B006
    indicator: Annotated[Texts, Query(examples=["LABOUR.OUT.FLOW"])] = [],  # noqa: B006
    group_by: Annotated[
        Texts,
        Query(
            description="Columns of the answer, with commas: `period`, `agency`, `province`, `obligation`, "
            "dimensions; `indicator` always stands among them. Without it: single figures as they were reported.",
            examples=["period,sex"],
        ),
    ] = [],  # noqa: B006
    map: Annotated[Texts, Query(description=f"`then` or `now`. {MAP_TEXT}")] = [],  # noqa: B006
    known_at: Annotated[
        Texts, Query(description="What was accepted at this instant.", examples=["2026-07-05T08:00:00+07:00"])
    ] = [],  # noqa: B006
    include: Annotated[
        Texts,
        Query(description="`accepted`, or `submitted`: the latest version unless it was returned."),
    ] = [],  # noqa: B006
    since: Annotated[
        str | None,
        Query(
            max_length=1000,
            description="The cursor of an earlier answer to the same query: only what changed since, by `action`.",
        ),
    ] = None,
    format: Annotated[str | None, Query(description=f"Instead of `Accept`: {', '.join(Format)}.")] = None,
    bom: Annotated[bool, Query(description="CSV: begin with a byte order mark, for Excel.")] = False,
) -> dict[str, list[str]]:
    """Return the values of each parameter, dimensions too."""
    given: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        given.setdefault(name, []).append(value)
    return given


Asked = Annotated[dict[str, list[str]], Depends(_asked)]
DOOR = {"form", "format", "bom", "period", "period_from", "period_to", "agency", "province", "obligation", "plan"}
DOOR |= {"indicator", "group_by", "map", "known_at", "include", "since"}
EXTRA: dict[str, Any] = {
    "parameters": [
        {
            "name": "dimensions",
            "in": "query",
            "style": "form",
            "explode": True,
            "description": "Codes of the form's dimensions, each by its name: `sex=female&partner_country=JP`. A "
            "dimension called like another parameter has `dim.` before its name: `dim.province=P42`.",
            "schema": {"type": "object", "additionalProperties": {"type": "string"}},
            "example": {"sex": "female"},
        }
    ]
}
ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The figures, streamed. `Data-Cursor` holds the cursor in every format.",
        "content": {
            MEDIA_TYPES[Format.JSON]: {
                "schema": {"$ref": "#/components/schemas/DataRead"},
                "example": EXAMPLE,
            },
            **{MEDIA_TYPES[kind]: {"schema": {"type": "string"}} for kind in (Format.CSV, Format.SDMX_CSV)},
            MEDIA_TYPES[Format.SDMX_JSON]: {"schema": {"type": "object"}},
            MEDIA_TYPES[Format.XLSX]: {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


@router.get("/v1/data", response_class=Response, response_model=DataRead, responses=ANSWERS, openapi_extra=EXTRA)
async def read_data(
    request: Request,
    caller: DataReader,
    parts: TheParts,
    asked: Asked,
    language: Language,
    accept: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> Response:
    """Read the figures of one form: single ones, or put together by the rules of their indicators.

    You see what you reported, what is reported to you or passes through you, and what is reported under your plan.
    Nothing counts twice: a consolidated report stands for those that it was built from, a longer period for its
    parts. A stock of several periods is the latest one and never a sum. What an indicator's rule forbids is
    refused with the parameter to change. A value, a true zero, *not available* and *not applicable* stay apart.
    """
    require_once(asked)
    kind = choose_format(asked.get("format", [None])[0], accept)
    async with AsyncExitStack() as held:
        await held.enter_async_context(parts.exports.let_in(caller.client))
        database: Database = request.app.state.runtime.database
        session = await held.enter_async_context(database.transaction())
        held.push_async_callback(session.rollback)  # it only reads, and who leaves early breaks the connection off
        service = DataService(session=session, clock=parts.clock, forms=parts.forms)
        await service.freeze()
        book = await service.fetch_book(asked["form"][0])
        _require_known(asked, book)
        wanted = read_wanted(asked["form"][0], asked, book, parts.clock())
        if kind in (Format.SDMX_CSV, Format.SDMX_JSON):
            require_expressible(wanted)
        if "since" in asked:
            answer = await service.changes(caller, wanted, book, read_seen(asked["since"][0]))
        else:
            answer = await service.answer(caller, wanted, book)
        return await respond(kind, answer, held, request, language)


def _require_known(asked: dict[str, list[str]], book: FigureBook) -> None:
    known = DOOR | set(columns_of(book))
    unknown = sorted(set(asked) - known)
    if unknown:
        raise UnknownParameter(unknown, sorted(known))
