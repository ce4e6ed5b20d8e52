"""Every statement about the copy of registry's agencies."""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifications.agency.schemas import RegistryAgency
from services.notifications.agency.tables import Agency
from services.notifications.base import metadata

agency = metadata.tables[str(Agency.__tablename__)]


class AgencyStore:
    """Keeps the present names of agencies."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def replace(self, agencies: Sequence[RegistryAgency]) -> None:
        """Keep these names; an agency that registry no longer lists keeps its last one."""
        if not agencies:
            return
        rows = [{**one.model_dump(), "name_en": one.name_en or one.name_vi} for one in agencies]
        new = insert(agency).values(rows)
        changed = {c.name: new.excluded[c.name] for c in agency.c if c.name != "id"}
        await self._session.execute(new.on_conflict_do_update(index_elements=["id"], set_=changed))

    async def names(self, ids: Iterable[str]) -> dict[str, tuple[str, str]]:
        """Return the Vietnamese and English name of each agency that is known."""
        wanted = sa.select(agency.c.id, agency.c.name_vi, agency.c.name_en).where(agency.c.id.in_(set(ids)))
        return {row.id: (row.name_vi, row.name_en) for row in await self._session.execute(wanted)}
