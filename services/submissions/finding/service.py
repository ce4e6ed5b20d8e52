"""Reading findings, and explaining them before the report is accepted."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.callers import Caller
from kernel.clock import BusinessClock
from kernel.events import EventLog, NewEvent
from kernel.ids import new_id
from services.submissions.checking.catalogue import Severity
from services.submissions.cycle.sight import read_viewer
from services.submissions.cycle.telling import audience_of
from services.submissions.cycle.viewer import Viewer
from services.submissions.disclosure.origin import find_hidden
from services.submissions.disclosure.rights import closed_tables
from services.submissions.finding.errors import FindingNeedsNoExplanation, FindingNotFound, FindingSettled
from services.submissions.finding.schemas import FindingState
from services.submissions.finding.store import FindingStore
from services.submissions.finding.tables import FindingExplanation
from services.submissions.form.definition import FormDefinition
from services.submissions.form.shelf import FormShelf
from services.submissions.review.errors import SubmissionSuperseded
from services.submissions.review.store import ReviewStore
from services.submissions.review.tables import Decision, Review
from services.submissions.submission.errors import SubmissionNotFound
from services.submissions.submission.store import Found, SubmissionStore
from services.submissions.submission.tables import Submission


class FindingService:
    """What was found in reports, for those whom it concerns."""

    def __init__(self, *, session: AsyncSession, clock: BusinessClock) -> None:
        self._session = session
        self._store = FindingStore(session)
        self._submissions = SubmissionStore(session)
        self._reviews = ReviewStore(session)
        self._clock = clock

    async def list_all(
        self,
        caller: Caller,
        submission_id: UUID,
        forms: FormShelf,
        *,
        state: FindingState | None,
        severity: Severity | None,
        limit: int,
        after: int,
    ) -> tuple[list[Any], dict[FindingState, int], frozenset[str]]:
        """Return one more than `limit` findings of a version, how its warnings stand, and what is hidden."""
        viewer, (submission, review, *_) = await self._get(caller, submission_id)
        form = await forms.fetch(self._session, submission.form, submission.form_version)
        rows, counts = await self._store.list_all(
            submission,
            is_accepted=_is_accepted(review),
            state=state,
            severity=severity,
            limit=limit,
            after=after,
        )
        return rows, counts, await self._hidden(viewer, submission, form)

    async def _hidden(self, viewer: Viewer, version: Submission, form: FormDefinition) -> frozenset[str]:
        hidden = await find_hidden(self._session, viewer, version.occurrence_id, version.agency, [form])
        return hidden | closed_tables(viewer.caller, form.tables) if hidden else hidden

    async def explain(
        self, caller: Caller, submission_id: UUID, finding: str, text: str, forms: FormShelf
    ) -> tuple[Any, frozenset[str]]:
        """Keep why a warning is none; the reporter may say so until the version is accepted. Return it, and what
        is hidden."""
        viewer, (submission, _, occurrence, cycle, obligation) = await self._get(caller, submission_id)
        viewer.require_reporter(obligation, cycle, occurrence.agency)
        latest = await self._submissions.lock(occurrence, cycle)
        if latest is not None and latest.id != submission.id:
            raise SubmissionSuperseded(str(latest.id), latest.version)
        review = await self._reviews.find(submission.id)
        if review is not None and _is_accepted(review):
            raise FindingSettled(review.agency)
        row = await self._store.find(submission.id, finding)
        if row is None:
            raise FindingNotFound(finding)
        if row.body["severity"] != Severity.WARNING:
            raise FindingNeedsNoExplanation(finding, row.body["severity"])
        await self._store.explain([self._said(caller, submission, finding, row.what, text)])
        told = NewEvent(
            type="finding.explained",
            subject=str(submission.id),
            data={"submission": str(submission.id), "finding": finding, "plan": obligation.plan},
            audience=audience_of(obligation, cycle, occurrence.agency, above=False),
        )
        await EventLog(self._session, self._clock).append(told, caller=caller)
        rows, _ = await self._store.list_all(submission, is_accepted=False, finding_id=finding, limit=1)
        form = await forms.fetch(self._session, submission.form, submission.form_version)
        return rows[0], await self._hidden(viewer, submission, form)

    async def explain_at_once(
        self, caller: Caller, submission: Submission, explanations: Sequence[tuple[str, str]]
    ) -> None:
        """Keep explanations that came with the content, unless they hold already; with content that was accepted,
        none."""
        if not explanations or _is_accepted(await self._reviews.find(submission.id)):
            return
        texts = dict(explanations)
        found = await self._store.find_said(submission, texts.keys())
        new = [one for one, text in texts.items() if one in found and found[one].text != text]
        await self._store.explain(
            [self._said(caller, submission, one, found[one].what, texts[one]) for one in new]
        )

    def _said(
        self, caller: Caller, submission: Submission, finding: str, what: dict[str, Any], text: str
    ) -> FindingExplanation:
        return FindingExplanation(
            id=new_id(),
            occurrence_id=submission.occurrence_id,
            submission_id=submission.id,
            version=submission.version,
            finding=finding,
            found=what,
            text=text,
            agency=caller.acting_agency,
            client=caller.client,
            explained_at=self._clock(),
        )

    async def _get(self, caller: Caller, submission_id: UUID) -> tuple[Viewer, Found]:
        viewer = await read_viewer(self._session, caller, self._clock.today())
        found = await self._submissions.find(viewer, submission_id)
        if found is None:
            raise SubmissionNotFound()
        return viewer, found


def _is_accepted(review: Review | None) -> bool:
    return review is not None and review.decision == Decision.ACCEPTED
