"""The stories of agencies: read as of a day, made, changed by a dated version, corrected, ended."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from kernel.callers import Caller
from kernel.clock import BusinessClock
from kernel.etags import etag_of, require_match
from kernel.events import EventLog, NewEvent
from kernel.paging import Page, cut, read_cursor
from services.registry.agency.acts import Change, Kept, Sets, change_of, correction_of
from services.registry.agency.chains import ChainStore
from services.registry.agency.change_schemas import AgencyCreate, AgencyUpdate, CorrectionCreate
from services.registry.agency.codes import OF_PROVINCES
from services.registry.agency.dated_sets import replaced
from services.registry.agency.errors import AgencyUnknown
from services.registry.agency.rules import carriers_of
from services.registry.agency.schemas import AgencyRead, ChainRead, HistoryRead
from services.registry.agency.showing import show_agency, show_history, show_listed
from services.registry.agency.store import PARTS, AgencyFilter, AgencyStore
from services.registry.agency.tables import Act
from services.registry.agency.versions import FACTS, Version, require_mission_facts
from services.registry.agency.writing import AgencyWriting, Named
from services.registry.plan.stewards import Steward


class AgencyService:
    """Keeps who is who, and who was who."""

    def __init__(
        self,
        *,
        store: AgencyStore,
        writing: AgencyWriting,
        chains: ChainStore,
        events: EventLog,
        clock: BusinessClock,
    ) -> None:
        self._store = store
        self._writing = writing
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
        return Page(items=[show_listed(row) for row in page], next_cursor=next_cursor)

    async def get(self, agency: str, day: date) -> AgencyRead:
        """Return an agency as of a day; an ended one as it was last."""
        lasting = await self._store.get_lasting(agency)
        versions, sets = await self._store.list_versions(agency), await self._store.list_sets(agency)
        return show_agency(lasting, versions, sets, day)

    async def get_history(self, agency: str) -> HistoryRead:
        """Return every version of an agency, and every act upon it."""
        versions = await self._store.list_versions(agency)
        if not versions:
            raise AgencyUnknown(agency)
        sets, changes = await self._store.list_sets(agency), await self._store.list_changes(agency)
        return show_history(agency, versions, sets, changes)

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
        given = {part: replaced([], keys, first.valid_from, first.valid_to) for part, keys in body.sets().items()}
        made = Kept(body.id, [first], {part: given.get(part, []) for part in PARTS})
        await self._writing.lock()
        await self._require_sound(made.agency, made.versions, made.sets)
        await self._writing.add(body.id, first, made.sets, body.note)
        await self._note(
            Act.CREATED, body.id, body.valid_from, ({}, made.on(body.valid_from)), body.reason, caller
        )
        return await self._tell(body.id, None, body.reason, caller)

    async def change(
        self, agency: str, body: AgencyUpdate, if_match: str, steward: Steward, caller: Caller
    ) -> AgencyRead:
        """Let a change hold from a day on, or end the agency; what was before stays as it was."""
        before, kept = await self._held(agency, if_match, steward, body.changes)
        change = change_of(kept, body, self._clock.today())
        return await self._carry_out(before, change, body.reason, caller)

    async def correct(
        self, agency: str, body: CorrectionCreate, if_match: str, steward: Steward, caller: Caller
    ) -> AgencyRead:
        """Put right what was recorded of one version; the journal keeps what it was taken for."""
        before, kept = await self._held(agency, if_match, steward, body.changes)
        return await self._carry_out(before, correction_of(kept, body), body.reason, caller)

    async def _held(
        self, agency: str, if_match: str, steward: Steward, changes: Mapping[str, Any]
    ) -> tuple[AgencyRead, Kept]:
        """Read an agency that nobody else changes until the transaction ends, and prove the right to change it."""
        await self._store.lock(agency)
        lasting, versions = await self._store.get_lasting(agency), await self._store.list_versions(agency)
        sets = await self._store.list_sets(agency)
        before = show_agency(lasting, versions, sets, self._clock.today())
        steward.require(*{one.province for one in versions}, changes.get("province", before.province))
        require_match(if_match, etag_of(before.model_dump(mode="json")))
        sets["codes"] = [code for code in sets["codes"] if code.key[0] not in OF_PROVINCES]
        return before, Kept(agency, versions, sets)

    async def _carry_out(self, before: AgencyRead, change: Change, reason: str, caller: Caller) -> AgencyRead:
        was, becomes = change.was, change.becomes
        if (was.first_day, was.last_day) != (becomes.first_day, becomes.last_day):
            await self._writing.require_unnamed(was.agency, becomes.first_day, becomes.last_day)
        await self._require_sound(was.agency, change.versions or (), change.sets)
        await self._writing.put(was.agency, change.versions, change.sets)
        if change.versions is not None:
            await self._writing.require_no_circle([was.agency], becomes.versions[-1].parent)
        await self._note(change.act, was.agency, change.holds_from, change.recorded(), reason, caller)
        return await self._tell(was.agency, before, reason, caller)

    async def _require_sound(self, agency: str, versions: Sequence[Version], sets: Sets) -> None:
        """Refuse what names an agency or province that is not there, or a code that is another's."""
        named = [
            Named(field, code, one.valid_from, one.valid_to)
            for one in versions
            for field, code in (("parent", one.parent), ("province", one.province))
            if code is not None
        ]
        for number, row in enumerate(sets.get("relations", ())):
            named.append(Named(f"relations/{number}/agency", row.key[1], row.valid_from, row.valid_to))
        await self._writing.require_named(named)
        await self._writing.require_free(agency, sets.get("codes", ()))

    async def _note(
        self,
        act: Act,
        agency: str,
        holds_from: date | None,
        recorded: tuple[dict[str, Any], dict[str, Any]],
        reason: str,
        caller: Caller,
    ) -> None:
        row = {
            "agency": agency,
            "act": act,
            "holds_from": holds_from,
            "before": recorded[0],
            "after": recorded[1],
            "reason": reason,
            "author": caller.acting_agency,
            "client": caller.client,
            "recorded_at": self._clock(),
        }
        await self._writing.note([row])

    async def _tell(self, agency: str, before: AgencyRead | None, reason: str, caller: Caller) -> AgencyRead:
        after = await self.get(agency, self._clock.today())
        told = NewEvent(
            type="agency.changed",
            subject=agency,
            data={"agency": agency},
            before=before.model_dump(mode="json") if before else None,
            after=after.model_dump(mode="json"),
            reason=reason,
        )
        await self._events.append(told, caller=caller)
        return after
