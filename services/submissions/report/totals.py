"""From the cells of a whole to what a table prints of an indicator: its total, by sex, by country. Values only."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from services.submissions.consolidation.book import Asked, Book
from services.submissions.consolidation.building import Built
from services.submissions.consolidation.rolling import OWN, Cell
from services.submissions.consolidation.tables import TotalStatus
from services.submissions.form.definition import Table

SEX, COUNTRY = "sex", "partner_country"
SEXES = ("male", "female", "unknown")


@dataclass(slots=True)
class Total:
    """What one indicator comes to."""

    asked: Asked
    value: Decimal | None = None
    by: dict[str, dict[str, Decimal]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(Decimal)))
    sources: set[int] = field(default_factory=set)
    """The reports that a figure came from; the own part of the report is none of them."""
    has_own: bool = False
    statuses: set[TotalStatus] = field(default_factory=set)
    is_partial: bool = False

    @property
    def is_countable(self) -> bool:
        """Say whether its cells may be added up: counts are, shares and averages are not."""
        return self.asked.indicator.number == "integer"

    def add(self, cell: Cell) -> None:
        """Take in one cell."""
        self.statuses.add(cell.status)
        self.is_partial |= cell.tally.is_partial
        said = {part.source for part in cell.parts if part.counted and part.value is not None}
        self.sources |= said - {OWN}
        self.has_own |= OWN in said
        if cell.value is None or not self.is_countable:
            return
        self.value = (self.value or Decimal(0)) + cell.value
        for name, code in zip(self.asked.names, cell.key[1:], strict=False):
            if code is not None and name in (SEX, COUNTRY):
                self.by[name][code] += cell.value

    def largest(self, dimension: str, count: int) -> list[tuple[str, Decimal]]:
        """Return the codes with the largest figures, at most so many, without zeros."""
        known = [(code, value) for code, value in self.by[dimension].items() if value]
        return sorted(known, key=lambda one: (-one[1], one[0]))[:count]


def total_up(cells: Iterable[Cell], book: Book) -> dict[str, Total]:
    """Return what each indicator comes to."""
    totals: dict[str, Total] = {}
    for cell in cells:
        code = cell.key[0]
        totals.setdefault(code, Total(book.indicators[code])).add(cell)
    return totals


def tables_of(builts: Sequence[Built], only: frozenset[str] | None) -> list[Table]:
    """Return the tables that anything is said about, in the order of their forms."""
    said = {
        code
        for built in builts
        for code in (
            *(built.book.indicators[cell.key[0]].table.code for cell in built.whole.cells),
            *built.whole.nil,
        )
    }
    known = {code: table for built in reversed(builts) for code, table in built.book.tables.items()}
    return [table for code, table in known.items() if code in said and (only is None or code in only)]
