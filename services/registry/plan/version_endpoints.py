"""The doors of drafts and versions of plans."""

from typing import Annotated

from fastapi import Path, Query, Request
from starlette.responses import Response

from kernel.etags import IfMatch, conditional
from kernel.idempotency import Once
from kernel.paging import Cursor, Limit, Page
from kernel.web import Router
from services.registry.dependencies import Editing, Reader, StewardHere, Writer
from services.registry.plan.drafts import PlanDraft
from services.registry.plan.editing import draft_etag
from services.registry.plan.version_schemas import (
    DifferenceRead,
    DraftRead,
    PlanAmend,
    PlanCreate,
    PlanPublish,
    PublishedRead,
    VersionDetail,
    VersionRead,
)

router = Router(prefix="/v1/plans", tags=["plans"])

Number = Annotated[int, Path(ge=1, le=1_000_000, description="Number of the version.")]


@router.post("", status_code=201)
async def create_plan(
    body: PlanCreate, writer: Writer, steward: StewardHere, editing: Editing, once: Once, response: Response
) -> DraftRead:
    """Begin a plan as a draft. Stewards only; a provincial steward in its own province. Nobody else sees it."""
    draft = await editing.create(body, steward, writer)
    response.headers["Location"] = f"/v1/plans/{draft.plan}/draft"
    response.headers["ETag"] = draft_etag(draft)
    return draft


@router.post("/{plan}/amend", status_code=201)
async def amend_plan(
    plan: str,
    body: PlanAmend,
    writer: Writer,
    steward: StewardHere,
    editing: Editing,
    once: Once,
    response: Response,
) -> DraftRead:
    """Begin a draft from the newest version of a plan. Its steward only."""
    draft = await editing.amend(plan, body, steward, writer)
    response.headers["Location"] = f"/v1/plans/{plan}/draft"
    response.headers["ETag"] = draft_etag(draft)
    return draft


@router.get("/{plan}/draft")
async def get_draft(
    plan: str, writer: Writer, steward: StewardHere, editing: Editing, response: Response
) -> DraftRead:
    """Read the draft of a plan with everything that is found in it. The steward's side only."""
    draft = await editing.get(plan, steward, writer)
    response.headers["ETag"] = draft_etag(draft)
    return draft


@router.put("/{plan}/draft")
async def change_draft(
    plan: str,
    body: PlanDraft,
    if_match: IfMatch,
    writer: Writer,
    steward: StewardHere,
    editing: Editing,
    response: Response,
) -> DraftRead:
    """Put a new content in the place of the draft's. It may have errors; they come with the answer."""
    draft = await editing.change(plan, body, if_match, steward, writer)
    response.headers["ETag"] = draft_etag(draft)
    return draft


@router.delete("/{plan}/draft", status_code=204)
async def discard_draft(
    plan: str, if_match: IfMatch, writer: Writer, steward: StewardHere, editing: Editing
) -> Response:
    """Discard the draft of a plan."""
    await editing.discard(plan, if_match, steward, writer)
    return Response(status_code=204)


@router.get("/{plan}/draft/difference")
async def compare_draft(plan: str, writer: Writer, steward: StewardHere, editing: Editing) -> DifferenceRead:
    """Read what a draft changes in the version that it begins from."""
    return await editing.compare_draft(plan, steward, writer)


@router.post("/{plan}/publish", status_code=201)
async def publish_plan(
    plan: str,
    body: PlanPublish,
    if_match: IfMatch,
    writer: Writer,
    steward: StewardHere,
    editing: Editing,
    once: Once,
    response: Response,
) -> PublishedRead:
    """Publish the draft as the next version. Refused with every finding while it has errors."""
    published = await editing.publish(plan, body, if_match, steward, writer)
    response.headers["Location"] = f"/v1/plans/{plan}/versions/{published.version}"
    return published


@router.get("/{plan}/versions")
async def list_versions(
    plan: str, reader: Reader, editing: Editing, cursor: Cursor = None, limit: Limit = 50
) -> Page[VersionRead]:
    """List the published versions of a plan, oldest first."""
    return await editing.list_versions(reader, plan, cursor, limit)


@router.get("/{plan}/versions/{version}", response_model=VersionDetail)
async def get_version(plan: str, version: Number, request: Request, reader: Reader, editing: Editing) -> Response:
    """Read one published version with its whole content."""
    return conditional(request, (await editing.get_version(reader, plan, version)).model_dump(mode="json"))


@router.get("/{plan}/versions/{version}/difference")
async def compare_versions(
    plan: str,
    version: Number,
    reader: Reader,
    editing: Editing,
    to: Annotated[int | None, Query(ge=1, le=1_000_000, description="Default: the newest version.")] = None,
) -> DifferenceRead:
    """Read what is different between one version and another, in sentences of both languages."""
    return await editing.compare(reader, plan, version, to)
