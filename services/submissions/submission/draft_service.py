"""Drafts: partial answers that only the reporter sees, until they are submitted."""

import asyncio
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.callers import Caller
from kernel.clock import BusinessClock
from kernel.database import Database
from kernel.errors import ScopeMissing
from kernel.etags import etag_of, require_match
from kernel.events import EventLog
from services.submissions.consolidation.binding import bind
from services.submissions.cycle.errors import OccurrenceNotFound
from services.submissions.cycle.sight import read_viewer
from services.submissions.cycle.store import CycleStore, Owed
from services.submissions.cycle.viewer import Viewer
from services.submissions.disclosure.masking import mask_content, mask_spoken, names_hidden
from services.submissions.disclosure.origin import find_hidden
from services.submissions.disclosure.rights import CONFIDENTIAL, closed_tables
from services.submissions.form.shelf import FormShelf
from services.submissions.submission import rules
from services.submissions.submission.draft_rules import change_draft, is_empty
from services.submissions.submission.draft_store import DraftStore
from services.submissions.submission.errors import ContentRefused, DraftEmpty, DraftMoved
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
    reads_all: bool
    """Whether who submits it reads all of its figures."""


class DraftService:
    """Keeps drafts and submits them."""

    def __init__(
        self,
        *,
        session: AsyncSession,
        database: Database,
        clock: BusinessClock,
        forms: FormShelf,
        checker: Checker,
        submissions: SubmissionService,
    ) -> None:
        self._session = session
        self._database = database
        self._store = DraftStore(session)
        self._checker = checker
        self._submissions = submissions
        self._clock = clock
        self._forms = forms

    async def get(self, caller: Caller, occurrence: UUID) -> Draft:
        """Return the draft of an occurrence, an empty one when nothing was ever drafted."""
        viewer, owed = await _get_own(self._session, caller, occurrence, self._clock.today())
        draft = await self._store.get(owed[0].id) or self._empty(owed[0].id)
        return _as_shown(draft, await self._hidden(self._session, viewer, owed))

    async def change(self, caller: Caller, occurrence: UUID, body: DraftUpdate, if_match: str) -> Draft:
        """Merge into the draft, replace it, or take out of it.

        What a build wrote and the caller may not read, it does not change either: building anew tells whether
        something was changed, and so whether a guess is right."""
        viewer, owed = await _get_own(self._session, caller, occurrence, self._clock.today())
        rules.require_taken(owed[0], owed[1], self._clock())
        hidden = await self._hidden(self._session, viewer, owed)
        if names_hidden(body.observations, hidden):
            raise ScopeMissing(CONFIDENTIAL)
        draft = await self._store.get(owed[0].id, lock=True) or self._empty(owed[0].id)
        require_match(if_match, draft_etag(draft))
        content = change_draft(draft.content, body)
        changed = self._next(draft, content, caller.client, self._clock())
        await self._store.keep(changed)
        await self._store.mark(owed[0], drafted=not is_empty(content))
        told = tell_drafted(owed, changed, body.action)
        await EventLog(self._session, self._clock).append(told, caller=caller)
        return _as_shown(changed, hidden)

    async def check(self, caller: Caller, occurrence: UUID, language: str) -> CheckedDraft:
        """Check the draft; refuse it with all findings when it has errors. Meanwhile no transaction is open."""
        async with self._database.transaction() as session:
            viewer, owed = await _get_own(session, caller, occurrence, self._clock.today())
            draft = await DraftStore(session).get(owed[0].id)
            hidden = await self._hidden(session, viewer, owed)
        if draft is None or is_empty(draft.content):
            raise DraftEmpty(occurrence)
        incoming = await asyncio.to_thread(read_draft, draft.content)
        envelope = replace(incoming.envelope, occurrence=str(occurrence))
        basis = await self._checker.read(caller, envelope, is_change=False)
        try:
            checked = await judge(basis, incoming, language)
            is_unread = names_hidden(draft.content.get("observations", ()), hidden)
            return CheckedDraft(draft.version, checked, reads_all=not is_unread)
        except ContentRefused as refused:
            closed = hidden | closed_tables(caller, basis.form.tables)
            told = [mask_spoken(one, closed, language) for one in refused.findings]
            raise ContentRefused(told if hidden else refused.findings, refused.counts) from None

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

    async def _hidden(self, session: AsyncSession, viewer: Viewer, owed: Owed) -> frozenset[str]:
        """Return the indicators of which the reporter does not read what a build wrote into its draft."""
        occurrence, cycle, _ = owed
        if cycle.form is None or cycle.form_version is None:
            return frozenset()
        form = await self._forms.fetch(session, cycle.form, cycle.form_version)
        return await find_hidden(session, viewer, occurrence.id, occurrence.agency, [form])

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


def _as_shown(draft: Draft, hidden: frozenset[str]) -> Draft:
    return Draft(**{**draft.model_dump(), "content": mask_content(draft.content, hidden)}) if hidden else draft


def draft_etag(draft: Draft) -> str:
    """Return what names this version of a draft."""
    return etag_of(str(draft.occurrence_id), draft.version)
