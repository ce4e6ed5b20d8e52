"""What tests of submissions speak to: a running service with a registry in memory and a clock to set."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg
import httpx
from fastapi import FastAPI

from kernel.clock import VIETNAM
from services.submissions.projection.follower import RegistryFollower
from services.submissions.worker import roller
from tests.submissions.fake_registry import FakeRegistry
from tests.support import bearer, internal_token, seal_all, set_business_time

READ, WRITE, REVIEW = "submissions:read", "submissions:write", "submissions:review"
FIRST_MORNING = datetime(2026, 7, 1, 8, tzinfo=VIETNAM)


class Service:
    """The running service as a test speaks to it."""

    def __init__(
        self, app: FastAPI, http: httpx.AsyncClient, keys_dir: Path, registry: FakeRegistry, url: str
    ) -> None:
        self.app, self.http, self.registry, self.url = app, http, registry, url
        self._keys_dir = keys_dir

    def caller(
        self,
        agency: str,
        *,
        scopes: Iterable[str] = (READ, WRITE, REVIEW),
        client: str | None = None,
        plans: Iterable[str] = (),
    ) -> dict[str, str]:
        """Return the headers of an agency's system."""
        token = internal_token(
            self._keys_dir,
            "submissions",
            agency=agency,
            scopes=scopes,
            client=client or f"client-{agency}",
            plans=plans,
        )
        return bearer(token)

    def at(self, instant: datetime) -> None:
        """Put the business clock at an instant."""
        set_business_time(self.app, instant)

    async def follow(self) -> None:
        """Copy registry as an event of its feed would make the worker do."""
        runtime = self.app.state.runtime
        handler = RegistryFollower(registry=self.registry, clock=runtime.clock, database=runtime.database)
        copy = await handler.prepare([{"type": "obligation.changed"}])
        async with runtime.database.transaction() as session:
            await handler.apply(session, [], copy)

    async def roll(self) -> bool:
        """Roll the horizon once."""
        return await roller(self.app.state.runtime, self.app.state.parts).roll()

    async def seal(self) -> None:
        """Seal every event."""
        await seal_all(self.app.state.runtime.database)

    async def sql(self, query: str, *values: Any) -> list[asyncpg.Record]:
        """Ask the database directly."""
        connection = await asyncpg.connect(self.url)
        try:
            rows: list[asyncpg.Record] = await connection.fetch(query, *values)
            return rows
        finally:
            await connection.close()

    async def occurrence(self, obligation: str, period: str, agency: str) -> dict[str, Any]:
        """Return an occurrence as its reporter reads it."""
        asked = {"obligation": obligation, "period": period, "agency": agency}
        answer = await self.http.get("/v1/occurrences", params=asked, headers=self.caller(agency))
        (item,) = answer.json()["items"]
        return dict(item)

    async def events(self, type_: str | None = None, subject: str | None = None) -> list[asyncpg.Record]:
        """Return what was told."""
        return await self.sql(
            "select type, subject, data::text, audience, reason, before::text from event"
            " where ($1::text is null or type = $1) and ($2::text is null or subject = $2) order by id",
            type_,
            subject,
        )


async def open_service(one: Service) -> None:
    """Copy registry and roll the ledger on the first morning."""
    one.at(FIRST_MORNING)
    await one.follow()
    await one.roll()


def a_report(agency: str = "HT-SNV", *, value: Any = 12, **changes: Any) -> dict[str, Any]:
    """Return a half-year report that passes the checks."""
    observation = {
        "indicator": "LABOUR.OUT.FLOW",
        "dimensions": {"sex": "female", "age_group": "unknown", "partner_country": "JP"},
        "value": value,
    }
    target = {"obligation": "OHT-01", "period": "2026-S1", "agency": agency}
    return {**target, "observations": [observation], **changes}
