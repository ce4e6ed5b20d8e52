"""The doors of the forms."""

import hashlib
from datetime import date
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Path, Query, Request
from starlette.responses import Response

from kernel.callers import Caller, requires
from kernel.database import Session
from kernel.etags import conditional, etag_of, is_known
from kernel.paging import Cursor, Limit, Page, cut, read_cursor
from kernel.web import Router
from services.submissions.form.definition import FormDefinition
from services.submissions.form.errors import TemplateUnavailable
from services.submissions.form.owed import OwnLedger
from services.submissions.form.schemas import FormRead
from services.submissions.form.service import XLSX, FormService, Wanted
from services.submissions.form.store import FormStore
from services.submissions.form.template import HeaderLanguage, TemplateFormat

router = Router(prefix="/v1/forms", tags=["forms"])

Reader = Annotated[Caller, Depends(requires("submissions:read"))]
FormId = Annotated[str, Path(max_length=64, examples=["migration-data"])]
VersionNumber = Annotated[int, Path(ge=1, le=1_000_000, examples=[1])]


async def _forms(request: Request, session: Session, reader: Reader) -> FormService:
    today: date = request.app.state.runtime.clock.today()
    return FormService(store=FormStore(session), ledger=OwnLedger(session, reader, today))


Forms = Annotated[FormService, Depends(_forms)]


@router.get("")
async def list_forms(forms: Forms, limit: Limit = 50, cursor: Cursor = None) -> Page[FormRead]:
    """List the forms with their versions."""
    after = read_cursor(cursor, str)
    found = await forms.list_forms(limit=limit, after=after[0] if after else None)
    items, next_cursor = cut(found, limit, lambda form: (form.id,))
    return Page(items=items, next_cursor=next_cursor)


@router.get("/{form}", response_model=FormRead)
async def get_form(form: FormId, forms: Forms, request: Request) -> Response:
    """Return a form with its versions."""
    found = await forms.get_form(form)
    return conditional(request, found.model_dump(mode="json"))


@router.get("/{form}/versions/{version}", response_model=FormDefinition)
async def get_form_version(form: FormId, version: VersionNumber, forms: Forms, request: Request) -> Response:
    """Return the full definition of one version: tables, indicators, dimensions with their codes, sections.

    A published version never changes."""
    found = await forms.get_version(form, version)
    return conditional(request, found.definition, found.sha256)


FILE_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            XLSX: {"schema": {"type": "string", "format": "binary"}},
        },
        "description": "The file to fill. The same report gives the same bytes, so its `ETag` can be asked with.",
    },
    304: {"description": "You have this file already."},
}


class Prefill(StrEnum):
    """What stands in the file already."""

    PREVIOUS = "previous"


@router.get("/{form}/template", response_class=Response, responses=FILE_ANSWER)
async def get_template(
    form: FormId,
    forms: Forms,
    request: Request,
    format: Annotated[str, Query(max_length=20, description="`xlsx` or `csv`.")] = "csv",
    occurrence: Annotated[
        UUID | None, Query(description="Only what the reporter of this occurrence owes.")
    ] = None,
    prefill: Annotated[
        Prefill | None,
        Query(
            description="`previous`: begin from the figures that were accepted last for a period as long, as far "
            "as you read them."
        ),
    ] = None,
    lang: Annotated[
        HeaderLanguage,
        Query(description="CSV: columns as codes, separated by commas, or in Vietnamese, by semicolons."),
    ] = HeaderLanguage.CODES,
) -> Response:
    """Return a file to fill: one sheet for each table, lists to choose from, one row for each figure.

    The workbook says which report it was made for: send it back as it is, without query parameters. In CSV copy a
    line for each figure; delete the lines that are not needed. CSV has the tables, or the sections of a form that
    has none: one that demands words beside its figures is answered by workbook or in JSON.

    With `prefill` a code that has ended is left open, for you to choose what took its place."""
    if format not in set(TemplateFormat):
        raise TemplateUnavailable(format, list(TemplateFormat))
    wanted = Wanted(TemplateFormat(format), occurrence, lang, prefill is Prefill.PREVIOUS)
    file = await forms.write_template(form, wanted)
    etag = etag_of(hashlib.sha256(file.body).hexdigest())
    if is_known(request, etag):
        return Response(status_code=304, headers={"ETag": etag})
    name = f'attachment; filename="{file.name}"'
    return Response(file.body, media_type=file.media_type, headers={"Content-Disposition": name, "ETag": etag})
