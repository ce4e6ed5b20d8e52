"""The stories of instruments: which there are, what they stand on, and a new one."""

from typing import Any

from kernel.callers import Caller
from kernel.events import EventLog, NewEvent
from kernel.paging import Page, cut, read_cursor
from services.registry.instrument.errors import InstrumentReferenceWrong
from services.registry.instrument.schemas import InstrumentCreate, InstrumentDetail, InstrumentRead
from services.registry.instrument.store import InstrumentStore
from services.registry.instrument.tables import Relation
from services.registry.plan.stewards import Steward


class InstrumentService:
    """Keeps the legal documents."""

    def __init__(self, *, store: InstrumentStore, events: EventLog) -> None:
        self._store = store
        self._events = events

    async def list_instruments(
        self, wanted: dict[str, str | None], text: str | None, cursor: str | None, limit: int
    ) -> Page[InstrumentRead]:
        """Return a page of the instruments, by code."""
        rows = await self._store.list_instruments(wanted, text, read_cursor(cursor, str), limit + 1)
        page, next_cursor = cut(rows, limit, lambda row: (row.id,))
        return Page(items=[InstrumentRead(**row._mapping) for row in page], next_cursor=next_cursor)

    async def get(self, instrument: str) -> InstrumentDetail:
        """Return an instrument with the chain of what it stands on and what amends it."""
        row = await self._store.get(instrument)
        links = await self._store.list_links(instrument)
        above = [_link(one) for one in links if one.side == "up"]
        below = [_link(one) for one in links if one.side == "down"]
        return InstrumentDetail.model_validate(
            {
                **row._mapping,
                "legal_basis": above,
                "amended_by": [one for one in below if one["relation"] == Relation.AMENDS],
                "cited_by": [one for one in below if one["relation"] != Relation.AMENDS],
            }
        )

    async def create(self, body: InstrumentCreate, steward: Steward, caller: Caller) -> InstrumentDetail:
        """Register an instrument."""
        no_issuer, no_bases = await self._store.find_missing(body.issuer, body.based_on)
        for field, missing in (("issuer", no_issuer), ("based_on", no_bases)):
            if missing:
                raise InstrumentReferenceWrong(field, missing)
        steward.require(*await self._store.list_provinces_of(body.issuer))
        await self._store.add(body.model_dump(exclude={"based_on"}), body.based_on)
        after = body.model_dump(mode="json")
        told = NewEvent("instrument.registered", body.id, {"instrument": body.id}, after=after)
        await self._events.append(told, caller=caller)
        return await self.get(body.id)


def _link(row: Any) -> dict[str, Any]:
    return {name: value for name, value in row._mapping.items() if name not in ("side", "place")}
