"""The stories of listed members: who belongs to an open group because a steward said so."""

from datetime import date
from typing import Any
from uuid import UUID

from kernel.callers import Caller
from kernel.clock import VIETNAM, BusinessClock
from kernel.etags import etag_of, require_match
from kernel.events import EventLog, NewEvent
from kernel.paging import Page, cut, read_cursor
from services.registry.agency.snapshot import read_snapshot
from services.registry.group.membership_schemas import EndingUpdate, ListingCreate, ListingRead
from services.registry.group.membership_store import MembershipStore
from services.registry.group.rules import require_end, require_existing, require_open
from services.registry.group.store import GroupStore
from services.registry.plan.stewards import Steward


class ListingService:
    """Keeps the members of open groups, and tells of every obligation that they feed."""

    def __init__(
        self, *, store: MembershipStore, groups: GroupStore, events: EventLog, clock: BusinessClock
    ) -> None:
        self._store = store
        self._groups = groups
        self._events = events
        self._clock = clock

    async def list_listings(self, group: str, cursor: str | None, limit: int) -> Page[ListingRead]:
        """Return a page of the members ever listed in a group."""
        await self._groups.get(group)
        rows = await self._store.list_listings(group, read_cursor(cursor, date.fromisoformat, UUID), limit + 1)
        page, next_cursor = cut(rows, limit, lambda row: (row.valid_from, row.id))
        return Page(items=[shown(row) for row in page], next_cursor=next_cursor)

    async def get(self, group: str, listing: UUID) -> ListingRead:
        """Return one listed member."""
        return shown(await self._store.get_listing(group, listing))

    async def add(self, group: str, body: ListingCreate, steward: Steward, caller: Caller) -> ListingRead:
        """List a member of an open group."""
        row = await self._groups.get(group)
        steward.require(row.province)
        require_open(group, row.membership, await self._store.read_words(group, row.province))
        snapshot = await read_snapshot(self._store.session)
        require_existing(body.agency, body.valid_from, body.valid_to, snapshot)
        kept = {**body.model_dump(), "author": caller.acting_agency, "recorded_at": self._clock()}
        added = await self.get(group, await self._store.add_listing({**kept, "agency_group": group}))
        await self._tell(None, added, body.reason, caller)
        return added

    async def end(
        self, group: str, listing: UUID, body: EndingUpdate, if_match: str, steward: Steward, caller: Caller
    ) -> ListingRead:
        """Let a member belong to its group until a day; what was before stays as it was."""
        steward.require((await self._groups.get(group)).province)
        before = shown(await self._store.get_listing(group, listing, hold=True))
        require_match(if_match, etag_of(before.model_dump(mode="json")))
        first = before.valid_from or body.valid_to
        require_end(first, before.valid_to, body.valid_to)
        await self._store.end_listing(listing, first, body.valid_to, caller.acting_agency, body.reason)
        ended = await self.get(group, listing)
        await self._tell(before, ended, body.reason, caller)
        return ended

    async def _tell(self, before: ListingRead | None, after: ListingRead, reason: str, caller: Caller) -> None:
        group = after.agency_group
        changed = NewEvent(
            type="agency_group.changed",
            subject=group,
            data={"agency_group": group},
            before=before.model_dump(mode="json") if before else None,
            after=after.model_dump(mode="json"),
            reason=reason,
        )
        fed = [
            NewEvent(
                type="obligation.changed",
                subject=obligation,
                data={"obligation": obligation},
                after={"agency_group": group, "listing": str(after.id)},
                reason=reason,
            )
            for obligation in await self._store.list_obligations_of(group)
        ]
        await self._events.append(changed, *fed, caller=caller)


def shown(row: Any) -> ListingRead:
    """Return a listed member as the door shows it."""
    facts = {**row._mapping, "recorded_at": row.recorded_at.astimezone(VIETNAM)}
    return ListingRead.model_validate(facts)
