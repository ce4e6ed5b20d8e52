"""A worker process: a handful of loops, each repeating one step, none able to stop the others."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog

from kernel.metrics import LOOP_FAILURES

LONGEST_PAUSE = 10.0

log = structlog.get_logger()


@dataclass(frozen=True)
class Loop:
    """One step to repeat. It returns True when it did something and wants to go on at once."""

    name: str
    step: Callable[[], Awaitable[bool]]
    idle_seconds: float = 0.25


async def run_loop(loop: Loop) -> None:
    """Repeat a step for ever: at once after work, after a pause when idle, with back-off after a failure."""
    pause = loop.idle_seconds
    while True:
        try:
            busy = await loop.step()
        except Exception as error:  # noqa: BLE001 - a step may fail; the worker goes on
            LOOP_FAILURES.labels(loop.name).inc()
            log.warning("loop_failed", loop=loop.name, error=repr(error)[:500], pause=pause)
            await asyncio.sleep(pause)
            pause = min(max(pause, 0.25) * 2, LONGEST_PAUSE)
            continue
        pause = loop.idle_seconds
        if not busy:
            await asyncio.sleep(loop.idle_seconds)


async def run_loops(loops: Sequence[Loop]) -> None:
    """Run all loops until cancelled."""
    async with asyncio.TaskGroup() as group:
        for loop in loops:
            group.create_task(run_loop(loop), name=loop.name)
