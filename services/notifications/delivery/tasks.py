"""What the worker does by itself: keep deliveries under way, and record how they ended."""

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Protocol, Self

import structlog

from kernel.clock import Clock, real_now
from kernel.database import Database
from services.notifications.delivery.rules import Answer, settle
from services.notifications.delivery.service import DeliveryRecorder
from services.notifications.delivery.signing import headers
from services.notifications.delivery.store import DeliveryStore, Sent
from services.notifications.endpoint.secrets import SecretUnreadable
from services.notifications.event.envelope import webhook_body

CLAIM_SECONDS = 0.2
"""Pause between two looks for due deliveries when the last found none."""
GATHER_SECONDS = 0.02
"""Attempts that end within this time are recorded together."""
GOODBYE_SECONDS = 3.0
"""How long a worker that is told to stop waits for attempts under way."""

log = structlog.get_logger()


class Post(Protocol):
    """What sends one request."""

    async def send(self, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        """Post once and say what came back."""
        ...


@dataclass(frozen=True)
class Limits:
    """How much one worker has under way."""

    capacity: int = 256
    per_endpoint: int = 4


class Deliverer:
    """Brings events to endpoints. No transaction is open while a receiver thinks."""

    def __init__(
        self,
        database: Database,
        post: Post,
        open_secret: Callable[[str], bytes],
        *,
        business: Clock,
        public_url: str,
        limits: Limits | None = None,
    ) -> None:
        self._database = database
        self._post = post
        self._open_secret = open_secret
        self._business = business
        self._public_url = public_url
        self._limits = limits or Limits()
        self._under_way: set[asyncio.Task[Sent]] = set()
        self._ended: list[Sent] = []
        self._look_again_at = 0.0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give attempts under way a moment to end; what is lost is taken over when its lease ends."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=GOODBYE_SECONDS)
        self._collect()
        with suppress(OSError):
            await self._record()
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def step(self) -> bool:
        """Begin what is due, record what ended; say whether anything is under way."""
        await self._begin()
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=CLAIM_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.sleep(GATHER_SECONDS)
        self._collect()
        await self._record()
        return bool(self._under_way)

    async def _begin(self) -> None:
        free = self._limits.capacity - len(self._under_way)
        if free <= 0 or time.monotonic() < self._look_again_at:
            return
        async with self._database.transaction() as session:
            claimed = await DeliveryStore(session).claim(
                real_now(), limit=free, per_endpoint=self._limits.per_endpoint
            )
        if not claimed:
            self._look_again_at = time.monotonic() + CLAIM_SECONDS
        for one in claimed:
            self._under_way.add(asyncio.create_task(self._attempt(one)))

    async def _attempt(self, claimed: Any) -> Sent:
        answer = await self._send(claimed)
        jitter = random.random()
        outcome = settle(claimed.tries, answer, now=real_now(), jitter=jitter)
        return Sent(claimed.id, claimed.endpoint, claimed.attempts, answer, outcome)

    async def _send(self, claimed: Any) -> Answer:
        body, sent_at = webhook_body(claimed), real_now()
        try:
            secrets = self._secrets(claimed, sent_at)
        except SecretUnreadable as error:
            return Answer(error="secret_unreadable", body=str(error))
        return await self._post.send(claimed.url, body, headers(str(claimed.event_id), sent_at, body, secrets))

    def _secrets(self, claimed: Any, now: datetime) -> Sequence[bytes]:
        present = self._open_secret(claimed.secret)
        if claimed.previous_secret is None or claimed.previous_until <= now:
            return (present,)
        return (present, self._open_secret(claimed.previous_secret))

    def _collect(self) -> None:
        ended = {task for task in self._under_way if task.done()}
        self._under_way -= ended
        self._ended += [task.result() for task in ended]

    async def _record(self) -> None:
        """Keep how attempts ended; when the database is silent they are kept by the next step."""
        if not self._ended:
            return
        batch = list(self._ended)
        async with self._database.transaction() as session:
            await DeliveryRecorder(session, self._public_url).record(batch, real_now(), self._business())
        del self._ended[: len(batch)]
        for one in batch:
            log.info(
                "delivery_attempted",
                delivery=str(one.delivery),
                attempt=one.number,
                status=one.answer.status,
                error=one.answer.error,
                state=one.outcome.state,
                ms=round(one.answer.took.total_seconds() * 1000),
            )
