"""Answers that are read from the database while they are sent: one transaction each, and only so many at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from services.submissions.data.errors import DataBusy

AT_ONCE = 4
"""Of the connections of a process; the others stay free for those who report."""
EACH_AT_ONCE = 2
WAIT_SECONDS = 5
LONGEST_SECONDS = 1800


class Turnstile:
    """Lets so many exports through at once, and of one client fewer."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(AT_ONCE)
        self._of_client: dict[str, int] = {}

    @asynccontextmanager
    async def let_in(self, client: str) -> AsyncIterator[None]:
        """Hold a place until the export ends; refuse when none becomes free."""
        if self._of_client.get(client, 0) >= EACH_AT_ONCE:
            raise DataBusy()
        self._of_client[client] = self._of_client.get(client, 0) + 1
        try:
            await self._take()
            try:
                yield
            finally:
                self._free.release()
        finally:
            self._of_client[client] -= 1
            if not self._of_client[client]:
                del self._of_client[client]

    async def _take(self) -> None:
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await self._free.acquire()
        except TimeoutError:
            raise DataBusy() from None


class HeldResponse(StreamingResponse):
    """A streamed answer that gives back what it holds when it ends, whoever ends it."""

    def __init__(self, content: AsyncIterator[bytes], held: AsyncExitStack, **options: Any) -> None:
        super().__init__(content, **options)
        self._held = held

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                await super().__call__(scope, receive, send)
        finally:
            await self._held.aclose()
