"""Where the doors of submissions get what they need. Role names, one place."""

from typing import Annotated

from fastapi import Depends, Request

from kernel.callers import Caller, requires
from kernel.database import Session
from services.submissions.attachment.service import AttachmentService
from services.submissions.checking.read_json import require_single_keys
from services.submissions.comment.service import CommentService
from services.submissions.cycle.service import LedgerService
from services.submissions.delegation.service import DelegationService
from services.submissions.exception.service import ExceptionService
from services.submissions.finding.service import FindingService
from services.submissions.intake.service import IntakeService
from services.submissions.paper_receipt.service import PaperReceiptService
from services.submissions.parts import Parts
from services.submissions.review.bulk import BulkAcceptance
from services.submissions.review.service import ReviewService
from services.submissions.submission.draft_service import DraftService
from services.submissions.submission.judging import Checker
from services.submissions.submission.reader import SubmissionReader
from services.submissions.submission.service import SubmissionService

Reader = Annotated[Caller, Depends(requires("submissions:read"))]
Reporter = Annotated[Caller, Depends(requires("submissions:write"))]
Reviewer = Annotated[Caller, Depends(requires("submissions:review"))]


async def _parts(request: Request) -> Parts:
    parts: Parts = request.app.state.parts
    return parts


TheParts = Annotated[Parts, Depends(_parts)]


async def _single_keys(request: Request) -> None:
    raw = await request.body()
    if raw:
        require_single_keys(raw)


SINGLE_KEYS = Depends(_single_keys)
"""For doors whose JSON bodies carry figures: none may stand under a key that is given twice."""


async def _ledger(session: Session, parts: TheParts) -> LedgerService:
    return LedgerService(
        session=session,
        clock=parts.clock,
        live_from=parts.live_from,
        forms=parts.forms,
        teller=parts.teller,
    )


async def _checking(request: Request, parts: TheParts) -> Checker:
    return Checker(database=request.app.state.runtime.database, clock=parts.clock, forms=parts.forms)


Checking = Annotated[Checker, Depends(_checking)]


async def _submissions(session: Session, parts: TheParts) -> SubmissionService:
    return SubmissionService(
        session=session,
        clock=parts.clock,
        receipts=parts.receipts,
        teller=parts.teller,
        review_working_days=parts.review_working_days,
    )


Submissions = Annotated[SubmissionService, Depends(_submissions)]


async def _drafts(
    request: Request, session: Session, parts: TheParts, checker: Checking, submissions: Submissions
) -> DraftService:
    database = request.app.state.runtime.database
    return DraftService(
        session=session,
        database=database,
        clock=parts.clock,
        forms=parts.forms,
        checker=checker,
        submissions=submissions,
    )


async def _submitted(session: Session, parts: TheParts) -> SubmissionReader:
    return SubmissionReader(session=session, clock=parts.clock, forms=parts.forms)


async def _reviews(session: Session, parts: TheParts) -> ReviewService:
    return ReviewService(session=session, clock=parts.clock, forms=parts.forms, teller=parts.teller)


async def _exceptions(session: Session, parts: TheParts) -> ExceptionService:
    return ExceptionService(session=session, clock=parts.clock, teller=parts.teller)


async def _attachments(session: Session, parts: TheParts) -> AttachmentService:
    return AttachmentService(session=session, clock=parts.clock)


async def _comments(session: Session, parts: TheParts) -> CommentService:
    return CommentService(session=session, clock=parts.clock, forms=parts.forms)


async def _delegations(session: Session, parts: TheParts) -> DelegationService:
    return DelegationService(session=session, clock=parts.clock)


async def _bulk_reviews(session: Session, parts: TheParts) -> BulkAcceptance:
    return BulkAcceptance(session=session, clock=parts.clock, teller=parts.teller)


async def _paper_receipts(session: Session, parts: TheParts) -> PaperReceiptService:
    return PaperReceiptService(session=session, clock=parts.clock, teller=parts.teller)


Ledger = Annotated[LedgerService, Depends(_ledger)]
Drafts = Annotated[DraftService, Depends(_drafts)]
Submitted = Annotated[SubmissionReader, Depends(_submitted)]
Exceptions = Annotated[ExceptionService, Depends(_exceptions)]
Attachments = Annotated[AttachmentService, Depends(_attachments)]
Comments = Annotated[CommentService, Depends(_comments)]
Delegations = Annotated[DelegationService, Depends(_delegations)]
PaperReceipts = Annotated[PaperReceiptService, Depends(_paper_receipts)]
BulkReviews = Annotated[BulkAcceptance, Depends(_bulk_reviews)]
Reviews = Annotated[ReviewService, Depends(_reviews)]


async def _intake(session: Session, parts: TheParts) -> IntakeService:
    return IntakeService(session=session, clock=parts.clock)


Intake = Annotated[IntakeService, Depends(_intake)]


async def _findings(session: Session, parts: TheParts) -> FindingService:
    return FindingService(session=session, clock=parts.clock)


Findings = Annotated[FindingService, Depends(_findings)]
