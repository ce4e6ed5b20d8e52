"""Counting the statements that a request sends to the database."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from fastapi import FastAPI


@contextmanager
def counted_statements(app: FastAPI) -> Iterator[list[str]]:
    """Collect what the running app's engine executes."""
    engine = app.state.runtime.database.engine.sync_engine
    sent: list[str] = []

    def remember(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    sa.event.listen(engine, "before_cursor_execute", remember)
    try:
        yield sent
    finally:
        sa.event.remove(engine, "before_cursor_execute", remember)
