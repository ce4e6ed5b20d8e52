"""Telling the outside: an event, its deliveries and its inbox items stand together or not at all."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifications.delivery.store import DeliveryStore
from services.notifications.event.rules import PublicEvent
from services.notifications.event.store import EventStore
from services.notifications.inbox.store import InboxStore


class Publisher:
    """Publishes events within the transaction at hand."""

    def __init__(self, session: AsyncSession) -> None:
        self._events = EventStore(session)
        self._deliveries = DeliveryStore(session)
        self._inbox = InboxStore(session)

    async def publish(self, events: Sequence[PublicEvent], now: datetime) -> int:
        """Tell what was not told before, and say how much that was. `now` is real time."""
        if not events:
            return 0
        fresh = await self._events.add(events)
        if not fresh:
            return 0
        await self._deliveries.plan(fresh, now)
        told = set(fresh)
        await self._inbox.add([one for one in events if one.inbox and one.id in told])
        return len(fresh)
