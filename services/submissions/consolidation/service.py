"""Building a report from the reports below, and writing it into the owner's draft."""

from uuid import UUID

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.callers import Caller
from kernel.clock import BusinessClock
from kernel.events import EventLog
from kernel.ids import new_id
from services.submissions.consolidation.building import Builder, Built, as_sources
from services.submissions.consolidation.drafting import (
    Content,
    check_own,
    figures_of,
    same_figures,
    write_figures,
)
from services.submissions.consolidation.errors import DraftFiguresChanged, NothingBelow, SourcesClosed
from services.submissions.consolidation.schemas import ConsolidationCreate
from services.submissions.consolidation.store import ConsolidationStore
from services.submissions.consolidation.tables import Consolidation, Missing
from services.submissions.consolidation.telling import tell_built
from services.submissions.cycle.errors import OccurrenceNotFound
from services.submissions.cycle.sight import read_viewer
from services.submissions.cycle.store import CycleStore, Owed
from services.submissions.cycle.telling import Teller
from services.submissions.form.shelf import FormShelf
from services.submissions.submission.draft_rules import is_empty
from services.submissions.submission.draft_store import DraftStore
from services.submissions.submission.errors import FormMissing
from services.submissions.submission.rules import require_taken
from services.submissions.submission.tables import Draft

log = structlog.get_logger()


class ConsolidationService:
    """Builds reports upward, for the agencies that owe them."""

    def __init__(self, *, session: AsyncSession, clock: BusinessClock, forms: FormShelf, teller: Teller) -> None:
        self._session = session
        self._store = ConsolidationStore(session)
        self._drafts = DraftStore(session)
        self._builder = Builder(session=session, forms=forms)
        self._clock = clock
        self._teller = teller

    async def build(
        self, caller: Caller, occurrence: UUID, body: ConsolidationCreate, language: str
    ) -> Consolidation:
        """Build anew from what is accepted now; nothing that was built before is lost."""
        owed = await find_own(self._session, self._clock, caller, occurrence)
        require_taken(owed[0], owed[1], self._clock())
        await self._store.lock(occurrence)
        before = await self._store.find_latest(occurrence)
        draft = await self._drafts.get(occurrence, lock=True)
        own = _own_part(body, before, draft)
        form = await self._builder.fetch_own(owed[1])
        if own and form is None:
            raise FormMissing(owed[2].id)
        checked = check_own(own, form, owed[1], owed[2].plan, language) if form else None
        built = await self._builder.put_together(owed, checked)
        require_sources(caller, owed, built)
        kept = self._row(caller, owed, body, before, built, own)
        if form is not None and kept.missing_decision != Missing.WAIT:
            await self._write_draft(caller, owed, body, draft, built, kept)
        await self._store.keep(kept, as_sources(kept.id, built.told), built.whole.cells)
        await EventLog(self._session, self._clock).append(tell_built(self._teller, owed, kept), caller=caller)
        log.info("consolidation_built", occurrence=str(occurrence), build=kept.number, cells=kept.cell_count)
        return kept

    def _row(
        self,
        caller: Caller,
        owed: Owed,
        body: ConsolidationCreate,
        before: Consolidation | None,
        built: Built,
        own: Content,
    ) -> Consolidation:
        decides = bool(built.missing)
        return Consolidation(
            id=new_id(),
            occurrence_id=owed[0].id,
            number=(before.number if before else 0) + 1,
            is_latest=True,
            built_at=self._clock(),
            built_by=caller.acting_agency,
            client=caller.client,
            form=owed[1].form,
            form_version=owed[1].form_version,
            forms=[list(form) for form in built.forms],
            adjustments=[str(one.id) for one in built.adjustments],
            own=own,
            nil=built.whole.nil,
            cell_count=len(built.whole.cells),
            partial_count=sum(cell.tally.is_partial for cell in built.whole.cells),
            left_out=built.left_out,
            missing_decision=body.missing.value if decides else None,
            decision_reason=body.reason if decides else None,
        )

    async def _write_draft(
        self,
        caller: Caller,
        owed: Owed,
        body: ConsolidationCreate,
        draft: Draft | None,
        built: Built,
        kept: Consolidation,
    ) -> None:
        """Write the whole into the draft. Words stay; figures that the owner changed there are not overwritten."""
        present = draft.content if draft else {}
        if not body.replace_draft and figures_of(present):
            written = await self._written_before(owed[0].id)
            if not same_figures(figures_of(present), written if written is not None else kept.own):
                raise DraftFiguresChanged(owed[0].id)
        cells = ((cell.key, cell) for cell in built.whole.cells)
        words = {name: present[name] for name in ("narrative",) if present.get(name)}
        content = {
            "form_version": owed[1].form_version,
            **write_figures(cells, built.whole.nil, built.book),
            **words,
        }
        kept.draft_version = (draft.version if draft else 0) + 1
        await self._drafts.keep(
            Draft(
                occurrence_id=owed[0].id,
                version=kept.draft_version,
                content=content,
                changed_at=kept.built_at,
                changed_by=caller.client,
            )
        )
        await self._drafts.mark(owed[0], drafted=not is_empty(content))

    async def _written_before(self, occurrence: UUID) -> Content | None:
        """Return the figures that a build wrote into the draft last, if one did."""
        before = await self._store.find_last_written(occurrence)
        if before is None:
            return None
        book = await self._builder.fetch_book(before.forms)
        return write_figures((await self._store.all_cells(before.id)).items(), before.nil, book)


async def find_own(session: AsyncSession, clock: BusinessClock, caller: Caller, occurrence: UUID) -> Owed:
    """Return an occurrence that the caller owes, or refuse."""
    viewer = await read_viewer(session, caller, clock.today())
    owed = await CycleStore(session).find_occurrence(viewer, occurrence)
    if owed is None:
        raise OccurrenceNotFound()
    viewer.require_reporter(owed[2], owed[1], owed[0].agency)
    return owed


def require_sources(caller: Caller, owed: Owed, built: Built) -> None:
    """Refuse a report into which nothing leads, and a caller who may not see a part of what does."""
    if not built.told:
        raise NothingBelow(owed[2].id)
    if not all(caller.may_see_plan(feed.obligation.plan) for feed, _ in built.told):
        raise SourcesClosed()


def _own_part(body: ConsolidationCreate, before: Consolidation | None, draft: Draft | None) -> Content:
    """Return the own part: as given, else as in the build before, else what was drafted before the first build."""
    if body.own_part is not None:
        return figures_of(body.own_part.model_dump())
    if before is not None:
        return before.own
    return figures_of(draft.content) if draft else {}
