"""The doors of files beside submissions."""

from typing import Any
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from kernel.media import TYPES
from kernel.paging import Cursor, Limit, Page, cut, read_cursor
from kernel.stored_files import give_out
from kernel.uploads import BODY, Received
from kernel.web import Router
from services.submissions.attachment.schemas import AttachmentRead
from services.submissions.attachment.store import chunk
from services.submissions.dependencies import Attachments, Reader

router = Router(prefix="/v1/submissions/{submission}/attachments", tags=["comments and attachments"])

KNOWN: dict[int | str, dict[str, Any]] = {
    200: {"model": AttachmentRead, "description": "The same content is there."}
}
CONTENT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The content, as it was stored.",
        "content": {one: {"schema": {"type": "string", "format": "binary"}} for one in TYPES},
    }
}


@router.post("", status_code=201, responses=KNOWN, openapi_extra=BODY)
async def attach(
    submission: UUID, caller: Reader, upload: Received, attachments: Attachments, response: Response
) -> AttachmentRead:
    """Put a file beside a version: the body is the file, `Content-Type` says what it is.

    For the reporter (`submissions:write`) and its line (`submissions:review`). The same content again is the same
    file (200), so no Idempotency-Key is needed.
    """
    kept, is_new = await attachments.add(caller, submission, upload)
    response.headers["Location"] = f"/v1/submissions/{submission}/attachments/{kept.id}"
    response.status_code = 201 if is_new else 200
    return _shown(kept)


@router.get("")
async def list_attachments(
    submission: UUID, caller: Reader, attachments: Attachments, limit: Limit = 50, cursor: Cursor = None
) -> Page[AttachmentRead]:
    """List the files beside a version in the order in which they came."""
    (after,) = read_cursor(cursor, UUID) or (None,)
    rows = await attachments.list_all(caller, submission, limit=limit, after=after)
    page, following = cut(rows, limit, lambda row: (row.id,))
    return Page(items=[_shown(row) for row in page], next_cursor=following)


@router.get("/{attachment}", response_class=Response, responses=CONTENT)
async def get_attachment(
    submission: UUID, attachment: UUID, request: Request, caller: Reader, attachments: Attachments
) -> Response:
    """Read the content of a file. Its ETag is its SHA-256; browsers are told to save it, never to show it."""
    known = await attachments.get(caller, submission, attachment)
    return give_out(
        request,
        chunk,
        name=known.name,
        media_type=known.media_type,
        length=known.length,
        sha256=known.sha256,
    )


def _shown(row: Any) -> AttachmentRead:
    return AttachmentRead.model_validate(dict(row._mapping))
