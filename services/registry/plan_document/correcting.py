"""The stories of correction: every change of a person is kept with what was before and after, and who made it."""

from datetime import date
from typing import Any

from kernel.callers import Caller
from kernel.etags import require_match
from kernel.events import EventLog, NewEvent
from services.registry.instrument.store import InstrumentStore
from services.registry.plan.stewards import Steward
from services.registry.plan_document.aliases import AliasStore
from services.registry.plan_document.change_schemas import (
    DocumentChange,
    ItemChange,
    ItemCreate,
    NameCreate,
    NameRead,
)
from services.registry.plan_document.desk import CONTENT, CorrectionDesk
from services.registry.plan_document.dictionary import DictionaryStore
from services.registry.plan_document.editing import (
    changed_content,
    differences,
    new_row,
    resolved_content,
    row_of,
)
from services.registry.plan_document.errors import (
    DocumentHintWrong,
    DocumentItemWrong,
    DocumentNameNowhere,
)
from services.registry.plan_document.reading import resettled
from services.registry.plan_document.schemas import ItemRead
from services.registry.plan_document.showing import document_etag, item_etag
from services.registry.plan_document.store import ItemFilter, PlanDocumentStore
from services.registry.plan_document.tables import Action, ItemState


class CorrectionService:
    """Lets the agency that sent a document put right what was read of it."""

    def __init__(
        self, *, desk: CorrectionDesk, store: PlanDocumentStore, dictionary: DictionaryStore, events: EventLog
    ) -> None:
        self._desk = desk
        self._store = store
        self._dictionary = dictionary
        self._events = events

    async def settle_plan(
        self, document: str, body: DocumentChange, if_match: str, steward: Steward, caller: Caller
    ) -> None:
        """Say which part is the plan, its code, steward, plan above, and days."""
        row = await self._desk.open(document, steward, caller)
        require_match(if_match, document_etag(row))
        asked = body.model_dump(exclude_unset=True, exclude={"reason"})
        wrong = await self._dictionary.find_missing(asked)
        if wrong:
            raise DocumentHintWrong(wrong)
        if asked.get("part", row.part) not in {part["part"] for part in row.parts}:
            raise DocumentItemWrong([_part_unknown(asked["part"])])
        anew = await self._settled_anew(row, asked["part"]) if asked.get("part", row.part) != row.part else {}
        changes = {**anew, **asked}
        before = {name: _plain(getattr(row, name)) for name in changes}
        after = {name: _plain(value) for name, value in changes.items()}
        await self._store.change(row.id, changes)
        await self._desk.keep(row, caller, [(None, Action.SETTLE_PLAN, before, after)], body.reason)

    async def change(
        self, document: str, item_id: str, body: ItemChange, if_match: str, steward: Steward, caller: Caller
    ) -> ItemRead:
        """Change one item, confirm it, drop it or bring it back."""
        row = await self._desk.open(document, steward, caller)
        item = await self._store.get_item(row.id, item_id)
        require_match(if_match, item_etag(item))
        content = changed_content(item.kind, item.content, body.content, CONTENT)
        await self._desk.require_named(row, [(content, item.content, CONTENT)])
        before, after = differences(item.content, content)
        state, action = _outcome(item, body, bool(after))
        await self._store.put_items(row.id, [row_of(item, content, state=state)])
        told = before | {"state": item.state}, after | {"state": state.value}
        await self._desk.touch(row, caller, [(item_id, action, *told)], body.reason)
        return await self._desk.shown(row, item_id)

    async def add(self, document: str, body: ItemCreate, steward: Steward, caller: Caller) -> ItemRead:
        """Add an item that reading missed."""
        row = await self._desk.open(document, steward, caller)
        content = changed_content(body.kind, {}, body.content, CONTENT)
        await self._desk.require_named(row, [(content, None, CONTENT)])
        item_id = f"{body.kind[0]}{await self._store.next_number(row.id, body.kind)}"
        place = await self._desk.room_after(row, body.after, 1)
        await self._store.put_items(row.id, [new_row(body.kind, item_id, row.part, place, content)])
        await self._desk.touch(row, caller, [(item_id, Action.ADD, None, content)], body.reason)
        return await self._desk.shown(row, item_id)

    async def resolve_name(self, document: str, body: NameCreate, steward: Steward, caller: Caller) -> NameRead:
        """Say once who a printed name means, wherever it stands in the document."""
        row = await self._desk.open(document, steward, caller)
        changed: list[tuple[Any, dict[str, Any]]] = []
        for item in await self._store.list_items(row.id, ItemFilter()):
            content = resolved_content(item.content, body.printed, body.agency)
            if content is not None:
                changed.append((item, content))
        if not changed:
            raise DocumentNameNowhere(body.printed)
        await self._desk.require_named(row, [(content, item.content, "/agency") for item, content in changed])
        states = {ItemState.ADDED: ItemState.ADDED, ItemState.DROPPED: ItemState.DROPPED}
        rows = [
            row_of(item, content, state=states.get(ItemState(item.state), ItemState.CORRECTED))
            for item, content in changed
        ]
        await self._store.put_items(row.id, rows)
        told = [(i.id, Action.RESOLVE_NAME, *differences(i.content, content)) for i, content in changed]
        await self._desk.touch(row, caller, told, None)
        remembered = body.remember and await self._remember(body, steward, caller)
        return NameRead(
            printed=body.printed, agency=body.agency, items=[i.id for i, _ in changed], remembered=remembered
        )

    async def _remember(self, body: NameCreate, steward: Steward, caller: Caller) -> bool:
        steward.require(*await InstrumentStore(self._store.session).list_provinces_of(body.agency))
        if not await AliasStore(self._store.session).add(body.agency, body.printed):
            return False
        told = NewEvent(
            "agency.changed", body.agency, {"agency": body.agency}, after={"alias": body.printed}, reason="alias"
        )
        await self._events.append(told, caller=caller)
        return True

    async def _settled_anew(self, row: Any, part: int) -> dict[str, Any]:
        items = [dict(one._mapping) for one in await self._store.list_items(row.id, ItemFilter())]
        return await resettled(self._dictionary, row, items, part)


def _outcome(item: Any, body: ItemChange, is_changed: bool) -> tuple[ItemState, Action]:
    if body.dropped:
        return ItemState.DROPPED, Action.DROP
    looked_at = ItemState.ADDED if item.read is None else ItemState.CORRECTED
    if item.state == ItemState.DROPPED and body.dropped is False:
        return looked_at, Action.RESTORE
    if is_changed:
        return (ItemState.DROPPED if item.state == ItemState.DROPPED else looked_at), Action.CHANGE
    is_untouched = item.state == ItemState.PROPOSED
    return (ItemState.CONFIRMED if is_untouched else ItemState(item.state)), Action.CONFIRM


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _part_unknown(part: Any) -> dict[str, Any]:
    return {
        "rule": "part_known",
        "severity": "error",
        "pointer": "/part",
        "value": part,
        "message": "No such part.",
    }
