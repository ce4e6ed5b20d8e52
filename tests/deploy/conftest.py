"""A database server of its own for the tests of starting, stopping and keeping."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.postgres import EmbeddedPostgres


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """A server that one file of tests shares; tests may stop and kill it."""
    postgres = EmbeddedPostgres(tmp_path_factory.mktemp("postgres"), durable=False)
    yield postgres
    postgres.remove()


@pytest.fixture(scope="module")
def admin_url(server: EmbeddedPostgres) -> str:
    """The address of its administrator."""
    return server.up()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder for one installation."""
    return tmp_path / "run"
