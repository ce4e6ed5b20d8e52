"""What one process holds while it runs: settings, database, clock, keys. Opened once, passed along."""

import asyncio
import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

import sqlalchemy as sa
import structlog
from cryptography.fernet import Fernet
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError

from kernel.clock import BusinessClock, day_in_vietnam, real_now
from kernel.database import DRIVER_ERRORS, Database
from kernel.http import ServiceClient
from kernel.jose import KeySet, SigningKey
from kernel.settings import ServiceSettings
from kernel.tables import installation

CLOCK_POLL_SECONDS = 0.2

log = structlog.get_logger()


async def _nothing() -> str | None:
    return None


@dataclass
class Runtime:
    """The parts of one running process."""

    service: str
    settings: ServiceSettings
    database: Database
    internal_keys: KeySet
    service_keys: KeySet
    signer: SigningKey
    clock: BusinessClock = field(default_factory=BusinessClock)
    live_from: date = date.min
    find_missing: Callable[[], Awaitable[str | None]] = _nothing
    """Names what this process still has to wait for before it is ready, beside its database."""

    @cached_property
    def vault(self) -> Fernet:
        """Seals what may hold a secret and has to be kept; its key is not in the database."""
        return Fernet(base64.urlsafe_b64encode(self.signer.derive("kept answers")))

    def client(self, audience: str) -> ServiceClient:
        """Return the way to another service; the caller closes it."""
        base_url = getattr(self.settings, f"{audience}_url")
        return ServiceClient(base_url, caller=self.service, audience=audience, signer=self.signer)

    async def set_clock_offset(self, offset: timedelta) -> None:
        """Keep a new sandbox offset and follow it at once."""
        async with self.database.transaction() as session:
            await session.execute(sa.update(installation).values(clock_offset=offset))
        self.clock.offset = offset

    async def read_clock_offset(self) -> None:
        """Follow the offset that another process of this service has kept."""
        async with self.database.raw() as connection:
            self.clock.offset = await connection.fetchval("select clock_offset from installation")


@asynccontextmanager
async def open_runtime(service: str, settings: ServiceSettings) -> AsyncIterator[Runtime]:
    """Open the database, load the keys, and follow the sandbox clock until the end."""
    runtime = Runtime(
        service=service,
        settings=settings,
        database=Database(settings.database_url, pool_size=settings.database_pool_size, application=service),
        internal_keys=KeySet.load(settings.key_file("internal.jwks.json")),
        service_keys=KeySet.load(settings.key_file("service.jwks.json")),
        signer=SigningKey.load(settings.key_file(f"service-{service}.pem")),
    )
    try:
        await _read_installation(runtime)
        async with _following_clock(runtime):
            yield runtime
    finally:
        await runtime.database.close()


async def _read_installation(runtime: Runtime) -> None:
    settings = runtime.settings
    offset = timedelta(0)
    if settings.sandbox and settings.sandbox_start is not None:
        offset = settings.sandbox_start - real_now()
    live_from = settings.live_from or day_in_vietnam(real_now() + offset)
    first = insert(installation).values(id=1, live_from=live_from, clock_offset=offset)
    async with runtime.database.transaction() as session:
        await session.execute(first.on_conflict_do_nothing())
        row = (await session.execute(sa.select(installation))).one()
    runtime.live_from = settings.live_from or row.live_from
    runtime.clock.offset = row.clock_offset if settings.sandbox else timedelta(0)


@asynccontextmanager
async def _following_clock(runtime: Runtime) -> AsyncIterator[None]:
    if not runtime.settings.sandbox:
        yield
        return
    task = asyncio.create_task(_follow_clock(runtime))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _follow_clock(runtime: Runtime) -> None:
    while True:
        await asyncio.sleep(CLOCK_POLL_SECONDS)
        try:
            await runtime.read_clock_offset()
        except (SQLAlchemyError, *DRIVER_ERRORS, OSError) as error:
            log.warning("clock_not_read", error=str(error))
