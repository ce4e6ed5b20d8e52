"""The one ASGI layer of every service: request id, trace, body limit, access log, problems for failures."""

import asyncio
import re
import time
from collections.abc import Mapping

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kernel.errors import BadRequest, ServiceSilent, TooLarge
from kernel.ids import new_id
from kernel.metrics import REQUEST_SECONDS, REQUESTS
from kernel.problems import problem_of, problem_response

log = structlog.get_logger()

TRACEPARENT = re.compile(r"^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$")
REQUEST_ID = re.compile(r"^[A-Za-z0-9._:-]{1,128}$")
QUIET_PATHS = frozenset({"/livez", "/readyz", "/metrics"})
POLLED_PATH = "/internal/feed"
"""Followers ask several times a second; their questions are told at level debug only."""


class Envelope:
    """The one ASGI layer: request id, trace, body limit, access log, and a problem for every failure."""

    def __init__(self, app: ASGIApp, *, max_body_bytes: int, uploads: Mapping[str, int] | None = None) -> None:
        self._app = app
        self._limit = max_body_bytes
        self._uploads = uploads or {}
        """The limits of paths whose doors never gather what they receive."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._uploads.get(scope["path"], self._limit)
        await _Exchange(self._app, limit, scope, receive, send).run()


class _Exchange:
    def __init__(self, app: ASGIApp, limit: int, scope: Scope, receive: Receive, send: Send) -> None:
        self._app, self._limit, self._scope, self._receive, self._send = app, limit, scope, receive, send
        self._headers = {k.lower(): v for k, v in scope["headers"]}
        self._status = 0
        self._seen = 0
        self.request_id = _accepted(self._headers.get(b"x-request-id"), REQUEST_ID) or str(new_id())

    async def run(self) -> None:
        started = time.perf_counter()
        structlog.contextvars.bind_contextvars(request_id=self.request_id)
        trace = _accepted(self._headers.get(b"traceparent"), TRACEPARENT) or _new_traceparent()
        structlog.contextvars.bind_contextvars(traceparent=trace)
        self._scope.setdefault("state", {})["request_id"] = self.request_id
        self._scope["state"]["traceparent"] = trace
        try:
            await self._guarded()
        finally:
            self._say(time.perf_counter() - started)
            structlog.contextvars.unbind_contextvars("request_id", "traceparent")

    async def _guarded(self) -> None:
        try:
            self._refuse_unreadable()
            await self._app(self._as_asked(), self._count_body, self._send_with_id)
        except asyncio.CancelledError:
            raise
        except Exception as error:
            problem = problem_of(error)
            if problem.status >= 500 and not isinstance(problem, ServiceSilent):
                log.exception("request_failed", path=self._scope["path"])
            if self._status:
                raise
            response = problem_response(problem, self._scope["path"], self.request_id)
            await response(self._scope, self._receive, self._send_with_id)

    def _as_asked(self) -> Scope:
        """HEAD is GET whose body does not leave (RFC 9110, 9.3.2): every door that has the one has the other."""
        return {**self._scope, "method": "GET"} if self._scope["method"] == "HEAD" else self._scope

    def _refuse_unreadable(self) -> None:
        if "\x00" in self._scope["path"] or b"%00" in self._scope["query_string"]:
            raise BadRequest("The address contains the character U+0000.")
        length = self._headers.get(b"content-length", b"0")
        if not length.isdigit():
            raise BadRequest("Content-Length is no number.")
        if int(length) > self._limit:
            raise TooLarge(self._limit)

    async def _count_body(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._seen += len(message.get("body", b""))
            if self._seen > self._limit:
                raise TooLarge(self._limit)
        return message

    async def _send_with_id(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            message["headers"] = [*message["headers"], (b"x-request-id", self.request_id.encode())]
        elif self._scope["method"] == "HEAD":
            message = {**message, "body": b""}
        await self._send(message)

    def _say(self, seconds: float) -> None:
        method, path = self._scope["method"], self._scope["path"]
        REQUESTS.labels(method, str(self._status)).inc()
        REQUEST_SECONDS.labels(method).observe(seconds)
        if path in QUIET_PATHS:
            return
        caller = self._scope.get("state", {}).get("caller")
        tell = log.debug if path == POLLED_PATH else log.info
        tell(
            "answered",
            method=method,
            path=path,
            status=self._status,
            ms=round(seconds * 1000, 1),
            client=getattr(caller, "client", None),
        )


def _accepted(value: bytes | None, pattern: re.Pattern[str]) -> str | None:
    text = (value or b"").decode("latin-1")
    return text if pattern.match(text) else None


def _new_traceparent() -> str:
    return f"00-{new_id().hex}-{new_id().hex[-16:]}-01"
