"""Speaking to the services: one pool, plain errors, no second try of anything that changes something."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from yarl import URL

from gateway.route.body import Body
from gateway.route.errors import ServiceSlow
from gateway.route.table import Owner
from gateway.settings import GatewaySettings
from kernel.errors import ServiceSilent

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
KEEP_ALIVE_SECONDS = 3.0
"""Shorter than a service's own (5 s), so that we never send into a connection it is just closing."""


class Upstreams:
    """Sends requests to the services behind this door."""

    def __init__(self, session: aiohttp.ClientSession, addresses: dict[Owner, str]) -> None:
        self._session = session
        self._addresses = addresses

    async def send(
        self,
        owner: Owner,
        method: str,
        target: str,
        headers: list[tuple[str, str]],
        body: Body | None,
    ) -> aiohttp.ClientResponse:
        """Return a service's answer as soon as its head is there."""
        url = URL(self._addresses[owner] + target, encoded=True)
        data = await body.gather() if body is not None and body.is_small() else None
        tries = 2 if method in SAFE and body is None else 1
        while True:
            tries -= 1
            try:
                return await self._ask(method, url, headers, data if body is None or data is not None else body)
            except aiohttp.ConnectionTimeoutError as error:
                raise ServiceSilent(owner) from error
            except (aiohttp.ServerTimeoutError, TimeoutError) as error:
                raise ServiceSlow(owner) from error
            except aiohttp.ClientError as error:
                if body is not None and body.failure is not None:
                    raise body.failure from error
                if not tries:
                    raise ServiceSilent(owner) from error

    async def _ask(
        self, method: str, url: URL, headers: list[tuple[str, str]], data: bytes | Body | None
    ) -> aiohttp.ClientResponse:
        if isinstance(data, Body):
            length = [] if data.length is None else [("Content-Length", str(data.length))]
            return await self._session.request(
                method, url, headers=[*headers, *length], data=data.flow(), allow_redirects=False
            )
        return await self._session.request(method, url, headers=headers, data=data, allow_redirects=False)


@asynccontextmanager
async def open_upstreams(settings: GatewaySettings) -> AsyncIterator[Upstreams]:
    """Open the pool, and close it at the end."""
    connector = aiohttp.TCPConnector(
        limit=0, limit_per_host=settings.upstream_connections, keepalive_timeout=KEEP_ALIVE_SECONDS
    )
    timeout = aiohttp.ClientTimeout(
        total=None, sock_connect=settings.upstream_connect_seconds, sock_read=settings.upstream_read_seconds
    )
    session = aiohttp.ClientSession(
        connector=connector,
        timeout=timeout,
        auto_decompress=False,
        cookie_jar=aiohttp.DummyCookieJar(),
        skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
    )
    session._retry_connection = False  # aiohttp would also repeat PUT and DELETE, which change something
    async with session:
        yield Upstreams(
            session,
            {
                Owner.REGISTRY: settings.registry_url.rstrip("/"),
                Owner.SUBMISSIONS: settings.submissions_url.rstrip("/"),
                Owner.NOTIFICATIONS: settings.notifications_url.rstrip("/"),
            },
        )
