"""What every correction does alike: open the document, check the codes it brings, keep who changed what."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from kernel.callers import Caller
from kernel.clock import Clock
from services.registry.plan.stewards import Steward
from services.registry.plan_document.dictionary import DictionaryStore
from services.registry.plan_document.editing import codes_of, require_named
from services.registry.plan_document.errors import DocumentNotOpen
from services.registry.plan_document.schemas import ItemRead
from services.registry.plan_document.service import PlanDocumentService, require_some_stewardship
from services.registry.plan_document.settling import day_of
from services.registry.plan_document.showing import show_item
from services.registry.plan_document.store import ItemFilter, PlanDocumentStore
from services.registry.plan_document.tables import DocumentState, ItemKind

CONTENT = "/content"


class CorrectionDesk:
    """Where corrections are made: one at a time on a document."""

    def __init__(
        self,
        *,
        documents: PlanDocumentService,
        store: PlanDocumentStore,
        dictionary: DictionaryStore,
        clock: Clock,
    ) -> None:
        self._documents = documents
        self._store = store
        self._dictionary = dictionary
        self._clock = clock

    async def open(self, document: str, steward: Steward, caller: Caller) -> Any:
        """Lock a document that may be corrected, or refuse."""
        row = await self._documents.row(caller, document, lock=True)
        require_some_stewardship(steward)
        if row.state != DocumentState.PROPOSED:
            raise DocumentNotOpen(row.state, row.plan)
        return row

    async def require_named(
        self,
        row: Any,
        contents: Sequence[tuple[dict[str, Any], dict[str, Any] | None, str]],
        *,
        more: Sequence[dict[str, Any]] = (),
    ) -> None:
        """Refuse codes that corrections bring and that name nobody on the document's day."""
        old = codes_of([*(before for _, before, _ in contents if before), *more])
        brought = codes_of(content for content, _, _ in contents) - old
        if not brought:
            return
        known = await self._dictionary.find_named(brought)
        day = await self.day(row)
        for content, _, pointer in contents:
            require_named(content, old, known, day, pointer)

    async def day(self, row: Any) -> date | None:
        """Return the day on which the document's names hold."""
        wanted = ItemFilter(kind=ItemKind.INSTRUMENT, part=row.part)
        found = await self._store.list_items(row.id, wanted)
        return day_of(found[0].content) if found else None

    async def room_after(self, row: Any, after: str | None, count: int) -> int:
        """Make room behind an item, or behind all, and return the place."""
        if after is not None:
            place: int = (await self._store.get_item(row.id, after)).place
            await self._store.make_room(row.id, place, count)
            return place + 1
        items = await self._store.list_items(row.id, ItemFilter())
        return max((one.place for one in items), default=-1) + 1

    async def touch(
        self, row: Any, caller: Caller, corrections: Sequence[tuple[Any, ...]], reason: str | None
    ) -> None:
        """Move the document on, and keep what was corrected."""
        await self._store.change(row.id, {})
        await self.keep(row, caller, corrections, reason)

    async def keep(
        self, row: Any, caller: Caller, corrections: Sequence[tuple[Any, ...]], reason: str | None
    ) -> None:
        """Keep corrections with who made them."""
        by = {"agency": caller.acting_agency, "client": caller.client, "recorded_at": self._clock()}
        rows = [
            {"item": item, "action": action, "before": before, "after": after, "reason": reason, **by}
            for item, action, before, after in corrections
        ]
        await self._store.add_corrections(row.id, rows)

    async def shown(self, row: Any, item_id: str) -> ItemRead:
        """Return an item as it is now."""
        return show_item(await self._store.get_item(row.id, item_id))
