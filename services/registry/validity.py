"""Days on which a fact holds: inclusive first and last day outside, half-open ranges in the database."""

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import Range

ONE_DAY = timedelta(days=1)


def days(first: date | None, last: date | None) -> Range[date]:
    """Return the range that holds both days and all between; None is open."""
    return Range(first, last + ONE_DAY if last else None, bounds="[)")


def last_of(valid: Range[date]) -> date | None:
    """Return the last day of a half-open range."""
    return valid.upper - ONE_DAY if valid.upper else None


def begins(column: Any) -> sa.ColumnElement[date | None]:
    """The first day of a kept validity, as a column."""
    return sa.func.lower(column, type_=sa.Date)


def ends(column: Any) -> sa.ColumnElement[date | None]:
    """The last day of a kept validity, as a column."""
    return sa.cast(sa.func.upper(column, type_=sa.Date) - 1, sa.Date)


def holds_on(column: Any, day: date) -> sa.ColumnElement[bool]:
    """Say whether a kept validity holds on a day, as a condition."""
    return column.op("@>")(sa.cast(day, sa.Date))  # type: ignore[no-any-return]  # op() is untyped
