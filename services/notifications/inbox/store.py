"""Every statement about inboxes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.callers import Caller
from kernel.tables import event
from services.notifications.base import IDS, JSON_TEXT, metadata, record_set, sql
from services.notifications.event.rules import PublicEvent
from services.notifications.inbox.tables import InboxItem

item = metadata.tables[str(InboxItem.__tablename__)]


class InboxStore:
    """Keeps what each agency was told."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, events: Sequence[PublicEvent]) -> None:
        """Put events into the inboxes they name."""
        rows = [
            {"agency": agency, "event": one.id, "told_at": one.occurred_at}
            for one in events
            for agency in one.inbox
        ]
        if rows:
            await self._session.execute(_ADD, {"rows": record_set(rows)})

    async def list_items(
        self, caller: Caller, *, unread: bool | None, before: UUID | None, limit: int
    ) -> list[Any]:
        """Return the caller's items with their events, newest first."""
        page = (
            sa.select(item.c.id, item.c.told_at, item.c.read_at, event.c.id.label("event"))
            .add_columns(event.c.type, event.c.subject, event.c.data)
            .join(event, event.c.id == item.c.event)
            .where(*_seen_by(caller))
        )
        if unread is not None:
            page = page.where(item.c.read_at.is_(None) if unread else item.c.read_at.is_not(None))
        if before is not None:
            page = page.where(item.c.id < before)
        return list((await self._session.execute(page.order_by(item.c.id.desc()).limit(limit))).all())

    async def count_unread(self, caller: Caller) -> int:
        """Return how many of the caller's items nobody has read."""
        count = sa.select(sa.func.count()).where(*_seen_by(caller), item.c.read_at.is_(None))
        return int((await self._session.execute(count)).scalar_one())

    async def mark_read(
        self, caller: Caller, now: datetime, *, ids: Sequence[UUID] | None, up_to: UUID | None
    ) -> int:
        """Mark the caller's own items as read and say how many were not; without a choice, all."""
        marked = sa.update(item).where(*_seen_by(caller), item.c.read_at.is_(None))
        if ids is not None:
            marked = marked.where(item.c.id == sa.any_(sa.literal(list(ids), IDS)))
        if up_to is not None:
            marked = marked.where(item.c.id <= up_to)
        done = await self._session.execute(marked.values(read_at=now).returning(item.c.id))
        return len(done.all())


def _seen_by(caller: Caller) -> list[sa.ColumnElement[bool]]:
    """Return the condition on items: of the caller's agency and, for a client limited to plans, about these."""
    own = item.c.agency == caller.acting_agency
    if not caller.plans:
        return [own]
    told = sa.select(event.c.id).where(event.c.id == item.c.event, event.c.data["plan"].astext.in_(caller.plans))
    return [own, sa.exists(told.correlate(item))]


_ADD = sql(
    """
insert into inbox_item (id, agency, event, told_at)
select uuidv7(), agency, event, told_at
from jsonb_to_recordset(cast(:rows as jsonb)) as i(agency text, event uuid, told_at timestamptz)
on conflict (agency, event) do nothing
""",
    rows=JSON_TEXT,
)
