"""The statements that loading needs, for rows of any slice. What a row means stands in the slice."""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registry.base import table_of
from services.registry.loading.tables import LoadedLine
from services.registry.reference import Line, digest_of

LOCK = 4022020  # any constant: one loader at a time in this database

Rows = Sequence[dict[str, Any]]


class LoadingStore:
    """Puts rows where they belong; holds the lines that were loaded before."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def begin(self) -> None:
        """Hold other loaders back, and let dated references be checked when everything is there."""
        await self._session.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
        await self._session.execute(sa.text("set constraints all deferred"))

    async def end(self) -> None:
        """Check what was deferred."""
        await self._session.execute(sa.text("set constraints all immediate"))

    async def take_fresh(self, file: str, lines: Sequence[Line], key: str = "id") -> list[Line]:
        """Return the lines that are new or different since last time, and remember them."""
        kept = sa.select(LoadedLine.key, LoadedLine.digest).where(LoadedLine.file == file)  # type: ignore[call-overload]
        known = {row.key: row.digest for row in await self._session.execute(kept)}
        fresh = [line for line in lines if known.get(line[key]) != digest_of(line)]
        await self.put(LoadedLine, [{"file": file, "key": li[key], "digest": digest_of(li)} for li in fresh])
        return fresh

    async def put(self, table: type[SQLModel], rows: Rows) -> None:
        """Insert rows, or bring those of the same key up to date."""
        if not rows:
            return
        target = table_of(table)
        adding = insert(target)
        others = {c.name: adding.excluded[c.name] for c in target.columns if not c.primary_key}
        keys = list(target.primary_key.columns)
        if others:
            adding = adding.on_conflict_do_update(index_elements=keys, set_=others)
        else:
            adding = adding.on_conflict_do_nothing(index_elements=keys)
        await self._run(adding, rows)

    async def replace(self, table: type[SQLModel], owner: str, owners: Iterable[Any], rows: Rows) -> None:
        """Put these rows in the place of all rows of these owners."""
        target = table_of(table)
        await self._session.execute(sa.delete(target).where(target.c[owner].in_(list(owners))))
        if rows:
            await self._run(sa.insert(target), rows)

    async def _run(self, statement: Any, rows: Rows) -> None:
        connection = await self._session.connection()
        await connection.execute(statement, rows)
