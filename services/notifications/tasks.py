"""What the worker of notifications does: seal, follow both feeds, tell what is due, deliver."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

import structlog

from kernel.clock import BusinessClock
from kernel.database import Database
from kernel.errors import ServiceSilent
from kernel.events import Sealer
from kernel.feed import FeedFollower
from kernel.idempotency import forget_old_keys
from kernel.runtime import Runtime
from kernel.worker import Loop
from services.notifications.agency.service import RegistryFollower
from services.notifications.delivery.sender import Sender
from services.notifications.delivery.tasks import Deliverer, Limits
from services.notifications.endpoint.address import policy_of
from services.notifications.endpoint.secrets import SecretBox
from services.notifications.occurrence.service import SubmissionsFollower
from services.notifications.reminder.service import ReminderService
from services.notifications.settings import NotificationsSettings

SILENCE_BORNE = 60.0
"""So long a silent submissions holds reminders back; then what was last known decides."""
CLOCK_MOVED_PAUSE = 2.0
"""After the business clock was moved, what happened just before may still be on its way in the feed."""
NAME_LOOKUPS = 64
"""Threads that look up names: slow name servers of some must not hold up the others."""

log = structlog.get_logger()


class Telling:
    """Reads what happened, then tells what is due: never a reminder while news is waiting to be read."""

    def __init__(
        self,
        follow: Callable[[], Awaitable[bool]],
        database: Database,
        clock: BusinessClock,
        public_url: str,
    ) -> None:
        self._follow = follow
        self._database = database
        self._clock = clock
        self._public_url = public_url
        self._offset = clock.offset
        self._not_before = 0.0
        self._silent_since: float | None = None

    async def step(self) -> bool:
        """Handle one batch of news, or else one batch of due reminders."""
        if await self._read_news():
            return True
        if not self._may_tell():
            return False
        async with self._database.transaction() as session:
            return bool(await ReminderService(session, self._public_url).fire_due(self._clock()))

    async def _read_news(self) -> bool:
        try:
            there_was = await self._follow()
        except ServiceSilent:
            if self._silent_since is None:
                log.warning("feed_silent", source="submissions")
                self._silent_since = time.monotonic()
            return False
        self._silent_since = None
        return there_was

    def _may_tell(self) -> bool:
        now = time.monotonic()
        if self._clock.offset != self._offset:
            self._offset, self._not_before = self._clock.offset, now + CLOCK_MOVED_PAUSE
        borne = self._silent_since is None or now - self._silent_since > SILENCE_BORNE
        return borne and now >= self._not_before


@asynccontextmanager
async def work(runtime: Runtime) -> AsyncIterator[Sequence[Loop]]:
    """Open what the worker needs and give its loops."""
    settings = runtime.settings
    assert isinstance(settings, NotificationsSettings)
    pool = ThreadPoolExecutor(NAME_LOOKUPS, thread_name_prefix="names")
    asyncio.get_running_loop().set_default_executor(pool)
    async with AsyncExitStack() as stack:
        registry = await stack.enter_async_context(runtime.client("registry"))
        submissions = await stack.enter_async_context(runtime.client("submissions"))
        sender = await stack.enter_async_context(_sender(settings))
        deliverer = await stack.enter_async_context(_deliverer(runtime, settings, sender))
        follow_registry = FeedFollower("registry", registry, runtime.database, RegistryFollower(registry))
        follow = FeedFollower("submissions", submissions, runtime.database, SubmissionsFollower(runtime.clock))
        telling = Telling(follow.step, runtime.database, runtime.clock, settings.public_url)
        yield [
            Loop("seal", Sealer(runtime.database).seal),
            Loop("follow_registry", follow_registry.step, idle_seconds=1),
            Loop("tell", telling.step),
            Loop("deliver", deliverer.step),
            Loop("forget_old_keys", lambda: forget_old_keys(runtime.database)),
        ]


def _sender(settings: NotificationsSettings) -> Sender:
    policy = policy_of(settings.webhook_allowed_networks, sandbox=settings.sandbox)
    return Sender(policy, timeout=timedelta(seconds=settings.webhook_timeout_seconds))


def _deliverer(runtime: Runtime, settings: NotificationsSettings, sender: Sender) -> Deliverer:
    box = SecretBox.load(settings.key_file("webhook-keys"))
    limits = Limits(settings.webhook_capacity, settings.webhook_per_endpoint)
    return Deliverer(
        runtime.database,
        sender,
        box.open,
        business=runtime.clock,
        public_url=settings.public_url,
        limits=limits,
    )
