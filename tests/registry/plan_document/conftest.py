"""Documents on their way: a worker that reads them at once, and the callers that send them."""

from functools import cache

import orjson
import pytest

from kernel.database import Database
from services.registry.document.names import NameBook
from services.registry.plan_document.child import book_of, read
from services.registry.plan_document.reading import DocumentReader
from tests.registry.document.builders import seed_text
from tests.registry.plan_document.sending import Sender


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
