"""The doors by which forms are drafted, published and compared."""

from typing import Annotated

from fastapi import Depends, Query, Request, Response
from fastapi.encoders import jsonable_encoder
from starlette.responses import Response as PlainResponse

from kernel.callers import Caller, requires
from kernel.database import Session
from kernel.etags import IfMatch, etag_of, is_known
from kernel.events import EventLog
from kernel.idempotency import Once
from kernel.paging import Cursor, Limit, read_cursor, write_cursor
from kernel.web import Router
from services.submissions.form.definition import FormContent
from services.submissions.form.differences import find_differences
from services.submissions.form.draft_schemas import (
    FormCreate,
    FormDiffRead,
    FormDraftRead,
    FormDraftUpdate,
    FormPublish,
    FormPublishedRead,
)
from services.submissions.form.draft_service import FormDraftService, draft_etag
from services.submissions.form.endpoints import FormId, Forms, VersionNumber
from services.submissions.form.store import FormStore
from services.submissions.form.tables import FormVersion

router = Router(prefix="/v1/forms", tags=["forms"])

Editor = Annotated[Caller, Depends(requires("submissions:review"))]


async def _drafts(request: Request, session: Session) -> FormDraftService:
    clock = request.app.state.runtime.clock
    return FormDraftService(store=FormStore(session), events=EventLog(session, clock), clock=clock)


Drafts = Annotated[FormDraftService, Depends(_drafts)]


@router.post("", status_code=201, response_model=FormDraftRead)
async def create_form(
    body: FormCreate, caller: Editor, _: Once, drafts: Drafts, response: Response
) -> FormDraftRead:
    """Begin a new form as a draft. For the steward of its plan."""
    draft = await drafts.create(caller, body)
    response.headers["Location"] = f"/v1/forms/{draft.form}/draft"
    response.headers["ETag"] = draft_etag(draft)
    return _shown(draft)


@router.get("/{form}/draft", response_model=FormDraftRead)
async def get_form_draft(form: FormId, caller: Editor, drafts: Drafts, request: Request) -> PlainResponse:
    """Read the draft of a form. Its ETag is needed to change or publish it."""
    draft = await drafts.get(caller, form)
    etag = draft_etag(draft)
    if is_known(request, etag):
        return PlainResponse(status_code=304, headers={"ETag": etag})
    body = _shown(draft).model_dump_json()
    return PlainResponse(body, media_type="application/json", headers={"ETag": etag})


@router.put("/{form}/draft", response_model=FormDraftRead)
async def change_form_draft(
    form: FormId, body: FormDraftUpdate, caller: Editor, if_match: IfMatch, drafts: Drafts, response: Response
) -> FormDraftRead:
    """Replace the draft; or begin the next version, with the ETag of the newest one."""
    draft = await drafts.change(caller, form, body.content, if_match)
    response.headers["ETag"] = draft_etag(draft)
    return _shown(draft)


@router.delete("/{form}/draft", status_code=204)
async def discard_form_draft(form: FormId, caller: Editor, if_match: IfMatch, drafts: Drafts) -> None:
    """Discard the draft. Published versions stay."""
    await drafts.discard(caller, form, if_match)


@router.post("/{form}/publish", status_code=201, response_model=FormPublishedRead)
async def publish_form(
    form: FormId,
    body: FormPublish,
    caller: Editor,
    if_match: IfMatch,
    _: Once,
    drafts: Drafts,
    response: Response,
) -> FormPublishedRead:
    """Make the draft the next version, which never changes.

    Cycles keep the version with which they were opened, unless `rebind` is asked for those not yet begun."""
    published = await drafts.publish(caller, form, body, if_match)
    response.headers["Location"] = published.link
    response.headers["ETag"] = etag_of(published.sha256)
    return published


@router.get("/{form}/versions/{version}/diff", response_model=FormDiffRead)
async def compare_form_versions(
    form: FormId,
    version: VersionNumber,
    forms: Forms,
    other: Annotated[int, Query(alias="with", ge=1, le=1_000_000, description="The version to compare with.")],
    limit: Limit = 50,
    cursor: Cursor = None,
) -> FormDiffRead:
    """List what changed from another version of the form to this one."""
    (after,) = read_cursor(cursor, int) or (0,)
    this, before = await forms.get_version(form, version), await forms.get_version(form, other)
    differences = find_differences(before.definition, this.definition)
    reached = max(after, 0) + limit
    return FormDiffRead(
        form=form,
        version=version,
        with_version=other,
        items=differences[max(after, 0) : reached],
        next_cursor=write_cursor(reached) if reached < len(differences) else None,
    )


def _shown(draft: FormVersion) -> FormDraftRead:
    content = {k: v for k, v in draft.definition.items() if k not in ("id", "version", "state")}
    return FormDraftRead(
        id=draft.form,
        version=draft.version,
        revision=draft.revision,
        plan=draft.plan,
        changed_by=draft.changed_by,
        changed_at=draft.loaded_at,
        content=FormContent.model_validate(jsonable_encoder(content)),
    )
