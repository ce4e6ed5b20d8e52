"""Every statement about the public event log: adding to it, and reading it in order."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.tables import event
from services.notifications.base import JSON_TEXT, record_set, sql
from services.notifications.event.rules import EVERYONE, PublicEvent

WINDOW = 20_000
"""Positions looked through by one statement; a reader with few events moves on by this much."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose events a reader may see."""

    agency: str
    plans: frozenset[str]


class EventStore:
    """Writes and reads this service's event log, which is the public one."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, events: Sequence[PublicEvent]) -> list[UUID]:
        """Keep events under their own ids and return those that were not there before."""
        rows = record_set([_row(one) for one in events])
        added = await self._session.execute(_ADD, {"rows": rows})
        return list(added.scalars())

    async def last_position(self) -> int:
        """Return the position of the newest sealed event."""
        newest = sa.select(sa.func.coalesce(sa.func.max(event.c.position), 0))
        return int((await self._session.execute(newest)).scalar_one())

    async def list_seen_by(self, reader: Reader, types: Sequence[str], after: int, limit: int) -> list[Any]:
        """Return the next events of one window that a reader may see, in order."""
        seen = event.c.audience.overlap(sa.literal([reader.agency, EVERYONE], event.c.audience.type))
        page = sa.select(event).where(event.c.position.between(after + 1, after + WINDOW), seen)
        if types:
            page = page.where(event.c.type.in_(types))
        if reader.plans:
            page = page.where(event.c.data["plan"].astext.in_(reader.plans))
        return list((await self._session.execute(page.order_by(event.c.position).limit(limit))).all())


def _row(one: PublicEvent) -> dict[str, Any]:
    return {
        "id": one.id,
        "type": one.type,
        "subject": one.subject,
        "occurred_at": one.occurred_at,
        "traceparent": one.traceparent,
        "data": one.data,
        "audience": list(one.audience),
    }


_ADD = sql(
    """
insert into event (id, type, subject, occurred_at, traceparent, data, audience)
select id, type, subject, occurred_at, traceparent, data, audience
from jsonb_to_recordset(cast(:rows as jsonb)) as e(
    id uuid, type text, subject text, occurred_at timestamptz, traceparent text, data jsonb, audience text[])
on conflict (id) do nothing
returning id
""",
    rows=JSON_TEXT,
)
"""An event of another service keeps its id, so reading its feed again adds nothing."""
