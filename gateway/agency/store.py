"""Every statement about the gateway's copy of the agencies."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from gateway.agency.tables import Agency

agency = Agency.__table__  # type: ignore[attr-defined]  # SQLModel does not declare it


class AgencyStore:
    """Reads and replaces the copy."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, agency_id: str) -> Agency | None:
        """Return an agency by its code."""
        return await self._session.get(Agency, agency_id)

    async def is_empty(self) -> bool:
        """Say whether the registry was never heard."""
        found = await self._session.execute(sa.select(sa.exists().select_from(agency)))
        return not found.scalar_one()

    async def keep(self, rows: Sequence[dict[str, Any]]) -> None:
        """Take over what the registry says; an agency is never dropped, it only ends."""
        if not rows:
            return
        new = insert(agency)
        kept = new.on_conflict_do_update(
            index_elements=["id"],
            set_={name: new.excluded[name] for name in ("name_vi", "name_en", "valid_to")},
        )
        connection = await self._session.connection()
        await connection.execute(kept, list(rows))
