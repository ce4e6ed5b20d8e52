"""Every statement about the calendar."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registry.base import table_of
from services.registry.calendar.rules import Confidence, DayFact, DayKind, OverrideKind, WorkingCalendar
from services.registry.calendar.statutory import PACKAGE_VERSION, statutory_day
from services.registry.calendar.tables import CalendarOverride

LOCK = 4022026  # any constant: overrides are numbered in the order in which they become visible

_override = table_of(CalendarOverride)


class CalendarStore:
    """Holds the overrides. They are added, never changed; the latest one of a day counts."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def read_calendar(self) -> WorkingCalendar:
        """Return the whole calendar as it stands now."""
        rows = (await self._session.execute(_LATEST)).all()
        version = max((row.number for row in rows), default=0)
        return WorkingCalendar(
            statutory_day, {row.day: _fact(row) for row in rows}, f"{PACKAGE_VERSION}+{version}"
        )

    async def add_all(self, rows: Sequence[dict[str, Any]]) -> None:
        """Keep overrides, after every other transaction that adds some."""
        await self._session.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
        connection = await self._session.connection()
        await connection.execute(sa.insert(_override), rows)

    async def add(self, row: dict[str, Any]) -> sa.RowMapping:
        """Keep one override and return it with its number."""
        await self._session.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
        added = sa.insert(_override).values(row).returning(*_override.c)
        return (await self._session.execute(added)).mappings().one()

    async def days_settled_by_others(self, author: str) -> set[date]:
        """Return the days for which somebody else has kept an override."""
        query = sa.select(_override.c.day).where(_override.c.author != author).distinct()
        return set((await self._session.execute(query)).scalars())

    async def list_overrides(
        self, first: date | None, last: date | None, after: int | None, limit: int
    ) -> Sequence[sa.RowMapping]:
        """Return overrides in the order in which they came, replaced ones included."""
        query = sa.select(_override, _COUNTS).order_by(_override.c.number).limit(limit)
        if first is not None:
            query = query.where(_override.c.day >= first)
        if last is not None:
            query = query.where(_override.c.day <= last)
        if after is not None:
            query = query.where(_override.c.number > after)
        return (await self._session.execute(query)).mappings().all()


_later = _override.alias()
_COUNTS = (
    ~sa.exists().where(_later.c.day == _override.c.day, _later.c.number > _override.c.number).correlate(_override)
).label("counts")

_LATEST = (
    sa.select(_override).ext(distinct_on(_override.c.day)).order_by(_override.c.day, _override.c.number.desc())
)


def _fact(row: Any) -> DayFact | None:
    if row.kind == OverrideKind.ORDINARY_DAY:
        return None
    return DayFact(DayKind(row.kind), row.name_vi, row.name_en, row.source, Confidence(row.confidence))
