"""A running submissions service over a real database, with a registry in memory and a clock to set."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kernel.ids import new_id
from services.submissions.main import create_app
from services.submissions.settings import SubmissionsSettings
from tests.conftest import ROOT
from tests.submissions.fake_registry import FakeRegistry
from tests.submissions.service import FIRST_MORNING, Service, open_service
from tests.support import running


@pytest.fixture(scope="module")
async def service(submissions_url: str, keys_dir: Path) -> AsyncIterator[Service]:
    """The service on the first of July 2026, with the ledger rolled."""
    registry = FakeRegistry()
    settings = SubmissionsSettings(
        database_url=submissions_url,
        keys_dir=keys_dir,
        data_dir=ROOT / "data",
        live_from=FIRST_MORNING.date(),
    )
    app = create_app(settings, registry=registry)
    async with running(app) as http:
        one = Service(app, http, keys_dir, registry, submissions_url)
        await open_service(one)
        yield one


@pytest.fixture
def a_key() -> str:
    """An idempotency key that nobody used."""
    return str(new_id())
