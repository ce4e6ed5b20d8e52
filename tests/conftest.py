"""One real PostgreSQL 18 for all tests; each module gets databases cloned from a migrated template."""

import asyncio
import hashlib
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import structlog
from xdist.scheduler import LoadFileScheduling

from deploy.keys import ensure_keys
from deploy.postgres import EmbeddedPostgres
from kernel.clock import BusinessClock
from kernel.database import Database
from kernel.migrations import upgrade
from services.registry.loading.service import load_registry

ROOT = Path(__file__).resolve().parents[1]
EXTENSIONS = ("btree_gist", "unaccent", "pg_trgm")
MIGRATIONS = {
    "gateway": ROOT / "gateway" / "migrations",
    "registry": ROOT / "services" / "registry" / "migrations",
    "submissions": ROOT / "services" / "submissions" / "migrations",
    "notifications": ROOT / "services" / "notifications" / "migrations",
    "kernel": ROOT / "tests" / "kernel" / "migrations",
}
TEMPLATE_LOCK = 42
ON_THEIR_OWN = ("test_demo.py", "test_kills.py")
"""Journeys that move the clock or kill what others need, on a stack of their own."""


class ByWhatTheyStart(LoadFileScheduling):
    """Keeps together what shares what it starts: the tests of a file, and the journeys on one stack."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return "stack" if file.startswith("tests/journeys/") and not file.endswith(ON_THEIR_OWN) else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByWhatTheyStart:
    """Hand the tests out to the workers."""
    return ByWhatTheyStart(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that at the end no worker waits for another."""
    items.sort(key=lambda item: item.path.parent.name != "journeys" and item.get_closest_marker("journey") is None)


@pytest.fixture(scope="session", autouse=True)
def plain_log() -> None:
    """Log lines as JSON: the console form draws every traceback for seconds."""
    structlog.configure(processors=[structlog.processors.dict_tracebacks, structlog.processors.JSONRenderer()])


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The administrator's address of the test server; the last test session to leave stops it."""
    with EmbeddedPostgres(ROOT / ".local" / "test-postgres", durable=False).lease() as url:
        yield url


@pytest.fixture(scope="session")
def keys_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every key file of an installation."""
    folder = tmp_path_factory.mktemp("keys")
    ensure_keys(folder)
    return folder


@pytest.fixture(scope="session")
def new_database(postgres_url: str) -> Iterator[Callable[[str], str]]:
    """Give the address of a fresh, migrated database of a service; all are dropped at the end."""
    made: list[str] = []

    def make(service: str) -> str:
        name = f"t_{service}_{uuid.uuid4().hex[:10]}"
        asyncio.run(_clone(postgres_url, service, name))
        made.append(name)
        return _named(postgres_url, name)

    yield make
    asyncio.run(_drop(postgres_url, made))


@pytest.fixture(scope="session")
def new_loaded_registry(postgres_url: str, new_database: Callable[[str], str]) -> Iterator[Callable[[], str]]:
    """Give the address of a fresh registry database with the reference files in it: loaded once, then cloned."""
    made: list[str] = []
    loaded = new_database("registry")
    asyncio.run(_load_registry(loaded))

    def make() -> str:
        name = f"t_loaded_{uuid.uuid4().hex[:10]}"
        asyncio.run(_copy(postgres_url, loaded.rsplit("/", 1)[1], name))
        made.append(name)
        return _named(postgres_url, name)

    yield make
    asyncio.run(_drop(postgres_url, made))


@pytest.fixture(scope="module")
def registry_url(new_database: Callable[[str], str]) -> str:
    return new_database("registry")


@pytest.fixture(scope="module")
def loaded_registry_url(new_loaded_registry: Callable[[], str]) -> str:
    return new_loaded_registry()


@pytest.fixture(scope="module")
def submissions_url(new_database: Callable[[str], str]) -> str:
    return new_database("submissions")


@pytest.fixture(scope="module")
def notifications_url(new_database: Callable[[str], str]) -> str:
    return new_database("notifications")


@pytest.fixture(scope="module")
def gateway_url(new_database: Callable[[str], str]) -> str:
    return new_database("gateway")


def _named(url: str, name: str) -> str:
    return url.rsplit("/", 1)[0] + "/" + name


def _template_name(service: str) -> str:
    """A template is good for exactly these migration files."""
    files = [ROOT / "kernel" / "migrations.py", *sorted(MIGRATIONS[service].rglob("*.py"))]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in files))
    return f"template_{service}_{digest.hexdigest()[:12]}"


async def _clone(admin_url: str, service: str, name: str) -> None:
    template = _template_name(service)
    admin = await asyncpg.connect(admin_url)
    try:
        await admin.execute("select pg_advisory_lock($1)", TEMPLATE_LOCK)
        if not await admin.fetchval("select 1 from pg_database where datname = $1", template):
            await _build_template(admin, admin_url, service, template)
        await admin.execute(f"create database {name} template {template} strategy file_copy")
    finally:
        await admin.close()


async def _copy(admin_url: str, source: str, name: str) -> None:
    admin = await asyncpg.connect(admin_url)
    try:
        await admin.execute("select pg_advisory_lock($1)", TEMPLATE_LOCK)
        await admin.execute(f"create database {name} template {source} strategy file_copy")
    finally:
        await admin.close()


async def _load_registry(url: str) -> None:
    database = Database(url)
    await load_registry(database, ROOT / "data", BusinessClock())
    await database.close()


async def _build_template(admin: asyncpg.Connection, admin_url: str, service: str, template: str) -> None:
    unfinished = template + "_building"
    await admin.execute(f"drop database if exists {unfinished} with (force)")
    await admin.execute(f"create database {unfinished}")
    inside = await asyncpg.connect(_named(admin_url, unfinished))
    for extension in EXTENSIONS:
        await inside.execute(f"create extension if not exists {extension}")
    await inside.close()
    await asyncio.to_thread(upgrade, MIGRATIONS[service], _named(admin_url, unfinished))
    await admin.execute(f"alter database {unfinished} rename to {template}")


async def _drop(admin_url: str, names: list[str]) -> None:
    admin = await asyncpg.connect(admin_url)
    for name in names:
        await admin.execute(f"drop database if exists {name} with (force)")
    await admin.close()
