"""The doors of files that are stored under instruments."""

from typing import Any
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from kernel.media import TYPES
from kernel.paging import Cursor, Limit, Page
from kernel.stored_files import give_out
from kernel.uploads import BODY, Received
from kernel.web import Router
from services.registry.dependencies import Files, Reader, StewardHere, Writer
from services.registry.instrument.files import chunk
from services.registry.instrument.schemas import FileRead

router = Router(prefix="/v1/instruments", tags=["instruments"])

KNOWN: dict[int | str, dict[str, Any]] = {200: {"model": FileRead, "description": "The same content is there."}}
CONTENT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The content, as it was stored.",
        "content": {one: {"schema": {"type": "string", "format": "binary"}} for one in TYPES},
    }
}


@router.post("/{instrument}/files", status_code=201, responses=KNOWN, openapi_extra=BODY)
async def store_file(
    instrument: str, writer: Writer, upload: Received, steward: StewardHere, files: Files, response: Response
) -> FileRead:
    """Store a file under a legal document: the body is the file, `Content-Type` says what it is.

    The same content again is the same file (200), so no Idempotency-Key is needed. Stewards only.
    """
    file, is_new = await files.add(instrument, upload, steward, writer)
    response.headers["Location"] = f"/v1/instruments/{instrument}/files/{file.id}"
    response.status_code = 201 if is_new else 200
    return file


@router.get("/{instrument}/files")
async def list_files(
    instrument: str, _: Reader, files: Files, cursor: Cursor = None, limit: Limit = 50
) -> Page[FileRead]:
    """List the files of a legal document in the order in which they came."""
    return await files.list_files(instrument, cursor, limit)


@router.get("/{instrument}/files/{file}", response_class=Response, responses=CONTENT)
async def get_file(instrument: str, file: UUID, request: Request, _: Reader, files: Files) -> Response:
    """Read the content of a file. Its ETag is its SHA-256; browsers are told to save it, never to show it."""
    known = await files.get(instrument, file)
    return give_out(
        request,
        chunk,
        name=known.name,
        media_type=known.media_type,
        length=known.length,
        sha256=known.sha256,
    )
