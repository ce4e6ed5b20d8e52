"""What every table and statement of notifications stands on: one metadata, the column types, typed SQL."""

from enum import StrEnum
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import registry
from sqlmodel import SQLModel

from kernel.tables import NAMING, UTC_TIME

metadata = sa.MetaData(naming_convention=NAMING)

CODES: Any = ARRAY(sa.Text)
IDS: Any = ARRAY(sa.Uuid)
JSON_TEXT: Any = sa.Text()
"""A list of rows written as JSON; the statement casts it to jsonb and reads it as a record set."""


class NotificationsRow(SQLModel, registry=registry(metadata=metadata)):
    """A row of the notifications database. Table classes do not validate: build them from checked values."""

    metadata = metadata


def only(column: str, words: type[StrEnum]) -> sa.CheckConstraint:
    """Return the constraint that a column holds one of these words."""
    listed = ", ".join(f"'{word.value}'" for word in words)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def sql(text: str, **types: Any) -> sa.TextClause:
    """Return a statement whose parameters have these types; `now` is always an instant."""
    if ":now" in text:
        types.setdefault("now", UTC_TIME)
    return sa.text(text).bindparams(*(sa.bindparam(name, type_=kind) for name, kind in types.items()))


def record_set(rows: list[dict[str, Any]]) -> str:
    """Return rows as the JSON that a statement reads as a record set; ids of any kind become text."""
    return orjson.dumps(rows, default=str).decode()
