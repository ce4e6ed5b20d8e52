"""The recipient accepts a version, or returns it for correction."""

from uuid import UUID

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.callers import Caller
from kernel.clock import BusinessClock, end_of_day
from kernel.events import EventLog
from services.submissions.cycle.sight import read_viewer
from services.submissions.cycle.telling import Teller
from services.submissions.form.owed import read_context
from services.submissions.form.shelf import FormShelf
from services.submissions.review import rules
from services.submissions.review.errors import NotReturned
from services.submissions.review.schemas import AcceptCreate, CorrectionDateCreate, ReturnCreate
from services.submissions.review.store import ReviewStore
from services.submissions.review.tables import Decision, Review
from services.submissions.submission.errors import SubmissionNotFound
from services.submissions.submission.store import Found, SubmissionStore
from services.submissions.submission.telling import tell_correction_moved, tell_reviewed

log = structlog.get_logger()


class ReviewService:
    """Decides on submissions; one decision a version."""

    def __init__(self, *, session: AsyncSession, clock: BusinessClock, forms: FormShelf, teller: Teller) -> None:
        self._session = session
        self._submissions = SubmissionStore(session)
        self._store = ReviewStore(session)
        self._clock = clock
        self._forms = forms
        self._teller = teller

    async def accept(self, caller: Caller, submission: UUID, body: AcceptCreate) -> Found:
        """Accept a version; it is in force until the next is accepted."""
        found = await self._claim(caller, submission)
        return await self._decide(caller, found, self._review(caller, found, Decision.ACCEPTED, body.text))

    async def return_(self, caller: Caller, submission: UUID, body: ReturnCreate) -> Found:
        """Return a version with reason, places and its own due day."""
        found = await self._claim(caller, submission)
        rules.require_ahead(body.due_on, self._clock.today())
        form = await self._forms.fetch(self._session, found[0].form, found[0].form_version)
        _, _, occurrence, cycle, obligation = found
        context = await read_context(self._session, obligation.plan, occurrence, cycle)
        rules.require_known_cells(
            body.cells, form, {task.key for task in context.tasks} | found[0].narrative.keys()
        )
        review = self._review(caller, found, Decision.RETURNED, body.text)
        review.reason_code = body.reason_code
        review.cells = [cell.model_dump(exclude_none=True) for cell in body.cells]
        review.correction_due_on = body.due_on
        review.correction_due_at = end_of_day(body.due_on) if body.due_on else None
        return await self._decide(caller, found, review)

    async def move_correction(self, caller: Caller, submission_id: UUID, body: CorrectionDateCreate) -> Found:
        """Give a correction that is waited for a later day, or its first one."""
        viewer = await read_viewer(self._session, caller, self._clock.today())
        found = await self._submissions.find(viewer, submission_id)
        if found is None:
            raise SubmissionNotFound()
        submission, _, occurrence, cycle, obligation = found
        viewer.require_reviewer(obligation, cycle)
        rules.require_other_hands(viewer, submission)
        latest = await self._submissions.lock(occurrence, cycle)
        review = await self._store.find(submission.id)
        if review is None or review.decision != Decision.RETURNED or latest is None or latest.id != submission.id:
            raise NotReturned()
        await self._session.refresh(occurrence)
        before = occurrence.correction_due_on
        rules.require_ahead(body.due_on, self._clock.today())
        rules.require_later(body.due_on, before)
        answered = await self._store.move_correction(submission.id, body.due_on, end_of_day(body.due_on))
        told = [
            tell_correction_moved(self._teller, owed, submission, review, before, body.reason)
            for owed in await self._store.list_owed(answered)
        ]
        await EventLog(self._session, self._clock).append(*told, caller=caller)
        await self._session.refresh(occurrence)
        return submission, review, occurrence, cycle, obligation

    async def _claim(self, caller: Caller, submission_id: UUID) -> Found:
        """Find the version, prove the right, and hold the occurrence so that one reviewer decides."""
        viewer = await read_viewer(self._session, caller, self._clock.today())
        found = await self._submissions.find(viewer, submission_id)
        if found is None:
            raise SubmissionNotFound()
        submission, _, occurrence, cycle, obligation = found
        viewer.require_reviewer(obligation, cycle)
        rules.require_other_hands(viewer, submission)
        latest = await self._submissions.lock(occurrence, cycle)
        review = await self._store.find(submission.id)
        rules.require_undecided(submission, latest, review)
        return found

    def _review(self, caller: Caller, found: Found, decision: Decision, text: str | None) -> Review:
        return Review(
            submission_id=found[0].id,
            decision=decision,
            decided_at=self._clock(),
            agency=caller.acting_agency,
            client=caller.client,
            text=text,
            cells=[],
        )

    async def _decide(self, caller: Caller, found: Found, review: Review) -> Found:
        submission, _, occurrence, cycle, obligation = found
        await self._store.add(review)
        answered = await self._store.settle(submission, review)
        told = [
            tell_reviewed(self._teller, *owed, submission, review)
            for owed in await self._store.list_owed(answered)
        ]
        await EventLog(self._session, self._clock).append(*told, caller=caller)
        await self._session.refresh(occurrence)
        log.info("submission_reviewed", submission_id=str(submission.id), decision=review.decision)
        return submission, review, occurrence, cycle, obligation
