"""Pages by keyset: the statement's order, and the condition that a row lies beyond a cursor."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa


def page_of(
    statement: sa.Select[Any], key: Sequence[sa.ColumnElement[Any]], after: Sequence[Any] | None, limit: int
) -> sa.Select[Any]:
    """Return up to `limit` rows of a statement in the order of the key, beyond the key of a cursor."""
    page = statement.order_by(*key).limit(limit)
    if after is None:
        return page
    last = (sa.cast(value, part.type) for part, value in zip(key, after, strict=True))
    return page.where(sa.tuple_(*key) > sa.tuple_(*last))
