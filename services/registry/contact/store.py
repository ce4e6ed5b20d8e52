"""Every statement about contacts."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registry.agency.tables import Agency, AgencyVersion
from services.registry.base import broken_constraint, table_of
from services.registry.contact.errors import ContactRepeated
from services.registry.contact.tables import Contact
from services.registry.keyset import page_of
from services.registry.validity import begins, ends, holds_on

contact = table_of(Contact)
agency = table_of(Agency)
version = table_of(AgencyVersion)

SHOWN = sa.select(
    contact.c.id,
    contact.c.agency,
    contact.c.name,
    contact.c.role,
    contact.c.language,
    contact.c.email,
    contact.c.phone,
    begins(contact.c.valid).label("valid_from"),
    ends(contact.c.valid).label("valid_to"),
    contact.c.revision,
)
ONCE = "temporal_contact_once"


class ContactStore:
    """Reads, keeps and removes contacts."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find_provinces(self, agency_id: str) -> list[str | None] | None:
        """Return the provinces in which an agency ever lay, None when there is no such agency."""
        found = (
            sa.select(version.c.province)
            .distinct()
            .select_from(agency)
            .join(version, version.c.agency == agency.c.id)
            .where(agency.c.id == agency_id)
        )
        return list((await self._session.execute(found)).scalars()) or None

    async def list_contacts(
        self, agency_id: str, day: date, after: tuple[Any, ...] | None, limit: int
    ) -> Sequence[Any]:
        """Return up to `limit` contacts of an agency that are told on a day, after a sort key."""
        found = SHOWN.where(contact.c.agency == agency_id, holds_on(contact.c.valid, day))
        return (await self._session.execute(page_of(found, (contact.c.id,), after, limit))).all()

    async def list_told(self, agencies: Collection[str], day: date) -> Sequence[Any]:
        """Return everyone of some agencies who is told on a day."""
        wanted = sa.cast(list(agencies), pg.ARRAY(sa.Text))
        found = SHOWN.where(contact.c.agency == sa.any_(wanted), holds_on(contact.c.valid, day))
        return (await self._session.execute(found.order_by(contact.c.agency, contact.c.id))).all()

    async def find(self, agency_id: str, contact_id: UUID, *, lock: bool = False) -> Any:
        """Return one contact of an agency or None; held until the transaction ends when asked."""
        found = SHOWN.where(contact.c.agency == agency_id, contact.c.id == contact_id)
        return (await self._session.execute(found.with_for_update() if lock else found)).one_or_none()

    async def add(self, row: dict[str, Any]) -> None:
        """Keep a new contact."""
        await self._run(sa.insert(contact).values(row))

    async def change(self, contact_id: UUID, values: dict[str, Any]) -> None:
        """Write new values over the old ones."""
        counted = {**values, "revision": contact.c.revision + 1}
        await self._run(sa.update(contact).where(contact.c.id == contact_id).values(counted))

    async def remove(self, contact_id: UUID) -> None:
        """Remove a contact for good."""
        await self._session.execute(sa.delete(contact).where(contact.c.id == contact_id))

    async def _run(self, statement: Any) -> None:
        try:
            await self._session.execute(statement)
        except IntegrityError as error:
            if broken_constraint(error) != ONCE:
                raise
            raise ContactRepeated("email") from error
