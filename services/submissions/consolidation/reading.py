"""Reading consolidations: what was built, from what, what changed since, what building anew would give."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.callers import Caller
from kernel.clock import BusinessClock
from services.submissions.consolidation.book import Book
from services.submissions.consolidation.building import Builder, Told
from services.submissions.consolidation.drafting import check_own
from services.submissions.consolidation.errors import ConsolidationNotFound
from services.submissions.consolidation.feeding import judge_uses
from services.submissions.consolidation.masking import Hidden, closed_to, hidden_in
from services.submissions.consolidation.rolling import Key
from services.submissions.consolidation.service import find_own, require_sources
from services.submissions.consolidation.store import ConsolidationStore
from services.submissions.consolidation.tables import (
    Consolidation,
    ConsolidationAdjustment,
    ConsolidationSource,
    Use,
)
from services.submissions.cycle.sight import read_viewer
from services.submissions.cycle.store import Owed
from services.submissions.cycle.viewer import Viewer
from services.submissions.disclosure.origin import built_from_below
from services.submissions.form.shelf import FormShelf


@dataclass(frozen=True, slots=True)
class Seen:
    """A build with what it was made from, and how that stands now."""

    built: Consolidation
    owed: Owed
    sources: list[ConsolidationSource]
    told: list[Told]
    adjustments: list[ConsolidationAdjustment]
    hidden: Hidden


Cells = dict[Key, Any]


class ConsolidationReader:
    """Shows consolidations to those whom they concern."""

    def __init__(self, *, session: AsyncSession, clock: BusinessClock, forms: FormShelf) -> None:
        self._session = session
        self._store = ConsolidationStore(session)
        self._builder = Builder(session=session, forms=forms)
        self._clock = clock

    async def get(self, caller: Caller, occurrence: UUID) -> Seen:
        """Return the latest build that the caller may see."""
        viewer, built, owed = await self._find(caller, occurrence)
        book = await self._builder.fetch_book(built.forms)
        feeds = await self._store.list_feeds(occurrence)
        return Seen(
            built,
            owed,
            await self._store.list_sources(built.id),
            list(zip(feeds, judge_uses(feeds), strict=True)),
            await self._store.list_adjustments(occurrence, in_force=True),
            await self._hidden(book, viewer, owed),
        )

    async def list_cells(
        self, caller: Caller, occurrence: UUID, *, indicator: str | None, limit: int, after: int
    ) -> tuple[list[Any], Book, str, Hidden]:
        """Return one more than `limit` cells, their dimensions, whose the own part is, and what is not shown."""
        viewer, built, owed = await self._find(caller, occurrence)
        rows = await self._store.list_cells(viewer, built.id, indicator=indicator, limit=limit, after=after)
        book = await self._builder.fetch_book(built.forms)
        return rows, book, owed[0].agency, await self._hidden(book, viewer, owed)

    async def list_words(
        self, caller: Caller, occurrence: UUID, *, limit: int, after: tuple[str, int]
    ) -> list[Any]:
        """Return one more than `limit` narrative sections of the sources."""
        viewer, built, _ = await self._find(caller, occurrence)
        return await self._store.list_words(viewer, built.id, limit=limit, after=after)

    async def compare(
        self, caller: Caller, occurrence: UUID, since: int | None, language: str
    ) -> tuple[tuple[int, int | None], Cells, Cells, Book, Hidden]:
        """Return the cells of a build and of what came after it, and what is not shown of them.

        With `since` the latest build comes after it; without, what building anew would give now comes after the
        latest. Only the owner compares.
        """
        owed = await find_own(self._session, self._clock, caller, occurrence)
        viewer = await read_viewer(self._session, caller, self._clock.today())
        latest = await self._store.find_latest(occurrence)
        if latest is None:
            raise ConsolidationNotFound()
        if since is not None:
            builds, before, now, book = await self._compare_builds(latest, since)
            return builds, before, now, book, await self._hidden(book, viewer, owed)
        form = await self._builder.fetch_own(owed[1])
        own = check_own(latest.own, form, owed[1], owed[2].plan, language) if form else None
        fresh = await self._builder.put_together(owed, own)
        require_sources(caller, owed, fresh)
        before = await self._store.all_cells(latest.id)
        book = await self._joined_book(latest.forms, fresh.forms)
        hidden = await self._hidden(book, viewer, owed, fresh.told)
        return (latest.number, None), before, {cell.key: cell for cell in fresh.whole.cells}, book, hidden

    async def _compare_builds(
        self, latest: Consolidation, since: int
    ) -> tuple[tuple[int, int | None], Cells, Cells, Book]:
        before = await self._store.find_number(latest.occurrence_id, since)
        if before is None:
            raise ConsolidationNotFound()
        cells = [await self._store.all_cells(one.id) for one in (before, latest)]
        book = await self._joined_book(before.forms, latest.forms)
        return (before.number, latest.number), cells[0], cells[1], book

    async def _joined_book(self, one: Sequence[Any], other: Sequence[Any]) -> Book:
        return await self._builder.fetch_book(sorted({(form, version) for form, version in (*one, *other)}))

    async def _hidden(self, book: Book, viewer: Viewer, owed: Owed, told: Sequence[Told] = ()) -> Hidden:
        is_from_below = any(use is Use.USED for _, use in told)
        if not is_from_below and closed_to(viewer, book):
            is_from_below = bool(await built_from_below(self._session, [owed[0].id], written=False))
        return hidden_in(book, viewer, owed[0].agency, is_from_below=is_from_below)

    async def _find(self, caller: Caller, occurrence: UUID) -> tuple[Viewer, Consolidation, Owed]:
        viewer = await read_viewer(self._session, caller, self._clock.today())
        found = await self._store.find_seen(viewer, occurrence)
        if found is None:
            raise ConsolidationNotFound()
        return viewer, *found
