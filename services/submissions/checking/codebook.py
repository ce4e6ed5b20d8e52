"""What a form takes in one period, looked up once: which indicators, and which codes hold on its last day."""

from dataclasses import dataclass
from datetime import date

from kernel.text import fold
from services.submissions.checking.sheet_names import TITLED
from services.submissions.form.definition import CodeItem, Dimension, FormDefinition, Indicator
from services.submissions.form.remembering import once_a_form


@dataclass(frozen=True, slots=True)
class DimensionBook:
    """One dimension of one indicator, with the codes that are taken."""

    name: str
    required: bool
    taken: frozenset[str]
    book: "CodeList"


@dataclass(frozen=True, slots=True)
class IndicatorBook:
    """One indicator, its table and its dimensions in their order."""

    indicator: Indicator
    table: str
    dimensions: tuple[DimensionBook, ...]


class CodeList:
    """The codes of one dimension, as they stand on the period's last day."""

    def __init__(self, dimension: Dimension, day: date) -> None:
        self.day = day
        self.items = {item.code: item for item in dimension.codes}
        self.valid = frozenset(item.code for item in dimension.codes if item.is_valid_on(day))
        self._dimension = dimension
        self._by_name: dict[str, str] | None = None

    def find_like(self, text: str) -> str | None:
        """Return the valid code that a text means: by another spelling, by its name in either language, with its
        title as a list of the template shows it, or without the zeros that a spreadsheet takes away."""
        if self._by_name is None:
            codes = [item for item in self._dimension.codes if item.code in self.valid]
            names = [
                (name, item.code)
                for item in codes
                for name in (item.code.lstrip("0"), item.title_en, item.title_vi, item.code)
            ]
            self._by_name = {fold(name): code for name, code in names}
        return self._by_name.get(fold(text)) or self._by_name.get(fold(text.partition(TITLED)[0]))

    def in_place_of(self, item: CodeItem) -> list[CodeItem]:
        """Return the valid codes that took the place of one that has ended, or whose place one takes that is to
        come."""
        return self._successors(item) or [
            before
            for before in self.items.values()
            if item.code in before.replaced_by and before.code in self.valid
        ]

    def _successors(self, item: CodeItem) -> list[CodeItem]:
        found: list[CodeItem] = []
        for code in item.replaced_by:
            after = self.items[code]
            found += [after] if code in self.valid else self._successors(after)
        return found


class Codebook:
    """A form as it is taken in one period."""

    def __init__(self, form: FormDefinition, day: date) -> None:
        self.form = form
        lists = {dimension.code: CodeList(dimension, day) for dimension in form.dimensions}
        self.indicators = {
            indicator.code: IndicatorBook(indicator, table.code, _dimensions(indicator, lists))
            for table in form.tables
            for indicator in table.indicators
        }
        self._by_spelling = {fold(code): code for code in self.indicators}

    def find_like(self, text: str) -> str | None:
        """Return the indicator that is meant by a text in other letters."""
        return self._by_spelling.get(fold(text))


@once_a_form
def codebook_of(form: FormDefinition, day: date) -> Codebook:
    """Return a form as it is taken in the period that ends on a day."""
    return Codebook(form, day)


def _dimensions(indicator: Indicator, lists: dict[str, CodeList]) -> tuple[DimensionBook, ...]:
    return tuple(
        DimensionBook(
            name=use.dimension,
            required=use.required,
            taken=lists[use.dimension].valid.intersection(use.only or lists[use.dimension].valid),
            book=lists[use.dimension],
        )
        for use in indicator.dimensions
    )
