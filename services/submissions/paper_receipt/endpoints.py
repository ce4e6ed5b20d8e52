"""The doors of reports that came outside this platform."""

from typing import Any
from uuid import UUID

from fastapi import Request, Response

from kernel.idempotency import Once
from kernel.media import TYPES
from kernel.paging import Cursor, Limit, Page, cut, read_cursor
from kernel.stored_files import give_out
from kernel.uploads import BODY, Received
from kernel.web import Router
from services.submissions.attachment.store import chunk
from services.submissions.dependencies import PaperReceipts, Reader, Reviewer
from services.submissions.paper_receipt.errors import PaperReceiptNotFound
from services.submissions.paper_receipt.schemas import (
    EvidenceRead,
    PaperReceiptCreate,
    PaperReceiptEnd,
    PaperReceiptRead,
)
from services.submissions.paper_receipt.store import FoundReceipt
from services.submissions.paper_receipt.tables import ReceiptState

router = Router(tags=["back-filled receipts"])
CONTENT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The content, as it was stored.",
        "content": {one: {"schema": {"type": "string", "format": "binary"}} for one in TYPES},
    }
}


@router.post("/v1/occurrences/{occurrence}/paper-receipts", status_code=201)
async def record(
    occurrence: UUID,
    body: PaperReceiptCreate,
    caller: Reviewer,
    _: Once,
    receipts: PaperReceipts,
    response: Response,
) -> PaperReceiptRead:
    """Record, as the recipient, that a report came on paper or by e-office.

    It counts once its evidence is stored and another client of the recipient has confirmed it.
    """
    found = await receipts.record(caller, occurrence, body)
    response.headers["Location"] = f"/v1/paper-receipts/{found[0].id}"
    return _shown(found)


@router.get("/v1/paper-receipts")
async def list_receipts(
    caller: Reader,
    receipts: PaperReceipts,
    occurrence: UUID | None = None,
    state: ReceiptState | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[PaperReceiptRead]:
    """List the receipts that concern you, newest first; `state=recorded` waits for a second person."""
    (after,) = read_cursor(cursor, UUID) or (None,)
    rows = await receipts.list_all(caller, occurrence, state, limit=limit, after=after)
    page, following = cut(rows, limit, lambda row: (row[0].id,))
    return Page(items=[_shown(one) for one in page], next_cursor=following)


@router.get("/v1/paper-receipts/{receipt}")
async def get_receipt(receipt: UUID, caller: Reader, receipts: PaperReceipts) -> PaperReceiptRead:
    """Read one receipt."""
    return _shown(await receipts.get(caller, receipt))


@router.put("/v1/paper-receipts/{receipt}/evidence", openapi_extra=BODY)
async def keep_evidence(
    receipt: UUID, caller: Reviewer, upload: Received, receipts: PaperReceipts
) -> PaperReceiptRead:
    """Store the scanned report, or its e-office sheet: the body is the file. Until the confirmation it may be
    replaced."""
    return _shown(await receipts.keep_evidence(caller, receipt, upload))


@router.get("/v1/paper-receipts/{receipt}/evidence", response_class=Response, responses=CONTENT)
async def get_evidence(receipt: UUID, request: Request, caller: Reader, receipts: PaperReceipts) -> Response:
    """Read the evidence. Browsers are told to save it, never to show it."""
    evidence = _evidence(await receipts.get(caller, receipt))
    if evidence is None:
        raise PaperReceiptNotFound()
    return give_out(request, chunk, **evidence.model_dump())


@router.post("/v1/paper-receipts/{receipt}/confirm")
async def confirm(receipt: UUID, caller: Reviewer, _: Once, receipts: PaperReceipts) -> PaperReceiptRead:
    """Confirm a receipt as a second person: the report counts as received on its day. Figures may follow later."""
    return _shown(await receipts.confirm(caller, receipt))


@router.post("/v1/paper-receipts/{receipt}/withdraw")
async def withdraw(
    receipt: UUID, body: PaperReceiptEnd, caller: Reviewer, _: Once, receipts: PaperReceipts
) -> PaperReceiptRead:
    """Take a receipt back, as long as no figures followed it. The report is owed again."""
    return _shown(await receipts.withdraw(caller, receipt, body.reason))


def _shown(found: FoundReceipt) -> PaperReceiptRead:
    receipt, occurrence, cycle, _ = found
    kept = receipt.model_dump(include=PaperReceiptRead.model_fields.keys() - {"occurrence", "evidence"})
    return PaperReceiptRead(
        **kept,
        occurrence=occurrence.id,
        obligation=cycle.obligation,
        period=cycle.period,
        agency=occurrence.agency,
        evidence=_evidence(found),
    )


def _evidence(found: FoundReceipt) -> EvidenceRead | None:
    receipt = found[0]
    if receipt.evidence is None:
        return None
    return EvidenceRead(
        name=receipt.evidence_name or "",
        media_type=receipt.evidence_type or "",
        length=receipt.evidence_length or 0,
        sha256=receipt.evidence,
    )
