"""One connection to a service: HTTP/1.1 over asyncio and httptools, one request at a time, while it is good.

Nothing that flows is gathered: reading pauses while nobody takes what came, and whoever sends a body waits while
the service takes nothing.
"""

import asyncio
from typing import cast

import httptools

MOST_WAITING = 256 * 1024
"""Bytes of an answer that may lie here before reading pauses."""
FINAL = 200
"""Statuses below are news on the way to an answer, not answers."""


class Connection(asyncio.Protocol):
    """Sends a request and gives its answer piece by piece. Silence is a TimeoutError, an end a ConnectionError."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self.has_head = False
        self.is_closed = False
        self._transport: asyncio.Transport | None = None
        self._parser: httptools.HttpResponseParser | None = None
        self._pieces: list[bytes] = []
        self._waiting = 0
        self._is_head_only = self._is_whole = self._keeps = self._is_sent = False
        self._is_paused = False
        self._news: asyncio.Future[None] | None = None
        self._may_write = asyncio.Event()
        self._may_write.set()

    @property
    def is_good(self) -> bool:
        """Say whether the request was sent and answered whole, and another one may follow."""
        return self._is_whole and self._is_sent and self._keeps and not self.is_closed

    def begin(self, head: bytes, *, is_head_only: bool) -> None:
        """Send the head of a request, and a small body with it; `sent` says that nothing follows."""
        self.status, self.headers, self.has_head = 0, [], False
        self._is_head_only, self._is_whole, self._keeps, self._is_sent = is_head_only, False, False, False
        self._parser = httptools.HttpResponseParser(self)
        self.write(head)

    def write(self, data: bytes) -> None:
        """Send bytes, unless the connection has ended."""
        if self._transport is None or self.is_closed:
            raise ConnectionResetError("the connection has ended")
        self._transport.write(data)

    async def flush(self, seconds: float) -> None:
        """Wait until the service takes more, or answers before it took all."""
        if not self._may_write.is_set():
            async with asyncio.timeout(seconds):
                await self._may_write.wait()

    def sent(self) -> None:
        """Say that the request is whole."""
        self._is_sent = True

    async def wait_for_head(self, seconds: float) -> None:
        """Return when the head of the answer is there."""
        while not self.has_head:
            await self._wait(seconds)

    async def take(self, seconds: float) -> bytes:
        """Return what came of the body since the last time; nothing when it is whole."""
        while not self._pieces and not self._is_whole:
            await self._wait(seconds)
        taken = self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)
        self._pieces, self._waiting = [], 0
        if self._is_paused and self._transport is not None and not self.is_closed:
            self._transport.resume_reading()
            self._is_paused = False
        return taken

    def close(self) -> None:
        """End the connection; what was not sent stays unsent."""
        self.is_closed = True
        if self._transport is not None:
            self._transport.abort()

    async def _wait(self, seconds: float) -> None:
        if self.is_closed:
            raise ConnectionResetError("the connection ended before the answer did")
        loop = asyncio.get_running_loop()
        self._news = loop.create_future()
        silence = loop.call_later(seconds, self._tell, TimeoutError())  # at a third of what asyncio.timeout costs
        try:
            await self._news
        finally:
            silence.cancel()

    def _tell(self, failure: Exception | None = None) -> None:
        if self._news is None or self._news.done():
            return
        if failure is None:
            self._news.set_result(None)
        else:
            self._news.set_exception(failure)

    # -- asyncio

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_closed = True
        if exc is None and self.has_head and not self._is_framed():
            self._is_whole = True
        self._may_write.set()
        self._tell()

    def data_received(self, data: bytes) -> None:
        if self._parser is None or self._is_whole:
            self.close()  # nobody asked
            return
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self.close()
        if self._waiting > MOST_WAITING and self._transport is not None and not self.is_closed:
            self._transport.pause_reading()
            self._is_paused = True
        self._tell()

    def pause_writing(self) -> None:
        self._may_write.clear()

    def resume_writing(self) -> None:
        self._may_write.set()

    # -- httptools

    def on_message_begin(self) -> None:
        if self.has_head:
            self.close()  # a second answer: nobody asked

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self.has_head:
            self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        if self._parser is None or self.is_closed:
            return
        self.status = self._parser.get_status_code()
        if self.status < FINAL:
            self.headers = []
            return
        self.has_head = True
        self._keeps = self._parser.should_keep_alive()
        self._is_whole = self._is_head_only
        self._may_write.set()  # whoever still sends a body learns that it is answered

    def on_body(self, body: bytes) -> None:
        if self._is_whole:
            self.close()
            return
        self._pieces.append(body)
        self._waiting += len(body)

    def on_message_complete(self) -> None:
        self._is_whole = self.has_head

    def _is_framed(self) -> bool:
        return any(name.lower() in (b"content-length", b"transfer-encoding") for name, _ in self.headers)
