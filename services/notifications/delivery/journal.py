"""Every statement by which an owner reads deliveries or asks for them again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.callers import Caller
from kernel.errors import NotFound
from kernel.tables import event
from services.notifications.base import metadata, sql
from services.notifications.delivery.rules import DeliveryState
from services.notifications.delivery.store import WANTED
from services.notifications.delivery.tables import Attempt, Delivery
from services.notifications.endpoint.store import endpoint, is_open_to

delivery = metadata.tables[str(Delivery.__tablename__)]
attempt = metadata.tables[str(Attempt.__tablename__)]

REPLAY_BATCH = 10_000


@dataclass(frozen=True, slots=True)
class DeliveryFilter:
    """Which deliveries a reader asks for."""

    endpoint: UUID | None = None
    event: UUID | None = None
    state: str | None = None


class DeliveryJournal:
    """What was brought where, and asking for it again."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, caller: Caller, id: UUID, *, lock: bool = False) -> Any:
        """Return one delivery to an endpoint of the caller's agency and plans."""
        wanted = _WITH_LAST.where(delivery.c.id == id, *_seen_by(caller))
        if lock:
            wanted = wanted.with_for_update(of=delivery)
        row = (await self._session.execute(wanted)).one_or_none()
        if row is None:
            raise NotFound()
        return row

    async def list_of(
        self, caller: Caller, wanted: DeliveryFilter, *, before: UUID | None, limit: int
    ) -> list[Any]:
        """Return the deliveries to endpoints of the caller's agency and plans, newest first."""
        page = _WITH_LAST.where(*_seen_by(caller))
        for name in ("endpoint", "event", "state"):
            value = getattr(wanted, name)
            if value is not None:
                page = page.where(delivery.c[name] == value)
        if before is not None:
            page = page.where(delivery.c.id < before)
        return list((await self._session.execute(page.order_by(delivery.c.id.desc()).limit(limit))).all())

    async def list_attempts(self, id: UUID, *, after: int, limit: int) -> Sequence[Any]:
        """Return the attempts of a delivery in order."""
        page = sa.select(attempt).where(attempt.c.delivery == id, attempt.c.number > after)
        return (await self._session.execute(page.order_by(attempt.c.number).limit(limit))).all()

    async def ask_again(self, id: UUID, now: datetime) -> None:
        """Make a delivery due now, with all its tries before it."""
        again = sa.update(delivery).where(delivery.c.id == id)
        values = {"state": DeliveryState.PENDING, "tries": 0, "next_at": now, "settled_at": None}
        await self._session.execute(again.values(values))

    async def ensure(self, event_id: UUID, endpoint: Any, now: datetime) -> UUID:
        """Return the delivery of an event to an endpoint, planning it when the endpoint did not ask for it."""
        planned = await self._session.execute(
            _ENSURE,
            {"event": event_id, "endpoint": endpoint.id, "agency": endpoint.agency, "now": now},
        )
        id: UUID = planned.scalar_one()
        return id

    async def replay(self, endpoint: UUID, after: int, now: datetime) -> tuple[int, int | None]:
        """Make due again what the log holds for an endpoint after a position.

        Returns how many, and the position to go on from when there is more.
        """
        last = sa.select(sa.func.max(event.c.position))
        newest = (await self._session.execute(last)).scalar_one() or 0
        reached = after + REPLAY_BATCH
        asked = {"endpoint": endpoint, "after": after, "reached": reached, "now": now}
        queued = (await self._session.execute(_REPLAY, asked)).all()
        return len(queued), reached if reached < newest else None


def _seen_by(caller: Caller) -> list[sa.ColumnElement[bool]]:
    own = delivery.c.agency == caller.acting_agency
    if not caller.plans:
        return [own]
    return [own, sa.exists().where(endpoint.c.id == delivery.c.endpoint, is_open_to(caller.plans))]


_LAST = sa.and_(attempt.c.delivery == delivery.c.id, attempt.c.number == delivery.c.attempts)
_WITH_LAST = sa.select(delivery, attempt.c.status.label("last_status"), attempt.c.error.label("last_error"))
_WITH_LAST = _WITH_LAST.select_from(delivery.outerjoin(attempt, _LAST))

_NEW = "id, event, endpoint, agency, event_type, state, attempts, tries, next_at, created_at"

_ENSURE = sql(
    f"""
insert into delivery ({_NEW})
values (uuidv7(), :event, :endpoint, :agency, 'endpoint.tested', 'pending', 0, 0, :now, :now)
on conflict (event, endpoint) do update set next_at = delivery.next_at
returning id
""",
    event=sa.Uuid(),
    endpoint=sa.Uuid(),
    agency=sa.Text(),
)
_REPLAY = sql(
    f"""
insert into delivery ({_NEW})
select uuidv7(), e.id, p.id, p.agency, e.type, 'pending', 0, 0, :now, :now
from event e join endpoint p on p.id = :endpoint and {WANTED}
where e.position > :after and e.position <= :reached and e.type <> 'endpoint.tested'
on conflict (event, endpoint) do update set state = 'pending', tries = 0, next_at = :now, settled_at = null
    where delivery.state <> 'sending'
returning id
""",
    endpoint=sa.Uuid(),
    after=sa.BigInteger(),
    reached=sa.BigInteger(),
)
