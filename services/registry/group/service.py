"""The stories of agency groups: which there are, and whom one means on a day."""

from datetime import date
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.callers import Caller
from kernel.events import EventLog, NewEvent
from kernel.paging import Page, cut, read_cursor
from services.registry.agency.rules import Carrier, RegistrySnapshot, expand
from services.registry.agency.snapshot import read_snapshot
from services.registry.group.errors import GroupExists, GroupWrong
from services.registry.group.rules import MemberSource, find_faults
from services.registry.group.schemas import GroupCreate, GroupRead, MemberPage, MemberRead
from services.registry.group.store import GroupStore
from services.registry.group.tables import Membership
from services.registry.plan.errors import TaskUnknown
from services.registry.plan.stewards import Steward


class GroupService:
    """Keeps collective expressions and says whom one means."""

    def __init__(self, *, store: GroupStore, session: AsyncSession, events: EventLog) -> None:
        self._store = store
        self._session = session
        self._events = events

    async def list_groups(self, cursor: str | None, limit: int) -> Page[GroupRead]:
        """Return a page of the groups, in Vietnamese order."""
        rows = await self._store.list_groups(read_cursor(cursor, str, str), limit + 1)
        page, next_cursor = cut(rows, limit, lambda row: (row.sort_key, row.id))
        snapshot = await read_snapshot(self._session)
        return Page(items=[_shown(row, snapshot) for row in page], next_cursor=next_cursor)

    async def get(self, group: str) -> GroupRead:
        """Return one group."""
        row = await self._store.get(group)
        return _shown(row, await read_snapshot(self._session))

    async def add(self, body: GroupCreate, steward: Steward, caller: Caller) -> GroupRead:
        """Take in a collective expression; plans and obligations may name it from now on."""
        steward.require(body.province)
        if await self._store.is_taken(body.id):
            raise GroupExists(body.id)
        meant, is_known = await self._store.read_meanings(body.province)
        by_kind = body.membership is Membership.BY_KIND
        faults = find_faults(body.words, meant, body.province, is_known=is_known, by_kind=by_kind)
        if faults:
            raise GroupWrong(faults)
        await self._store.add(body.model_dump(exclude={"words"}), list(dict.fromkeys(body.words)))
        added = await self.get(body.id)
        told = NewEvent(
            type="agency_group.changed",
            subject=body.id,
            data={"agency_group": body.id},
            after=added.model_dump(mode="json"),
        )
        await self._events.append(told, caller=caller)
        return added

    async def list_members(
        self, caller: Caller, group: str, task: str | None, day: date, cursor: str | None, limit: int
    ) -> MemberPage:
        """Return a page of a group's members on a day; for a task, with those whom its lead asked."""
        asked = await self._store.get_with_requests(group, _open_task(caller, task), day)
        snapshot = await read_snapshot(self._session)
        meant = expand([group, *asked], day, snapshot)
        after = read_cursor(cursor, str, str)
        rows = await self._store.list_named(meant.agencies, day, after, limit + 1)
        page, next_cursor = cut(rows, limit, lambda row: (row.sort_key, row.agency))
        found = {carrier.agency: carrier for carrier in reversed(meant.carriers)}
        kinds = snapshot.groups[group].agency_kinds
        return MemberPage(
            items=[_member(row, kinds, found[row.agency]) for row in page],
            next_cursor=next_cursor,
            agency_group=group,
            as_of=day,
            total=len(meant.agencies),
            orphaned=list(meant.orphaned),
        )


def _shown(row: Any, snapshot: RegistrySnapshot) -> GroupRead:
    facts = {name: value for name, value in row._mapping.items() if name != "sort_key"}
    return GroupRead(**facts, agency_kinds=sorted(snapshot.groups[row.id].agency_kinds))


def _member(row: Any, kinds: frozenset[str], carrier: Carrier) -> MemberRead:
    facts = {name: value for name, value in row._mapping.items() if name != "sort_key"}
    return MemberRead(**facts, source=_source(row.kind in kinds, carrier), printed=carrier.printed)


def _source(is_of_kind: bool, carrier: Carrier) -> MemberSource:
    if is_of_kind:
        return MemberSource.BY_KIND
    return MemberSource.LISTED if carrier.group else MemberSource.REQUESTED


def _open_task(caller: Caller, task: str | None) -> str | None:
    """Refuse a task of a plan that the client is not open to."""
    if task is not None and not caller.may_see_plan(task.split("/", 1)[0]):
        raise TaskUnknown(task.split("/", 1)[0], task)
    return task
