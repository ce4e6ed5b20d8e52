"""Every statement about webhook endpoints."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.callers import Caller
from kernel.errors import NotFound
from services.notifications.base import IDS, JSON_TEXT, metadata, record_set, sql
from services.notifications.endpoint.tables import Endpoint, EndpointState

endpoint = metadata.tables[str(Endpoint.__tablename__)]
SHOWN = endpoint.c.state != EndpointState.DELETED


def is_open_to(plans: Collection[str]) -> sa.ColumnElement[bool]:
    """Return the condition that a client limited to plans may manage an endpoint: it gets nothing of others.

    Else such a client would turn the endpoint of another client of its agency to an address of its own.
    """
    if not plans:
        return sa.true()
    within = endpoint.c.plans.contained_by(sa.literal(sorted(plans), endpoint.c.plans.type))
    return sa.and_(sa.func.cardinality(endpoint.c.plans) > 0, within)


class EndpointStore:
    """Keeps endpoints; a client finds those of its agency and its plans only."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, values: dict[str, Any]) -> Any:
        """Keep a new endpoint."""
        added = sa.insert(endpoint).values(values).returning(*endpoint.c)
        return (await self._session.execute(added)).one()

    async def count_of(self, agency: str) -> int:
        """Return how many endpoints an agency has."""
        count = sa.select(sa.func.count()).where(endpoint.c.agency == agency, SHOWN)
        return int((await self._session.execute(count)).scalar_one())

    async def get(self, caller: Caller, id: UUID, *, lock: bool = False) -> Any:
        """Return one endpoint that the caller may manage; locked, nobody else changes it before the end."""
        wanted = sa.select(endpoint).where(endpoint.c.id == id, *_managed_by(caller))
        row = (await self._session.execute(wanted.with_for_update() if lock else wanted)).one_or_none()
        if row is None:
            raise NotFound()
        return row

    async def list_of(self, caller: Caller, *, after: UUID | None, limit: int) -> list[Any]:
        """Return the endpoints that the caller may manage, oldest first."""
        page = sa.select(endpoint).where(*_managed_by(caller))
        if after is not None:
            page = page.where(endpoint.c.id > after)
        return list((await self._session.execute(page.order_by(endpoint.c.id).limit(limit))).all())

    async def find_many(self, ids: Iterable[UUID]) -> list[Any]:
        """Return endpoints by id, whoever owns them; for the worker."""
        wanted = list(ids)
        if not wanted:
            return []
        found = sa.select(endpoint).where(endpoint.c.id == sa.any_(sa.literal(wanted, IDS)))
        return list((await self._session.execute(found)).all())

    async def change(self, id: UUID, values: dict[str, Any], now: datetime) -> Any:
        """Change an endpoint and give it its next version."""
        changed = sa.update(endpoint).where(endpoint.c.id == id)
        changed = changed.values({**values, "version": endpoint.c.version + 1, "changed_at": now})
        return (await self._session.execute(changed.returning(*endpoint.c))).one()

    async def disable(self, ids: Sequence[UUID], reason: str, now: datetime) -> list[Any]:
        """Disable those of the endpoints that are enabled, and return them."""
        if not ids:
            return []
        disabled = sa.update(endpoint).where(
            endpoint.c.id == sa.any_(sa.literal(list(ids), IDS)), endpoint.c.state == EndpointState.ENABLED
        )
        disabled = disabled.values(
            state=EndpointState.DISABLED,
            disabled_reason=reason,
            version=endpoint.c.version + 1,
            changed_at=now,
        )
        return list((await self._session.execute(disabled.returning(*endpoint.c))).all())

    async def count(self, *, failed: Sequence[UUID], exhausted: Sequence[UUID], delivered: Sequence[UUID]) -> None:
        """Count failures in a row; one delivery that arrives ends the row."""
        failures, exhaustions, well = Counter(failed), Counter(exhausted), set(delivered)
        rows = [
            {"id": id, "failures": failures[id], "exhaustions": exhaustions[id], "delivered": id in well}
            for id in failures.keys() | well
        ]
        if rows:
            await self._session.execute(_COUNT, {"rows": record_set(rows)})


def _managed_by(caller: Caller) -> tuple[sa.ColumnElement[bool], ...]:
    return endpoint.c.agency == caller.acting_agency, SHOWN, is_open_to(caller.plans)


_COUNT = sql(
    """
update endpoint p set failures = case when c.delivered then 0 else p.failures + c.failures end,
                      exhaustions = case when c.delivered then 0 else p.exhaustions + c.exhaustions end
from jsonb_to_recordset(cast(:rows as jsonb)) as c(
    id uuid, failures integer, exhaustions integer, delivered boolean)
where p.id = c.id and (not c.delivered or p.failures > 0 or p.exhaustions > 0)
""",
    rows=JSON_TEXT,
)
