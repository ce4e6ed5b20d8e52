"""Reading the event log as an audit, and proving that nothing in it was changed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.callers import Caller
from kernel.events import verify_chain
from kernel.tables import event
from services.submissions.audit.errors import AuditForbidden, RangeWrong, SpanEmpty
from services.submissions.projection.tables import Obligation

LONGEST_RANGE = 10_000


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which events are wanted."""

    subject: str | None = None
    type: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class AuditService:
    """Shows what happened to those who answer for it."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def list_events(
        self, caller: Caller, wanted: AuditFilter, *, limit: int, after: UUID | None
    ) -> list[Any]:
        """Return one more than `limit` events, newest first: administrators see all, stewards their plans'."""
        query = sa.select(event).where(await self._visible(caller), *_narrowed(wanted))
        if after is not None:
            query = query.where(event.c.id < after)
        rows = await self._session.execute(query.order_by(event.c.id.desc()).limit(limit + 1))
        return list(rows.all())

    async def verify(self, caller: Caller, first: int, last: int | None) -> tuple[int, int, int | None]:
        """Check the hash chain; return the range and the first position that was changed, if any."""
        await self._visible(caller)
        highest = sa.select(sa.func.coalesce(sa.func.max(event.c.position), 0))
        end = last if last is not None else (await self._session.execute(highest)).scalar_one()
        end = min(end, first + LONGEST_RANGE - 1) if last is None else end
        if last is not None and not 0 <= last - first < LONGEST_RANGE:
            raise RangeWrong(first, last, LONGEST_RANGE)
        if end < first:
            return first, end, None
        return first, end, await verify_chain(self._session, first, end)

    async def find_range(
        self, caller: Caller, since: datetime | None, until: datetime | None, first: int
    ) -> tuple[int, int]:
        """Return the positions of the first and the last event of a span of time, no more than one call checks."""
        await self._visible(caller)
        ends = sa.select(sa.func.min(event.c.position), sa.func.max(event.c.position))
        lowest, highest = (
            await self._session.execute(
                ends.where(event.c.position >= first, *_narrowed(AuditFilter(since=since, until=until)))
            )
        ).one()
        if lowest is None:
            raise SpanEmpty()
        return lowest, min(highest, lowest + LONGEST_RANGE - 1)

    async def hash_at(self, position: int) -> str | None:
        """Return the hash of the event at a position."""
        found = sa.select(event.c.hash).where(event.c.position == position)
        kept: bytes | None = (await self._session.execute(found)).scalar_one_or_none()
        return None if kept is None else kept.hex()

    async def _visible(self, caller: Caller) -> sa.ColumnElement[bool]:
        if caller.has_scope("admin"):
            return sa.true()
        caller.require_scope("submissions:read")
        plans = sa.select(col(Obligation.plan)).where(col(Obligation.steward) == caller.acting_agency).distinct()
        mine = [p for p in (await self._session.execute(plans)).scalars() if caller.may_see_plan(p)]
        if not mine:
            raise AuditForbidden(caller.acting_agency)
        visible: sa.ColumnElement[bool] = event.c.data["plan"].astext.in_(mine)
        return visible


def _narrowed(wanted: AuditFilter) -> list[sa.ColumnElement[bool]]:
    conditions = []
    if wanted.subject is not None:
        conditions.append(event.c.subject == wanted.subject)
    if wanted.type is not None:
        conditions.append(event.c.type == wanted.type)
    if wanted.since is not None:
        conditions.append(event.c.occurred_at >= wanted.since)
    if wanted.until is not None:
        conditions.append(event.c.occurred_at < wanted.until)
    return conditions
