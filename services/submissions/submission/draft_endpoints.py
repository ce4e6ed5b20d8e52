"""The doors of drafts: for people and their frontends."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request
from fastapi.encoders import jsonable_encoder
from starlette.responses import Response

from kernel.etags import IfMatch, conditional
from kernel.idempotency import OnceLater
from kernel.web import Router
from services.submissions.dependencies import Drafts, Findings, Reader, Reporter
from services.submissions.language import Language
from services.submissions.submission.documenting import DRAFT_BODY
from services.submissions.submission.draft_service import DraftBody, draft_etag
from services.submissions.submission.endpoints import stored
from services.submissions.submission.judging import spoken
from services.submissions.submission.schemas import DraftAction, DraftRead, SubmissionRead
from services.submissions.submission.tables import Draft

router = Router(prefix="/v1/occurrences/{occurrence}/draft", tags=["drafts"])


@router.get("", response_model=DraftRead)
async def get_draft(occurrence: UUID, request: Request, caller: Reader, drafts: Drafts) -> Response:
    """Read your draft; version 0 is an empty one. Its ETag is needed to change it."""
    draft = await drafts.get(caller, occurrence)
    return conditional(request, jsonable_encoder(_shown(draft)), str(draft.occurrence_id), draft.version)


@router.put("", response_model=DraftRead, openapi_extra=DRAFT_BODY)
async def change_draft(
    occurrence: UUID,
    request: Request,
    caller: Reporter,
    if_match: IfMatch,
    drafts: Drafts,
    response: Response,
    language: Language,
    action: Annotated[
        DraftAction | None, Query(description="CSV and XLSX: what the file does; left out, it is merged.")
    ] = None,
    nil: Annotated[list[str], Query(description="Files: tables with nothing to report; repeatable.")] = [],  # noqa: B006
) -> DraftRead:
    """Merge into the draft, replace it, or take out of it. It may be partial, and wrong, until it is submitted.

    JSON says in the body what it does, CSV and XLSX in `action`; of SDMX-CSV each row says it (`I`, `A`, `M`, `R`,
    `D`). A change is made as a whole or not at all: a file that cannot be read to its end, or that was made for
    another report, is refused with all findings.
    """
    content_type = request.headers.get("content-type", "")
    given = DraftBody(await request.body(), content_type, action, nil)
    change = await drafts.read(caller, occurrence, given)
    draft = await drafts.change(caller, occurrence, change, if_match, language)
    response.headers["ETag"] = draft_etag(draft)
    return _shown(draft, [spoken(one.as_wire(), language) for one in change.findings])


@router.post("/submit", status_code=201, response_model=SubmissionRead)
async def submit_draft(
    occurrence: UUID,
    caller: Reporter,
    key: OnceLater,
    drafts: Drafts,
    findings: Findings,
    language: Language,
) -> Response:
    """Submit the draft. It is checked as any report; afterwards it is empty."""
    await key.look_up()
    ready = await drafts.check(caller, occurrence, language)
    await key.claim()
    taken = await drafts.submit(caller, ready)
    await findings.explain_at_once(caller, taken.submission, ready.checked.explanations)
    return stored(taken, reads_all=ready.reads_all)


def _shown(draft: Draft, findings: Sequence[dict[str, Any]] = ()) -> DraftRead:
    return DraftRead(
        occurrence=draft.occurrence_id,
        version=draft.version,
        changed_at=draft.changed_at if draft.version else None,
        changed_by=draft.changed_by or None,
        content=draft.content,
        findings=list(findings),
    )
