"""The doors of files that are stored under instruments."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from fastapi import Request
from starlette.responses import Response, StreamingResponse

from kernel.paging import Cursor, Limit, Page
from kernel.web import Router
from services.registry.dependencies import Files, Reader, StewardHere, Writer
from services.registry.instrument.files import read_pieces
from services.registry.instrument.media import TYPES
from services.registry.instrument.schemas import FileRead
from services.registry.instrument.uploads import BODY, Received

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
    headers = {
        "ETag": f'"{known.sha256}"',
        "Cache-Control": "private, no-cache",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(known.name, safe='')}"
    headers["Content-Length"] = str(known.length)
    pieces = read_pieces(request.app.state.runtime.database, known.sha256)
    return StreamingResponse(pieces, media_type=known.media_type, headers=headers)
