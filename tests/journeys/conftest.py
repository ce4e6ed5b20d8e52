"""Real stacks: real processes, real HTTP, real PostgreSQL. Starting one takes longer than most journeys."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from deploy.demo.actor import Actor
from deploy.demo.story import START
from deploy.installation import Installation, find_port_block
from deploy.stack import Stack, running_stack


def an_installation(folder: Path) -> Installation:
    return Installation(
        folder,
        port=find_port_block(),
        sandbox_start=START,
        settings={"GCM_WEBHOOK_ALLOWED_NETWORKS": '["127.0.0.1/32"]'},
    )


@asynccontextmanager
async def a_stack(paths: pytest.TempPathFactory, postgres_url: str) -> AsyncIterator[Stack]:
    folder = paths.mktemp("stack")
    prefix = f"j{abs(hash(folder)) % 10**8}_"
    async with running_stack(an_installation(folder), admin_url=postgres_url, prefix=prefix) as stack:
        yield stack


@pytest.fixture(scope="package")
async def stack(tmp_path_factory: pytest.TempPathFactory, postgres_url: str) -> AsyncIterator[Stack]:
    """The one that journeys share which leave the clock alone and each other's agencies in peace."""
    async with a_stack(tmp_path_factory, postgres_url) as stack:
        yield stack


@pytest.fixture(scope="module")
async def own_stack(tmp_path_factory: pytest.TempPathFactory, postgres_url: str) -> AsyncIterator[Stack]:
    """One for a journey that moves the clock, or kills what others need."""
    async with a_stack(tmp_path_factory, postgres_url) as stack:
        yield stack


@pytest.fixture(scope="module")
async def admin(stack: Stack) -> AsyncIterator[Actor]:
    async with Actor(stack.url, "BNG", *stack.admin_credentials()) as admin:
        yield admin


@pytest.fixture
async def outside(stack: Stack) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody without a token."""
    async with httpx.AsyncClient(base_url=stack.url, trust_env=False, timeout=60) as client:
        yield client
