"""One engine a process, one transaction a request. Only the edge commits."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any, cast

import asyncpg
from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession as SqlAlchemySession
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

SERVER_SETTINGS = {
    "timezone": "UTC",
    "lock_timeout": "30s",
    "transaction_timeout": "120s",
    "idle_in_transaction_session_timeout": "60s",
}
"""An open writing transaction holds back every feed of the server, so none may stay open for long."""


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
            pool_timeout=30,
            pool_pre_ping=True,
            connect_args={
                "server_settings": {**SERVER_SETTINGS, "application_name": application},
                "timeout": 20,  # a burst on a cold pool keeps the loop busy for seconds
            },
        )

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """Open a transaction that commits at the end, or rolls back when anything is raised."""
        async with _PlainSession(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    async def close(self) -> None:
        """Give all connections back."""
        await self.engine.dispose()


def async_url(url: str) -> str:
    """Return the address in the form that SQLAlchemy's asyncpg dialect reads."""
    return url.replace("postgresql://", "postgresql+asyncpg://", 1)


async def raw_connection(session: AsyncSession) -> "asyncpg.Connection[Any]":
    """Return asyncpg's own connection inside the session's transaction, for COPY and for hot reads."""
    connection = await session.connection()
    raw = cast("asyncpg.Connection[Any]", (await connection.get_raw_connection()).driver_connection)
    if not raw.is_in_transaction():  # SQLAlchemy begins only with its own first statement
        await connection.exec_driver_sql("select 1")
    return raw


async def request_session(request: Request) -> AsyncIterator[AsyncSession]:
    """Give a request its transaction; it commits before the answer leaves."""
    async with request.app.state.runtime.database.transaction() as session:
        request.state.session = session
        yield session


Session = Annotated[AsyncSession, Depends(request_session, scope="function")]
