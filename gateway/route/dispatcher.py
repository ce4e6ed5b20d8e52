"""The hot path: a raw ASGI application in front of the gateway's own FastAPI application.

It reads the path, proves the token, counts the request, and hands it to a service or to our own doors. Our own
doors get an internal token for the audience `gateway`, exactly as a service would: so `requires` works in them
unchanged, and there is one place only where an access token is read.
"""

import time
from functools import cache
from secrets import token_hex

import structlog
from fastapi import FastAPI
from prometheus_client import Counter, Histogram
from starlette.types import Message, Receive, Scope, Send

from gateway.gate import Gate
from gateway.route.answer import pass_answer, send_problem
from gateway.route.body import CallerGone, read_body
from gateway.route.errors import NoSuchPath
from gateway.route.headers import pass_in, read_singles
from gateway.route.limit import TooFast
from gateway.route.paths import PlainPath, read_path
from gateway.route.table import UPLOADS, Owner, Way, find_way
from gateway.token.claims import AccessToken, TokenRefused
from kernel.envelope import REQUEST_ID, TRACEPARENT
from kernel.errors import BadRequest, MethodNotAllowed, Problem, Unauthenticated
from kernel.ids import new_id
from kernel.metrics import REQUEST_SECONDS, REQUESTS

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OWN_BODY_LIMIT = 1024 * 1024
UNREAD_BY_OUR_DOORS = frozenset({b"authorization", b"x-request-id", b"traceparent"})

log = structlog.get_logger()


@cache
def _figures(method: str, status: int) -> tuple[Counter, Histogram]:
    """Return what counts and times requests of a kind; looking them up by label each time costs more."""
    known = method if method in METHODS else "other"
    return REQUESTS.labels(known, str(status)), REQUEST_SECONDS.labels(known)


