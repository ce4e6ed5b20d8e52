"""The sheets of a workbook as grids of text. The container is looked at before any reader opens it."""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from kernel.office import FileUnreadable, OfficeKind, check_office_zip
from kernel.zips import members_of, unpack
from services.registry.importing.errors import ImportTooLarge

MOST_UNPACKED = 128 << 20
LAST_ROW, LAST_COLUMN = 60_000, 256
"""A cell far out makes readers lay out everything before it: sheets are measured before they are read."""
SHEET_PART = re.compile(r"(^|/)worksheets/[^/]+\.xml$", re.IGNORECASE)
CELL = re.compile(rb'<(?:\w+:)?(?:c|row)\b[^>]{0,200}?\sr="([A-Z]{0,4})(\d{1,10})"')
ERRORS = ("#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!")


@dataclass(frozen=True, slots=True)
class Grid:
    """The rows of a sheet that hold something, their numbers as a person sees them, and marks by place."""

    sheet: str | None
    rows: list[list[str]]
    numbers: list[int]
    marks: dict[int, list[tuple[str, str | None]]] = field(default_factory=dict)


def read_workbook(content: bytes) -> list[Grid]:
    """Read the visible sheets of a workbook. Formulas count as the values that were saved with them."""
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum  # only who reads one pays for it

    check_office_zip(content, max_unpacked=MOST_UNPACKED, kind=OfficeKind.XLSX, refuse_external=False)
    _measure(content)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            shown = [one.name for one in book.sheets_metadata if one.visible is SheetVisibleEnum.Visible]
            return [_grid(book.get_sheet_by_name(name)) for name in shown]
    except CalamineError as error:
        raise FileUnreadable("The workbook cannot be read.") from error


def _measure(content: bytes) -> None:
    for member in members_of(content):
        if not SHEET_PART.search(member.name):
            continue
        seam = b""
        for chunk in unpack(content, member):
            for letters, row in CELL.findall(seam + chunk):
                if int(row) > LAST_ROW:
                    raise ImportTooLarge("lines in a sheet", LAST_ROW)
                if _column_number(letters) > LAST_COLUMN:
                    raise ImportTooLarge("columns", LAST_COLUMN)
            seam = chunk[-256:]


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _grid(sheet: Any) -> Grid:
    first = sheet.start[0] if sheet.start else 0
    left = sheet.start[1] if sheet.start else 0
    every = [[_written(cell) for cell in row] for row in sheet.to_python(skip_empty_area=True)]
    merged = _spread(every, sheet.merged_cell_ranges or [], first, left)
    grid = Grid(sheet.name, [], [])
    for at, row in enumerate(every):
        if any(cell.strip() for cell in row):
            if at in merged:
                grid.marks[len(grid.rows)] = [("cell_merged", name) for name in merged[at]]
            grid.rows.append(row)
            grid.numbers.append(first + at + 1)
    return grid


def _spread(rows: list[list[str]], ranges: Sequence[Any], first: int, left: int) -> dict[int, list[str]]:
    """Give every row of a merged cell its value; return which rows have such a cell, and its name."""
    marked: dict[int, list[str]] = {}
    for (top, start), (bottom, _) in ranges:
        at, column = top - first, start - left
        if bottom == top or not (0 <= at < len(rows) and 0 <= column < len(rows[at])) or not rows[at][column]:
            continue
        for below in range(at, min(bottom - first + 1, len(rows))):
            rows[below][column] = rows[at][column]
            marked.setdefault(below, []).append(f"{_letters(start)}{top + 1}")
    return marked


def _letters(column: int) -> str:
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def _written(cell: Any) -> str:
    """Return a cell as a person would have typed it into a CSV file."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time(0) else cell.isoformat(" ")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    return str(cell) if not isinstance(cell, timedelta) else str(cell.total_seconds())
