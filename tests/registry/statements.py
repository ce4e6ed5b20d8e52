"""Counting the statements that a request sends to the database."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from asyncpg.connection import LoggedQuery
from fastapi import FastAPI

AROUND = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
OF_A_NEW_CONNECTION = re.compile("typeinfo_tree|set_config\\('jit'")
"""How asyncpg learns a type when a connection meets it first."""


@contextmanager
def counted_statements(app: FastAPI) -> Iterator[list[str]]:
    """Collect what the running app's engine executes, and what goes past it to asyncpg. COPY is not among it."""
    engine = app.state.runtime.database.engine.sync_engine
    sent: list[str] = []
    listened_to: dict[int, Any] = {}

    def remember(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    def remember_raw(query: LoggedQuery) -> None:
        if not (query.query.startswith(AROUND) or OF_A_NEW_CONNECTION.search(query.query)):
            sent.append(query.query)

    def listen(connection: Any, *_: object) -> None:
        raw = connection.driver_connection
        if id(raw) not in listened_to:
            raw.add_query_logger(remember_raw)
            listened_to[id(raw)] = raw

    sa.event.listen(engine, "before_cursor_execute", remember)
    sa.event.listen(engine, "checkout", listen)
    try:
        yield sent
    finally:
        sa.event.remove(engine, "before_cursor_execute", remember)
        sa.event.remove(engine, "checkout", listen)
        for raw in listened_to.values():
            raw.remove_query_logger(remember_raw)
