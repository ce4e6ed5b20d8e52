"""Reading the public log from outside: by cursor, waiting a little when there is nothing yet."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

from kernel.database import Database
from kernel.events import read_position
from services.notifications.event.envelope import feed_item
from services.notifications.event.rules import require_known_types
from services.notifications.event.store import WINDOW, EventStore, Reader

POLL_SECONDS = 0.5


class EventFeed:
    """Gives readers the events that they may see. Holds no connection while a reader waits."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(
        self, reader: Reader, types: Sequence[str], *, after: str | None, limit: int, wait: float
    ) -> dict[str, Any]:
        """Return the next events, at once or as soon as there are any within `wait` seconds."""
        require_known_types(types)
        until = time.monotonic() + wait
        while True:
            page, at_end = await self._page(reader, types, after, limit)
            if page["items"] or (at_end and time.monotonic() >= until):
                return page
            after = page["next_cursor"]
            if at_end:
                await asyncio.sleep(min(POLL_SECONDS, max(until - time.monotonic(), 0.01)))

    async def _page(
        self, reader: Reader, types: Sequence[str], after: str | None, limit: int
    ) -> tuple[dict[str, Any], bool]:
        async with self._database.transaction() as session:
            epoch, position = await read_position(session, after)
            store = EventStore(session)
            newest = await store.last_position()  # before the page, so that nothing falls between the two
            rows = await store.list_seen_by(reader, types, position, limit)
        reached = max(position, min(position + WINDOW, newest))
        if len(rows) == limit:
            reached = rows[-1].position
        page = {"items": [feed_item(row) for row in rows], "next_cursor": f"{epoch}:{reached}"}
        return page, reached >= newest
