"""Every statement about imports and their rows."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registry.base import table_of
from services.registry.importing.errors import ImportUnknown
from services.registry.importing.tables import BulkImport, BulkImportRow, ImportKind, ImportState, Outcome
from services.registry.keyset import page_of

bulk_import = table_of(BulkImport)
import_row = table_of(BulkImportRow)

KEPT_FOR = {ImportKind.AGENCIES: timedelta(days=90), ImportKind.CONTACTS: timedelta(days=7)}
"""After that an import is forgotten; contacts are personal data."""


class ImportStore:
    """Keeps what was sent in, and what would become of it."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, kept: dict[str, Any], rows: Sequence[dict[str, Any]]) -> None:
        """Keep an import with its rows."""
        await self._session.execute(sa.insert(bulk_import).values(kept))
        connection = await self._session.connection()
        await connection.execute(sa.insert(import_row), list(rows))

    async def get(self, import_id: UUID, *, lock: bool = False) -> Any:
        """Return an import, held until the transaction ends when asked; or refuse."""
        found = sa.select(bulk_import).where(bulk_import.c.id == import_id)
        row = (await self._session.execute(found.with_for_update() if lock else found)).one_or_none()
        if row is None:
            raise ImportUnknown()
        return row

    async def list_rows(
        self, import_id: UUID, outcome: Outcome | None, after: tuple[Any, ...] | None, limit: int | None
    ) -> Sequence[Any]:
        """Return rows in the order of the file, up to a limit and beyond a number when asked."""
        found = sa.select(import_row).where(import_row.c.import_id == import_id)
        if outcome is not None:
            found = found.where(import_row.c.outcome == outcome)
        if limit is None:
            return (await self._session.execute(found.order_by(import_row.c.number))).all()
        return (await self._session.execute(page_of(found, (import_row.c.number,), after, limit))).all()

    async def close(self, import_id: UUID, now: datetime, applied_by: str, *, forget_rows: bool) -> None:
        """Say that an import was applied; forget what its rows said of persons."""
        applied = {"state": ImportState.APPLIED, "applied_at": now, "applied_by": applied_by}
        await self._session.execute(sa.update(bulk_import).where(bulk_import.c.id == import_id).values(applied))
        if forget_rows:
            theirs = sa.and_(import_row.c.import_id == import_id, import_row.c.outcome != Outcome.REJECTED)
            await self._session.execute(sa.update(import_row).where(theirs).values(cells={}))

    async def forget(self, now: datetime) -> None:
        """Drop imports that are older than they are kept."""
        for kind, kept_for in KEPT_FOR.items():
            old = sa.and_(bulk_import.c.kind == kind, bulk_import.c.received_at < now - kept_for)
            await self._session.execute(sa.delete(bulk_import).where(old))
