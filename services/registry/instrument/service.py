"""The stories of instruments: which there are, what they stand on and change, a new one, one put right."""

from datetime import date
from typing import Any

from kernel.callers import Caller
from kernel.clock import BusinessClock
from kernel.etags import etag_of, require_match
from kernel.events import EventLog, NewEvent
from kernel.paging import Page, cut, read_cursor
from services.registry.agency.rules import holds
from services.registry.instrument.errors import InstrumentLinksWrong
from services.registry.instrument.schemas import (
    ChangeDraft,
    InstrumentCreate,
    InstrumentDetail,
    InstrumentRead,
    InstrumentUpdate,
    require_days,
    require_links,
)
from services.registry.instrument.store import InstrumentStore
from services.registry.instrument.tables import Relation
from services.registry.instrument.writing import links_of, require_registered
from services.registry.plan.stewards import Steward

ENDS_OR_CHANGES = {
    "amended_by": Relation.AMENDS,
    "replaced_by": Relation.REPLACES,
    "repealed_by": Relation.REPEALS,
}
LINKS = ("based_on", "changes")


class InstrumentService:
    """Keeps the legal documents."""

    def __init__(self, *, store: InstrumentStore, events: EventLog, clock: BusinessClock) -> None:
        self._store = store
        self._events = events
        self._clock = clock

    async def list_instruments(
        self,
        day: date,
        wanted: dict[str, str | None],
        in_force: bool | None,
        text: str | None,
        cursor: str | None,
        limit: int,
    ) -> Page[InstrumentRead]:
        """Return a page of the instruments, by code."""
        after = read_cursor(cursor, str)
        rows = await self._store.list_instruments(day, wanted, in_force, text, after, limit + 1)
        page, next_cursor = cut(rows, limit, lambda row: (row.id,))
        return Page(items=[InstrumentRead(**row._mapping) for row in page], next_cursor=next_cursor)

    async def get(self, instrument: str, day: date) -> InstrumentDetail:
        """Return an instrument with its chains up and down as of a day."""
        row = await self._store.get_on(instrument, day)
        links = await self._store.list_links(instrument)
        above = [_link(one) for one in links if one.side == "up"]
        below = [_link(one) for one in links if one.side == "down"]
        next_to_it = [one for one in below if one["depth"] == 1]
        reached = [one for one in next_to_it if holds(one["effective_on"], None, day)]
        return InstrumentDetail.model_validate(
            {
                **row._mapping,
                "legal_basis": above,
                **{
                    name: [one for one in reached if one["relation"] == relation]
                    for name, relation in ENDS_OR_CHANGES.items()
                },
                "cited_by": [one for one in next_to_it if one["relation"] not in ENDS_OR_CHANGES.values()],
                "dependents": below,
            }
        )

    async def create(self, body: InstrumentCreate, steward: Steward, caller: Caller) -> InstrumentDetail:
        """Register an instrument."""
        await require_registered(self._store, body.issuer, body.based_on, body.changes)
        steward.require(*await self._store.list_provinces_of(body.issuer))
        facts = body.model_dump(exclude=set(LINKS))
        await self._store.add({**facts, "author": steward.agency}, links_of(body.based_on, body.changes))
        made = await self.get(body.id, self._clock.today())
        told = NewEvent(
            "instrument.registered", body.id, {"instrument": body.id}, after=body.model_dump(mode="json")
        )
        await self._events.append(told, caller=caller)
        return made

    async def change(
        self, instrument: str, body: InstrumentUpdate, if_match: str, steward: Steward, caller: Caller
    ) -> InstrumentDetail:
        """Put the entry of an instrument right."""
        await self._store.lock(instrument)
        before = await self.get(instrument, self._clock.today())
        sent = body.sent
        steward.require(*await self._store.list_provinces_of(before.issuer, sent.get("issuer", before.issuer)))
        require_match(if_match, etag_of(before.model_dump(mode="json")))
        based_on, changes = _links_after(before, body)
        _require_fitting(before, sent, based_on, changes)
        await require_registered(self._store, sent.get("issuer"), based_on, changes)
        facts = {name: value for name, value in sent.items() if name not in LINKS}
        links = links_of(based_on, changes) if set(LINKS) & set(sent) else None
        await self._store.change(instrument, {**facts, "author": steward.agency}, links)
        after = await self.get(instrument, self._clock.today())
        told = NewEvent(
            "instrument.changed",
            instrument,
            {"instrument": instrument},
            before=_facts(before),
            after=_facts(after),
            reason=body.reason,
        )
        await self._events.append(told, caller=caller)
        return after


def _links_after(before: InstrumentDetail, body: InstrumentUpdate) -> tuple[list[str], list[ChangeDraft]]:
    kept = [ChangeDraft.model_validate(one.model_dump()) for one in before.changes]
    sent = body.model_fields_set
    return (
        body.based_on if "based_on" in sent else before.based_on,
        body.changes if "changes" in sent else kept,
    )


def _require_fitting(
    before: InstrumentDetail, sent: dict[str, Any], based_on: list[str], changes: list[ChangeDraft]
) -> None:
    """Refuse what only together with the facts that stay is wrong."""
    days = {name: sent.get(name, getattr(before, name)) for name in ("issued_on", "effective_on", "expires_on")}
    try:
        require_links(based_on, changes)
        require_days(days["issued_on"] or days["effective_on"], days["expires_on"])
    except ValueError as error:
        raise InstrumentLinksWrong(str(error)) from error


def _facts(read: InstrumentDetail) -> dict[str, Any]:
    return read.model_dump(mode="json", include=set(InstrumentRead.model_fields))


def _link(row: Any) -> dict[str, Any]:
    return {name: value for name, value in row._mapping.items() if name not in ("side", "place")}
