"""Firing: claim the steps whose time has come, see who still owes, tell, and settle, in one transaction."""

from collections import defaultdict
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.clock import real_now
from services.notifications.event.rules import PublicEvent
from services.notifications.event.service import Publisher
from services.notifications.reminder.rules import ReminderState, Tells
from services.notifications.reminder.store import ReminderStore
from services.notifications.reminder.telling import tell_line, tell_reporter

FIRE_BATCH = 1000

log = structlog.get_logger()


class ReminderService:
    """Tells reporters, recipients and the next level what the ladder says."""

    def __init__(self, session: AsyncSession, public_url: str) -> None:
        self._store = ReminderStore(session)
        self._publisher = Publisher(session)
        self._public_url = public_url.rstrip("/")

    async def fire_due(self, now: datetime, limit: int = FIRE_BATCH) -> int:
        """Fire one batch of steps due at this business time; return how many steps were settled."""
        due = await self._store.claim_due(now, limit)
        if not due:
            return 0
        events = await self._tell(due, now)
        fired = {event.id for event in events}
        await self._publisher.publish(events, real_now())
        await self._store.settle(list(fired), ReminderState.FIRED, now)
        skipped = [step.id for step in due if step.id not in fired]
        await self._store.settle(skipped, ReminderState.SKIPPED, now)
        log.info("reminders_fired", fired=len(fired), skipped=len(skipped))
        return len(due)

    async def _tell(self, due: list[Any], now: datetime) -> list[PublicEvent]:
        current = [step for step in due if not step.superseded]
        lines = [step for step in current if step.tells != Tells.REPORTER]
        missing: dict[UUID, list[Any]] = defaultdict(list)
        for row in await self._store.list_missing([step.id for step in lines]):
            missing[row.id].append(row)
        reporters = [tell_reporter(s, now) for s in current if s.tells == Tells.REPORTER and s.owed]
        return reporters + [tell_line(s, missing[s.id], now, self._public_url) for s in lines if s.id in missing]
