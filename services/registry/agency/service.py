"""The stories of agencies: read as of a day, made, changed by a dated version, ended."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from kernel.callers import Caller
from kernel.clock import BusinessClock
from kernel.etags import etag_of, require_match
from kernel.events import EventLog, NewEvent
from kernel.paging import Page, cut, read_cursor
from services.registry.agency.chains import ChainStore
from services.registry.agency.rules import carriers_of, holds
from services.registry.agency.schemas import (
    AgencyCreate,
    AgencyRead,
    AgencyUpdate,
    ChainRead,
    HistoryRead,
)
from services.registry.agency.store import AgencyFilter, AgencyStore
from services.registry.agency.versions import (
    FACTS,
    Division,
    Version,
    divide,
    end,
    require_mission_facts,
    shown_on,
)
from services.registry.plan.stewards import Steward


class AgencyService:
    """Keeps who is who, and who was who."""

    def __init__(self, *, store: AgencyStore, chains: ChainStore, events: EventLog, clock: BusinessClock) -> None:
        self._store = store
        self._chains = chains
        self._events = events
        self._clock = clock

    async def list_existing(
        self, day: date, wanted: AgencyFilter, cursor: str | None, limit: int
    ) -> Page[AgencyRead]:
        """Return a page of the agencies that exist on a day, in Vietnamese order."""
        after = read_cursor(cursor, str, str)
        rows = await self._store.list_existing(day, wanted, after, limit + 1)
        page, next_cursor = cut(rows, limit, lambda row: (row.sort_key, row.id))
        items = [AgencyRead(**_without_key(row), exists=True) for row in page]
        return Page(items=items, next_cursor=next_cursor)

    async def get(self, agency: str, day: date) -> AgencyRead:
        """Return an agency as of a day; an ended one as it was last."""
        lasting = await self._store.get_lasting(agency)
        return _shown(lasting, await self._store.list_versions(agency), day)

    async def get_history(self, agency: str) -> HistoryRead:
        """Return every version of an agency."""
        lasting = await self._store.get_lasting(agency)
        versions = await self._store.list_versions(agency)
        return HistoryRead.model_validate(
            {
                "agency": agency,
                "valid_from": lasting.valid_from,
                "valid_to": lasting.valid_to,
                "items": [asdict(v) for v in versions],
            }
        )

    async def follow(self, agency: str, on: date, *, forwards: bool) -> ChainRead:
        """Return the confirmed successions that lead on from an agency, or back from it."""
        await self._store.get_lasting(agency)
        links, snapshot = await self._chains.read(agency, on, forwards=forwards)
        return ChainRead.model_validate(
            {"agency": agency, "on": on, "items": links, "carried_by": carriers_of(agency, on, snapshot)}
        )

    async def create(self, body: AgencyCreate, steward: Steward, caller: Caller) -> AgencyRead:
        """Keep a new agency."""
        steward.require(body.province)
        require_mission_facts(body.kind, body.host_country, body.city)
        facts = {name: getattr(body, name) for name in FACTS}
        first = Version(valid_from=body.valid_from, valid_to=body.valid_to, reason=body.reason, **facts)
        await self._store.add(body.id, first, body.aliases, body.note)
        created = await self.get(body.id, self._clock.today())
        await self._tell(body.id, None, created, body.reason, caller)
        return created

    async def change(
        self, agency: str, body: AgencyUpdate, if_match: str, steward: Steward, caller: Caller
    ) -> AgencyRead:
        """Let a change hold from a day on, or end the agency; what was before stays as it was."""
        await self._store.lock(agency)
        today = self._clock.today()
        lasting, versions = await self._store.get_lasting(agency), await self._store.list_versions(agency)
        before = _shown(lasting, versions, today)
        steward.require(before.province, body.changes.get("province", before.province))
        require_match(if_match, etag_of(before.model_dump(mode="json")))
        await self._store.divide(agency, _division(agency, versions, body, today))
        changed = await self.get(agency, today)
        await self._tell(agency, before, changed, body.reason, caller)
        return changed

    async def _tell(
        self, agency: str, before: AgencyRead | None, after: AgencyRead, reason: str, caller: Caller
    ) -> None:
        told = NewEvent(
            type="agency.changed",
            subject=agency,
            data={"agency": agency},
            before=before.model_dump(mode="json") if before else None,
            after=after.model_dump(mode="json"),
            reason=reason,
        )
        await self._events.append(told, caller=caller)


def _division(agency: str, versions: Sequence[Version], body: AgencyUpdate, today: date) -> Division:
    if body.valid_to is not None:
        return end(agency, versions, body.valid_to, body.reason)
    return divide(agency, versions, body.changes, body.valid_from or today, body.reason)


def _shown(lasting: Any, versions: Sequence[Version], day: date) -> AgencyRead:
    shown = shown_on(versions, day)
    facts = {name: getattr(shown, name) for name in FACTS}
    return AgencyRead(
        **lasting._mapping,
        **facts,
        version_from=shown.valid_from,
        version_to=shown.valid_to,
        exists=holds(shown.valid_from, shown.valid_to, day),
    )


def _without_key(row: Any) -> dict[str, Any]:
    return {name: value for name, value in row._mapping.items() if name != "sort_key"}
