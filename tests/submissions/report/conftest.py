"""The loaded registry with submissions over it, and a year of it filled in; shared by the tests of one file."""

from collections.abc import AsyncIterator
from datetime import date, datetime
from pathlib import Path

import httpx
import pytest

from kernel.clock import VIETNAM
from kernel.http import ServiceClient
from kernel.jose import SigningKey
from kernel.settings import ServiceSettings
from services.registry.main import create_app as create_registry
from services.submissions.main import create_app
from services.submissions.registry_client import RegistryClient
from services.submissions.settings import SubmissionsSettings
from tests.conftest import ROOT
from tests.submissions.report.filled import Year, fill
from tests.submissions.service import Service
from tests.support import running


@pytest.fixture(scope="module")
async def service(loaded_registry_url: str, submissions_url: str, keys_dir: Path) -> AsyncIterator[Service]:
    """Submissions over the registry with its reference files."""
    registry = create_registry(ServiceSettings(database_url=loaded_registry_url, keys_dir=keys_dir))
    settings = SubmissionsSettings(
        database_url=submissions_url, keys_dir=keys_dir, data_dir=ROOT / "data", live_from=date(2026, 1, 1)
    )
    async with running(registry):
        client = ServiceClient(
            "http://registry",
            caller="submissions",
            audience="registry",
            signer=SigningKey.load(keys_dir / "service-submissions.pem"),
            transport=httpx.ASGITransport(registry),
        )
        app = create_app(settings, registry=RegistryClient(client))
        async with running(app) as http:
            one = Service(app, http, keys_dir, app.state.parts.registry, submissions_url)
            one.at(datetime(2026, 7, 1, 8, tzinfo=VIETNAM))
            await one.follow()
            await one.roll()
            yield one


@pytest.fixture(scope="module")
async def year(service: Service) -> Year:
    """A year filled in."""
    return await fill(service)
