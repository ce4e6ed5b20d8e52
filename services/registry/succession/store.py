"""Every statement about successions."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registry.base import table_of
from services.registry.keyset import page_of
from services.registry.succession.errors import SuccessionUnknown
from services.registry.succession.tables import Succession
from services.registry.vietnamese import BYTE_ORDER

succession = table_of(Succession)


class SuccessionStore:
    """Reads successions."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def list_successions(
        self, wanted: dict[str, str | None], after: tuple[Any, ...] | None, limit: int
    ) -> Sequence[Any]:
        """Return up to `limit` successions by day and code, after a sort key."""
        found = sa.select(succession)
        for column, value in wanted.items():
            if value is not None:
                found = found.where(succession.c[column] == value)
        key = (succession.c.effective_on, succession.c.id.collate(BYTE_ORDER))
        page = page_of(found, key, after, limit)
        return (await self._session.execute(page)).all()

    async def get(self, succession_id: str) -> Any:
        """Return a succession, or refuse."""
        found = sa.select(succession).where(succession.c.id == succession_id)
        row = (await self._session.execute(found)).one_or_none()
        if row is None:
            raise SuccessionUnknown(succession_id)
        return row
