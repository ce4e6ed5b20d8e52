"""The sheets of a workbook as grids of text."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from kernel.workbook_cells import UNCOMPUTED, CellError, Sheet, reference
from kernel.workbooks import read_workbook as read_sheets
from services.registry.importing.errors import ImportTooLarge

MOST_UNPACKED = 128 << 20
MOST_CELLS = 1_000_000
LAST_ROW, LAST_COLUMN = 60_000, 256
MOST_AREA = 6_000_000
"""Rows times columns of all sheets, empty cells too: a grid holds them."""
NO_RESULT = "="
"""What stands for a formula that the program which saved the file never computed."""
ERRORS = ("#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", NO_RESULT)


@dataclass(frozen=True, slots=True)
class Grid:
    """The rows of a sheet that hold something, their numbers as a person sees them, and marks by place."""

    sheet: str | None
    rows: list[list[str]]
    numbers: list[int]
    marks: dict[int, list[tuple[str, str | None]]] = field(default_factory=dict)


def read_workbook(content: bytes) -> list[Grid]:
    """Read the visible sheets of a workbook. Formulas count as the values that were saved with them."""
    sheets = read_sheets(content, max_unpacked=MOST_UNPACKED, most_cells=MOST_CELLS, refuse_external=False)
    shown = [sheet for sheet in sheets if not sheet.is_hidden]
    if sum(_require_near(sheet) * len(sheet.rows) for sheet in shown) > MOST_AREA:
        raise ImportTooLarge("cells", MOST_AREA)
    return [_grid(sheet) for sheet in shown]


def _require_near(sheet: Sheet) -> int:
    """Return how many columns a sheet has; refuse one with cells far out."""
    width = 1 + max((max(row) for row in sheet.rows.values()), default=-1)
    if max(sheet.rows, default=0) > LAST_ROW:
        raise ImportTooLarge("lines in a sheet", LAST_ROW)
    if width > LAST_COLUMN:
        raise ImportTooLarge("columns", LAST_COLUMN)
    return width


def _grid(sheet: Sheet) -> Grid:
    width = _require_near(sheet)
    cells = {number: {at: _written(cell) for at, cell in row.items()} for number, row in sheet.rows.items()}
    merged = _spread(sheet, cells)
    grid = Grid(sheet.name, [], [])
    for number in sorted(cells):
        row = cells[number]
        if any(cell.strip() for cell in row.values()):
            if number in merged:
                grid.marks[len(grid.rows)] = [("cell_merged", name) for name in merged[number]]
            grid.rows.append([row.get(at, "") for at in range(width)])
            grid.numbers.append(number)
    return grid


def _spread(sheet: Sheet, cells: Mapping[int, dict[int, str]]) -> dict[int, list[str]]:
    """Give every row of a merged cell its value; return which rows have such a cell, and its name."""
    marked: dict[int, list[str]] = {}
    last = max(cells, default=0)
    for top, left, bottom, _ in sheet.joins:
        value = cells.get(top, {}).get(left)
        if bottom == top or not value:
            continue
        for number in range(top, min(bottom, last) + 1):
            if number in cells:
                cells[number][left] = value
                marked.setdefault(number, []).append(reference(top, left))
    return marked


def _written(cell: Any) -> str:
    """Return a cell as a person would have typed it into a CSV file."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time(0) else cell.isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, CellError):
        return cell.shown
    return NO_RESULT if cell is UNCOMPUTED else str(cell)
