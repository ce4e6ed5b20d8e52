"""The doors by which reports come in, and are read again."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request
from fastapi.encoders import jsonable_encoder
from starlette.responses import JSONResponse, PlainTextResponse, Response

from kernel.etags import conditional
from kernel.idempotency import OnceLater
from kernel.paging import Cursor, Limit, Page, cut, read_cursor, write_cursor
from kernel.web import Router
from services.submissions.checking.read_json import SUBMISSION, Envelope
from services.submissions.dependencies import Checking, Findings, Reader, Reporter, Submissions, Submitted
from services.submissions.language import Language
from services.submissions.submission.documenting import inlined
from services.submissions.submission.reading import CSV, JSON, SDMX_CSV, XLSX, read_body
from services.submissions.submission.schemas import (
    EXAMPLE,
    DiffRead,
    DryRunRead,
    ObservationRead,
    ReceiptRead,
    SubmissionRead,
)
from services.submissions.submission.service import Taken
from services.submissions.submission.showing import (
    show_dry_run,
    show_observation,
    show_receipt,
    show_submission,
)

router = Router(tags=["submissions"])

BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            JSON: {
                "schema": inlined(SUBMISSION.json_schema()),
                "example": EXAMPLE,
            },
            CSV: {
                "schema": {
                    "type": "string",
                    "description": "Columns: `indicator`, one per dimension, `value`, `status`, `reason`.",
                },
                "example": "indicator,sex,partner_country,value,status,reason\nLABOUR.OUT.FLOW,female,JP,12,,\n",
            },
            f"{SDMX_CSV};version=2.0.0": {
                "schema": {
                    "type": "string",
                    "description": "SDMX-CSV 2.0: rows that merge into, replace or delete figures of the latest "
                    "version (`ACTION` I, A, M, R, D).",
                },
                "example": "STRUCTURE,STRUCTURE_ID,ACTION,INDICATOR,SEX,PARTNER_COUNTRY,OBS_VALUE\n"
                "dataflow,GCM:migration-data(1.0),M,LABOUR_OUT_FLOW,female,JP,12\n",
            },
            XLSX: {
                "schema": {
                    "type": "string",
                    "format": "binary",
                    "description": "The template of the report, filled in; or sheets with the columns of the CSV.",
                }
            },
        },
    }
}
STORED: dict[int | str, dict[str, Any]] = {
    200: {
        "model": SubmissionRead | DryRunRead,
        "description": "A dry run, or the same content was there already.",
    },
    201: {"model": SubmissionRead, "description": "Stored; the receipt proves it."},
}


@router.post("/v1/submissions", status_code=201, responses=STORED, openapi_extra=BODY, response_model=None)
async def submit(
    request: Request,
    caller: Reporter,
    key: OnceLater,
    checker: Checking,
    submissions: Submissions,
    findings: Findings,
    language: Language,
    occurrence: Annotated[str | None, Query(max_length=64)] = None,
    obligation: Annotated[str | None, Query(max_length=64)] = None,
    period: Annotated[str | None, Query(max_length=40)] = None,
    agency: Annotated[str | None, Query(max_length=64)] = None,
    form_version: Annotated[int | None, Query(ge=1)] = None,
    nil: Annotated[list[str], Query(description="Tables with nothing to report; repeatable.")] = [],  # noqa: B006
    dry_run: Annotated[bool, Query(description="Check only: the same findings, nothing stored.")] = False,
) -> Response:
    """Submit a report in one call, as JSON, CSV, XLSX or SDMX-CSV. Each call with new content adds a version.

    For all but JSON the query parameters say which report it is; the template of a report says so itself. Errors
    and blockers refuse the whole report with all findings; warnings are counted and kept. The same content sent
    again is the same submission.
    """
    query = Envelope(occurrence, obligation, period, agency, form_version)
    raw = await request.body()
    await key.look_up()
    incoming = await asyncio.to_thread(read_body, raw, request.headers.get("content-type", ""), query, nil)
    checked = await checker.check(caller, incoming, language)
    await key.claim()
    if dry_run:
        return JSONResponse(jsonable_encoder(show_dry_run(checked, language)))
    taken = await submissions.submit(caller, checked)
    await findings.explain_at_once(caller, taken.submission, incoming.explanations)
    return stored(taken)


@router.get("/v1/submissions/{submission}", response_model=SubmissionRead)
async def get_submission(submission: UUID, request: Request, caller: Reader, submitted: Submitted) -> Response:
    """Read one version of a report."""
    return conditional(request, jsonable_encoder(show_submission(await submitted.get(caller, submission))))


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
    receipt = (await submitted.get(caller, submission))[0].receipt
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
    this, before, differences = await submitted.compare(caller, submission, other)
    after = max(after, 0)
    reached = after + limit
    return DiffRead(
        submission=this[0].id,
        version=this[0].version,
        other=before[0].id,
        with_version=before[0].version,
        items=differences[after:reached],
        next_cursor=write_cursor(reached) if reached < len(differences) else None,
    )


@router.get("/.well-known/receipt-jwks.json", tags=["receipts"])
async def receipt_keys(submitted: Submitted) -> dict[str, list[dict[str, Any]]]:
    """Read the public keys of all receipts ever signed here. Open to everyone; no key is ever dropped."""
    return {"keys": await submitted.list_receipt_keys()}


def stored(taken: Taken) -> Response:
    """Return the answer to a report that was taken."""
    body = show_submission((taken.submission, taken.review, *taken.owed))
    headers = {"Location": f"/v1/submissions/{taken.submission.id}"}
    return JSONResponse(jsonable_encoder(body), status_code=201 if taken.is_new else 200, headers=headers)
