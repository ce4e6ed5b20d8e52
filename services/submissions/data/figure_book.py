"""What all versions of a form say about its figures: rules, dimensions, and in which slots codes are kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kernel.callers import Caller
from services.submissions.disclosure.rights import is_protected, reads_group
from services.submissions.form.definition import (
    CodeItem,
    Dimension,
    FormDefinition,
    Indicator,
    Table,
)
from services.submissions.form.remembering import ThisForm

PROVINCE_DIMENSION = "province"
"""A dimension with this code has provincial units as codes, in every form."""


@dataclass(frozen=True, slots=True)
class FigureFacts:
    """One indicator, as its newest version says."""

    indicator: Indicator
    table: Table
    guards: frozenset[str]
    """The confidential tables in which some version has it: when versions differ the stricter one counts."""

    def is_closed_to(self, caller: Caller) -> bool:
        """Say whether a caller who may see a report does not read its single cells by its scopes alone."""
        return not all(reads_group(caller, table) for table in self.guards)


class FigureBook:
    """The published versions of one form, read together."""

    def __init__(self, versions: Sequence[FormDefinition]) -> None:
        self.versions = {form.version: form for form in sorted(versions, key=lambda one: one.version)}
        self.indicators: dict[str, FigureFacts] = {}
        self.dimensions: dict[str, Dimension] = {}
        self._codes: dict[str, dict[str, CodeItem]] = {}
        self._names: dict[tuple[int, str], tuple[str, ...]] = {}
        for form in self.versions.values():
            self._read(form)
        self._indicators = {
            number: frozenset(code for version, code in self._names if version == number)
            for number in self.versions
        }
        self._comparable: dict[tuple[int, int], frozenset[str]] = {}

    def _read(self, form: FormDefinition) -> None:
        for dimension in form.dimensions:
            self.dimensions[dimension.code] = dimension
            self._codes.setdefault(dimension.code, {}).update({one.code: one for one in dimension.codes})
        for table in form.tables:
            for indicator in table.indicators:
                before = self.indicators.get(indicator.code)
                guards = before.guards if before else frozenset()
                if is_protected(table.confidentiality):
                    guards |= {table.code}
                self.indicators[indicator.code] = FigureFacts(indicator, table, guards)
                self._names[form.version, indicator.code] = tuple(u.dimension for u in indicator.dimensions)

    @property
    def newest(self) -> FormDefinition:
        """The version with the highest number."""
        return self.versions[max(self.versions)]

    def codes_of(self, dimension: str) -> dict[str, CodeItem]:
        """Return every code that some version lists."""
        return self._codes.get(dimension, {})

    def names(self, version: int, indicator: str) -> tuple[str, ...]:
        """Return the dimensions of an indicator in the order of the slots; none where the version lacks it."""
        return self._names.get((version, indicator), ())

    def indicators_of(self, version: int) -> frozenset[str]:
        """Return the indicators of one version."""
        return self._indicators.get(version, frozenset())

    def dimensions_of(self, indicators: Iterable[str]) -> tuple[str, ...]:
        """Return the dimensions that any of these indicators has, in the order of the form."""
        wanted = set(indicators)
        used = {name for (_, code), names in self._names.items() if code in wanted for name in names}
        return tuple(name for name in self.dimensions if name in used)

    def comparable(self, below: int, above: int) -> frozenset[str]:
        """Return the indicators of one version that another version asks for by the same dimensions."""
        found = self._comparable.get((below, above))
        if found is None:
            found = self._comparable[below, above] = frozenset(
                code
                for code in self.indicators_of(below) & self.indicators_of(above)
                if set(self.names(below, code)) == set(self.names(above, code))
            )
        return found

    def nil_indicators(self, version: int, nil: Iterable[str]) -> frozenset[str]:
        """Return the indicators of the tables that a report declares nil."""
        tables = set(nil)
        everything = "*" in tables
        return frozenset(
            indicator.code
            for table in self.versions[version].tables
            if everything or table.code in tables
            for indicator in table.indicators
        )


def book_of(versions: Iterable[FormDefinition]) -> FigureBook:
    """Return what these versions say, worked out once for as long as the very same ones are asked about."""
    return _made(tuple(map(ThisForm, versions)))


@lru_cache(maxsize=32)
def _made(these: tuple[ThisForm, ...]) -> FigureBook:
    return FigureBook([this.form for this in these])
