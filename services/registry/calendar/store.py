"""Every statement about the calendar."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registry.base import table_of
from services.registry.calendar.rules import (
    Confidence,
    DayFact,
    DayKind,
    Origin,
    OverrideKind,
    WorkingCalendar,
    find_decreed_until,
)
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
        overrides = {row.day: fact_of(row) for row in rows if row.kind != OverrideKind.STATUTORY_DAY}
        return WorkingCalendar(
            statutory_day,
            overrides,
            f"{PACKAGE_VERSION}+{version}",
            find_decreed_until(overrides),
            tuple(_origin(row) for row in sorted(rows, key=lambda row: -row.number)),
        )

    async def lock(self) -> None:
        """Keep every other change of the calendar waiting until the transaction ends."""
        await self._session.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))

    async def add_all(self, rows: Sequence[dict[str, Any]]) -> None:
        """Keep overrides, after every other transaction that adds some."""
        await self.lock()
        connection = await self._session.connection()
        await connection.execute(sa.insert(_override), rows)

    async def add(self, row: dict[str, Any]) -> sa.RowMapping:
        """Keep one override and return it with its number; the lock is held already."""
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


def _origin(row: Any) -> Origin:
    return Origin(row.number, row.day, row.kind, row.source, row.author, row.reason)


def fact_of(row: Any) -> DayFact | None:
    """Return what an override says of its day; None where it says no more than that the day is none of ours."""
    if row.kind in {OverrideKind.ORDINARY_DAY, OverrideKind.STATUTORY_DAY}:
        return None
    return DayFact(DayKind(row.kind), row.name_vi, row.name_en, row.source, Confidence(row.confidence))
