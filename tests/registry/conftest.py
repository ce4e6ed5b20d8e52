"""A registry that runs, with the reference files loaded, and callers with their tokens."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from kernel.database import Database
from kernel.settings import ServiceSettings
from services.registry.main import create_app
from tests.support import bearer, internal_token, running, service_token

DATA = Path(__file__).resolve().parents[2] / "data"

Headers = dict[str, str]


@pytest.fixture(scope="module")
def app(loaded_registry_url: str, keys_dir: Path) -> FastAPI:
    settings = ServiceSettings(database_url=loaded_registry_url, keys_dir=keys_dir, database_pool_size=5)
    return create_app(settings)


@pytest.fixture(scope="module")
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with running(app) as http:
        yield http


@pytest.fixture
async def database(client: httpx.AsyncClient, app: FastAPI) -> Database:
    """The database of the running app."""
    return app.state.runtime.database


@pytest.fixture(scope="session")
def caller(keys_dir: Path) -> Callable[..., Headers]:
    """Give the headers of a caller: `caller()` reads for BNG, `caller("HT-SNGV", "registry:write")` writes."""

    def headers(agency: str = "BNG", *scopes: str, **more: object) -> Headers:
        token = internal_token(
            keys_dir, "registry", agency=agency, scopes=scopes or ("registry:read",), expires_in=3600, **more
        )
        return bearer(token)

    return headers


@pytest.fixture(scope="session")
def reader(caller: Callable[..., Headers]) -> Headers:
    return caller("BNG", "registry:read")


@pytest.fixture(scope="session")
def writer(caller: Callable[..., Headers]) -> Headers:
    return caller("BNG", "registry:read", "registry:write")


@pytest.fixture
def inside(keys_dir: Path) -> Headers:
    """The headers with which submissions asks, good for one test."""
    return bearer(service_token(keys_dir, "submissions", "registry"))
