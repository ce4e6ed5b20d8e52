"""The stories of contacts: who is told, changed and removed, seen only by those whom it concerns.

Events and log lines name the contact by its id and carry nothing of the person.
"""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from kernel.callers import Caller
from kernel.clock import BusinessClock
from kernel.errors import Unprocessable
from kernel.etags import etag_of, require_match
from kernel.events import EventLog, NewEvent
from kernel.ids import new_id
from kernel.paging import Page, cut, read_cursor
from services.registry.contact.errors import ContactUnknown
from services.registry.contact.rules import may_keep
from services.registry.contact.schemas import ContactCreate, ContactRead, ContactUpdate
from services.registry.contact.store import ContactStore
from services.registry.plan.stewards import Steward
from services.registry.validity import days

KEPT = ("name", "role", "language", "email", "phone")


class ContactService:
    """Keeps whom an agency wants to be told."""

    def __init__(self, *, store: ContactStore, events: EventLog, clock: BusinessClock) -> None:
        self._store = store
        self._events = events
        self._clock = clock

    async def list_contacts(
        self, agency: str, day: date, steward: Steward, cursor: str | None, limit: int
    ) -> Page[ContactRead]:
        """Return a page of the contacts of an agency on a day."""
        await self._require_own(agency, steward)
        rows = await self._store.list_contacts(agency, day, read_cursor(cursor, UUID), limit + 1)
        page, next_cursor = cut(rows, limit, lambda row: (row.id,))
        return Page(items=[_shown(row) for row in page], next_cursor=next_cursor)

    async def get(self, agency: str, contact: UUID, steward: Steward) -> ContactRead:
        """Return one contact."""
        await self._require_own(agency, steward)
        return _shown(await self._found(agency, contact))

    async def add(self, agency: str, body: ContactCreate, steward: Steward, caller: Caller) -> ContactRead:
        """Keep a new contact of an agency."""
        await self._require_own(agency, steward)
        contact = new_id()
        first = body.valid_from or self._clock.today()
        row = {name: getattr(body, name) for name in KEPT}
        validity = days(*_in_order(first, body.valid_to))
        await self._store.add(
            {**row, "id": contact, "agency": agency, "valid": validity, "recorded_at": self._clock()}
        )
        await self._tell(agency, contact, "added", caller)
        return _shown(await self._found(agency, contact))

    async def change(
        self, agency: str, contact: UUID, body: ContactUpdate, if_match: str, steward: Steward, caller: Caller
    ) -> ContactRead:
        """Write what is different over what was."""
        await self._require_own(agency, steward)
        before = _shown(await self._found(agency, contact, lock=True))
        require_match(if_match, etag(before))
        values = {name: value for name, value in body.changes.items() if name in KEPT}
        after = {**before.model_dump(), **body.changes}
        if after["email"] is None and after["phone"] is None:
            raise Unprocessable("A contact keeps an e-mail address or a phone number.")
        values["valid"] = days(*_in_order(after["valid_from"], after["valid_to"]))
        await self._store.change(contact, values)
        await self._tell(agency, contact, "changed", caller)
        return _shown(await self._found(agency, contact))

    async def remove(self, agency: str, contact: UUID, steward: Steward, caller: Caller) -> None:
        """Remove a person's data for good; the log keeps that it was removed, by whom and when."""
        await self._require_own(agency, steward)
        await self._found(agency, contact, lock=True)
        await self._store.remove(contact)
        await self._tell(agency, contact, "removed", caller)

    async def list_told(self, agencies: Collection[str]) -> list[dict[str, Any]]:
        """Return whom notifications may tell today."""
        rows = await self._store.list_told(agencies, self._clock.today())
        return [
            {"contact": row.id, "agency": row.agency, **{name: getattr(row, name) for name in KEPT}}
            for row in rows
        ]

    async def _require_own(self, agency: str, steward: Steward) -> None:
        """Refuse everyone whom the contacts do not concern as if there were none."""
        provinces = await self._store.find_provinces(agency)
        if provinces is None:
            raise ContactUnknown()
        if not may_keep(agency, steward.agency, is_steward=steward.may_change(provinces)):
            raise ContactUnknown()

    async def _found(self, agency: str, contact: UUID, *, lock: bool = False) -> Any:
        row = await self._store.find(agency, contact, lock=lock)
        if row is None:
            raise ContactUnknown()
        return row

    async def _tell(self, agency: str, contact: UUID, act: str, caller: Caller) -> None:
        data = {"agency": agency, "contact": str(contact), "act": act}
        told = NewEvent(type="contact.changed", subject=str(contact), data=data, audience=[agency])
        await self._events.append(told, caller=caller)


def etag(contact: ContactRead) -> str:
    """Return the version of a contact."""
    return etag_of(str(contact.id), contact.revision)


def _shown(row: Any) -> ContactRead:
    return ContactRead(**row._mapping)


def _in_order(first: date | None, last: date | None) -> tuple[date | None, date | None]:
    if first is not None and last is not None and last < first:
        raise Unprocessable(
            "valid_to lies before valid_from.",
            errors=[{"rule": "days_in_order", "severity": "error", "pointer": "/valid_to", "value": str(last)}],
        )
    return first, last
