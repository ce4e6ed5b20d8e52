"""The statements that read agencies as of a day, and when the registry last changed."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.tables import event
from services.registry.sdmx.building import AgencyFact

AGENCIES = sa.text(
    """
    select v.agency as id, v.name_vi, v.name_en, v.kind, v.parent, v.province,
           lower(a.lifetime) as valid_from, upper(a.lifetime) - 1 as valid_to,
           (select jsonb_agg(jsonb_build_array(c.scheme, c.code) order by c.scheme, c.code)
              from agency_code c where c.agency = v.agency and c.valid @> cast(:day as date)) as codes
    from agency_version v join agency a on a.id = v.agency
    where v.valid @> cast(:day as date)
    order by v.agency collate "C"
    """
).columns(codes=JSONB)


class StructureStore:
    """Reads what structures are made of, beside the register of obligations."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def list_agencies(self, day: date) -> list[AgencyFact]:
        """Return the agencies that exist on a day, by code."""
        rows = (await self._session.execute(AGENCIES, {"day": day})).mappings()
        return [AgencyFact(**{**row, "codes": tuple(map(tuple, row["codes"] or ()))}) for row in rows]

    async def find_last_change(self) -> datetime | None:
        """Return when the registry last changed; every change is an event, and their ids grow with time."""
        last = sa.select(event.c.occurred_at).order_by(event.c.id.desc()).limit(1)
        return (await self._session.execute(last)).scalar_one_or_none()
