"""The only place that speaks to agencies' own systems: one POST, no redirects, no inside addresses."""

import socket
import ssl
import time
from collections.abc import Callable
from datetime import timedelta
from types import TracebackType
from typing import Any, Self

import aiohttp

from services.notifications.delivery.rules import Answer
from services.notifications.endpoint.address import TargetPolicy, read_address

ANSWER_KEPT = 4096
USER_AGENT = "GCM-Hub-Webhooks/1"


class AddressRefused(OSError):
    """The name stands for an address that webhooks may not reach."""


def guarded_socket(policy: TargetPolicy, *, plain: bool) -> Callable[[Any], socket.socket]:
    """Return what opens sockets: it judges the very address that will be connected to."""

    def open_socket(addr_info: Any) -> socket.socket:
        family, kind, protocol, _, sockaddr = addr_info
        address = read_address(str(sockaddr[0]))
        if address is None or not policy.opens(address, plain=plain):
            raise AddressRefused(f"{sockaddr[0]} is not open to webhooks")
        return socket.socket(family, kind, protocol)

    return open_socket


class _Response(aiohttp.ClientResponse):
    """An answer that remembers the address it came from; its connection may soon serve another."""

    peer: str | None = None

    async def start(self, connection: Any) -> aiohttp.ClientResponse:
        """Read the head of the answer."""
        name = connection.transport.get_extra_info("peername")
        self.peer = str(name[0]) if name else None
        return await super().start(connection)


class Sender:
    """Posts events to endpoints, each within one time limit."""

    def __init__(
        self,
        policy: TargetPolicy,
        *,
        timeout: timedelta,
        resolver: aiohttp.abc.AbstractResolver | None = None,
    ) -> None:
        self._policy = policy
        self._timeout = aiohttp.ClientTimeout(total=timeout.total_seconds())
        self._resolver = resolver
        self._clients: dict[bool, aiohttp.ClientSession] = {}

    async def __aenter__(self) -> Self:
        self._clients = {plain: self._client(plain) for plain in (False, True)}
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for client in self._clients.values():
            await client.close()

    def _client(self, plain: bool) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            limit=0,
            resolver=self._resolver,
            socket_factory=guarded_socket(self._policy, plain=plain),
        )
        return aiohttp.ClientSession(
            connector=connector,
            response_class=_Response,
            timeout=self._timeout,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": USER_AGENT, "Accept-Encoding": "identity"},
            auto_decompress=False,
            trust_env=False,
        )

    async def send(self, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        """Post once and say what came back; whatever goes wrong is an answer, too."""
        begun = time.monotonic()
        client = self._clients[url.startswith("http:")]
        try:
            async with client.post(url, data=body, headers=headers, allow_redirects=False) as response:
                kept = await _read_capped(response)
                return Answer(
                    status=response.status,
                    error=None if response.status < 300 else _word_of_status(response.status),
                    retry_after=response.headers.get("Retry-After"),
                    body=kept.decode("utf-8", "replace").replace("\x00", "\ufffd"),
                    address=getattr(response, "peer", None),
                    took=_since(begun),
                )
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return Answer(error=_word_of(error), body=str(error)[:500], took=_since(begun))


async def _read_capped(response: aiohttp.ClientResponse) -> bytes:
    kept = b""
    while len(kept) < ANSWER_KEPT:
        chunk = await response.content.read(ANSWER_KEPT - len(kept))
        if not chunk:
            break
        kept += chunk
    return kept


def _since(begun: float) -> timedelta:
    return timedelta(seconds=time.monotonic() - begun)


def _word_of_status(status: int) -> str:
    return "redirect_not_followed" if 300 <= status < 400 else "refused_by_receiver"


def _word_of(error: BaseException) -> str:
    causes = _causes(error)
    if any(isinstance(cause, AddressRefused) for cause in causes):
        return "address_refused"
    if any(isinstance(cause, TimeoutError) for cause in causes):
        return "timed_out"
    if any(isinstance(cause, (ssl.SSLError, aiohttp.ClientSSLError)) for cause in causes):
        return "tls_failed"
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return "name_not_found"
    return "connection_failed"


def _causes(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop()
        if one is None or one in found:
            continue
        found.append(one)
        waiting += [one.__cause__, one.__context__, getattr(one, "os_error", None)]
        waiting += list(getattr(one, "exceptions", ()))
    return found
