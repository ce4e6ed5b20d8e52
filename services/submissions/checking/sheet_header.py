"""The header of a sheet: in which row and column each field stands. Our template names columns twice, in words and
in codes; a sheet made by hand once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kernel.text import fold
from kernel.workbook_cells import Sheet
from services.submissions.checking.content import SECTION_HEADER
from services.submissions.checking.findings import Finding, found
from services.submissions.checking.sheet_places import SheetPlaces, row_id
from services.submissions.checking.text import clean

LOOKED_THROUGH = 30
"""How far down a header is looked for."""
ENOUGH = 2
"""Known names that make a header."""


@dataclass(slots=True)
class SheetHeader:
    """Where the columns of one sheet are."""

    first: int
    last: int
    columns: dict[str, int]
    names: dict[str, str]
    """What each column is called in the sheet."""
    unknown: dict[int, str | None]
    """Columns that mean nothing here and hold something."""
    repeated: dict[int, str]
    missing: tuple[str, ...]

    def findings(self, sheet: int, places: SheetPlaces) -> list[Finding]:
        """Return what is wrong with the header."""

        def place(column: int, name: str | None) -> Any:
            return places.at((SECTION_HEADER, row_id(sheet, self.first), column), sheet, self.first, column, name)

        out = [found("column_unknown", place(at, name), name) for at, name in self.unknown.items()]
        out += [found("column_repeated", place(at, name), name) for at, name in self.repeated.items()]
        end = max([*self.columns.values(), *self.unknown, *self.repeated]) + 1
        return out + [found("column_missing", place(end, name), name) for name in self.missing]


def find_header(sheet: Sheet, known: Mapping[str, str], needed: tuple[str, ...]) -> SheetHeader | None:
    """Return the header of a sheet, or None when no row among the first names these columns."""
    rows = sorted(row for row in sheet.rows if row <= LOOKED_THROUGH)
    for row in rows:
        named = _named(sheet.rows[row], known)
        if needed[0] in named.values() and len(set(named.values())) >= ENOUGH:
            following = sheet.rows.get(row + 1, {})
            is_twice = bool(following) and all(fold(str(cell)) in known for cell in following.values())
            return _header(sheet, row, row + 1 if is_twice else row, known, needed)
    return None


def _named(cells: dict[int, Any], known: Mapping[str, str]) -> dict[int, str]:
    return {at: known[fold(cell)] for at, cell in cells.items() if isinstance(cell, str) and fold(cell) in known}


def _header(sheet: Sheet, first: int, last: int, known: Mapping[str, str], needed: tuple[str, ...]) -> SheetHeader:
    upper, lower = sheet.rows[first], sheet.rows[last]
    named = _named(upper, known) | _named(lower, known)
    columns: dict[str, int] = {}
    repeated: dict[int, str] = {}
    names: dict[str, str] = {}
    for at, code in sorted(named.items()):
        name = clean(str(upper.get(at, lower.get(at, "")))) or code
        if code in columns:
            repeated[at] = name
        else:
            columns[code], names[code] = at, name
    used = {at for row, cells in sheet.rows.items() if row > last for at in cells}
    others = sorted((used | set(upper)) - set(named))
    unknown = {at: clean(str(upper[at])) if at in upper else None for at in others}
    missing = tuple(code for code in needed if code not in columns)
    return SheetHeader(first, last, columns, names, unknown, repeated, missing)
