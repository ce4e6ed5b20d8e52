"""Drafts: partial answers that only the reporter sees, until they are submitted."""

import asyncio
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.callers import Caller
from kernel.clock import BusinessClock
from kernel.database import Database
from kernel.errors import ScopeMissing, TooLarge
from kernel.etags import etag_of, require_match
from kernel.events import EventLog
from kernel.web import UnknownParameter
from services.submissions.checking.check import ReportContext
from services.submissions.checking.findings import count_by_severity, in_order
from services.submissions.checking.read_json import Envelope
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
from services.submissions.submission.draft_changes import (
    DraftChange,
    change_by_file,
    change_by_message,
    read_update,
)
from services.submissions.submission.draft_rules import is_empty
from services.submissions.submission.draft_store import DraftStore
from services.submissions.submission.errors import ContentRefused, DraftEmpty, DraftMoved, DraftTooLarge
from services.submissions.submission.judging import MOST_TOLD, Checked, Checker, judge, spoken
from services.submissions.submission.reading import CSV, JSON, SDMX_CSV, XLSX, read_body, read_draft, require_read
from services.submissions.submission.schemas import MOST_DRAFTED, DraftAction
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


MEBIBYTE = 1 << 20
LARGEST = {CSV: 16 * MEBIBYTE, SDMX_CSV: 16 * MEBIBYTE, XLSX: 2 * MEBIBYTE}
"""In bytes; larger files are submitted, and checked by a worker."""


@dataclass(frozen=True, slots=True)
class DraftBody:
    """A body that is to change a draft, as it came."""

    raw: bytes
    content_type: str
    action: DraftAction | None
    """What a file does whose rows do not say it."""
    nil: list[str]

    @property
    def media_type(self) -> str:
        """As what it came; one that is not read here, is too large or has foreign parameters is refused."""
        media_type = require_read(self.content_type)
        limit = LARGEST.get(media_type, len(self.raw))
        if len(self.raw) > limit:
            raise TooLarge(limit)
        taken = {JSON: (), SDMX_CSV: ("nil",)}.get(media_type, ("action", "nil"))
        unknown = [name for name in ("action", "nil") if getattr(self, name) and name not in taken]
        if unknown:
            raise UnknownParameter(unknown, taken)
        return media_type


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

    async def read(self, caller: Caller, occurrence: UUID, body: DraftBody) -> DraftChange:
        """Return what a body is to do to the draft. A file is read by the form of its period, with no transaction
        open."""
        if body.media_type == JSON:
            return await asyncio.to_thread(read_update, body.raw)
        envelope = Envelope(occurrence=str(occurrence))
        incoming = await asyncio.to_thread(read_body, body.raw, body.content_type, envelope, body.nil)
        async with self._database.transaction() as session:
            _, (owed, cycle, _) = await _get_own(session, caller, occurrence, self._clock.today())
            form = await self._forms.fetch(session, *rules.require_form(cycle, None))
        asked = ReportContext(occurrence=str(occurrence), period=cycle.period, agency=owed.agency)
        if incoming.is_change:
            return await asyncio.to_thread(change_by_message, incoming.columns, form, asked)
        return await asyncio.to_thread(
            change_by_file, incoming.columns, body.action or DraftAction.MERGE, form, asked
        )

    async def change(
        self, caller: Caller, occurrence: UUID, change: DraftChange, if_match: str, language: str
    ) -> Draft:
        """Merge into the draft, replace it, or take out of it.

        What a build wrote and the caller may not read, it does not change either: building anew tells whether
        something was changed, and so whether a guess is right."""
        viewer, owed = await _get_own(self._session, caller, occurrence, self._clock.today())
        rules.require_taken(owed[0], owed[1], self._clock())
        hidden = await self._hidden(self._session, viewer, owed)
        if hidden and (change.names_any or names_hidden(change.figures, hidden)):
            raise ScopeMissing(CONFIDENTIAL)
        draft = await self._store.get(owed[0].id, lock=True) or self._empty(owed[0].id)
        require_match(if_match, draft_etag(draft))
        content = change.apply(draft.content)
        if change.is_refused:
            wrong = [spoken(one.as_wire(), language) for one in in_order(change.findings)[:MOST_TOLD]]
            raise ContentRefused(wrong, count_by_severity(change.findings))
        if len(content.get("observations", ())) > MOST_DRAFTED:
            raise DraftTooLarge(len(content["observations"]), MOST_DRAFTED)
        changed = self._next(draft, content, caller.client, self._clock())
        await self._store.keep(changed)
        await self._store.mark(owed[0], drafted=not is_empty(content))
        told = tell_drafted(owed, changed, change.word)
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
