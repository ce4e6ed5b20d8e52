"""Drafts: partial answers that only the reporter sees, until they are submitted."""

import asyncio
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.callers import Caller
from kernel.clock import BusinessClock
from kernel.database import Database
from kernel.etags import etag_of, require_match
from kernel.events import EventLog
from services.submissions.consolidation.binding import bind
from services.submissions.cycle.errors import OccurrenceNotFound
from services.submissions.cycle.sight import read_viewer
from services.submissions.cycle.store import CycleStore, Owed
from services.submissions.cycle.viewer import Viewer
from services.submissions.submission import rules
from services.submissions.submission.draft_rules import change_draft, is_empty
from services.submissions.submission.draft_store import DraftStore
from services.submissions.submission.errors import DraftEmpty, DraftMoved
from services.submissions.submission.judging import Checked, Checker, judge
from services.submissions.submission.reading import read_draft
from services.submissions.submission.schemas import DraftUpdate
from services.submissions.submission.service import SubmissionService, Taken
from services.submissions.submission.tables import Draft
from services.submissions.submission.telling import tell_drafted


@dataclass(frozen=True, slots=True)
class CheckedDraft:
    """A draft that may be submitted, as it was when it was checked."""

    version: int
    checked: Checked


class DraftService:
    """Keeps drafts and submits them."""

    def __init__(
        self,
        *,
        session: AsyncSession,
        database: Database,
        clock: BusinessClock,
        checker: Checker,
        submissions: SubmissionService,
    ) -> None:
        self._session = session
        self._database = database
        self._store = DraftStore(session)
        self._checker = checker
        self._submissions = submissions
        self._clock = clock

    async def get(self, caller: Caller, occurrence: UUID) -> Draft:
        """Return the draft of an occurrence, an empty one when nothing was ever drafted."""
        _, owed = await _get_own(self._session, caller, occurrence, self._clock.today())
        return await self._store.get(owed[0].id) or self._empty(owed[0].id)

    async def change(self, caller: Caller, occurrence: UUID, body: DraftUpdate, if_match: str) -> Draft:
        """Merge into the draft, replace it, or take out of it."""
        _, owed = await _get_own(self._session, caller, occurrence, self._clock.today())
        rules.require_taken(owed[0], owed[1], self._clock())
        draft = await self._store.get(owed[0].id, lock=True) or self._empty(owed[0].id)
        require_match(if_match, draft_etag(draft))
        content = change_draft(draft.content, body)
        changed = self._next(draft, content, caller.client, self._clock())
        await self._store.keep(changed)
        await self._store.mark(owed[0], drafted=not is_empty(content))
        told = tell_drafted(owed, changed, body.action)
        await EventLog(self._session, self._clock).append(told, caller=caller)
        return changed

    async def check(self, caller: Caller, occurrence: UUID, language: str) -> CheckedDraft:
        """Check the draft; refuse it with all findings when it has errors. Meanwhile no transaction is open."""
        async with self._database.transaction() as session:
            _, owed = await _get_own(session, caller, occurrence, self._clock.today())
            draft = await DraftStore(session).get(owed[0].id)
        if draft is None or is_empty(draft.content):
            raise DraftEmpty(occurrence)
        incoming = await asyncio.to_thread(read_draft, draft.content)
        envelope = replace(incoming.envelope, occurrence=str(occurrence))
        basis = await self._checker.read(caller, envelope, is_change=False)
        return CheckedDraft(draft.version, await judge(basis, incoming, language))

    async def submit(self, caller: Caller, ready: CheckedDraft) -> Taken:
        """Submit a draft that was checked, if it is the same still; afterwards it is empty."""
        occurrence, checked = ready.checked.owed[0].id, ready.checked
        draft = await self._store.get(occurrence, lock=True)
        if draft is None or is_empty(draft.content):
            raise DraftEmpty(occurrence)
        if draft.version != ready.version:
            raise DraftMoved(ready.version, draft.version)
        taken = await self._submissions.submit(caller, checked)
        figures = checked.result
        await bind(self._session, occurrence, taken.submission.id, figures.observations, figures.nil)
        await self._store.keep(self._next(draft, {}, caller.client, self._clock()))
        return taken

    def _empty(self, occurrence: UUID) -> Draft:
        return Draft(occurrence_id=occurrence, version=0, content={}, changed_at=self._clock(), changed_by="")

    def _next(self, draft: Draft, content: dict[str, object], client: str, now: datetime) -> Draft:
        return Draft(
            occurrence_id=draft.occurrence_id,
            version=draft.version + 1,
            content=content,
            changed_at=now,
            changed_by=client,
        )


async def _get_own(session: AsyncSession, caller: Caller, occurrence: UUID, today: date) -> tuple[Viewer, Owed]:
    viewer = await read_viewer(session, caller, today)
    owed = await CycleStore(session).find_occurrence(viewer, occurrence)
    if owed is None:
        raise OccurrenceNotFound()
    viewer.require_reporter(owed[2], owed[1], owed[0].agency)
    return viewer, owed


def draft_etag(draft: Draft) -> str:
    """Return what names this version of a draft."""
    return etag_of(str(draft.occurrence_id), draft.version)
