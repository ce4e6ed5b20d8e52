"""The story of a move of the sandbox clock: decide, keep, follow it ourselves, tell every service."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog

from gateway.clock.errors import ClockGoesForward, ClockNotFollowed
from gateway.clock.store import ClockStore
from kernel.clock import real_now
from kernel.errors import Problem
from kernel.runtime import CLOCK_POLL_SECONDS, Runtime

FOLLOWERS = ("registry", "submissions", "notifications")

log = structlog.get_logger()


class Follower(Protocol):
    """A service whose clock follows ours."""

    async def put(self, path: str, body: dict[str, Any]) -> Any:
        """Put a JSON body to one inside door."""
        ...


class ClockService:
    """Moves the business clock of a whole sandbox."""

    def __init__(
        self, *, store: ClockStore, runtime: Runtime, follower: Callable[[str], Follower], moving: asyncio.Lock
    ) -> None:
        self._store = store
        self._runtime = runtime
        self._follower = follower
        self._moving = moving

    async def move(self, asked_for: datetime) -> timedelta:
        """Set business time everywhere; the same instant asked for again means the same move, repeated."""
        async with self._moving:
            offset = await self._decide(asked_for)
            await self._runtime.set_clock_offset(offset)
            silent = await self._tell_all(offset)
            if silent:
                raise ClockNotFollowed(silent)
            await asyncio.sleep(CLOCK_POLL_SECONDS * 1.5)  # the services' workers look at theirs this often
        log.info("clock_moved", business_time=asked_for.isoformat())
        return offset

    async def _decide(self, asked_for: datetime) -> timedelta:
        last = await self._store.find_last()
        if last is not None and last.asked_for == asked_for:
            return last.clock_offset
        present = self._runtime.clock()
        if asked_for < present:
            raise ClockGoesForward(present)
        offset = asked_for - real_now()
        await self._store.keep(asked_for, offset)
        return offset

    async def _tell_all(self, offset: timedelta) -> Sequence[str]:
        told = await asyncio.gather(*(self._tell(name, offset) for name in FOLLOWERS))
        return [name for name, follows in zip(FOLLOWERS, told, strict=True) if not follows]

    async def _tell(self, name: str, offset: timedelta) -> bool:
        try:
            await self._follower(name).put("/internal/clock", {"offset_seconds": offset.total_seconds()})
        except Problem as problem:
            log.warning("clock_not_followed", service=name, reason=problem.detail)
            return False
        return True
