"""Every statement about the lines of successions, and the one that finds where agencies are named."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registry.agency.rules import Place
from services.registry.base import table_of
from services.registry.keyset import page_of
from services.registry.succession.deciding import Decision
from services.registry.succession.errors import LineUnknown
from services.registry.succession.states import LineKind
from services.registry.succession.tables import SuccessionLine
from services.registry.succession.touching import Named

line = table_of(SuccessionLine)

# What is over by the day is not moved: its time lies with whoever had it.
NAMED = sa.text(
    """
    select 'task' as kind, t.id as item, p.part, p.agency, t.plan, t.title_vi, t.title_en, t.place, p.place as nth
    from task_party p join task t on t.id = p.task join plan l on l.id = t.plan
    where p.agency is not null and t.removed_in is null and l.valid && daterange(:on, null)
    union all
    select 'obligation', o.id, p.part, p.agency, o.plan, o.title_vi, o.title_en, 0, p.place
    from obligation_party p join obligation o on o.id = p.obligation
    where p.agency is not null and o.valid && daterange(:on, null)
    union all
    select 'obligation', o.id, 'next_level', o.next_agency, o.plan, o.title_vi, o.title_en, 0, 1
    from obligation o where o.next_agency is not null and o.valid && daterange(:on, null)
    union all
    select 'duty', d.id, p.part, p.agency, d.plan, d.title_vi, d.title_en, d.place, p.place
    from assigned_duty_party p join assigned_duty d on d.id = p.duty join plan l on l.id = d.plan
    where p.agency is not null and l.valid && daterange(:on, null)
    union all
    select distinct 'group', g.id, 'member', m.agency, null, g.expression_vi, g.expression_en, 0, 1
    from group_member m join agency_group g on g.id = m.agency_group where m.valid && daterange(:on, null)
    union all
    select 'plan', l.id, 'steward', l.steward, l.id, i.title_vi, i.title_en, 0, 1
    from plan l join instrument i on i.id = l.id where l.valid && daterange(:on, null)
    order by kind desc, plan, place, item, part, nth
    """
).bindparams(sa.bindparam("on", type_=sa.Date))


class LineStore:
    """Reads and keeps what successions touch."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def list_named(self, day: date) -> list[Named]:
        """Return every agency that something in force on a day or later names by itself, not through a kind."""
        rows = await self._session.execute(NAMED, {"on": day})
        return [Named(Place(r.kind, r.item, r.part), r.agency, r.plan, r.title_vi, r.title_en) for r in rows.all()]

    async def list_page(
        self,
        succession: str,
        wanted: Mapping[str, str | None],
        plans: Collection[str],
        hidden: Collection[str],
        after: int,
        limit: int,
    ) -> Sequence[Any]:
        """Return up to `limit` lines by number, after a number; only of plans that a client is open to."""
        found = sa.select(line).where(
            line.c.succession == succession,
            line.c.number > after,
            line.c.kind.not_in(hidden),
            _open_to(plans),
        )
        for column, value in wanted.items():
            if value is not None:
                found = found.where(line.c[column] == value)
        page = page_of(found, (line.c.number,), None, limit)
        return (await self._session.execute(page)).all()

    async def get(self, succession: str, number: int, plans: Collection[str]) -> Any:
        """Return one line, or refuse."""
        its = sa.and_(line.c.succession == succession, line.c.number == number, _open_to(plans))
        row = (await self._session.execute(sa.select(line).where(its))).one_or_none()
        if row is None:
            raise LineUnknown(succession, number)
        return row

    async def list_all(self, succession: str) -> Sequence[Any]:
        """Return all lines of a succession, by number."""
        found = sa.select(line).where(line.c.succession == succession).order_by(line.c.number)
        return (await self._session.execute(found)).all()

    async def list_kept(self, successions: Collection[str]) -> dict[str, tuple[set[Place], int]]:
        """Return the places that successions have lines for, and the highest number of each."""
        found = sa.select(line.c.succession, line.c.kind, line.c.item, line.c.part, line.c.number).where(
            line.c.succession.in_(successions)
        )
        kept: dict[str, tuple[set[Place], int]] = {}
        for row in await self._session.execute(found):
            places, highest = kept.get(row.succession, (set(), 0))
            kept[row.succession] = (places | {Place(row.kind, row.item, row.part)}, max(highest, row.number))
        return kept

    async def add(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Keep new lines; those that decide about others first."""
        if rows:
            connection = await self._session.connection()
            await connection.execute(sa.insert(line), list(rows))

    async def propose(self, succession: str, number: int, receivers: Sequence[str]) -> None:
        """Keep other receivers for a line, and for those that go with it."""
        its = sa.or_(line.c.number == number, line.c.follows == number)
        changing = sa.update(line).where(line.c.succession == succession, its)
        await self._session.execute(changing.values(receivers=list(receivers)))

    async def decide(self, succession: str, decisions: Iterable[Decision], by: str, now: datetime) -> None:
        """Keep what a steward decided."""
        changing = (
            sa.update(line)
            .where(line.c.succession == succession, line.c.number == sa.bindparam("its_number"))
            .values(
                state=sa.bindparam("its_state"), receivers=sa.bindparam("its_receivers"),
                decided_by=by, decided_at=now,
            )
        )  # fmt: skip
        rows = [
            {"its_number": one.number, "its_state": one.state.value, "its_receivers": list(one.receivers)}
            for one in decisions
        ]
        if rows:
            connection = await self._session.connection()
            await connection.execute(changing, rows)


def _open_to(plans: Collection[str]) -> sa.ColumnElement[bool]:
    return sa.or_(line.c.plan.is_(None), line.c.plan.in_(plans)) if plans else sa.true()


HIDDEN_FROM_READERS = (LineKind.CLIENT.value,)
"""Which systems an agency runs concerns those who may change the registry."""