class Dispatcher:
    """The ASGI application that the gateway's process serves."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await _Passage(self.app, self.app.state.gate, scope, receive, send).run()
        else:
            await send({"type": "websocket.close", "code": 1008})


class _Passage:
    """One request on its way through."""

    def __init__(self, app: FastAPI, gate: Gate, scope: Scope, receive: Receive, send: Send) -> None:
        self._app, self._gate, self._scope, self._receive, self._send = app, gate, scope, receive, send
        self._method: str = scope["method"]
        self._singles: dict[bytes, bytes] = {}
        self._extra: list[tuple[bytes, bytes]] = []
        self._status = 0
        self._owner = ""
        self._token: AccessToken | None = None
        self._request_id = self._trace = ""

    async def run(self) -> None:
        """Lead the request to its answer; whatever refuses it becomes a problem document."""
        started = time.perf_counter()
        try:
            await self._lead()
        except CallerGone:
            self._status = 499
        except Problem as problem:
            await self._refuse(problem)
        except Exception:
            log.exception("request_failed", path=self._shown_path(), request_id=self._request_id)
            if self._status:
                raise
            await self._refuse(Problem())
        finally:
            if self._owner != Owner.GATEWAY:  # our own doors count and tell by themselves
                self._tell(time.perf_counter() - started)

    async def _lead(self) -> None:
        self._name()
        self._singles = read_singles(self._scope["headers"])
        if self._method not in METHODS:
            raise MethodNotAllowed(headers={"Allow": ", ".join(sorted(METHODS))})
        path = read_path(self._scope["raw_path"])
        way = find_way(path.text, path.segments)
        if way is None:
            raise NoSuchPath(f"Nothing answers at {path.text}.")
        if not way.open:
            self._token = self._prove()
            self._count(self._token.client_id)
        if way.owner is Owner.GATEWAY:
            await self._enter_own_door(path, way)
        else:
            await self._pass(path, way)

    def _name(self) -> None:
        """Take over the caller's request id and trace when they are well formed; make our own otherwise."""
        wanted = (b"x-request-id", b"traceparent")
        given = {name: value for name, value in self._scope["headers"] if name in wanted}
        request_id = given.get(b"x-request-id", b"").decode("latin-1")
        trace = given.get(b"traceparent", b"").decode("latin-1")
        self._request_id = request_id if REQUEST_ID.match(request_id) else str(new_id())
        self._trace = trace if TRACEPARENT.match(trace) else f"00-{token_hex(16)}-{token_hex(8)}-01"
        self._extra.append((b"x-request-id", self._request_id.encode()))

    def _prove(self) -> AccessToken:
        header = self._singles.get(b"authorization")
        if header is None:
            raise Unauthenticated()
        scheme, _, token = header.partition(b" ")
        if scheme.lower() != b"bearer":
            raise Unauthenticated("Authorization has to be Bearer and an access token.")
        try:
            return self._gate.memory.prove(token)
        except TokenRefused as refusal:
            log.info("token_refused", reason=str(refusal), request_id=self._request_id)
            raise Unauthenticated("The access token is not valid here.", error="invalid_token") from None

    def _count(self, client_id: str) -> None:
        limiter = self._gate.limiter
        verdict = limiter.ask(client_id)
        self._extra += [
            (b"ratelimit-policy", limiter.policy),
            (b"ratelimit", b'"client";r=%d;t=%d' % (verdict.left, verdict.seconds)),
        ]
        if not verdict.passes:
            raise TooFast(verdict.seconds)

    async def _pass(self, path: PlainPath, way: Way) -> None:
        self._owner = way.owner
        gate = self._gate
        limit = gate.max_upload_bytes if path.text in UPLOADS else gate.max_body_bytes
        body = read_body(self._singles, self._receive, limit=limit, stall=gate.body_stall)
        headers = pass_in(self._scope["headers"])
        headers += [(b"x-request-id", self._request_id.encode()), (b"traceparent", self._trace.encode())]
        if self._token is not None:
            headers.append((b"authorization", gate.internal.authorization(self._token, way.owner)))
        answer = await gate.upstreams.send(way.owner, self._method, self._target(path), headers, body)
        self._status = answer.status
        await pass_answer(answer, self._extra, self._receive, self._send)

    def _target(self, path: PlainPath) -> str:
        query: bytes = self._scope["query_string"]
        if not query.isascii() or b"#" in query:
            raise BadRequest("The query string has to be plain ASCII.")
        raw = path.raw.decode()
        return f"{raw}?{query.decode()}" if query else raw

    async def _enter_own_door(self, path: PlainPath, way: Way) -> None:
        self._owner = way.owner
        read_body(self._singles, self._receive, limit=OWN_BODY_LIMIT, stall=self._gate.body_stall)
        headers = [field for field in self._scope["headers"] if field[0] not in UNREAD_BY_OUR_DOORS]
        headers += [(b"x-request-id", self._request_id.encode()), (b"traceparent", self._trace.encode())]
        if self._token is not None:
            headers.append((b"authorization", self._gate.internal.authorization(self._token, way.owner)))
        elif b"authorization" in self._singles:
            headers.append((b"authorization", self._singles[b"authorization"]))
        scope = {**self._scope, "path": path.text, "raw_path": path.raw, "headers": headers}
        await self._app(scope, self._receive, self._send_with_limits)

    async def _send_with_limits(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            limits = [field for field in self._extra if field[0] != b"x-request-id"]
            message["headers"] = [*message["headers"], *limits]
        await self._send(message)

    async def _refuse(self, problem: Problem) -> None:
        self._status = problem.status
        await send_problem(
            problem,
            instance=self._scope["path"],
            request_id=self._request_id,
            extra=self._extra,
            receive=self._receive,
            send=self._send,
            head_only=self._method == "HEAD",
        )

    def _shown_path(self) -> str:
        """Return the path for the log; the address of a calendar is a secret."""
        path: str = self._scope["path"]
        return "/calendars/***" if path.startswith("/calendars/") else path

    def _tell(self, seconds: float) -> None:
        counted, timed = _figures(self._method, self._status)
        counted.inc()
        timed.observe(seconds)
        self._gate.access_log.write(
            method=self._method,
            path=self._shown_path(),
            status=self._status,
            ms=round(seconds * 1000, 1),
            service=self._owner or None,
            request_id=self._request_id,
            traceparent=self._trace,
            client=self._token.client_id if self._token else None,
        )
