"""Speaking to the services: kept connections, plain errors, no second try of anything that changes something."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from gateway.route.body import Body
from gateway.route.connection import Connection
from gateway.route.errors import ServiceSlow
from gateway.route.headers import Headers
from gateway.route.table import Owner
from gateway.settings import GatewaySettings
from kernel.errors import BadRequest, ServiceSilent

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
KEEP_ALIVE_SECONDS = 3.0
"""Shorter than a service's own (5 s), so that we never send into a connection it is just closing."""


class Answer:
    """A service's answer: its head is here, its body may still be on the way. To be used in `async with`."""

    def __init__(self, service: "Service", connection: Connection, seconds: float) -> None:
        self._service, self._connection, self._seconds = service, connection, seconds
        self.status, self.headers = connection.status, connection.headers
        lengths = [value for name, value in self.headers if name.lower() == b"content-length"]
        self.length = int(lengths[0]) if lengths else None

    async def chunks(self) -> AsyncIterator[bytes]:
        """Give the body as it comes."""
        while chunk := await self._connection.take(self._seconds):
            yield chunk

    async def read(self) -> bytes:
        """Return the body whole, or refuse when it breaks off."""
        try:
            return b"".join([chunk async for chunk in self.chunks()])
        except TimeoutError as error:
            raise ServiceSlow(self._service.owner) from error
        except ConnectionError as error:
            raise ServiceSilent(self._service.owner) from error

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._service.give_back(self._connection)


class Service:
    """One service behind the door, and the connections to it."""

    def __init__(self, owner: Owner, address: str, settings: GatewaySettings) -> None:
        self.owner = owner
        parts = urlsplit(address)
        self._host, self._is_secret = parts.hostname or "", parts.scheme == "https"
        self._port = parts.port or (443 if self._is_secret else 80)
        self._base = parts.path.rstrip("/")
        self._name = parts.netloc.encode()
        self._connect_seconds = settings.upstream_connect_seconds
        self._read_seconds = settings.upstream_read_seconds
        self._room = asyncio.Semaphore(settings.upstream_connections)
        self._free: deque[tuple[Connection, float]] = deque()

    async def send(self, method: str, target: str, headers: Headers, body: Body | None) -> Answer:
        """Return the answer as soon as its head is there."""
        small = await body.gather() if body is not None and body.is_small() else None
        head = self._head(method, target, headers, body) + (small or b"")
        streamed = body if small is None else None
        tries = 2 if method in SAFE and body is None else 1
        while True:
            tries -= 1
            try:
                return await self._ask(method, head, streamed)
            except ConnectionError as error:
                if not tries:
                    raise ServiceSilent(self.owner) from error

    def give_back(self, connection: Connection) -> None:
        """Keep a connection for the next request, or end it when its request did not go through whole."""
        if connection.is_good:
            self._free.append((connection, asyncio.get_running_loop().time() + KEEP_ALIVE_SECONDS))
        else:
            connection.close()
        self._room.release()

    def close(self) -> None:
        """End the connections that nobody uses."""
        for connection, _ in self._free:
            connection.close()

    def _head(self, method: str, target: str, headers: Headers, body: Body | None) -> bytes:
        fields = [(b"Host", self._name), *headers]
        if body is not None and body.length is not None:
            fields.append((b"Content-Length", b"%d" % body.length))
        elif body is not None:
            fields.append((b"Transfer-Encoding", b"chunked"))
        lines = [f"{method} {self._base}{target} HTTP/1.1".encode(), *(b"%b: %b" % field for field in fields)]
        head = b"\r\n".join(lines)
        if head.count(b"\n") != len(lines) - 1 or head.count(b"\r") != len(lines) - 1 or b"\0" in head:
            raise BadRequest("A header field contains a character that ends it.")
        return head + b"\r\n\r\n"

    async def _ask(self, method: str, head: bytes, body: Body | None) -> Answer:
        await self._room.acquire()
        connection, answer = None, None
        try:
            connection = self._find_kept() or await self._open()
            connection.begin(head, is_head_only=method == "HEAD")
            await self._pour(connection, body)
            await connection.wait_for_head(self._read_seconds)
            answer = Answer(self, connection, self._read_seconds)
        except TimeoutError as error:
            raise ServiceSlow(self.owner) from error
        finally:
            if answer is None and connection is not None:
                connection.close()
            if answer is None:
                self._room.release()
        return answer

    def _find_kept(self) -> Connection | None:
        now = asyncio.get_running_loop().time()
        while self._free and self._free[0][1] < now:
            self._free.popleft()[0].close()
        while self._free:
            connection, _ = self._free.pop()
            if not connection.is_closed:
                return connection
        return None

    async def _open(self) -> Connection:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._connect_seconds):
                ssl = True if self._is_secret else None
                return (await loop.create_connection(Connection, self._host, self._port, ssl=ssl))[1]
        except TimeoutError as error:
            raise ServiceSilent(self.owner) from error
        except OSError as error:
            raise ConnectionError(str(error)) from error

    async def _pour(self, connection: Connection, body: Body | None) -> None:
        """Send a body while it comes, unless the service answers before it is whole."""
        if body is not None:
            async with aclosing(body.flow()) as chunks:
                async for chunk in chunks:
                    if connection.has_head:
                        return
                    connection.write(chunk if body.length is not None else b"%x\r\n%b\r\n" % (len(chunk), chunk))
                    await connection.flush(self._read_seconds)
            if body.length is None and not connection.has_head:
                connection.write(b"0\r\n\r\n")
        connection.sent()


class Upstreams:
    """Sends requests to the services behind this door."""

    def __init__(self, services: dict[Owner, Service]) -> None:
        self._services = services

    async def send(self, owner: Owner, method: str, target: str, headers: Headers, body: Body | None) -> Answer:
        """Return a service's answer as soon as its head is there."""
        return await self._services[owner].send(method, target, headers, body)


@asynccontextmanager
async def open_upstreams(settings: GatewaySettings) -> AsyncIterator[Upstreams]:
    """Give the way to the services, and close it at the end."""
    addresses = {
        Owner.REGISTRY: settings.registry_url,
        Owner.SUBMISSIONS: settings.submissions_url,
        Owner.NOTIFICATIONS: settings.notifications_url,
    }
    services = {owner: Service(owner, address, settings) for owner, address in addresses.items()}
    try:
        yield Upstreams(services)
    finally:
        for service in services.values():
            service.close()
