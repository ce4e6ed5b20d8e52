"""An Excel workbook as grids, read from its XML: what the cells show, joined cells in every place they cover.

A cell far out on the sheet must not make rows of all that lies between: cells are kept by their place and counted.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from xml.etree.ElementTree import Element

from kernel.office import OfficeKind
from services.registry.document.errors import DocumentTooLong
from services.registry.document.grids import heading_of
from services.registry.document.packages import Package, attribute, child, children, local
from services.registry.document.sources import Cell, Grid, GridRow, Place, Source
from services.registry.document.text import Line, clean_line

MOST_CELLS = 200_000
_WIDEST = 60
_LARGEST_JOIN = 2_000
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})", re.ASCII)
_FIRST_DAY = {"0": date(1899, 12, 30), "1": date(1904, 1, 1)}
_DAY_FORMS = frozenset({*range(14, 18), 22, *range(27, 32), 36, *range(50, 59)})
_DAY_CODE = re.compile(r"[dy]", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')

At = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Book:
    """What the sheets of a workbook share: its strings, and which formats show a day."""

    package: Package
    strings: tuple[str, ...]
    days: frozenset[int]
    first_day: date


def read_xlsx(content: bytes) -> Source:
    """Read a .xlsx file: every sheet that is shown."""
    package = Package(content, OfficeKind.XLSX)
    workbook = package.required("xl/workbook.xml")
    shared, styles = package.tree("xl/sharedStrings.xml"), package.tree("xl/styles.xml")
    strings = tuple(_string(s) for s in children(shared))
    is_1904 = "1" if attribute(child(workbook, "workbookPr"), "date1904") in ("1", "true") else "0"
    book = Book(package, strings, frozenset(_days_of(styles)), _FIRST_DAY[is_1904])
    lines: list[Line] = []
    grids: list[Grid] = []
    places: dict[int, Place] = {}
    for name, part in _sheets_of(package, workbook):
        _read_sheet(name, book, part, lines, grids, places)
    return Source("xlsx", tuple(lines), tuple(grids), places)


def _read_sheet(
    name: str, book: Book, part: str, lines: list[Line], grids: list[Grid], places: dict[int, Place]
) -> None:
    cells = _cells_of(book, part)
    numbers, width = sorted({row for row, _ in cells}), _width(cells)
    rows = [[cells.get((row, column), Cell()) for column in range(width)] for row in numbers]
    at = max(places, default=0)
    found: list[GridRow] = []
    for number, row in zip(numbers, rows, strict=True):
        at += 1
        places[at] = Place("sheet_row", number, name)
        found.append(GridRow(at, tuple(row)))
    heading = heading_of(rows)
    first = len(found) if heading is None else heading.first
    last = max((i for i, row in enumerate(rows) if _is_of_table(row)), default=-1)
    told = (*found[:first], *found[max(first, last + 1) :])
    lines += [Line(row.line, text, is_paragraph=True) for row in told for text in [_as_line(row)] if text]
    if heading is not None:
        grids.append(Grid(tuple(found[first : last + 1])))


def _is_of_table(row: list[Cell]) -> bool:
    """Say whether a row is more than a line of text below a table."""
    return sum(bool(c.text) for c in row) > 1


def _as_line(row: GridRow) -> str:
    return clean_line(" ".join(c.text for c in row.cells if c.text and not (c.from_left or c.from_above)))


def _width(cells: dict[At, Cell]) -> int:
    return min(_WIDEST, 1 + max((column for _, column in cells), default=0))


def _cells_of(book: Book, part: str) -> dict[At, Cell]:
    """Return the cells that hold something by row and column, joined ones in every place that they cover."""
    sheet = book.package.required(part)
    cells: dict[At, Cell] = {}
    for row_at, row in enumerate(children(child(sheet, "sheetData")), start=1):
        own = attribute(row, "r") or str(row_at)
        for column_at, cell in enumerate(row):
            place = _place_of(attribute(cell, "r")) or (int(own) if own.isdigit() else row_at, column_at)
            text = _shown(cell, book)
            if text.strip() and place[1] < _WIDEST:
                cells[place] = Cell(text)
            if len(cells) > MOST_CELLS:
                raise DocumentTooLong("cells", MOST_CELLS)
    lowest = max((row for row, _ in cells), default=0)
    for merge in children(child(sheet, "mergeCells")):
        _join(cells, attribute(merge, "ref") or "", lowest)
        if len(cells) > MOST_CELLS:
            raise DocumentTooLong("cells", MOST_CELLS)
    return cells


def _join(cells: dict[At, Cell], reference: str, lowest: int) -> None:
    first, _, last = reference.partition(":")
    begin, end = _place_of(first), _place_of(last)
    if begin is None or end is None or begin not in cells:
        return
    bottom = min(end[0], begin[0] + _LARGEST_JOIN, lowest)
    for row in range(begin[0], bottom + 1):
        for column in range(begin[1], min(end[1], _WIDEST - 1) + 1):
            if (row, column) != begin:
                cells[(row, column)] = Cell(cells[begin].text, column > begin[1], row > begin[0])


def _place_of(reference: str | None) -> At | None:
    match = _REFERENCE.fullmatch(reference or "")
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]), column - 1


def _shown(cell: Element, book: Book) -> str:
    """Return what a cell shows: its text, its number, or its day; an error shows nothing."""
    kind, value = attribute(cell, "t") or "n", child(cell, "v")
    if kind == "inlineStr":
        found = child(cell, "is")
        return _string(found) if found is not None else ""
    text = (value.text or "") if value is not None else ""
    if kind == "s":
        return book.strings[int(text)] if text.isdigit() and int(text) < len(book.strings) else ""
    if kind == "n":
        return _number(text, attribute(cell, "s"), book)
    return clean_line(text) if kind in ("str", "d") else ""


def _number(text: str, style: str | None, book: Book) -> str:
    try:
        value = float(text)
    except ValueError:
        return ""
    if style and style.isdigit() and int(style) in book.days and 1 <= value < 200_000:
        day = book.first_day + timedelta(days=int(value))
        return f"{day:%d/%m/%Y}"
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.10g}"


def _string(item: Element) -> str:
    """Return a string without the hints for reading that East Asian workbooks carry."""
    pieces = [item] if child(item, "t") is not None else [c for c in item if local(c) == "r"]
    text = "".join(t.text or "" for piece in pieces for t in piece if local(t) == "t")
    return "\n".join(clean_line(line) for line in text.split("\n"))


def _days_of(styles: Element | None) -> Iterator[int]:
    own = {
        attribute(form, "numFmtId"): _DAY_CODE.search(_QUOTED.sub("", attribute(form, "formatCode") or ""))
        is not None
        for form in children(child(styles, "numFmts"))
    }
    for number, form in enumerate(children(child(styles, "cellXfs"))):
        known = attribute(form, "numFmtId") or "0"
        if own.get(known, known.isdigit() and int(known) in _DAY_FORMS):
            yield number


def _sheets_of(package: Package, workbook: Element) -> Iterator[tuple[str, str]]:
    """Give the name and the part of every sheet that is shown, in the order of the tabs."""
    relations = package.tree("xl/_rels/workbook.xml.rels")
    targets = {attribute(r, "Id"): attribute(r, "Target") or "" for r in children(relations)}
    for sheet in children(child(workbook, "sheets")):
        target = targets.get(attribute(sheet, "id"), "")
        is_shown = attribute(sheet, "state") in (None, "visible")
        if is_shown and "worksheets/" in target:
            yield attribute(sheet, "name") or "", target if target.startswith("/") else f"xl/{target}"
