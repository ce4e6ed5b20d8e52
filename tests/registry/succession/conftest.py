"""A registry on the first of July 2026 whose neighbours say what a test lets them say."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from kernel.clock import VIETNAM
from kernel.settings import ServiceSettings
from services.registry.main import create_app
from services.registry.succession.outlook import Outlook
from tests.support import running, set_business_time


class Neighbourhood:
    """What the other services say."""

    def __init__(self) -> None:
        self.outlook = Outlook()

    async def look(self, agency: str) -> Outlook:
        return self.outlook


@pytest.fixture(scope="module")
def neighbours() -> Neighbourhood:
    return Neighbourhood()


@pytest.fixture(scope="module")
def app(loaded_registry_url: str, keys_dir: Path, neighbours: Neighbourhood) -> FastAPI:
    settings = ServiceSettings(database_url=loaded_registry_url, keys_dir=keys_dir, database_pool_size=5)
    return create_app(settings, neighbours)


@pytest.fixture(scope="module")
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with running(app) as http:
        set_business_time(app, datetime(2026, 7, 1, 8, tzinfo=VIETNAM))
        yield http
