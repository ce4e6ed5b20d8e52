"""The doors by which spreadsheets of agencies and contacts come in."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Header, Query, Request
from starlette.responses import Response

from kernel.etags import IfMatch, conditional
from kernel.idempotency import Once
from kernel.paging import Cursor, Limit, Page
from kernel.text import Text
from kernel.web import Router
from services.registry.dependencies import StewardHere, Writer
from services.registry.importing.dependencies import Imports
from services.registry.importing.reading import CSV, XLSX
from services.registry.importing.schemas import ImportRead, ImportRowRead
from services.registry.importing.service import etag
from services.registry.importing.tables import FileFormat, ImportKind, Outcome

router = Router(prefix="/v1/imports", tags=["imports"])

EXAMPLE = (
    "Mã cơ quan,Tên cơ quan,Tên tiếng Anh,Loại,Cấp trên,Tỉnh,Từ ngày\n"
    "HT-SXD,Sở Xây dựng tỉnh Hà Tĩnh,Department of Construction of Ha Tinh,Sở,UBND-P42,Hà Tĩnh,01/03/2025\n"
)
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            CSV: {
                "schema": {"type": "string", "description": "Headers in Vietnamese or English; `,` `;` or tab."},
                "example": EXAMPLE,
            },
            XLSX: {"schema": {"type": "string", "format": "binary"}},
        },
    }
}
FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            CSV: {"schema": {"type": "string"}},
            XLSX: {"schema": {"type": "string", "format": "binary"}},
        },
        "description": "The rejected rows as they were given, the reason and the place beside them.",
    }
}


@router.post("", status_code=201, openapi_extra=BODY)
async def preview_import(
    request: Request,
    writer: Writer,
    steward: StewardHere,
    imports: Imports,
    once: Once,
    response: Response,
    kind: Annotated[ImportKind, Query(description="What the rows are.")],
    reason: Annotated[
        Text,
        Query(
            min_length=1,
            max_length=1000,
            description="Why, with the legal basis; a row's own reason comes first.",
            examples=["Nghị quyết của HĐND tỉnh"],
        ),
    ],
) -> ImportRead:
    """Send a file and see, row by row, what it would do. Nothing is changed before the import is applied."""
    content_type = request.headers.get("content-type", "")
    made = await imports.preview(await request.body(), content_type, kind, reason, steward, writer)
    response.headers["Location"] = f"/v1/imports/{made.id}"
    response.headers["ETag"] = etag(made)
    return made


@router.get("/{import_id}", response_model=ImportRead)
async def get_import(import_id: UUID, request: Request, writer: Writer, imports: Imports) -> Response:
    """Read an import of your agency."""
    return conditional(request, (await imports.get(import_id, writer)).model_dump(mode="json"))


@router.get("/{import_id}/rows")
async def list_import_rows(
    import_id: UUID,
    writer: Writer,
    imports: Imports,
    outcome: Annotated[Outcome | None, Query()] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[ImportRowRead]:
    """List the rows in the order of the file, with all that was found about each."""
    return await imports.list_rows(import_id, outcome, writer, cursor, limit)


@router.get("/{import_id}/rejected", responses=FILE, response_class=Response)
async def get_rejected_rows(
    import_id: UUID,
    writer: Writer,
    imports: Imports,
    accept: Annotated[str, Header(description="`text/csv` (default) or the type of XLSX files.")] = CSV,
    accept_language: Annotated[str, Header(description="`vi` (default) or `en`, for the reasons.")] = "vi",
) -> Response:
    """Take the rejected rows as a file, mend them there and send it as a new import."""
    file_format = FileFormat.XLSX if XLSX in accept else FileFormat.CSV
    language = "en" if accept_language.strip().lower().startswith("en") else "vi"
    content = await imports.write_rejected(import_id, file_format, language, writer)
    media_type = XLSX if file_format is FileFormat.XLSX else f"{CSV}; charset=utf-8"
    name = f'attachment; filename="rejected.{file_format}"'
    return Response(content, media_type=media_type, headers={"Content-Disposition": name, "Vary": "Accept"})


@router.post("/{import_id}/apply")
async def apply_import(
    import_id: UUID,
    if_match: IfMatch,
    writer: Writer,
    steward: StewardHere,
    imports: Imports,
    once: Once,
    response: Response,
) -> ImportRead:
    """Do what the preview said: every row that is not rejected, in one transaction.

    Refused when the registry changed so that any row would come out differently. Applying again changes nothing.
    """
    applied = await imports.apply(import_id, if_match, steward, writer)
    response.headers["ETag"] = etag(applied)
    return applied
