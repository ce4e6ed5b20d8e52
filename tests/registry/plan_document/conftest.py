"""Documents on their way: a worker that reads them at once, and the callers that send them."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime
from functools import cache
from pathlib import Path

import httpx
import orjson
import pytest
from fastapi import FastAPI

from kernel.clock import VIETNAM
from kernel.database import Database
from kernel.settings import ServiceSettings
from services.registry.document.names import NameBook
from services.registry.main import create_app
from services.registry.plan_document.child import book_of, read
from services.registry.plan_document.reading import DocumentReader
from tests.registry.document.builders import seed_text
from tests.registry.plan_document.sending import Sender
from tests.support import running, set_business_time


@pytest.fixture(scope="package")
def app(new_loaded_registry: Callable[[], str], keys_dir: Path) -> FastAPI:
    return create_app(ServiceSettings(database_url=new_loaded_registry(), keys_dir=keys_dir, database_pool_size=5))


@pytest.fixture(scope="package")
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with running(app) as http:
        set_business_time(app, datetime(2026, 7, 1, 8, tzinfo=VIETNAM))
        yield http


@pytest.fixture
def bng(caller):
    """The steward of the national plan."""
    return caller("BNG", "registry:read", "registry:write")


@pytest.fixture
def ha_tinh(caller):
    """The steward of the plan of Hà Tĩnh."""
    return caller("HT-SNGV", "registry:read", "registry:write", client="ha-tinh")


@cache
def _book(order: bytes) -> NameBook:
    return book_of(orjson.loads(order))


async def read_here(order, content):
    """Read in this process: what the child does, with the dictionary kept for the next file."""
    book = _book(orjson.dumps({**order, "content_type": ""}))
    return orjson.loads(orjson.dumps(read(content, order["content_type"], book)))


@pytest.fixture
def read_next(app, database: Database):
    """Let a worker read the document that has waited longest."""
    return DocumentReader(database, app.state.runtime.clock, read=read_here).step


@pytest.fixture
def sender(client, read_next) -> Sender:
    return Sender(client, read_next)


@pytest.fixture(scope="session")
def ha_tinh_plan() -> str:
    return seed_text("001")
