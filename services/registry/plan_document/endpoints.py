"""The doors of documents: send one in, read its proposal."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Query, Request
from starlette.responses import JSONResponse, Response

from kernel.idempotency import Once
from kernel.paging import Cursor, Limit, Page
from kernel.text import Text
from kernel.web import Router
from services.registry.dependencies import Reader, StewardHere, Writer
from services.registry.document.files import MEDIA_TYPES
from services.registry.plan_document.change_schemas import CorrectionRead
from services.registry.plan_document.dependencies import Documents, Uploaded
from services.registry.plan_document.schemas import DocumentRead, ItemRead, ProposalRead
from services.registry.plan_document.service import Upload
from services.registry.plan_document.store import ItemFilter
from services.registry.plan_document.tables import DocumentState, ItemKind, ItemState

router = Router(prefix="/v1/plan-documents", tags=["plan documents"])

BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The file itself, at most 10 MB.",
        "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in MEDIA_TYPES},
    }
}
STORED: dict[int | str, dict[str, Any]] = {
    202: {"model": DocumentRead, "description": "Stored; the job at `Location` reads it."},
    200: {"model": DocumentRead, "description": "Your agency has sent this file before; this is its document."},
}
FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in MEDIA_TYPES}}
}


@router.post("", status_code=202, responses=STORED, openapi_extra=BODY, response_model=None)
async def upload_document(
    writer: Writer,
    steward: StewardHere,
    uploaded: Uploaded,
    once: Once,
    documents: Documents,
    filename: Annotated[Text | None, Query(min_length=1, max_length=200, examples=["ke-hoach-167.docx"])] = None,
    province: Annotated[
        str | None,
        Query(max_length=40, description="Whose bodies speak, where the file does not say.", examples=["P42"]),
    ] = None,
    steward_agency: Annotated[
        str | None, Query(alias="steward", max_length=60, description="Who guides the plan.", examples=["HT-SNGV"])
    ] = None,
    derives_from: Annotated[
        str | None, Query(max_length=60, description="The plan above.", examples=["QD-402-2020"])
    ] = None,
) -> Response:
    """Send in an official plan or its annex. A job reads it; then its proposal can be corrected and published.

    The same file from the same agency is the same document. Stewards and administrators only.
    """
    content, content_type = uploaded
    upload = Upload(content, content_type, filename, province, steward_agency, derives_from)
    document, is_asked = await documents.upload(upload, steward, writer)
    headers = {"Content-Location": f"/v1/plan-documents/{document.id}"}
    if is_asked:
        headers["Location"] = f"/v1/jobs/{document.job}"
    return JSONResponse(document.model_dump(mode="json"), status_code=202 if is_asked else 200, headers=headers)


@router.get("")
async def list_documents(
    reader: Reader,
    documents: Documents,
    state: DocumentState | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[DocumentRead]:
    """List the documents that the own agency sent in, newest first; an administrator sees all."""
    return await documents.list_documents(reader, state, cursor, limit)


@router.get("/{document}", response_model=ProposalRead)
async def get_document(document: str, request: Request, reader: Reader, documents: Documents) -> Response:
    """Read the proposal: the instrument, tasks, duties and obligations of the part that is the plan, each with its
    source, what it was read as and how surely; and the open questions, in both languages."""
    proposal, etag = await documents.get(reader, document)
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers={"ETag": etag})
    return Response(proposal.model_dump_json(), media_type="application/json", headers={"ETag": etag})


@router.get("/{document}/items")
async def list_items(
    document: str,
    reader: Reader,
    documents: Documents,
    kind: ItemKind | None = None,
    part: Annotated[int | None, Query(ge=0, le=1000)] = None,
    state: ItemState | None = None,
    confidence_below: Annotated[
        float | None, Query(ge=0, le=1.01, description="Read less surely than this.")
    ] = None,
    unresolved: Annotated[bool | None, Query(description="True: only those with names that nobody knows.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[ItemRead]:
    """List what the document says, in the printed order; all of its parts."""
    wanted = ItemFilter(kind, part, state, confidence_below, unresolved)
    return await documents.list_items(reader, document, wanted, cursor, limit)


@router.get("/{document}/items/{item}", response_model=ItemRead)
async def get_item(document: str, item: str, request: Request, reader: Reader, documents: Documents) -> Response:
    """Read one item; its ETag is what a correction of it needs."""
    found = await documents.get_item(reader, document, item)
    if found.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers={"ETag": found.etag})
    return Response(found.model_dump_json(), media_type="application/json", headers={"ETag": found.etag})


@router.get("/{document}/corrections")
async def list_corrections(
    document: str, reader: Reader, documents: Documents, cursor: Cursor = None, limit: Limit = 50
) -> Page[CorrectionRead]:
    """List what persons corrected, with what was before and after: the measure of how well was read."""
    return await documents.list_corrections(reader, document, cursor, limit)


@router.get("/{document}/file", responses=FILE, response_class=Response)
async def get_file(document: str, reader: Reader, documents: Documents) -> Response:
    """Fetch the file as it came, byte for byte, to be saved and not shown."""
    row, content = await documents.get_file(reader, document)
    name = quote(row.filename or str(row.id), safe="")
    headers = {
        "ETag": f'"{row.sha256}"',
        "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(content, media_type=row.content_type, headers=headers)
