"""The stories of correction where one item is several, or several are one."""

from typing import Any

from kernel.callers import Caller
from kernel.etags import require_match
from services.registry.plan.stewards import Steward
from services.registry.plan_document.change_schemas import MergeCreate, SplitCreate
from services.registry.plan_document.desk import CONTENT, CorrectionDesk
from services.registry.plan_document.editing import changed_content, differences, merged_content, new_row, row_of
from services.registry.plan_document.errors import DocumentItemWrong
from services.registry.plan_document.schemas import ItemRead
from services.registry.plan_document.showing import item_etag
from services.registry.plan_document.store import ItemFilter, PlanDocumentStore
from services.registry.plan_document.tables import Action, ItemState


class DivisionService:
    """Splits and merges items."""

    def __init__(self, *, desk: CorrectionDesk, store: PlanDocumentStore) -> None:
        self._desk = desk
        self._store = store

    async def split(
        self, document: str, item_id: str, body: SplitCreate, if_match: str, steward: Steward, caller: Caller
    ) -> list[ItemRead]:
        """Make several items of one: the first keeps its id, the others stand behind it."""
        row = await self._desk.open(document, steward, caller)
        item = await self._store.get_item(row.id, item_id)
        require_match(if_match, item_etag(item))
        contents = [
            changed_content(item.kind, item.content, changes, f"/into/{place}")
            for place, changes in enumerate(body.into)
        ]
        await self._desk.require_named(
            row, [(content, item.content, f"/into/{n}") for n, content in enumerate(contents)]
        )
        number = await self._store.next_number(row.id, item.kind)
        await self._store.make_room(row.id, item.place, len(contents) - 1)
        rows = [row_of(item, contents[0])]
        for n, content in enumerate(contents[1:]):
            place = {"line": item.line, "source": item.source}
            new = new_row(
                item.kind, f"{item.kind[0]}{number + n}", item.part, item.place + 1 + n, content, **place
            )
            rows.append(new)
        await self._store.put_items(row.id, rows)
        before, after = differences(item.content, contents[0])
        told = [(item_id, Action.SPLIT, before, after)]
        told += [(new["id"], Action.SPLIT, {}, new["content"]) for new in rows[1:]]
        await self._desk.touch(row, caller, told, body.reason)
        return [await self._desk.shown(row, new["id"]) for new in rows]

    async def merge(
        self, document: str, item_id: str, body: MergeCreate, if_match: str, steward: Steward, caller: Caller
    ) -> ItemRead:
        """Make one item of several: the others are dropped."""
        row = await self._desk.open(document, steward, caller)
        kept = {one.id: one for one in await self._store.list_items(row.id, ItemFilter())}
        item = await self._store.get_item(row.id, item_id)
        require_match(if_match, item_etag(item))
        others = [kept.get(one) for one in body.others]
        wrong = [
            _not_merged(place, name)
            for place, (name, other) in enumerate(zip(body.others, others, strict=True))
            if other is None or other.kind != item.kind or other.id == item_id or other.state == ItemState.DROPPED
        ]
        if wrong or len(set(body.others)) < len(body.others):
            raise DocumentItemWrong(wrong or [_not_merged(0, body.others[0])])
        found = [other for other in others if other is not None]
        content = changed_content(
            item.kind, merged_content([item.content, *(o.content for o in found)]), body.content, CONTENT
        )
        await self._desk.require_named(row, [(content, item.content, CONTENT)], more=[o.content for o in found])
        dropped = [row_of(other, other.content, state=ItemState.DROPPED) for other in found]
        await self._store.put_items(row.id, [row_of(item, content), *dropped])
        before, after = differences(item.content, content)
        told = [(item_id, Action.MERGE, before, {**after, "merged": body.others})]
        told += [(o.id, Action.DROP, {"state": o.state}, {"state": "dropped", "into": item_id}) for o in found]
        await self._desk.touch(row, caller, told, body.reason)
        return await self._desk.shown(row, item_id)


def _not_merged(place: int, item: str) -> dict[str, Any]:
    message = "Merge other items of the same kind that are not dropped, each once."
    return {
        "rule": "mergeable",
        "severity": "error",
        "pointer": f"/others/{place}",
        "value": item,
        "message": message,
    }
