"""The doors by which reports come in, and are read again."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request
from fastapi.encoders import jsonable_encoder
from starlette.responses import JSONResponse, PlainTextResponse, Response

from kernel.etags import conditional
from kernel.paging import Cursor, Limit, Page, cut, read_cursor, write_cursor
from kernel.web import Router
from services.submissions.dependencies import Reader, Submitted
from services.submissions.submission.schemas import (
    DiffRead,
    ObservationRead,
    ReceiptRead,
    SubmissionRead,
)
from services.submissions.submission.service import Taken
from services.submissions.submission.showing import (
    show_observation,
    show_receipt,
    show_submission,
)

router = Router(tags=["submissions"])


@router.get("/v1/submissions/{submission}", response_model=SubmissionRead)
async def get_submission(submission: UUID, request: Request, caller: Reader, submitted: Submitted) -> Response:
    """Read one version of a report."""
    found, reads_all = await submitted.get(caller, submission)
    return conditional(request, jsonable_encoder(show_submission(found, reads_all=reads_all)))


@router.get("/v1/submissions/{submission}/observations", response_model=Page[ObservationRead])
async def list_observations(
    submission: UUID, caller: Reader, submitted: Submitted, limit: Limit = 50, cursor: Cursor = None
) -> Page[ObservationRead]:
    """List the figures of one version."""
    (after,) = read_cursor(cursor, int) or (0,)
    rows, names = await submitted.list_observations(caller, submission, limit=limit, after=after)
    page, following = cut(rows, limit, lambda row: (row.line,))
    return Page(items=[show_observation(row, names) for row in page], next_cursor=following)


@router.get(
    "/v1/submissions/{submission}/receipt",
    response_model=ReceiptRead,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
async def get_receipt(submission: UUID, request: Request, caller: Reader, submitted: Submitted) -> Response:
    """Read the receipt: the signed text, or with `Accept: application/json` also what it states."""
    receipt = await submitted.get_receipt(caller, submission)
    if "json" in request.headers.get("accept", ""):
        return JSONResponse(jsonable_encoder(show_receipt(receipt)))
    return PlainTextResponse(receipt)


@router.get("/v1/submissions/{submission}/diff", response_model=DiffRead)
async def compare(
    submission: UUID,
    caller: Reader,
    submitted: Submitted,
    other: Annotated[UUID, Query(alias="with", description="The version to compare with.")],
    limit: Limit = 50,
    cursor: Cursor = None,
) -> DiffRead:
    """List what changed from another version of the same report to this one."""
    (after,) = read_cursor(cursor, int) or (0,)
    after = max(after, 0)
    this, before, found = await submitted.compare(caller, submission, other, limit=limit, after=after)
    return DiffRead(
        submission=this[0].id,
        version=this[0].version,
        other=before[0].id,
        with_version=before[0].version,
        items=found[:limit],
        next_cursor=write_cursor(after + limit) if len(found) > limit else None,
    )


@router.get("/.well-known/receipt-jwks.json", tags=["receipts"])
async def receipt_keys(submitted: Submitted) -> dict[str, list[dict[str, Any]]]:
    """Read the public keys of all receipts ever signed here. Open to everyone; no key is ever dropped."""
    return {"keys": await submitted.list_receipt_keys()}


def stored(taken: Taken, *, reads_all: bool = True) -> Response:
    """Return the answer to a report that was taken; whoever typed it read all of it."""
    body = show_submission((taken.submission, taken.review, *taken.owed), reads_all=reads_all)
    headers = {"Location": f"/v1/submissions/{taken.submission.id}"}
    status = 201 if taken.is_new else 200
    return Response(body.model_dump_json(by_alias=True), status, headers, media_type="application/json")
