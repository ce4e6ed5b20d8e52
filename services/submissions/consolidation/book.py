"""Which indicators the whole takes, and how a figure of one form stands in another. Values in, values out."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from services.submissions.form.definition import MOST_DIMENSIONS, FormDefinition, Indicator, Table

Slots = tuple[str | None, str | None, str | None, str | None]
Placing = Callable[[Any], Slots]


@dataclass(frozen=True, slots=True)
class Asked:
    """One indicator and its table."""

    indicator: Indicator
    table: Table

    @property
    def names(self) -> tuple[str, ...]:
        """Its dimensions, in the order of the slots."""
        return tuple(use.dimension for use in self.indicator.dimensions)


class Book:
    """The indicators of the form upward; where it has none, those of the forms below."""

    def __init__(self, own: FormDefinition | None, below: Iterable[FormDefinition]) -> None:
        known = sorted(below, key=lambda form: (form.id, form.version))
        forms = [own] if own else known
        self.dimensions = [dimension for form in (*known, *forms) for dimension in form.dimensions]
        """Those of all forms: what their codes are called, the form upward last."""
        self.tables = {table.code: table for form in forms for table in form.tables}
        self.indicators = {
            indicator.code: Asked(indicator, table)
            for form in forms
            for table in form.tables
            for indicator in table.indicators
        }

    def placings(self, form: FormDefinition) -> dict[str, Placing]:
        """Return, for each indicator that the whole takes from a form, how its codes are put in their slots."""
        given = {
            i.code: [use.dimension for use in i.dimensions] for table in form.tables for i in table.indicators
        }
        return {
            code: _placing([names.index(name) for name in self.indicators[code].names])
            for code, names in given.items()
            if code in self.indicators and set(names) == set(self.indicators[code].names)
        }

    def named(self, indicator: str, slots: Iterable[str | None]) -> dict[str, str]:
        """Return the codes of a figure by the names of their dimensions."""
        return {
            name: code
            for name, code in zip(self.indicators[indicator].names, slots, strict=False)
            if code is not None
        }


def _placing(order: list[int]) -> Placing:
    def place(row: Any) -> Slots:
        slots = (row.d1, row.d2, row.d3, row.d4)
        return in_slots([slots[number] for number in order])

    return place


def in_slots(codes: Sequence[str | None]) -> Slots:
    """Return up to four codes in their slots."""
    padded: list[str | None] = [*codes, *[None] * (MOST_DIMENSIONS - len(codes))]
    return (padded[0], padded[1], padded[2], padded[3])
