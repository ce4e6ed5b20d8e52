"""An empty notifications database per test, and its API running on it."""

from collections.abc import AsyncIterator, Callable
from ipaddress import ip_network
from pathlib import Path

import asyncpg
import httpx
import pytest
from fastapi import FastAPI

from kernel.database import Database
from services.notifications.main import create_app
from services.notifications.settings import NotificationsSettings
from tests.notifications.builders import PUBLIC_URL, Receiver, listening
from tests.support import bearer, internal_token, running

EMPTY = """
set session_replication_role = replica;
truncate agency, occurrence, reminder, endpoint, delivery, attempt, inbox_item,
         event, feed_cursor, idempotency_key, installation;
delete from ladder_step where policy <> '*';
"""
"""Not even the event log keeps anything from the test before."""


@pytest.fixture
async def own_url(notifications_url: str) -> str:
    connection = await asyncpg.connect(notifications_url)
    await connection.execute(EMPTY)
    await connection.close()
    return notifications_url


@pytest.fixture
async def database(own_url: str) -> AsyncIterator[Database]:
    database = Database(own_url)
    yield database
    await database.close()


@pytest.fixture
def settings(own_url: str, keys_dir: Path) -> NotificationsSettings:
    return NotificationsSettings(
        database_url=own_url,
        keys_dir=keys_dir,
        sandbox=True,
        public_url=PUBLIC_URL,
        webhook_allowed_networks=[ip_network("127.0.0.1/32")],
    )


@pytest.fixture
def app(settings: NotificationsSettings) -> FastAPI:
    return create_app(settings)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with running(app) as client:
        yield client


@pytest.fixture
def as_agency(keys_dir: Path) -> Callable[..., dict[str, str]]:
    """Return the header of a client of an agency that may manage notifications."""

    def headers(agency: str, *scopes: str, **claims: object) -> dict[str, str]:
        granted = scopes or ("notifications:manage",)
        token = internal_token(
            keys_dir, "notifications", agency=agency, client=f"client-of-{agency}", scopes=granted, **claims
        )
        return bearer(token)

    return headers


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with listening() as receiver:
        yield receiver
