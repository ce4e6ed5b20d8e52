"""Following another service's feed: the effect and the cursor commit together, so each event counts once."""

from collections.abc import Sequence
from typing import Any, Protocol, cast

import sqlalchemy as sa
import structlog
from sqlalchemy.dialects.postgresql import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.clock import real_now
from kernel.database import Database
from kernel.errors import Gone
from kernel.http import ServiceClient
from kernel.metrics import FEED_PAGE
from kernel.tables import feed_cursor

BATCH = 500

log = structlog.get_logger()


class FeedHandler(Protocol):
    """What a service does with a batch. Handling the same batch again must be harmless."""

    async def prepare(self, events: Sequence[dict[str, Any]]) -> Any:
        """Ask outside whatever the batch needs, before any transaction is open."""
        ...

    async def apply(self, session: AsyncSession, events: Sequence[dict[str, Any]], prepared: Any) -> None:
        """Keep the effect of the batch; the cursor moves in the same transaction."""
        ...


class FeedFollower:
    """Reads one feed from where this database last stood."""

    def __init__(self, source: str, client: ServiceClient, database: Database, handler: FeedHandler) -> None:
        self._source = source
        self._client = client
        self._database = database
        self._handler = handler

    async def step(self) -> bool:
        """Handle one batch; say whether there was one."""
        cursor = await self._cursor()
        try:
            page = await self._client.get(
                "/internal/feed", {"limit": BATCH, **({"after": cursor} if cursor else {})}
            )
        except Gone:
            log.warning("feed_begun_again", source=self._source)
            await self._begin_again()
            return True
        events = page["events"]
        FEED_PAGE.labels(self._source).set(len(events))
        if not events:
            return False
        prepared = await self._handler.prepare(events)
        async with self._database.transaction() as session:
            if not await self._advance(session, cursor, page["next"]):
                return True
            await self._handler.apply(session, events, prepared)
        return True

    async def _cursor(self) -> str | None:
        async with self._database.raw() as connection:
            known = await connection.fetchval("select cursor from feed_cursor where source = $1", self._source)
            return cast("str | None", known)

    async def _advance(self, session: AsyncSession, seen: str | None, reached: str) -> bool:
        """Move the cursor, unless another worker moved it first."""
        row = {"source": self._source, "cursor": reached, "read_at": real_now()}
        moved = insert(feed_cursor).values(row)
        moved = moved.on_conflict_do_update(
            index_elements=["source"],
            set_={"cursor": reached, "read_at": real_now()},
            where=feed_cursor.c.cursor.is_not_distinct_from(seen),
        )
        return bool((await session.execute(moved)).rowcount)  # type: ignore[attr-defined]  # a cursor result

    async def _begin_again(self) -> None:
        async with self._database.transaction() as session:
            await session.execute(
                sa.update(feed_cursor).where(feed_cursor.c.source == self._source).values(cursor=None)
            )
