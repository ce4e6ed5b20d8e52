"""Counting working days by the copy of registry's calendar: for duties of ours, never for what a rule dates."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.prepared import Prepared
from services.submissions.base import table_of
from services.submissions.projection.tables import UnusualDay
from services.submissions.registry_schemas import UnusualDayAnswer

SATURDAY = 5
ONE_DAY = timedelta(days=1)


def count_on(day: date, count: int, unusual: Mapping[date, bool]) -> date:
    """Return the working day that comes so many working days after a day; the day itself does not count."""
    while count:
        day += ONE_DAY
        count -= unusual.get(day, day.weekday() < SATURDAY)
    return day


class CalendarCopy:
    """Keeps the days that are not as the week makes them, from the present day on."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def keep(self, days: Sequence[UnusualDayAnswer], first: date) -> None:
        """Make the copy equal to what registry says of a day and those after it; the past stays."""
        await self._session.execute(sa.delete(UnusualDay).where(col(UnusualDay.day) >= first))
        if days:
            connection = await self._session.connection()
            await connection.execute(sa.insert(table_of(UnusualDay)), [day.model_dump() for day in days])

    async def count_on(self, day: date, count: int) -> date:
        """Return the working day that comes so many working days after a day."""
        rows = await _AHEAD.read(self._session, day=day, most=count * 7)
        return count_on(day, count, {row["day"]: row["is_working"] for row in rows})


_AHEAD = Prepared(
    sa.select(col(UnusualDay.day), col(UnusualDay.is_working))
    .where(col(UnusualDay.day) > sa.bindparam("day"))
    .order_by(col(UnusualDay.day))
    .limit(sa.bindparam("most", type_=sa.Integer))
)
