"""The doors of drafts: for people and their frontends."""

from uuid import UUID

from fastapi import Request
from fastapi.encoders import jsonable_encoder
from starlette.responses import Response

from kernel.etags import IfMatch, conditional
from kernel.idempotency import OnceLater
from kernel.web import Router
from services.submissions.dependencies import Drafts, Reader, Reporter
from services.submissions.language import Language
from services.submissions.submission.draft_service import draft_etag
from services.submissions.submission.endpoints import stored
from services.submissions.submission.schemas import DraftRead, DraftUpdate, SubmissionRead
from services.submissions.submission.tables import Draft

router = Router(prefix="/v1/occurrences/{occurrence}/draft", tags=["drafts"])


@router.get("", response_model=DraftRead)
async def get_draft(occurrence: UUID, request: Request, caller: Reader, drafts: Drafts) -> Response:
    """Read your draft; version 0 is an empty one. Its ETag is needed to change it."""
    draft = await drafts.get(caller, occurrence)
    return conditional(request, jsonable_encoder(_shown(draft)), str(draft.occurrence_id), draft.version)


@router.put("", response_model=DraftRead)
async def change_draft(
    occurrence: UUID,
    body: DraftUpdate,
    caller: Reporter,
    if_match: IfMatch,
    drafts: Drafts,
    response: Response,
) -> DraftRead:
    """Merge into the draft, replace it, or take out of it. It may be partial, and wrong, until it is submitted."""
    draft = await drafts.change(caller, occurrence, body, if_match)
    response.headers["ETag"] = draft_etag(draft)
    return _shown(draft)


@router.post("/submit", status_code=201, response_model=SubmissionRead)
async def submit_draft(
    occurrence: UUID, caller: Reporter, key: OnceLater, drafts: Drafts, language: Language
) -> Response:
    """Submit the draft. It is checked as any report; afterwards it is empty."""
    await key.look_up()
    ready = await drafts.check(caller, occurrence, language)
    await key.claim()
    return stored(await drafts.submit(caller, ready), reads_all=ready.reads_all)


def _shown(draft: Draft) -> DraftRead:
    return DraftRead(
        occurrence=draft.occurrence_id,
        version=draft.version,
        changed_at=draft.changed_at if draft.version else None,
        changed_by=draft.changed_by or None,
        content=draft.content,
    )
