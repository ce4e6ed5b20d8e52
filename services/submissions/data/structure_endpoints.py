"""The door at which systems that speak SDMX learn what the figures of a form are."""

from typing import Annotated, Any

import orjson
from fastapi import Depends, Header, Path, Request
from starlette.responses import Response

from kernel.callers import AnyCaller, Caller
from kernel.clock import in_vietnam
from kernel.database import Session
from kernel.errors import ScopeMissing
from kernel.etags import etag_of, is_known
from kernel.web import Router
from services.submissions.data.negotiating import require_acceptable
from services.submissions.data.sdmx import OWNER
from services.submissions.data.structure import MEDIA_TYPE, SCHEMA, structures_of
from services.submissions.form.definition import FormDefinition
from services.submissions.form.errors import FormNotFound
from services.submissions.form.store import FormStore

router = Router(tags=["figures"])

SCOPES = ("data:read", "submissions:read")


async def _reader(caller: AnyCaller) -> Caller:
    if not any(caller.has_scope(scope) for scope in SCOPES):
        raise ScopeMissing(SCOPES[0])
    return caller


Reader = Annotated[Caller, Depends(_reader)]
MESSAGE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "An SDMX-JSON 2.0 structure message. A published version always gives the same bytes.",
        "content": {MEDIA_TYPE: {"schema": {"type": "object"}}},
    },
    304: {"description": "You have this message already."},
}


@router.get("/v1/forms/{form}/versions/{version}/structure", response_class=Response, responses=MESSAGE)
async def get_structure(
    form: Annotated[str, Path(max_length=64, examples=["migration-data"])],
    version: Annotated[int, Path(ge=1, le=1_000_000, examples=[1])],
    request: Request,
    _: Reader,
    session: Session,
    accept: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> Response:
    """Read what the figures of a form are, as SDMX: code lists, concepts, the data structure and its dataflow.

    Dimensions are the indicator, the reporter, those of the form, and the period. Every code list has `_T` (codes
    that were put together) and `_Z` (the indicator does not have the dimension). What SDMX has no field for, such
    as how figures are put together and who may read them, stands in annotations of the indicators.
    """
    require_acceptable(accept, MEDIA_TYPE, "application/json")
    found = await FormStore(session).find_published(form, version)
    if found is None:
        raise FormNotFound(form, version)
    headers = {"ETag": etag_of("structure", found.sha256), "Content-Language": "vi, en"}
    if is_known(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    meta = {
        "schema": SCHEMA,
        "id": f"{OWNER}-{found.form}-{found.version}",
        "test": request.app.state.runtime.settings.sandbox,
        "prepared": in_vietnam(found.published_at or found.loaded_at),
        "contentLanguages": ["vi", "en"],
        "sender": {"id": OWNER},
    }
    definition = FormDefinition.model_validate(found.definition, strict=False)
    content = orjson.dumps({"meta": meta, "data": structures_of(definition)})
    return Response(content, media_type=MEDIA_TYPE, headers=headers)
