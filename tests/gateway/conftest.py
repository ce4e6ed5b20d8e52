"""A gateway as its process runs it, over real HTTP, with one small real server standing for all three services."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.types import ASGIApp

from gateway.administrator import ensure_sandbox_admin
from gateway.client.secrets import Pepper
from gateway.main import create_gateway
from gateway.route.dispatcher import Dispatcher
from gateway.settings import GatewaySettings
from kernel.database import Database
from tests.gateway.upstream import Upstream


@asynccontextmanager
async def serving(app: ASGIApp) -> AsyncIterator[str]:
    """Serve an app on a free port of 127.0.0.1, as its process would."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        app, log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:
        assert not task.done(), "the server did not start"
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


@pytest.fixture
def empty_url(new_database: Callable[[str], str]) -> str:
    """A gateway database of one test's own."""
    return new_database("gateway")


@pytest.fixture(scope="module")
async def upstream() -> AsyncIterator[Upstream]:
    upstream = Upstream()
    async with serving(upstream) as url:
        upstream.url = url
        yield upstream


@pytest.fixture(scope="module")
def settings(gateway_url: str, keys_dir: Path, upstream: Upstream, tmp_path_factory: Any) -> GatewaySettings:
    return GatewaySettings(
        database_url=gateway_url,
        keys_dir=keys_dir,
        sandbox=True,
        public_url="http://gateway.test",
        registry_url=upstream.url,
        submissions_url=upstream.url,
        notifications_url=upstream.url,
        max_body_bytes=1_000_000,
        max_upload_bytes=3_000_000,
        upstream_read_seconds=3,
        body_stall_seconds=2,
        api_documents=tmp_path_factory.mktemp("api"),
    )


@pytest.fixture(scope="module")
def gateway(settings: GatewaySettings) -> Dispatcher:
    return create_gateway(settings)


@pytest.fixture(scope="module")
async def gateway_address(gateway: Dispatcher) -> AsyncIterator[str]:
    async with serving(gateway) as url:
        yield url


@pytest.fixture(scope="module")
async def client(gateway_address: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=gateway_address, trust_env=False, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
async def credentials(settings: GatewaySettings, tmp_path_factory: Any) -> tuple[str, str]:
    """The sandbox administrator's id and secret."""
    file = tmp_path_factory.mktemp("admin") / "sandbox-admin.json"
    database = Database(settings.database_url, pool_size=1)
    pepper = Pepper.load(settings.key_file("client-pepper"))
    await ensure_sandbox_admin(database, pepper, file, public_url=settings.public_url)
    await database.close()
    kept = httpx.Response(200, content=file.read_bytes()).json()
    return kept["client_id"], kept["client_secret"]


@pytest.fixture(scope="module")
async def admin_token(client: httpx.AsyncClient, credentials: tuple[str, str]) -> str:
    return await get_token(client, credentials)


@pytest.fixture(scope="module")
def admin(admin_token: str) -> dict[str, str]:
    """The header that lets the administrator in."""
    return {"Authorization": f"Bearer {admin_token}"}


async def get_token(client: httpx.AsyncClient, credentials: tuple[str, str], **fields: str) -> str:
    """Return an access token for these credentials."""
    form = {"grant_type": "client_credentials", **fields}
    answer = await client.post("/oauth/token", data=form, auth=credentials)
    assert answer.status_code == 200, answer.text
    token: str = answer.json()["access_token"]
    return token


async def register(client: httpx.AsyncClient, admin: dict[str, str], **changes: Any) -> dict[str, Any]:
    """Register a client of HT-SNV and return the answer, with its secret."""
    body = {"name": "Sở Nội vụ", "agency": "HT-SNV", "scopes": ["registry:read"], **changes}
    answer = await client.post("/v1/clients", json=body, headers=admin)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def wait_for_agencies(gateway: Dispatcher) -> None:
    """Wait until the gateway has read the registry's feed."""
    from gateway.agency.store import AgencyStore

    database = gateway.app.state.runtime.database
    for _ in range(600):
        async with database.transaction() as session:
            if not await AgencyStore(session).is_empty():
                return
        await asyncio.sleep(0.05)
    raise AssertionError("the gateway never heard the registry")
