"""The figures of a report that is read in parts, added up as far as its rules can see."""

from collections.abc import Collection
from decimal import Decimal, localcontext

from services.submissions.checking.beside import looked_at
from services.submissions.checking.rule_columns import EXACT, ZERO, Figures
from services.submissions.form.definition import FormDefinition

Codes = tuple[str | None, ...]
VALUE, MISSING, NOTHING = range(3)


class Sums:
    """One indicator. Rows that no rule can tell apart are one: a value, one not available, one that is neither."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names
        self._rows: dict[tuple[Codes, int], tuple[Decimal, int]] = {}
        self._is_whole = True

    def add(self, figures: Figures) -> None:
        """Add a part."""
        self._is_whole = self._is_whole and figures.is_whole
        columns = dict(zip(figures.names, figures.codes, strict=True))
        seen = [columns[name] for name in self._names]
        keys = zip(*seen, strict=True) if seen else [()] * len(figures.value)
        rows = self._rows
        with localcontext(EXACT):
            for key, value, missing, row in zip(
                keys, figures.value, figures.not_available, figures.row, strict=True
            ):
                kind = VALUE if value is not None else MISSING if missing else NOTHING
                total, first = rows.get((key, kind), (ZERO, row))
                rows[key, kind] = (total if value is None else total + value, min(first, row))

    def figures(self, *, is_repeated: bool) -> Figures:
        """Return columns of which every rule says what it says of all rows."""
        rows = self._rows.items()
        return Figures(
            names=self._names,
            codes=[[key[0][slot] for key, _ in rows] for slot in range(len(self._names))],
            value=[total if key[1] == VALUE else None for key, (total, _) in rows],
            not_available=[key[1] == MISSING for key, _ in rows],
            row=[first for _, (_, first) in rows],
            is_whole=self._is_whole and not is_repeated,
        )


def sums_of(form: FormDefinition, wanted: Collection[str]) -> dict[str, Sums]:
    """Return, for each indicator that is judged, sums over the dimensions that no rule of the form looks at."""
    looked = looked_at(form, None)
    return {
        one.code: Sums(tuple(use.dimension for use in one.dimensions if use.dimension in looked.get(one.code, ())))
        for table in form.tables
        for one in table.indicators
        if one.code in wanted
    }
