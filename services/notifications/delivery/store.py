"""Every statement about deliveries that the worker and the publisher need."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifications.base import IDS, JSON_TEXT, record_set, sql
from services.notifications.delivery.rules import Answer, Outcome

LEASE = timedelta(seconds=60)
"""Longer than any attempt may last; afterwards another worker takes over."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One attempt that came to an end, and what follows."""

    delivery: UUID
    endpoint: UUID
    number: int
    answer: Answer
    outcome: Outcome


class DeliveryStore:
    """Plans, claims and records deliveries in batches."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def plan(self, events: Sequence[UUID], now: datetime) -> None:
        """Plan a delivery of each event to each enabled endpoint that wants it and may see it."""
        await self._session.execute(_PLAN, {"events": list(events), "now": now})

    async def claim(self, now: datetime, *, limit: int, per_endpoint: int) -> list[Any]:
        """Lease due deliveries, oldest first and few of each endpoint; each counts as an attempt from here."""
        claim = {"now": now, "until": now + LEASE, "most": limit, "per_endpoint": per_endpoint}
        return list((await self._session.execute(_CLAIM, claim)).all())

    async def record(self, sent: Sequence[Sent], now: datetime) -> list[Any]:
        """Keep how attempts ended and return the deliveries settled by them, with the endpoint's state.

        An attempt whose lease was lost changes its own row only: a later attempt decides.
        """
        rows = record_set([_row(one) for one in sent])
        await self._session.execute(_LOCK_ENDPOINTS, {"ids": [one.endpoint for one in sent]})
        await self._session.execute(_RECORD_ATTEMPTS, {"rows": rows})
        settled = (await self._session.execute(_RECORD_DELIVERIES, {"rows": rows, "now": now})).all()
        return list(settled)


def _row(one: Sent) -> dict[str, Any]:
    return {
        "delivery": one.delivery,
        "number": one.number,
        "took_ms": round(one.answer.took.total_seconds() * 1000),
        "status": one.answer.status,
        "error": one.answer.error,
        "answer": one.answer.body,
        "address": one.answer.address,
        "state": one.outcome.state,
        "next_at": one.outcome.next_at,
    }


WANTED = """(e.audience && array[p.agency, '*'])
  and (cardinality(p.event_types) = 0 or e.type = any(p.event_types))
  and (cardinality(p.plans) = 0 or e.data ->> 'plan' = any(p.plans))
  and (cardinality(p.obligations) = 0 or e.data ->> 'obligation' = any(p.obligations))
  and (e.type <> 'endpoint.tested' or e.subject = p.id::text)
  and (e.type not in ('endpoint.disabled', 'delivery.exhausted') or e.data ->> 'endpoint' <> p.id::text)"""
"""Event `e` goes to endpoint `p`. Nothing is told to an endpoint about its own failure."""

_PLAN = sql(
    f"""
insert into delivery (id, event, endpoint, agency, event_type, state, attempts, tries, next_at, created_at)
select uuidv7(), e.id, p.id, p.agency, e.type, 'pending', 0, 0, :now, :now
from event e join endpoint p on p.state = 'enabled' and {WANTED}
where e.id = any(:events)
on conflict (event, endpoint) do nothing
""",
    events=IDS,
)

_CLAIM = sql(
    """
with open as materialized (
    select p.id, case when p.failures > 0 then 1 else :per_endpoint end - (
        select count(*) from delivery s
        where s.endpoint = p.id and s.state = 'sending' and s.next_at > :now) as room
    from endpoint p
    where p.state = 'enabled' and exists (
        select from delivery d
        where d.endpoint = p.id and d.state in ('pending', 'sending') and d.next_at <= :now)
    order by random()
), picked as materialized (
    select d.id, d.state from open cross join lateral (
        select id, state from delivery
        where endpoint = open.id and state in ('pending', 'sending') and next_at <= :now
        order by next_at, id limit greatest(open.room, 0) for update skip locked) d
    limit :most
), claimed as (
    update delivery d set state = 'sending', next_at = :until, attempts = attempts + 1, tries = tries + 1
    from picked where d.id = picked.id
    returning d.id, d.event, d.endpoint, d.attempts, d.tries
), lost as (
    update attempt a set error = 'worker_lost' from picked
    where a.delivery = picked.id and picked.state = 'sending' and a.status is null and a.error is null
), begun as (
    insert into attempt (delivery, number, started_at) select id, attempts, :now from claimed
)
select c.id, c.endpoint, c.attempts, c.tries, p.url, p.secret, p.previous_secret, p.previous_until,
       e.id as event_id, e.type, e.subject, e.occurred_at, e.traceparent, e.data, e.audience
from claimed c join endpoint p on p.id = c.endpoint join event e on e.id = c.event
""",
    until=sa.DateTime(timezone=True),
    most=sa.Integer(),
    per_endpoint=sa.BigInteger(),
)

_LOCK_ENDPOINTS = sql("select id from endpoint where id = any(:ids) order by id for no key update", ids=IDS)
"""Always in the same order, so that two workers that record for the same endpoints do not block each other."""

_ENDED = """jsonb_to_recordset(cast(:rows as jsonb)) as r(
    delivery uuid, number integer, took_ms integer, status integer, error text, answer text, address text,
    state text, next_at timestamptz)"""

_RECORD_ATTEMPTS = sql(
    f"""
update attempt a set took_ms = r.took_ms, status = r.status, error = r.error,
                     answer = r.answer, address = r.address
from {_ENDED} where a.delivery = r.delivery and a.number = r.number
""",
    rows=JSON_TEXT,
)
_RECORD_DELIVERIES = sql(
    f"""
update delivery d set state = r.state, next_at = coalesce(r.next_at, d.next_at),
                      settled_at = case when r.next_at is null then :now end
from {_ENDED}
where d.id = r.delivery and d.attempts = r.number and d.state = 'sending'
returning d.id, d.endpoint, d.agency, d.event, d.event_type, d.state, d.attempts
""",
    rows=JSON_TEXT,
)
