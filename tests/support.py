"""What tests of every service share: tokens as the gateway would mint them, an app that runs, a clock to set."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import httpx
import sqlalchemy as sa
from fastapi import FastAPI

from kernel.callers import INTERNAL_ISSUER, INTERNAL_TOKEN_TYP
from kernel.clock import real_now
from kernel.database import Database
from kernel.events import Sealer
from kernel.http import SERVICE_TOKEN_TYP
from kernel.ids import new_id
from kernel.jose import SigningKey


def internal_token(
    keys_dir: Path,
    audience: str,
    *,
    agency: str = "BNG",
    scopes: Iterable[str] = ("registry:read",),
    client: str = "test-client",
    plans: Iterable[str] = (),
    expires_in: int = 60,
) -> str:
    """Return the token that the gateway would hand to a service for this caller."""
    now = int(time.time())
    claims = {
        "iss": INTERNAL_ISSUER,
        "aud": audience,
        "sub": client,
        "client_id": client,
        "agency": agency,
        "scope": " ".join(scopes),
        "plans": list(plans),
        "iat": now,
        "exp": now + expires_in,
        "jti": str(new_id()),
    }
    return SigningKey.load(keys_dir / "internal.pem").sign(claims, INTERNAL_TOKEN_TYP)


def service_token(keys_dir: Path, caller: str, audience: str) -> str:
    """Return the token with which one service calls another."""
    now = int(time.time())
    claims = {
        "iss": caller,
        "sub": caller,
        "aud": audience,
        "iat": now,
        "exp": now + 60,
        "jti": str(new_id()),
    }
    return SigningKey.load(keys_dir / f"service-{caller}.pem").sign(claims, SERVICE_TOKEN_TYP)


def bearer(token: str) -> dict[str, str]:
    """Return the header that carries a token."""
    return {"Authorization": f"Bearer {token}"}


@asynccontextmanager
async def running(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Start an app as its process would, and give a client that speaks to it."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://service") as client,
    ):
        yield client


def set_business_time(app: FastAPI, instant: datetime) -> None:
    """Put a running app's business clock at an instant (it keeps ticking)."""
    app.state.runtime.clock.offset = instant - real_now()


async def seal_all(database: Database) -> None:
    """Give every event its position. An open transaction of another test on this server may hold it back."""
    unsealed = sa.text("select exists (select from event where position is null)")
    until = time.monotonic() + 60
    while time.monotonic() < until:
        while await Sealer(database).seal():
            pass
        async with database.transaction() as session:
            if not (await session.execute(unsealed)).scalar_one():
                return
        await asyncio.sleep(0.05)
    raise AssertionError("events stay unsealed")
