"""Lists by keyset: `limit`, an opaque `cursor`, and the cursor of what comes next."""

import base64
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar

import orjson
from fastapi import Query
from pydantic import BaseModel, Field

from kernel.errors import BadRequest

MAX_LIMIT = 500
T = TypeVar("T")

Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT, description="Most items in one answer.")]
Cursor = Annotated[str | None, Query(max_length=1000, description="`next_cursor` of the answer before this one.")]


class BadCursor(BadRequest):
    """A cursor that no list of ours gave out."""

    code = "cursor_invalid"
    title = "This cursor is not one of ours"


class Page(BaseModel, Generic[T]):
    """One page of a list; `next_cursor` is null on the last."""

    items: list[T]
    next_cursor: Annotated[str | None, Field(description="Pass as `cursor` for the next page.")] = None


def write_cursor(*key: Any) -> str:
    """Return the opaque cursor of a sort key."""
    return base64.urlsafe_b64encode(orjson.dumps(key, default=str)).rstrip(b"=").decode()


def read_cursor(cursor: str | None, *types: Callable[[Any], Any]) -> tuple[Any, ...] | None:
    """Return the sort key of a cursor, each part read by its type, or refuse it."""
    if cursor is None:
        return None
    try:
        parts = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(parts, list) or len(parts) != len(types):
            raise BadCursor()
        return tuple(_read_part(kind, part) for kind, part in zip(types, parts, strict=True))
    except (ValueError, TypeError, ArithmeticError) as error:
        raise BadCursor() from error


def _read_part(kind: Callable[[Any], Any], part: Any) -> Any:
    """Read one part of a key. We write numbers that the database can hold, and text for everything else."""
    if kind is int:
        if type(part) is not int or not -(2**63) <= part < 2**63:
            raise BadCursor()
    elif type(part) is not str or "\0" in part:
        raise BadCursor()
    return kind(part)


def cut(rows: Sequence[T], limit: int, key: Callable[[T], tuple[Any, ...]]) -> tuple[list[T], str | None]:
    """Split `limit + 1` fetched rows into the page and the cursor of the next."""
    if len(rows) <= limit:
        return list(rows), None
    page = list(rows[:limit])
    return page, write_cursor(*key(page[-1]))
