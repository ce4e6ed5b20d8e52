"""One engine a process, one transaction a request. Only the edge commits."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any, cast

import asyncpg
import sqlalchemy as sa
from fastapi import Depends, Request
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncSession as SqlAlchemySession
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.util.concurrency import greenlet_spawn
from sqlmodel.ext.asyncio.session import AsyncSession

SERVER_SETTINGS = {
    "timezone": "UTC",
    "lock_timeout": "30s",
    "transaction_timeout": "120s",
    "idle_in_transaction_session_timeout": "60s",
}
"""An open writing transaction holds back every feed of the server, so none may stay open for long."""
ASK_AFTER_IDLE = 10.0
"""Seconds after which a connection that lay idle is asked whether it still works. Asking takes three round trips;
of a server that ended the connection asyncpg hears by itself."""
ADAPTED = "adapted_connection"
DRIVER_ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""What asyncpg raises where it is used by itself; the last when a connection ends between two of its states."""


class _PlainSession(AsyncSession):
    """SQLModel's session whose `execute` is SQLAlchemy's own: stores speak Core as much as ORM."""

    execute = SqlAlchemySession.execute


class Database:
    """The connection pool of one service's own database."""

    def __init__(self, url: str, *, pool_size: int = 10, application: str = "gcm") -> None:
        self.engine = create_async_engine(
            async_url(url),
            hide_parameters=True,  # errors are logged, and parameters are what people sent
            pool_size=pool_size,
            max_overflow=0,
            pool_use_lifo=True,
            pool_timeout=30,
            connect_args={
                "server_settings": {**SERVER_SETTINGS, "application_name": application},
                "timeout": 20,  # a burst on a cold pool keeps the loop busy for seconds
            },
        )
        sa.event.listen(self.engine.sync_engine, "checkin", _note_return)
        sa.event.listen(self.engine.sync_engine, "checkout", _require_life)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """Open a transaction that commits at the end, or rolls back when anything is raised."""
        session = _PlainSession(self.engine, expire_on_commit=False)
        try:
            yield session
            await session.commit()
        finally:
            if session.in_transaction():  # whatever came instead of the commit
                await asyncio.shield(session.close())
            else:
                session.sync_session.close()  # the connection went back with the commit: nothing is waited for

    @asynccontextmanager
    async def raw(self) -> AsyncIterator["asyncpg.Connection[Any]"]:
        """Give asyncpg's own connection, with no transaction around: for what polls with one statement."""
        connection = await self.engine.raw_connection()
        try:
            yield cast("asyncpg.Connection[Any]", connection.driver_connection)
        finally:
            await greenlet_spawn(connection.close)  # nothing is waited for: no transaction was begun here

    async def close(self) -> None:
        """Give all connections back."""
        await self.engine.dispose()


def _note_return(_: object, record: Any) -> None:
    record.info["returned_at"] = time.monotonic()


def _require_life(connection: Any, record: Any, _: object) -> None:
    """Have a connection replaced that has ended, and with it all that are as old."""
    if connection.driver_connection.is_closed():
        raise InvalidatePoolError()
    returned_at = record.info.get("returned_at")
    if returned_at is None or time.monotonic() - returned_at < ASK_AFTER_IDLE:
        return
    try:
        connection.ping()
    except (connection.dbapi.Error, OSError) as error:
        raise InvalidatePoolError() from error


def async_url(url: str) -> str:
    """Return the address in the form that SQLAlchemy's asyncpg dialect reads."""
    return url.replace("postgresql://", "postgresql+asyncpg://", 1)


async def raw_connection(session: AsyncSession) -> "asyncpg.Connection[Any]":
    """Return asyncpg's own connection inside the session's transaction, for COPY and for hot statements."""
    adapted = await _adapted(session)
    raw: asyncpg.Connection[Any] = adapted.driver_connection
    if not raw.is_in_transaction():  # SQLAlchemy begins only with its own first statement
        begun = raw.transaction()
        await begun.start()
        adapted._transaction = begun  # and ends what stands here
    return raw


async def reading_connection(session: AsyncSession) -> "asyncpg.Connection[Any]":
    """Return asyncpg's own connection of a session: for one read, whether a transaction is open or not."""
    return cast("asyncpg.Connection[Any]", (await _adapted(session)).driver_connection)


async def _adapted(session: AsyncSession) -> Any:
    """Return SQLAlchemy's own view of asyncpg's connection; it is asked for with every hot statement."""
    known = session.sync_session.info
    if ADAPTED not in known:
        known[ADAPTED] = await session.run_sync(lambda one: one.connection().connection.dbapi_connection)
    return known[ADAPTED]


async def request_session(request: Request) -> AsyncIterator[AsyncSession]:
    """Give a request its transaction; it commits before the answer leaves."""
    async with request.app.state.runtime.database.transaction() as session:
        request.state.session = session
        yield session


Session = Annotated[AsyncSession, Depends(request_session, scope="function")]
