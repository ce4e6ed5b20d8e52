"""A webhook receiver as an agency would run it: it keeps what comes and checks every signature."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass(frozen=True)
class Received:
    """One webhook as it arrived at the system of an agency."""

    agency: str
    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        """The CloudEvent in the body."""
        event: dict[str, Any] = json.loads(self.body)
        return event

    @property
    def type(self) -> str:
        """The event's type."""
        return str(self.event["type"])

    def is_genuine(self, secret: str) -> bool:
        """Check the Standard Webhooks v1 signature over id, timestamp and body."""
        key = base64.b64decode(secret.removeprefix("whsec_"))
        signed = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}.".encode() + self.body
        expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        offered = self.headers["webhook-signature"].split()
        return any(hmac.compare_digest(expected, one) for one in offered)


@dataclass
class Receiver:
    """Listens for all agencies of the story, each at a path of its own."""

    port: int = 0
    received: list[Received] = field(default_factory=list)

    def url(self, agency: str) -> str:
        """Return the address that an agency registers."""
        return f"http://127.0.0.1:{self.port}/hooks/{agency}"

    def of(self, agency: str, event_type: str = "") -> list[Received]:
        """Return what an agency received, one per webhook id, of one type or of all."""
        once = {r.headers["webhook-id"]: r for r in self.received if r.agency == agency}
        return [r for r in once.values() if event_type in ("", r.type)]

    async def take(self, request: web.Request) -> web.Response:
        """Keep one webhook and thank for it."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        body = await request.read()
        self.received.append(Received(request.match_info["agency"], headers, body))
        return web.Response(status=204)


@asynccontextmanager
async def listening() -> AsyncIterator[Receiver]:
    """Run a receiver on a free port of this machine."""
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hooks/{agency}", receiver.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    receiver.port = runner.addresses[0][1]
    try:
        yield receiver
    finally:
        await runner.cleanup()
