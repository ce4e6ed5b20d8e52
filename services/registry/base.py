"""What every table class of the registry stands on: one registry, one metadata, the column types."""

from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, DATERANGE
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import registry
from sqlmodel import SQLModel

from kernel.tables import NAMING

metadata = sa.MetaData(naming_convention=NAMING)

TEXT: Any = sa.Text
CODES: Any = ARRAY(sa.Text)
VALIDITY: Any = DATERANGE
"""Days on which a fact holds. Kept half-open, `[first, day after the last)`; shown as valid_from and valid_to."""


class RegistryRow(SQLModel, registry=registry(metadata=metadata)):
    """A row of the registry database. Table classes do not validate: build them from checked values."""

    metadata = metadata


def only(column: str, words: type[StrEnum]) -> sa.CheckConstraint:
    """Return the constraint that a column holds one of these words."""
    listed = ", ".join(f"'{word.value}'" for word in words)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def some_days(column: str = "valid") -> sa.CheckConstraint:
    """Return the constraint that a validity holds at least one day."""
    return sa.CheckConstraint(f"NOT isempty({column})", name=f"{column}_some_days")


def table_of(row: type[SQLModel]) -> sa.Table:
    """Return the table of a table class, for statements of SQLAlchemy Core."""
    return row.__table__  # type: ignore[attr-defined,no-any-return]  # SQLModel sets it


def broken_constraint(error: IntegrityError) -> str:
    """Return the name of the constraint that a statement would have broken."""
    cause = error.orig.__cause__ if error.orig is not None else None
    return getattr(cause, "constraint_name", None) or ""
