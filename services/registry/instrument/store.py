"""Every statement about instruments and the chains they stand on."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.dialects.postgresql import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registry.agency.tables import AgencyVersion
from services.registry.base import table_of
from services.registry.instrument.errors import InstrumentExists, InstrumentUnknown
from services.registry.instrument.tables import Instrument, InstrumentBasis
from services.registry.keyset import page_of
from services.registry.vietnamese import BYTE_ORDER, mentions

instrument = table_of(Instrument)
basis = table_of(InstrumentBasis)
version = table_of(AgencyVersion)

BASED_ON = (
    sa.select(sa.func.coalesce(sa.func.array_agg(pg.aggregate_order_by(basis.c.basis, basis.c.place)), []))
    .where(basis.c.instrument == instrument.c.id)
    .scalar_subquery()
)
HIDDEN = ("source_document",)
SHOWN = sa.select(*(c for c in instrument.columns if c.name not in HIDDEN), BASED_ON.label("based_on"))

CHAINS = sa.text(
    """
    with recursive up as (
        select b.basis as id, 1 as depth, array[b.instrument, b.basis] as path, b.place
        from instrument_basis b where b.instrument = :instrument
        union all
        select b.basis, up.depth + 1, up.path || b.basis, b.place
        from up join instrument_basis b on b.instrument = up.id where b.basis <> all (up.path)
    ), nearest as (
        select distinct on (id) id, depth, place from up order by id, depth, place
    )
    select 'up' as side, n.depth, n.place, i.id, i.number, i.title_vi, i.title_en, i.issued_on, i.relation
    from nearest n join instrument i on i.id = n.id
    union all
    select 'down', 1, 0, i.id, i.number, i.title_vi, i.title_en, i.issued_on, i.relation
    from instrument_basis b join instrument i on i.id = b.instrument
    where b.basis = :instrument
    order by side, depth, place, issued_on, id
    """
)


class InstrumentStore:
    """Reads and keeps instruments."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def list_instruments(
        self, wanted: dict[str, str | None], text: str | None, after: tuple[Any, ...] | None, limit: int
    ) -> Sequence[Any]:
        """Return up to `limit` instruments by code, after a sort key."""
        found = SHOWN
        for column, value in wanted.items():
            if value is not None:
                found = found.where(instrument.c[column] == value)
        if text:
            places = (instrument.c.id, instrument.c.number, instrument.c.title_vi, instrument.c.title_en)
            found = found.where(sa.or_(*(mentions(place, text) for place in places)))
        page = page_of(found, (instrument.c.id.collate(BYTE_ORDER),), after, limit)
        return (await self._session.execute(page)).all()

    async def get(self, instrument_id: str) -> Any:
        """Return an instrument, or refuse."""
        row = (await self._session.execute(SHOWN.where(instrument.c.id == instrument_id))).one_or_none()
        if row is None:
            raise InstrumentUnknown(instrument_id)
        return row

    async def list_links(self, instrument_id: str) -> Sequence[Any]:
        """Return all that an instrument stands on, and what stands on it directly."""
        return (await self._session.execute(CHAINS, {"instrument": instrument_id})).all()

    async def find_missing(self, issuer: str, bases: Sequence[str]) -> tuple[list[str], list[str]]:
        """Return what of an issuer and of the bases is not registered."""
        kept = sa.union_all(
            sa.select(sa.literal("issuer").label("field"), version.c.agency.label("id")).where(
                version.c.agency == issuer
            ),
            sa.select(sa.literal("basis"), instrument.c.id).where(instrument.c.id.in_(bases)),
        )
        known = {(row.field, row.id) for row in await self._session.execute(kept)}
        missing = [one for one in bases if ("basis", one) not in known]
        return ([] if ("issuer", issuer) in known else [issuer]), missing

    async def list_provinces_of(self, agency: str) -> list[str | None]:
        """Return the provinces that an agency lies in or ever lay in."""
        rows = await self._session.execute(
            sa.select(version.c.province).where(version.c.agency == agency).distinct()
        )
        return list(rows.scalars())

    async def add(self, row: dict[str, Any], bases: Sequence[str]) -> None:
        """Keep a new instrument with what it stands on."""
        adding = insert(instrument).values(row).on_conflict_do_nothing().returning(instrument.c.id)
        if (await self._session.execute(adding)).one_or_none() is None:
            raise InstrumentExists(row["id"])
        if bases:
            links = [
                {"instrument": row["id"], "basis": one, "place": place}
                for place, one in enumerate(dict.fromkeys(bases), start=1)
            ]
            await self._session.execute(insert(basis).values(links))
