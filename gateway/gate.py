"""What the gateway's process holds beside its runtime: keys, remembered tokens, limits, ways to services."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field

import structlog
from fastapi import FastAPI
from prometheus_client import start_http_server
from sqlalchemy.exc import SQLAlchemyError

from gateway.agency.follower import AgencyFollower
from gateway.client.groups import Group, read_groups
from gateway.client.secrets import Pepper
from gateway.clock.service import FOLLOWERS
from gateway.portal.status import StatusBoard
from gateway.route.internal import InternalTokens
from gateway.route.limit import Limiter
from gateway.route.line import AccessLog
from gateway.route.upstream import Upstreams, open_upstreams
from gateway.settings import GatewaySettings
from gateway.token.keys import AccessKeys
from gateway.token.memory import TokenMemory
from gateway.token.signing import TokenSmith
from gateway.token.standing import Standing
from gateway.token.store import RevocationStore
from kernel.clock import real_now
from kernel.database import DRIVER_ERRORS
from kernel.errors import ServiceSilent
from kernel.events import Sealer
from kernel.feed import FeedFollower
from kernel.http import ServiceClient
from kernel.jose import SigningKey
from kernel.runtime import Runtime
from kernel.worker import Loop, run_loops

log = structlog.get_logger()


@dataclass
class Gate:
    """The parts of one running gateway."""

    settings: GatewaySettings
    keys: AccessKeys
    smith: TokenSmith
    standing: Standing
    memory: TokenMemory
    pepper: Pepper
    groups: tuple[Group, ...]
    internal: InternalTokens
    limiter: Limiter
    upstreams: Upstreams
    services: dict[str, ServiceClient]
    status: StatusBoard
    access_log: AccessLog
    moving_clock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self.max_body_bytes = self.settings.max_body_bytes
        self.max_upload_bytes = self.settings.max_upload_bytes
        self.body_stall = self.settings.body_stall_seconds


def make_smith(settings: GatewaySettings, keys: AccessKeys) -> TokenSmith:
    """Return what issues and proves the access tokens of this installation."""
    issuer = settings.public_url.rstrip("/")
    return TokenSmith(keys, issuer=issuer, audience=issuer, lifetime=settings.access_token_seconds)


@asynccontextmanager
async def open_gate(app: FastAPI, runtime: Runtime) -> AsyncIterator[None]:
    """Load the keys, hear of revocations, open the pool, and follow what goes on until the end."""
    settings = runtime.settings
    assert isinstance(settings, GatewaySettings)
    async with AsyncExitStack() as stack:
        gate = await _make_gate(settings, runtime, stack)
        await _hear(gate.standing, runtime)
        app.state.gate = gate
        with _showing_figures(settings):
            async with _running(_loops(gate, runtime)):
                yield
        gate.access_log.flush()


async def _make_gate(settings: GatewaySettings, runtime: Runtime, stack: AsyncExitStack) -> Gate:
    keys = AccessKeys.load(settings.keys_dir)
    smith, standing = make_smith(settings, keys), Standing()
    services = {name: await stack.enter_async_context(runtime.client(name)) for name in FOLLOWERS}
    upstreams = await stack.enter_async_context(open_upstreams(settings))
    return Gate(
        settings=settings,
        keys=keys,
        smith=smith,
        standing=standing,
        memory=TokenMemory(smith, standing, size=settings.token_memory_size),
        pepper=Pepper.load(settings.key_file("client-pepper")),
        groups=read_groups(settings.data_dir),
        internal=InternalTokens(SigningKey.load(settings.key_file("internal.pem"))),
        limiter=Limiter(
            per_minute=settings.rate_limit_per_minute, burst=settings.rate_limit_burst, now=time.monotonic
        ),
        upstreams=upstreams,
        services=services,
        status=StatusBoard(upstreams),
        access_log=AccessLog(settings.log_level),
    )


def _loops(gate: Gate, runtime: Runtime) -> list[Loop]:
    hearing = _Hearing(gate.standing, runtime)
    follower = FeedFollower(
        "registry", gate.services["registry"], runtime.database, AgencyFollower(gate.services["registry"])
    )
    return [
        Loop("standing", hearing.step, gate.settings.standing_poll_seconds),
        Loop("agencies", lambda: _follow(follower), 1.0),
        Loop("sealer", Sealer(runtime.database).seal, 1.0),
        Loop("expired_revocations", lambda: _forget_expired(runtime), 300.0),
    ]


async def _hear(standing: Standing, runtime: Runtime) -> None:
    async with runtime.database.transaction() as session:
        revoked, generations = await RevocationStore(session).read_standing(real_now())
    standing.hear(revoked, generations, now=time.time())


class _Hearing:
    """Looks up what other gateway processes revoked, at a steady pace also while the database is away.

    Meanwhile tokens stay good: nobody can revoke one without that database, and none lives ten minutes.
    """

    def __init__(self, standing: Standing, runtime: Runtime) -> None:
        self._standing = standing
        self._runtime = runtime
        self._deaf = False

    async def step(self) -> bool:
        try:
            await _hear(self._standing, self._runtime)
        except (SQLAlchemyError, *DRIVER_ERRORS, OSError) as error:
            if not self._deaf:
                log.error("standing_not_heard", error=repr(error)[:300])
            self._deaf = True
        else:
            self._deaf = False
        return False


async def _follow(follower: FeedFollower) -> bool:
    try:
        return await follower.step()
    except ServiceSilent:
        return False  # the registry may be away: ask again at the same pace


async def _forget_expired(runtime: Runtime) -> bool:
    async with runtime.database.transaction() as session:
        await RevocationStore(session).forget_expired(real_now())
    return False


@contextmanager
def _showing_figures(settings: GatewaySettings) -> Iterator[None]:
    """Serve Prometheus on a port of its own: whatever stands on the public port is public."""
    if settings.metrics_port is None:
        yield
        return
    server, _ = start_http_server(settings.metrics_port, settings.host)
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


@asynccontextmanager
async def _running(loops: list[Loop]) -> AsyncIterator[None]:
    task = asyncio.create_task(run_loops(loops))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
