"""A small real service: it says back what it got, and misbehaves on request (`?do=`)."""

import asyncio
import hashlib
from typing import Any
from urllib.parse import parse_qs

import orjson
from starlette.types import Message, Receive, Scope, Send

AGENCIES = [
    {"id": "BNG", "name_vi": "Bộ Ngoại giao", "name_en": "Ministry of Foreign Affairs", "valid_to": None},
    {"id": "HT-SNV", "name_vi": "Sở Nội vụ tỉnh Hà Tĩnh", "name_en": None, "valid_to": None},
    {"id": "HT-SLDTBXH", "name_vi": "Sở LĐTBXH tỉnh Hà Tĩnh", "name_en": None, "valid_to": "2025-02-28"},
]
EVENT = {"id": "1", "type": "agency.changed", "subject": "BNG", "data": {"agency": "BNG"}, "position": 1}


class Upstream:
    """Stands for registry, submissions and notifications at once."""

    def __init__(self) -> None:
        self.url = ""
        self.calls: list[dict[str, Any]] = []
        self.clock: list[float] = []
        self.follows_clock = True
        self.received = 0
        self.left = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        path = scope["path"]
        if path == "/internal/feed":
            after = b"after=e:1" in scope["query_string"].replace(b"%3A", b":")
            await _json(send, {"epoch": "e", "next": "e:1", "events": [] if after else [EVENT]})
        elif path == "/internal/agencies":
            await _json(send, {"items": AGENCIES})
        elif path == "/internal/clock":
            await self._clock(receive, send)
        elif path == "/readyz":
            await _json(send, {"status": "ready"})
        else:
            await self._act(scope, receive, send)

    async def _clock(self, receive: Receive, send: Send) -> None:
        body = orjson.loads(await _whole(receive))
        if not self.follows_clock:
            await _json(send, {}, status=500)
            return
        self.clock.append(body["offset_seconds"])
        await _json(send, {"business_time": ""})

    async def _act(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = parse_qs(scope["query_string"].decode()).get("do", [""])[0]
        act = getattr(self, "_" + asked.replace("-", "_"), self._echo)
        await act(scope, receive, send)

    async def _echo(self, scope: Scope, receive: Receive, send: Send) -> None:
        digest, length = hashlib.sha256(), 0
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                self.left.set()
                return
            digest.update(message.get("body", b""))
            length += len(message.get("body", b""))
            self.received = length
            more = message.get("more_body", False)
        call = {
            "method": scope["method"],
            "path": scope["raw_path"].decode(),
            "query": scope["query_string"].decode(),
            "headers": [[k.decode(), v.decode("latin-1")] for k, v in scope["headers"]],
            "length": length,
            "sha256": digest.hexdigest(),
        }
        self.calls.append(call)
        await _json(send, call)

    async def _hop(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [
            (b"connection", b"x-secret-hop"),
            (b"keep-alive", b"timeout=5"),
            (b"x-secret-hop", b"1"),
            (b"etag", b'"abc"'),
            (b"set-kept", b"a"),
            (b"set-kept", b"b"),
        ]
        await _json(send, {}, headers=headers)

    async def _drip(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send three pieces, the second only when told that the first arrived."""
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/csv")]})
        await send({"type": "http.response.body", "body": b"first\n", "more_body": True})
        async with asyncio.timeout(30):
            await self.left.wait()
        await send({"type": "http.response.body", "body": b"second\n", "more_body": True})
        await send({"type": "http.response.body", "body": b"third\n"})

    async def _endless(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while (await _peek(receive))["type"] != "http.disconnect":
            await send({"type": "http.response.body", "body": b"x" * 65536, "more_body": True})
        self.left.set()

    async def _silent(self, scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(8)
        await _json(send, {})

    async def _break(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Promise more than is sent."""
        headers = [(b"content-length", b"1000000")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"x" * 1000, "more_body": True})
        raise ConnectionError("broken on purpose")

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        await _json(send, {"code": "content_invalid"}, status=422)


async def _lifespan(receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.complete"})


async def _whole(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


async def _peek(receive: Receive) -> Message:
    """Return a message when there is one by now."""
    try:
        async with asyncio.timeout(0.001):
            return await receive()
    except TimeoutError:
        return {"type": "nothing"}


async def _json(
    send: Send, content: Any, *, status: int = 200, headers: list[tuple[bytes, bytes]] | None = None
) -> None:
    body = orjson.dumps(content)
    start = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": [*start, *(headers or [])]})
    await send({"type": "http.response.body", "body": body})
