"""Recording attempts, and what follows from them for the endpoint."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.ids import new_id
from services.notifications.delivery.rules import DeliveryState, must_disable
from services.notifications.delivery.store import DeliveryStore, Sent
from services.notifications.endpoint.store import EndpointStore
from services.notifications.event.rules import PublicEvent
from services.notifications.event.service import Publisher

SILENT_TYPES = frozenset({"delivery.exhausted", "endpoint.disabled", "endpoint.tested"})
"""A failure to tell about a failure is not told again."""

log = structlog.get_logger()


class DeliveryRecorder:
    """Settles deliveries, counts for their endpoints, disables those that want nothing or take nothing."""

    def __init__(self, session: AsyncSession, public_url: str) -> None:
        self._store = DeliveryStore(session)
        self._endpoints = EndpointStore(session)
        self._publisher = Publisher(session)
        self._public_url = public_url.rstrip("/")

    async def record(self, sent: Sequence[Sent], now: datetime, business_now: datetime) -> None:
        """Keep how attempts ended. `now` is real time; what is told carries the business time."""
        settled = await self._store.record(sent, now)
        ended = {one.delivery: one for one in sent}
        await self._count(settled)
        events = [self._exhausted(row, business_now) for row in settled if _is_exhausted(row, ended[row.id])]
        await self._publisher.publish(events, now)
        gone = {row.endpoint for row in settled if ended[row.id].outcome.gone}
        await self._disable(gone, "gone", now, business_now)
        worn = {row.endpoint for row in settled if row.state == DeliveryState.FAILED} - gone
        full = [one.id for one in await self._endpoints.find_many(worn) if must_disable(one.exhaustions)]
        await self._disable(full, "exhausted", now, business_now)

    async def _count(self, settled: Sequence[Any]) -> None:
        by_state: dict[str, list[UUID]] = {state: [] for state in DeliveryState}
        for row in settled:
            by_state[row.state].append(row.endpoint)
        await self._endpoints.count(
            failed=by_state[DeliveryState.PENDING] + by_state[DeliveryState.FAILED],
            exhausted=by_state[DeliveryState.FAILED],
            delivered=by_state[DeliveryState.DELIVERED],
        )

    async def _disable(
        self, endpoints: set[UUID] | list[UUID], reason: str, now: datetime, business_now: datetime
    ) -> None:
        disabled = await self._endpoints.disable(list(endpoints), reason, now)
        for one in disabled:
            log.warning("endpoint_disabled", endpoint=str(one.id), agency=one.agency, reason=reason)
        await self._publisher.publish([self._disabled(one, reason, business_now) for one in disabled], now)

    def _exhausted(self, row: Any, now: datetime) -> PublicEvent:
        data = {
            "delivery": str(row.id),
            "endpoint": str(row.endpoint),
            "event": str(row.event),
            "event_type": row.event_type,
            "attempts": row.attempts,
            "link": f"{self._public_url}/v1/deliveries/{row.id}",
        }
        return _own("delivery.exhausted", str(row.id), data, row.agency, now)

    def _disabled(self, endpoint: Any, reason: str, now: datetime) -> PublicEvent:
        data = {
            "endpoint": str(endpoint.id),
            "url": endpoint.url,
            "reason": reason,
            "link": f"{self._public_url}/v1/webhook-endpoints/{endpoint.id}",
        }
        return _own("endpoint.disabled", str(endpoint.id), data, endpoint.agency, now)


def _is_exhausted(row: Any, sent: Sent) -> bool:
    failed = row.state == DeliveryState.FAILED and not sent.outcome.gone
    return failed and row.event_type not in SILENT_TYPES


def _own(kind: str, subject: str, data: dict[str, Any], agency: str, now: datetime) -> PublicEvent:
    return PublicEvent(new_id(), kind, subject, data, (agency,), now, inbox=(agency,))
