"""Every statement by which people read reminders and ladders."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifications.base import metadata
from services.notifications.occurrence.tables import Occurrence
from services.notifications.reminder.rules import ReminderClock, Step, Tells
from services.notifications.reminder.tables import DEFAULT_POLICY, LadderStep, Reminder

reminder = metadata.tables[str(Reminder.__tablename__)]
occurrence = metadata.tables[str(Occurrence.__tablename__)]
ladder_step = metadata.tables[str(LadderStep.__tablename__)]


@dataclass(frozen=True, slots=True)
class ReminderFilter:
    """Which reminders a reader asks for."""

    agency: str | None = None
    occurrence: UUID | None = None
    state: str | None = None


class ReminderJournal:
    """Shows reminders to those whom they concern."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def list_seen_by(
        self,
        reader: str,
        plans: frozenset[str],
        wanted: ReminderFilter,
        *,
        after: tuple[datetime, UUID] | None,
        limit: int,
    ) -> list[Any]:
        """Return the reminders that tell the reader, or what is owed to the reader's line, in time order."""
        page = sa.select(reminder).where(sa.or_(reminder.c.agency == reader, _in_line(reader)))
        if plans:
            page = page.where(reminder.c.plan.in_(plans))
        for name in ("agency", "occurrence", "state"):
            value = getattr(wanted, name)
            if value is not None:
                page = page.where(reminder.c[name] == value)
        if after is not None:
            page = page.where(sa.tuple_(reminder.c.fires_at, reminder.c.id) > after)
        page = page.order_by(reminder.c.fires_at, reminder.c.id).limit(limit)
        return list((await self._session.execute(page)).all())

    async def ladder_of(self, obligation: str) -> tuple[str, list[Step]]:
        """Return the policy in force for an obligation, and its steps in time order."""
        asked = sa.select(ladder_step).where(ladder_step.c.policy.in_([obligation, DEFAULT_POLICY]))
        order = (ladder_step.c.clock.desc(), ladder_step.c.offset_days, ladder_step.c.tells.desc())
        rows = (await self._session.execute(asked.order_by(*order))).all()
        own = [row for row in rows if row.policy == obligation]
        policy = obligation if own else DEFAULT_POLICY
        return policy, [_step(row) for row in (own or rows)]


def _in_line(reader: str) -> sa.ColumnElement[bool]:
    line = sa.or_(
        *(sa.literal(reader) == sa.any_(occurrence.c[name]) for name in ("recipients", "via", "next_level")),
        occurrence.c.steward == reader,
    )
    same = sa.or_(
        occurrence.c.id == reminder.c.occurrence,
        sa.and_(reminder.c.occurrence.is_(None), occurrence.c.cycle == reminder.c.cycle),
    )
    return sa.exists(sa.select(1).select_from(occurrence).where(same, line))


def _step(row: Any) -> Step:
    return Step(ReminderClock(row.clock), row.offset_days, Tells(row.tells), row.event_type)
