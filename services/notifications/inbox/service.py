"""Reading the inbox: items, their events, and the names that their sentences need."""

from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.callers import Caller
from kernel.clock import in_vietnam
from services.notifications.agency.store import AgencyStore
from services.notifications.inbox.store import InboxStore
from services.notifications.inbox.texts import Names, agencies_in, sentence_of


class InboxService:
    """Shows an agency what it was told."""

    def __init__(self, session: AsyncSession) -> None:
        self._store = InboxStore(session)
        self._agencies = AgencyStore(session)

    async def list_items(
        self, caller: Caller, *, unread: bool | None, before: UUID | None, limit: int
    ) -> list[dict[str, Any]]:
        """Return items in words, newest first."""
        rows = await self._store.list_items(caller, unread=unread, before=before, limit=limit)
        named = set[str]().union(*(agencies_in(row.data) for row in rows))
        names = await self._agencies.names(named) if named else {}
        return [_shown(row, names) for row in rows]

    async def count_unread(self, caller: Caller) -> int:
        """Return how much the caller has not read."""
        return await self._store.count_unread(caller)


def _shown(row: Any, names: Names) -> dict[str, Any]:
    words = sentence_of(row.type, row.data, names)
    return {
        "id": str(row.id),
        "event": str(row.event),
        "type": row.type,
        "title_vi": words.title_vi,
        "title_en": words.title_en,
        "body_vi": words.body_vi,
        "body_en": words.body_en,
        "link": row.data.get("link"),
        "told_at": in_vietnam(row.told_at),
        "read_at": in_vietnam(row.read_at) if row.read_at else None,
    }
