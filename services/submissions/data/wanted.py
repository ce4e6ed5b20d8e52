"""What a query asks for, once it was read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType

from services.submissions.cycle.counting import ProvinceMap


class Include(StrEnum):
    """Which versions are read."""

    ACCEPTED = "accepted"
    SUBMITTED = "submitted"


class Column(StrEnum):
    """What names a figure, beside the dimensions of its form."""

    INDICATOR = "indicator"
    PERIOD = "period"
    AGENCY = "agency"
    PROVINCE = "province"
    OBLIGATION = "obligation"


PREFIX = "dim."
"""Stands before a dimension that is called as something else of a query."""
NOT_DIMENSIONS = frozenset(
    {
        *("form", "period", "period_from", "period_to", "agency", "province", "obligation", "plan", "indicator"),
        *("group_by", "map", "known_at", "include", "since", "format", "bom"),
        *("submission", "given", "zeros", "not_available", "not_applicable"),
    }
)
"""Names of a query or an answer that mean something else than a dimension."""


def column_of(dimension: str) -> str:
    """Return how a dimension is called in queries and answers."""
    return PREFIX + dimension if dimension.lower() in NOT_DIMENSIONS else dimension


def dimension_of(column: str) -> str | None:
    """Return the dimension that a column holds, or None when it names something of the report."""
    return None if column in frozenset(Column) else column.removeprefix(PREFIX)


@dataclass(frozen=True, slots=True)
class Span:
    """Periods that lie between two days."""

    first: date | None = None
    last: date | None = None


NOTHING: Mapping[str, tuple[str, ...]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Wanted:
    """A query over the figures of one form. Empty = everything that the caller may see.

    `group_by` names the columns of the answer, dimensions as `column_of` says; None asks for single figures.
    `indicator` always stands among them: figures of different indicators are never put together.
    """

    form: str
    periods: tuple[str, ...] = ()
    span: Span = Span()
    agencies: tuple[str, ...] = ()
    provinces: tuple[str, ...] = ()
    obligations: tuple[str, ...] = ()
    plans: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    dimensions: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: NOTHING)
    group_by: tuple[str, ...] | None = None
    map: ProvinceMap = ProvinceMap.THEN
    known_at: datetime | None = None
    include: Include = Include.ACCEPTED

    @property
    def joins_periods(self) -> bool:
        """Say whether figures of several periods may become one."""
        return self.group_by is not None and Column.PERIOD not in self.group_by and len(self.periods) != 1

    @property
    def joins_agencies(self) -> bool:
        """Say whether figures of several agencies may become one."""
        return self.group_by is not None and Column.AGENCY not in self.group_by and len(self.agencies) != 1

    def joins_codes(self, dimension: str) -> bool:
        """Say whether figures of several codes of a dimension may become one."""
        one = len(self.dimensions.get(dimension, ())) == 1
        return self.group_by is not None and column_of(dimension) not in self.group_by and not one
