"""The doors by which the recipient decides."""

from typing import Annotated
from uuid import UUID

from fastapi import Body

from kernel.idempotency import Once
from kernel.web import Router
from services.submissions.dependencies import BulkReviews, Reader, Reviewer, Reviews, Submitted
from services.submissions.review.bulk import Answered, count_accepted
from services.submissions.review.reasons import REASONS
from services.submissions.review.schemas import (
    AcceptCreate,
    BulkAcceptCreate,
    BulkAcceptItem,
    BulkAcceptRead,
    CorrectionDateCreate,
    ReasonRead,
    RefusalRead,
    ReturnCreate,
)
from services.submissions.submission.schemas import SubmissionRead
from services.submissions.submission.showing import show_submission

router = Router(tags=["reviews"])


@router.get("/v1/return-reasons")
async def list_return_reasons(_: Reader) -> list[ReasonRead]:
    """List the reasons for which a report is returned, in both languages. Codes stay; new ones may come."""
    return [ReasonRead(code=one.code, title_vi=one.title_vi, title_en=one.title_en) for one in REASONS]


@router.post("/v1/submissions/accept")
async def accept_many(body: BulkAcceptCreate, caller: Reviewer, _: Once, bulk: BulkReviews) -> BulkAcceptRead:
    """Accept up to 200 versions in one call. Each is judged by itself; the answer says what became of each."""
    answers = await bulk.accept(caller, body.submissions, body.text)
    accepted = count_accepted(answers)
    return BulkAcceptRead(
        accepted=accepted, refused=len(answers) - accepted, items=[_shown(one) for one in answers]
    )


@router.post("/v1/submissions/{submission}/accept", response_model=SubmissionRead)
async def accept(
    submission: UUID,
    caller: Reviewer,
    _: Once,
    reviews: Reviews,
    submitted: Submitted,
    body: Annotated[AcceptCreate | None, Body()] = None,
) -> SubmissionRead:
    """Accept the latest version. It stays in force until the next is accepted."""
    found = await reviews.accept(caller, submission, body or AcceptCreate())
    return show_submission(found, reads_all=await submitted.is_open(caller, found[0]))


@router.post("/v1/submissions/{submission}/return", response_model=SubmissionRead)
async def return_(
    submission: UUID, body: ReturnCreate, caller: Reviewer, _: Once, reviews: Reviews, submitted: Submitted
) -> SubmissionRead:
    """Return the latest version for correction: reason, places, and the correction's own due day."""
    found = await reviews.return_(caller, submission, body)
    return show_submission(found, reads_all=await submitted.is_open(caller, found[0]))


@router.post("/v1/submissions/{submission}/correction-date", response_model=SubmissionRead)
async def set_correction_date(
    submission: UUID, body: CorrectionDateCreate, caller: Reviewer, _: Once, reviews: Reviews, submitted: Submitted
) -> SubmissionRead:
    """Give the correction of a returned version a later day, or its first one. The decision stays as it was.

    The occurrence shows the new day in `correction`, and its reminders follow.
    """
    found = await reviews.move_correction(caller, submission, body)
    return show_submission(found, reads_all=await submitted.is_open(caller, found[0]))


def _shown(one: Answered) -> BulkAcceptItem:
    refusal = one.refusal
    problem = refusal and RefusalRead(
        status=refusal.status, code=refusal.code, title=refusal.title, detail=refusal.detail, **refusal.facts
    )
    return BulkAcceptItem(submission=one.submission, accepted=refusal is None, problem=problem)
