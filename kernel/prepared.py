"""Statements of hot paths: written in Core, compiled once, and sent by asyncpg itself.

Building a statement, looking up what it compiles to and turning its rows into objects takes SQLAlchemy longer than
PostgreSQL takes to answer. What is asked for every submission is therefore built once for the process.
"""

from collections.abc import Sequence
from typing import Any, Generic, TypeVar, cast

import asyncpg
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.asyncpg import dialect
from sqlalchemy.orm import Mapper
from sqlalchemy.sql.compiler import SQLCompiler
from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.database import raw_connection, reading_connection

Row = TypeVar("Row")
DIALECT = dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy's dialects are untyped


class Prepared:
    """One statement with named parameters. Lists go as arrays (`= any(:codes)`), never as `IN`."""

    def __init__(self, statement: sa.ClauseElement) -> None:
        compiled = cast("SQLCompiler", statement.compile(dialect=DIALECT))
        if compiled.literal_execute_params or compiled.post_compile_params:
            raise ValueError("a prepared statement takes lists as arrays, not as IN")
        self.sql = compiled.string
        self._names: Sequence[str] = compiled.positiontup or ()
        self._constants = {name: value for name, value in compiled.params.items() if value is not None}
        self._writers = {name: write for name, write in compiled._bind_processors.items() if callable(write)}

    async def ask(self, connection: "asyncpg.Connection[Any]", **values: Any) -> "list[asyncpg.Record]":
        """Send the statement on a connection of its own, with no transaction around, and return its rows."""
        return await connection.fetch(self.sql, *self._given(values))

    async def read(self, session: AsyncSession, **values: Any) -> "list[asyncpg.Record]":
        """Return the rows of a statement that changes and locks nothing; it needs no transaction to be open."""
        return await self.ask(await reading_connection(session), **values)

    async def run(self, session: AsyncSession, **values: Any) -> "list[asyncpg.Record]":
        """Send the statement within the session's transaction and return its rows."""
        return await self.ask(await raw_connection(session), **values)

    async def run_each(self, session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
        """Send the statement within the session's transaction for each row, in one go."""
        raw = await raw_connection(session)
        if len(rows) == 1:
            await raw.fetch(self.sql, *self._given(rows[0]))
        else:
            await raw.executemany(self.sql, [self._given(row) for row in rows])

    def _given(self, values: dict[str, Any]) -> list[Any]:
        given = {**self._constants, **values}
        return [
            given[name] if (write := self._writers.get(name)) is None else write(given[name])
            for name in self._names
        ]


async def fetch_records(session: AsyncSession, statement: sa.ClauseElement) -> "list[asyncpg.Record]":
    """Return the rows of a statement that is built for this call, as the driver gives them.

    For thousands of rows: turning them into SQLAlchemy's takes longer than the database takes to find them.
    """
    compiled = cast("SQLCompiler", statement.compile(dialect=DIALECT, compile_kwargs={"render_postcompile": True}))
    writers = compiled._bind_processors
    given = [
        write(compiled.params[name]) if callable(write := writers.get(name)) else compiled.params[name]
        for name in compiled.positiontup or ()
    ]
    raw = await raw_connection(session)
    return await raw.fetch(compiled.string, *given)


class RowOf(Generic[Row]):
    """The columns of a row class in a prepared statement, and the way from a record back to a row.

    The row belongs to no session: it is what stood there when it was read. Columns `without` which it is read,
    because nobody who gets it looks at them, are None in it.
    """

    def __init__(self, row: type[Row], prefix: str, *, without: frozenset[str] = frozenset()) -> None:
        mapper: Mapper[Row] = sa.inspect(row)
        self._new = mapper.class_manager.new_instance
        table = cast("sa.Table", mapper.local_table)
        read = [column for column in table.columns if column.name not in without]
        self.columns = [column.label(f"{prefix}_{column.name}") for column in read]
        self._names = [(column.name, f"{prefix}_{column.name}") for column in read]

    @staticmethod
    def insert(row: type[Row]) -> Prepared:
        """Return the statement that adds one such row, by the names of its columns."""
        table = cast("sa.Table", sa.inspect(row).local_table)
        return Prepared(
            sa.insert(table).values({one.name: sa.bindparam(one.name, type_=one.type) for one in table.columns})
        )

    def read(self, record: "asyncpg.Record") -> Row:
        """Return the row that a record holds."""
        one = self._new()
        one.__dict__.update({name: record[label] for name, label in self._names})
        return one
