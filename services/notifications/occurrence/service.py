"""Following submissions: keep what it says, plan or stop reminders, and pass its public events on."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.clock import Clock, real_now
from kernel.ids import new_id
from services.notifications.event.rules import KNOWN_TYPES, PublicEvent
from services.notifications.event.schemas import FeedEvent
from services.notifications.event.service import Publisher
from services.notifications.occurrence.rules import CHANGES, Change, fold
from services.notifications.occurrence.schemas import happening_of
from services.notifications.occurrence.store import OccurrenceStore
from services.notifications.reminder.store import ReminderStore
from services.notifications.reminder.telling import tell_met


class SubmissionsFollower:
    """Handles batches of submissions' feed. Handling a batch again leaves everything as it is."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def prepare(self, events: Sequence[dict[str, Any]]) -> list[FeedEvent]:
        """Read the batch; submissions' events carry all that is needed."""
        return [FeedEvent.model_validate(event) for event in events if event["type"] in KNOWN_TYPES]

    async def apply(
        self, session: AsyncSession, events: Sequence[dict[str, Any]], prepared: list[FeedEvent]
    ) -> None:
        """Keep, plan and tell, in the transaction that moves the cursor."""
        now = self._clock()
        changes = fold(happening_of(event) for event in prepared if event.type in CHANGES)
        met = await self._keep(session, changes, now)
        await Publisher(session).publish([*(event.public() for event in prepared), *met], real_now())

    async def _keep(self, session: AsyncSession, changes: list[Change], now: datetime) -> list[PublicEvent]:
        if not changes:
            return []
        store = OccurrenceStore(session)
        await store.apply(changes)
        await ReminderStore(session).plan([change.facts.id for change in changes], now)
        in_time = {change.facts.id: change.met for change in changes if change.met}
        if not in_time:
            return []
        first = in_time.keys() - await store.told_met(in_time)
        await store.mark_met(first, now)
        return [tell_met(met, new_id(), now) for id, met in in_time.items() if id in first and met]
