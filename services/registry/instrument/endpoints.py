"""The doors of instruments."""

from typing import Annotated

from fastapi import Query, Request
from starlette.responses import Response

from kernel.etags import IfMatch, conditional, etag_of
from kernel.idempotency import Once
from kernel.paging import Cursor, Limit, Page
from kernel.text import Text
from kernel.web import Router
from services.registry.dependencies import AsOf, Instruments, Reader, StewardHere, Writer
from services.registry.instrument.schemas import (
    InstrumentCreate,
    InstrumentDetail,
    InstrumentRead,
    InstrumentUpdate,
)

router = Router(prefix="/v1/instruments", tags=["instruments"])


@router.get("")
async def list_instruments(
    _: Reader,
    instruments: Instruments,
    as_of: AsOf,
    doc_type: Annotated[str | None, Query(max_length=40, examples=["ke_hoach"])] = None,
    issuer: Annotated[str | None, Query(max_length=40, examples=["TTG"])] = None,
    in_force: Annotated[bool | None, Query(description="Only what holds on the day, or does not.")] = None,
    text: Annotated[Text | None, Query(max_length=200, description="Found in codes, numbers and titles.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[InstrumentRead]:
    """List the legal documents, by code."""
    wanted = {"doc_type": doc_type, "issuer": issuer}
    return await instruments.list_instruments(as_of, wanted, in_force, text, cursor, limit)


@router.post("", status_code=201)
async def create_instrument(
    body: InstrumentCreate,
    writer: Writer,
    steward: StewardHere,
    instruments: Instruments,
    once: Once,
    response: Response,
) -> InstrumentDetail:
    """Register a legal document. Stewards only; a provincial steward for issuers of its own province."""
    created = await instruments.create(body, steward, writer)
    response.headers["Location"] = f"/v1/instruments/{created.id}"
    response.headers["ETag"] = etag_of(created.model_dump(mode="json"))
    return created


@router.get("/{instrument}", response_model=InstrumentDetail)
async def get_instrument(
    instrument: str, request: Request, _: Reader, instruments: Instruments, as_of: AsOf
) -> Response:
    """Read one legal document with the chain of what it stands on and what it carries, as of a day."""
    return conditional(request, (await instruments.get(instrument, as_of)).model_dump(mode="json"))


@router.patch("/{instrument}")
async def change_instrument(
    instrument: str,
    body: InstrumentUpdate,
    if_match: IfMatch,
    writer: Writer,
    steward: StewardHere,
    instruments: Instruments,
    response: Response,
) -> InstrumentDetail:
    """Put the entry of a legal document right; what it was before stays in the log, with the reason."""
    changed = await instruments.change(instrument, body, if_match, steward, writer)
    response.headers["ETag"] = etag_of(changed.model_dump(mode="json"))
    return changed
