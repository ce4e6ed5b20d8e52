"""A caller's body on its way to a service: counted while it flows, never gathered when it is large."""

import asyncio
from collections.abc import AsyncGenerator

from starlette.types import Message, Receive

from gateway.route.errors import BodyStalled, LengthUnreadable
from kernel.errors import TooLarge

GATHERED = 64 * 1024
"""A body of at most this size is gathered and sent on in one piece."""


class CallerGone(Exception):
    """The caller closed the connection before its request was whole."""


class Body:
    """The body of one request."""

    def __init__(self, receive: Receive, length: int | None, *, limit: int, stall: float) -> None:
        self.length = length
        self._receive = receive
        self._limit = limit
        self._stall = stall

    def is_small(self) -> bool:
        """Say whether the body may be gathered."""
        return self.length is not None and self.length <= GATHERED

    async def gather(self) -> bytes:
        """Return the whole body."""
        return b"".join([chunk async for chunk in self.flow()])

    async def flow(self) -> AsyncGenerator[bytes, None]:
        """Give the body piece by piece; too much, a long pause or a lost caller ends it."""
        seen = 0
        more = True
        while more:
            message = await self._next()
            if message["type"] == "http.disconnect":
                raise CallerGone()
            chunk: bytes = message.get("body", b"")
            seen += len(chunk)
            if seen > self._limit:
                raise TooLarge(self._limit)
            more = message.get("more_body", False)
            if chunk:
                yield chunk

    async def _next(self) -> Message:
        try:
            async with asyncio.timeout(self._stall):
                return await self._receive()
        except TimeoutError:
            raise BodyStalled(self._stall) from None


def read_body(singles: dict[bytes, bytes], receive: Receive, *, limit: int, stall: float) -> Body | None:
    """Return the body that a request announces, or None; one that announces too much is refused unread."""
    announced = singles.get(b"content-length")
    if announced is None:
        return Body(receive, None, limit=limit, stall=stall) if b"transfer-encoding" in singles else None
    if not announced.isdigit() or len(announced) > 18:
        raise LengthUnreadable()
    if int(announced) > limit:
        raise TooLarge(limit)
    return Body(receive, int(announced), limit=limit, stall=stall) if int(announced) else None
