"""Every statement about instruments and the chains they stand on."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.dialects.postgresql import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registry.agency.tables import AgencyVersion
from services.registry.base import table_of
from services.registry.instrument.errors import InstrumentCycle, InstrumentExists, InstrumentUnknown
from services.registry.instrument.tables import Instrument, InstrumentBasis, Relation
from services.registry.keyset import page_of
from services.registry.vietnamese import BYTE_ORDER, mentions

CHAIN_LOCK = 4021320  # any constant: one change of the chains at a time in this database

Link = dict[str, Any]
"""`basis`, and what is done to it: `relation` and `effective_on`."""

instrument = table_of(Instrument)
basis = table_of(InstrumentBasis)
version = table_of(AgencyVersion)

changing = instrument.alias("changing")
change = basis.alias("change")

ENDING = (Relation.REPLACES.value, Relation.REPEALS.value)
EXPLAINED = "in force%"
"""What the reference files write as the status of what is in force."""


def _bases() -> Any:
    listed = sa.func.array_agg(pg.aggregate_order_by(basis.c.basis, basis.c.place))
    own = (basis.c.instrument == instrument.c.id, basis.c.relation.is_(None))
    return sa.select(sa.func.coalesce(listed, sa.cast([], pg.ARRAY(sa.Text)))).where(*own).scalar_subquery()


def _changes() -> Any:
    keys = ("instrument", basis.c.basis, "relation", basis.c.relation, "effective_on", basis.c.effective_on)
    listed = sa.func.jsonb_agg(pg.aggregate_order_by(sa.func.jsonb_build_object(*keys), basis.c.place))
    own = (basis.c.instrument == instrument.c.id, basis.c.relation.is_not(None))
    return sa.select(sa.func.coalesce(listed, sa.text("'[]'"), type_=pg.JSONB)).where(*own).scalar_subquery()


def _in_force(day: date) -> sa.ColumnElement[bool | None]:
    """Whether an instrument holds on a day, null where that is not known."""
    since = sa.func.coalesce(change.c.effective_on, changing.c.effective_on, changing.c.issued_on)
    ended = (
        sa.exists()
        .where(change.c.basis == instrument.c.id, changing.c.id == change.c.instrument)
        .where(sa.func.coalesce(change.c.relation, changing.c.relation).in_(ENDING))
        .where(since <= sa.literal(day))
    )
    begins = sa.func.coalesce(instrument.c.effective_on, instrument.c.issued_on)
    return sa.case(
        (ended, sa.false()),
        (instrument.c.expires_on < sa.literal(day), sa.false()),
        (begins > sa.literal(day), sa.false()),
        (begins.is_(None), sa.null()),
        (instrument.c.status.not_like(EXPLAINED), sa.null()),
        else_=sa.true(),
    )


HIDDEN = ("source_document", "author")
SHOWN = sa.select(
    *(c for c in instrument.columns if c.name not in HIDDEN),
    _bases().label("based_on"),
    _changes().label("changes"),
)
MOST_DEPENDENTS = 500

CHAINS = sa.text(
    """
    with recursive link as (
        select b.instrument, b.basis, b.place, coalesce(b.relation, i.relation) as relation,
               coalesce(b.effective_on, i.effective_on, i.issued_on) as effective_on
        from instrument_basis b join instrument i on i.id = b.instrument
    ), up as (
        select l.basis as id, 1 as depth, l.place, l.relation, l.effective_on
        from link l where l.instrument = :instrument
        union
        select l.basis, up.depth + 1, l.place, l.relation, l.effective_on
        from up join link l on l.instrument = up.id where up.depth < 50
    ), down as (
        select l.instrument as id, 1 as depth, 0 as place, l.relation, l.effective_on
        from link l where l.basis = :instrument
        union
        select l.instrument, down.depth + 1, 0, l.relation, l.effective_on
        from down join link l on l.basis = down.id where down.depth < 50
    ), nearest as (
        (select distinct on (id) 'up' as side, * from up order by id, depth, place)
        union all
        (select * from (select distinct on (id) 'down', * from down order by id, depth) d
          order by depth, id limit :most)
    )
    select n.side, n.depth, n.place, n.relation, n.effective_on,
           i.id, i.number, i.title_vi, i.title_en, i.issued_on
    from nearest n join instrument i on i.id = n.id
    order by n.side, n.depth, n.place, i.issued_on, i.id
    """
)
CIRCLE = sa.text(
    """
    with recursive up as (
        select basis as id from instrument_basis where instrument = :instrument
        union
        select b.basis from up join instrument_basis b on b.instrument = up.id
    )
    select exists (select from up where id = :instrument)
    """
)


class InstrumentStore:
    """Reads and keeps instruments."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def list_instruments(
        self,
        day: date,
        wanted: dict[str, str | None],
        in_force: bool | None,
        text: str | None,
        after: tuple[Any, ...] | None,
        limit: int,
    ) -> Sequence[Any]:
        """Return up to `limit` instruments by code, after a sort key, with whether they hold on a day."""
        holding = _in_force(day)
        found = SHOWN.add_columns(holding.label("in_force"))
        if in_force is not None:
            found = found.where(holding.is_(in_force))
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
        return await self._one(SHOWN, instrument_id)

    async def get_on(self, instrument_id: str, day: date) -> Any:
        """Return an instrument with whether it holds on a day, or refuse."""
        return await self._one(SHOWN.add_columns(_in_force(day).label("in_force")), instrument_id)

    async def _one(self, shown: sa.Select[Any], instrument_id: str) -> Any:
        row = (await self._session.execute(shown.where(instrument.c.id == instrument_id))).one_or_none()
        if row is None:
            raise InstrumentUnknown(instrument_id)
        return row

    async def lock(self, instrument_id: str) -> None:
        """Hold the chains and an instrument until the transaction ends: two changes never close a circle."""
        await self._session.execute(sa.select(sa.func.pg_advisory_xact_lock(CHAIN_LOCK)))
        locking = sa.select(instrument.c.id).where(instrument.c.id == instrument_id).with_for_update()
        if (await self._session.execute(locking)).one_or_none() is None:
            raise InstrumentUnknown(instrument_id)

    async def list_links(self, instrument_id: str) -> Sequence[Any]:
        """Return all that an instrument stands on, and all that stands on it, nearest first."""
        return (await self._session.execute(CHAINS, {"instrument": instrument_id, "most": MOST_DEPENDENTS})).all()

    async def find_missing(self, issuer: str | None, bases: Sequence[str]) -> tuple[list[str], list[str]]:
        """Return what of an issuer and of the bases is not registered."""
        kept = sa.union_all(
            sa.select(sa.literal("issuer").label("field"), version.c.agency.label("id")).where(
                version.c.agency == issuer
            ),
            sa.select(sa.literal("basis"), instrument.c.id).where(instrument.c.id.in_(bases)),
        )
        known = {(row.field, row.id) for row in await self._session.execute(kept)}
        missing = [one for one in bases if ("basis", one) not in known]
        return ([] if issuer is None or ("issuer", issuer) in known else [issuer]), missing

    async def list_provinces_of(self, *agencies: str | None) -> list[str | None]:
        """Return the provinces that agencies lie in or ever lay in."""
        named = [one for one in agencies if one is not None]
        rows = await self._session.execute(
            sa.select(version.c.province).where(version.c.agency.in_(named)).distinct()
        )
        return list(rows.scalars())

    async def add(self, row: dict[str, Any], links: Sequence[Link]) -> None:
        """Keep a new instrument with what it stands on."""
        adding = insert(instrument).values(row).on_conflict_do_nothing().returning(instrument.c.id)
        if (await self._session.execute(adding)).one_or_none() is None:
            raise InstrumentExists(row["id"])
        await self._add_links(row["id"], links)

    async def change(self, instrument_id: str, facts: dict[str, Any], links: Sequence[Link] | None) -> None:
        """Keep changed facts, and other links where there are some; refuse an instrument that stands on itself."""
        changing = sa.update(instrument).where(instrument.c.id == instrument_id).values(facts)
        await self._session.execute(changing)
        if links is None:
            return
        await self._session.execute(sa.delete(basis).where(basis.c.instrument == instrument_id))
        await self._add_links(instrument_id, links)
        if (await self._session.execute(CIRCLE, {"instrument": instrument_id})).scalar_one():
            raise InstrumentCycle(instrument_id)

    async def _add_links(self, instrument_id: str, links: Sequence[Link]) -> None:
        rows = [{"instrument": instrument_id, "place": place, **one} for place, one in enumerate(links, start=1)]
        if rows:
            await self._session.execute(insert(basis).values(rows))

    async def list_taken_over(self) -> frozenset[str]:
        """Return the instruments that were registered or changed here."""
        ours = sa.select(instrument.c.id).where(instrument.c.author.is_not(None))
        return frozenset((await self._session.execute(ours)).scalars())
