"""The doors by which the recipient decides."""

from typing import Annotated
from uuid import UUID

from fastapi import Body

from kernel.idempotency import Once
from kernel.web import Router
from services.submissions.dependencies import Reviewer, Reviews
from services.submissions.review.schemas import AcceptCreate, ReturnCreate
from services.submissions.submission.schemas import SubmissionRead
from services.submissions.submission.showing import show_submission

router = Router(prefix="/v1/submissions/{submission}", tags=["reviews"])


@router.post("/accept", response_model=SubmissionRead)
async def accept(
    submission: UUID,
    caller: Reviewer,
    _: Once,
    reviews: Reviews,
    body: Annotated[AcceptCreate | None, Body()] = None,
) -> SubmissionRead:
    """Accept the latest version. It stays in force until the next is accepted."""
    return show_submission(await reviews.accept(caller, submission, body or AcceptCreate()))


@router.post("/return", response_model=SubmissionRead)
async def return_(
    submission: UUID, body: ReturnCreate, caller: Reviewer, _: Once, reviews: Reviews
) -> SubmissionRead:
    """Return the latest version for correction: reason, places, and the correction's own due day."""
    return show_submission(await reviews.return_(caller, submission, body))
