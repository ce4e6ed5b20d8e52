"""The door by which reports come in: small ones are answered at once, large ones become a job."""

from typing import Annotated, Any

from fastapi import Header, Query, Request
from fastapi.encoders import jsonable_encoder
from starlette.responses import JSONResponse, Response

from kernel.idempotency import OnceLater
from kernel.web import Router
from services.submissions.checking.read_json import Envelope
from services.submissions.dependencies import Checking, Findings, Intake, Reporter, Submissions
from services.submissions.intake import rules
from services.submissions.intake.documenting import BODY
from services.submissions.intake.order import Order
from services.submissions.intake.receiving import Receiver
from services.submissions.intake.schemas import JobRead
from services.submissions.intake.service import Doorkeeper
from services.submissions.language import Language
from services.submissions.submission.endpoints import stored
from services.submissions.submission.reading import read_beside
from services.submissions.submission.schemas import DryRunRead, SubmissionRead
from services.submissions.submission.showing import show_dry_run

router = Router(tags=["submissions"])

STORED: dict[int | str, dict[str, Any]] = {
    200: {
        "model": SubmissionRead | DryRunRead,
        "description": "A dry run, or the same content was there already.",
    },
    201: {"model": SubmissionRead, "description": "Stored; the receipt proves it."},
    202: {"model": JobRead, "description": "Taken, and checked by a worker: ask the job in `Location`."},
}


@router.post("/v1/submissions", status_code=201, responses=STORED, openapi_extra=BODY, response_model=None)
async def submit(
    request: Request,
    caller: Reporter,
    key: OnceLater,
    checker: Checking,
    submissions: Submissions,
    findings: Findings,
    intake: Intake,
    language: Language,
    occurrence: Annotated[
        str | None,
        Query(max_length=64, description="The report that is answered; or `obligation`, `period` and `agency`."),
    ] = None,
    obligation: Annotated[str | None, Query(max_length=64, examples=["OHT-01"])] = None,
    period: Annotated[
        str | None,
        Query(max_length=40, description="`2026`, `2026-S1`, else `start/PnM`.", examples=["2026-S1"]),
    ] = None,
    agency: Annotated[
        str | None,
        Query(
            max_length=64,
            description="Who owes it. Its successor answers by the same code, for periods before a merger.",
            examples=["HT-SNV"],
        ),
    ] = None,
    form_version: Annotated[
        int | None, Query(ge=1, description="Refused where the period is bound to another version.")
    ] = None,
    nil: Annotated[list[str], Query(description="Tables with nothing to report; repeatable.")] = [],  # noqa: B006
    dry_run: Annotated[bool, Query(description="Check only: the same findings, nothing stored.")] = False,
    prefer: Annotated[
        list[str] | None,
        Header(description="`respond-async`: answer 202 at once, also for a small body (RFC 7240)."),
    ] = None,
) -> Response:
    """Submit a report in one call, as JSON, CSV, XLSX or SDMX-CSV. Each call with new content adds a version.

    For all but JSON the query parameters say which report it is; the template of a report says so itself. Errors
    and blockers refuse the whole report with all findings; warnings are counted and kept. The same content sent
    again is the same submission.

    A body of more than 16 MiB, of a workbook 2 MiB, is answered with 202: a worker checks it, and the job in
    `Location` tells how far it is and what came of it, which is what a small report would have been answered. CSV
    may have 512 MiB, anything else 64 MiB.
    """
    content_type = request.headers.get("content-type", "")
    order = Order(
        caller, content_type, Envelope(occurrence, obligation, period, agency, form_version), nil, dry_run
    )
    runtime = request.app.state.runtime
    doorkeeper = Doorkeeper(runtime.database, checker, order)
    limit = runtime.settings.max_upload_bytes if doorkeeper.is_streamed else rules.WHOLE_LIMIT
    receiver = Receiver(
        request,
        runtime.database,
        large_from=doorkeeper.large_from,
        limit=limit,
        on_large=doorkeeper.require_welcome,
    )
    is_preferred = rules.prefers_async(",".join(prefer or ()))
    async with receiver.receiving(is_large=is_preferred) as body:
        await key.look_up()
        if body.is_large:
            await key.claim()
            job = await intake.take(order, body)
            body.is_taken = True
            return _accepted(job, applied=is_preferred)
    incoming = await read_beside(body.content, content_type, order.query, nil)
    checked = await checker.check(caller, incoming, language)
    await key.claim()
    if dry_run:
        return JSONResponse(jsonable_encoder(show_dry_run(checked, language)))
    taken = await submissions.submit(caller, checked)
    await findings.explain_at_once(caller, taken.submission, checked.explanations)
    return stored(taken)


def _accepted(job: JobRead, *, applied: bool) -> Response:
    headers = {"Location": f"/v1/jobs/{job.id}"}
    if applied:
        headers["Preference-Applied"] = "respond-async"
    return JSONResponse(jsonable_encoder(job), status_code=202, headers=headers)
