"""Work that runs later: a small port over PgQueuer. A job is enqueued in the transaction that wants it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import asyncpg
import orjson
import structlog
from pgqueuer import AsyncpgDriver, Job, PgQueuer, Queries
from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.database import raw_connection

Handler = Callable[[dict[str, Any]], Awaitable[None]]

log = structlog.get_logger()


async def enqueue(session: AsyncSession, name: str, payload: dict[str, Any], *, key: str | None = None) -> None:
    """Ask for a job within the session's transaction; with a `key`, one waiting job of that key is enough."""
    raw = await raw_connection(session)
    queries = Queries(AsyncpgDriver(raw))
    await queries.enqueue(name, orjson.dumps(payload), dedupe_key=key, on_conflict="skip")


async def run_jobs(database_url: str, handlers: Mapping[str, Handler]) -> None:
    """Run jobs until cancelled. Returns when the database connection is lost: its loop begins it again."""
    connection = await asyncpg.connect(database_url.replace("+asyncpg", ""))
    try:
        queuer = PgQueuer(AsyncpgDriver(connection))
        for name, handler in handlers.items():
            queuer.entrypoint(name)(_reading(name, handler))
        await queuer.run(shutdown_on_listener_failure=True)
    finally:
        await asyncio.shield(connection.close(timeout=2))


def _reading(name: str, handler: Handler) -> Callable[[Job], Awaitable[None]]:
    async def run(job: Job) -> None:
        log.info("job_begun", job=name, job_id=job.id)
        await handler(orjson.loads(job.payload or b"{}"))

    return run
