"""What every table class of submissions stands on: one registry, one metadata, the column types."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import registry
from sqlmodel import SQLModel

from kernel.tables import NAMING

metadata = sa.MetaData(naming_convention=NAMING)


class SubmissionsRow(SQLModel, registry=registry(metadata=metadata)):
    """A row of the submissions database. Table classes do not validate: build them from checked values."""

    metadata = metadata


def only(column: str, words: type[StrEnum]) -> sa.CheckConstraint:
    """Return the constraint that a column holds one of these words."""
    listed = ", ".join(f"'{word.value}'" for word in words)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def table_of(row: type[SubmissionsRow]) -> sa.Table:
    """Return the table of a row class, for statements that bypass the ORM."""
    return cast("sa.Table", sa.inspect(row).local_table)


def any_of(ids: Iterable[UUID]) -> sa.ColumnElement[Any]:
    """Return what equals any of them, as one parameter: a statement takes no more than 32,767."""
    return sa.any_(sa.bindparam(None, list(ids), type_=sa.ARRAY(sa.Uuid)))
