"""The stories of successions: which there are, proposed and confirmed."""

from datetime import date

from kernel.paging import Page, cut, read_cursor
from services.registry.succession.schemas import SuccessionRead
from services.registry.succession.store import SuccessionStore


class SuccessionService:
    """Says who followed whom."""

    def __init__(self, *, store: SuccessionStore) -> None:
        self._store = store

    async def list_successions(
        self, wanted: dict[str, str | None], cursor: str | None, limit: int
    ) -> Page[SuccessionRead]:
        """Return a page of the successions, oldest first."""
        after = read_cursor(cursor, date.fromisoformat, str)
        rows = await self._store.list_successions(wanted, after, limit + 1)
        page, next_cursor = cut(rows, limit, lambda row: (row.effective_on, row.id))
        return Page(items=[SuccessionRead(**row._mapping) for row in page], next_cursor=next_cursor)

    async def get(self, succession: str) -> SuccessionRead:
        """Return one succession."""
        return SuccessionRead(**(await self._store.get(succession))._mapping)
