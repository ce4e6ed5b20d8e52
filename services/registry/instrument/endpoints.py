"""The doors of instruments."""

from typing import Annotated

from fastapi import Query, Request
from starlette.responses import Response

from kernel.etags import conditional, etag_of
from kernel.idempotency import Once
from kernel.paging import Cursor, Limit, Page
from kernel.text import Text
from kernel.web import Router
from services.registry.dependencies import Instruments, Reader, StewardHere, Writer
from services.registry.instrument.schemas import InstrumentCreate, InstrumentDetail, InstrumentRead

router = Router(prefix="/v1/instruments", tags=["instruments"])


@router.get("")
async def list_instruments(
    _: Reader,
    instruments: Instruments,
    doc_type: Annotated[str | None, Query(max_length=40, examples=["ke_hoach"])] = None,
    issuer: Annotated[str | None, Query(max_length=40, examples=["TTG"])] = None,
    text: Annotated[Text | None, Query(max_length=200, description="Found in codes, numbers and titles.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[InstrumentRead]:
    """List the legal documents, by code."""
    return await instruments.list_instruments({"doc_type": doc_type, "issuer": issuer}, text, cursor, limit)


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
async def get_instrument(instrument: str, request: Request, _: Reader, instruments: Instruments) -> Response:
    """Read one legal document with the chain of what it stands on and what amends it."""
    return conditional(request, (await instruments.get(instrument)).model_dump(mode="json"))
