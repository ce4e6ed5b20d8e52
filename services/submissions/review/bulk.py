"""Accepting many submissions in one call: each is judged by itself, in a constant number of statements."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.callers import Caller
from kernel.clock import BusinessClock
from kernel.errors import Problem
from kernel.events import EventLog
from services.submissions.cycle.sight import read_viewer
from services.submissions.cycle.telling import Teller
from services.submissions.cycle.viewer import Viewer
from services.submissions.review import rules
from services.submissions.review.errors import SubmissionSuperseded
from services.submissions.review.store import ReviewStore
from services.submissions.review.tables import Decision, Review
from services.submissions.submission.errors import SubmissionNotFound
from services.submissions.submission.store import Found
from services.submissions.submission.telling import tell_reviewed

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of one submission: its refusal, or nothing when it was accepted."""

    submission: UUID
    refusal: Problem | None


class BulkAcceptance:
    """Accepts many versions at once; what is refused does not hold back the others."""

    def __init__(self, *, session: AsyncSession, clock: BusinessClock, teller: Teller) -> None:
        self._session = session
        self._store = ReviewStore(session)
        self._clock = clock
        self._teller = teller

    async def accept(self, caller: Caller, submissions: Sequence[UUID], text: str | None) -> list[Answered]:
        """Accept those that may be accepted; say of each what became of it, in the order that was asked."""
        wanted = list(dict.fromkeys(submissions))
        viewer = await read_viewer(self._session, caller, self._clock.today())
        await self._store.lock_answered(await self._store.find_many(viewer, wanted))
        found = {one[0].id: one for one in await self._store.find_many(viewer, wanted)}
        refusals = {id_: _find_refusal(viewer, found.get(id_)) for id_ in wanted}
        accepted = [found[id_] for id_, refusal in refusals.items() if refusal is None]
        if accepted:
            await self._decide(caller, accepted, text)
        log.info("submissions_accepted", accepted=len(accepted), refused=len(wanted) - len(accepted))
        return [Answered(id_, refusal) for id_, refusal in refusals.items()]

    async def _decide(self, caller: Caller, accepted: Sequence[Found], text: str | None) -> None:
        now = self._clock()
        reviews = {one[0].id: _review(caller, one[0].id, now, text) for one in accepted}
        await self._store.add_all(reviews.values())
        answered = await self._store.accept_all(list(reviews), now)
        by_id = {one[0].id: one[0] for one in accepted}
        told = [
            tell_reviewed(self._teller, *owed, by_id[sent], reviews[sent])
            for owed in await self._store.list_owed(answered)
            if (sent := owed[0].submission_id) is not None
        ]
        await EventLog(self._session, self._clock).append(*told, caller=caller)


def count_accepted(answers: Iterable[Answered]) -> int:
    """Return how many were accepted."""
    return sum(one.refusal is None for one in answers)


def _find_refusal(viewer: Viewer, found: Found | None) -> Problem | None:
    """Return why a version is not accepted: the same rules as for one alone."""
    if found is None:
        return SubmissionNotFound()
    submission, review, occurrence, cycle, obligation = found
    try:
        viewer.require_reviewer(obligation, cycle)
        rules.require_other_hands(viewer, submission)
        if occurrence.submission_id != submission.id:
            raise SubmissionSuperseded(str(occurrence.submission_id), occurrence.submission_version or 0)
        rules.require_undecided(submission, None, review)
    except Problem as refusal:
        return refusal
    return None


def _review(caller: Caller, submission: UUID, now: datetime, text: str | None) -> Review:
    return Review(
        submission_id=submission,
        decision=Decision.ACCEPTED,
        decided_at=now,
        agency=caller.acting_agency,
        client=caller.client,
        text=text,
        cells=[],
    )
