"""From the bytes of a file to rows of named cells, as text. What a cell means is decided elsewhere."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kernel.tabular import STARTS_A_FORMULA, decode_old_csv, read_sheet
from kernel.text import HALF_PAIR, nfc
from services.registry.importing.catalogue import Finding
from services.registry.importing.columns import NAMES, NUMBERING, count_known, field_of, missing_in
from services.registry.importing.errors import (
    ImportColumnsMissing,
    ImportEmpty,
    ImportMediaUnread,
    ImportTooLarge,
)
from services.registry.importing.tables import FileFormat, ImportKind
from services.registry.importing.workbooks import Grid, read_workbook

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 20_000
MOST_LINES = 10 * MOST_ROWS
"""Of a CSV, counted before it is split: a cell may hold several lines, not without end."""
HEADER_WITHIN = 15
"""Titles and logos stand above the header line, but not more than this."""
LONGEST_CELL = 4_000
MOST_TEXT = 20_000_000
"""Characters of all rows: a workbook names one long text in as many cells as it likes."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file: where a person finds it, its cells by column, and what reading it showed."""

    number: int
    sheet: str | None
    row: int
    cells: dict[str, str]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """What a file says."""

    format: FileFormat
    encoding: str | None
    columns: dict[str, str]
    rows: list[Row]
    findings: list[Finding] = field(default_factory=list)


def read_file(content: bytes, content_type: str, kind: ImportKind) -> Table:
    """Read a file in one of the formats that are taken, or refuse it as a whole."""
    media_type = content_type.split(";", 1)[0].strip().lower()
    if media_type == XLSX:
        return _table(FileFormat.XLSX, None, read_workbook(content), kind)
    if media_type != CSV:
        raise ImportMediaUnread(content_type, [CSV, XLSX])
    text, encoding = decode_old_csv(content)
    if text.count("\n") > MOST_LINES:
        raise ImportTooLarge("lines", MOST_LINES)
    sheet = read_sheet(nfc(text), lambda header: count_known(kind, header))
    return _table(FileFormat.CSV, encoding, [Grid(None, sheet.rows, sheet.numbers)], kind)


def _table(file_format: FileFormat, encoding: str | None, grids: Sequence[Grid], kind: ImportKind) -> Table:
    table = Table(file_format, encoding, {}, [])
    missing: list[str] | None = None
    for grid in grids:
        place, lacks = _header_of(grid, kind)
        if lacks:
            missing = lacks if missing is None else missing
            continue
        _take(table, grid, place, kind)
    if not table.columns:
        if not any(grid.rows for grid in grids):
            raise ImportEmpty("The file is empty.")
        raise ImportColumnsMissing(missing or [], {name: list(names) for name, names in NAMES[kind].items()})
    if not table.rows:
        raise ImportEmpty("The file has a header line and nothing below it.")
    return table


def _header_of(grid: Grid, kind: ImportKind) -> tuple[int, list[str]]:
    """Return where the header line stands, and which needed columns it does not name."""
    lines = grid.rows[:HEADER_WITHIN]
    place = max(range(len(lines)), key=lambda n: (count_known(kind, lines[n]), -n), default=0)
    return place, missing_in(kind, lines[place] if lines else [])


def _take(table: Table, grid: Grid, place: int, kind: ImportKind) -> None:
    fields: list[str | None] = []
    for cell in grid.rows[place]:
        name = field_of(kind, cell)
        if name is not None and name in fields:
            table.findings.append(Finding("column_repeated", cell, cell))
            name = None
        elif name is None and cell.strip() and cell.strip().lower() not in NUMBERING:
            table.findings.append(Finding("column_unknown", cell, cell))
        fields.append(name)
        if name is not None:
            table.columns.setdefault(name, cell.strip())
    left = MOST_TEXT - sum(len(cell) for row in table.rows for cell in row.cells.values())
    for at in range(place + 1, len(grid.rows)):
        if len(table.rows) >= MOST_ROWS:
            raise ImportTooLarge("rows", MOST_ROWS)
        row = _row(len(table.rows) + 1, grid, at, fields)
        if row is not None:
            table.rows.append(row)
            left -= sum(map(len, row.cells.values()))
        if left < 0:
            raise ImportTooLarge("characters", MOST_TEXT)


def _row(number: int, grid: Grid, at: int, fields: Sequence[str | None]) -> Row | None:
    cells = {name: _clean(cell) for name, cell in zip(fields, grid.rows[at], strict=False) if name is not None}
    if not any(cells.values()):
        return None
    findings = [Finding(rule, value=value) for rule, value in grid.marks.get(at, ())]
    if any(cell.strip() for cell in grid.rows[at][len(fields) :]):
        findings.append(Finding("row_too_long"))
    findings += _forbidden(cells.items())
    return Row(number, grid.sheet, grid.numbers[at], {n: _kept(c) for n, c in cells.items()}, tuple(findings))


def _forbidden(cells: Iterable[tuple[str, str]]) -> Iterable[Finding]:
    for name, cell in cells:
        if "\x00" in cell or HALF_PAIR.search(cell):
            yield Finding("text_forbidden", name)
        if len(cell) > LONGEST_CELL:
            yield Finding("text_too_long", name, hint=str(LONGEST_CELL))


def _clean(cell: str) -> str:
    """Return a cell without the spaces around it; our own mark before a sign that spreadsheets run goes too."""
    bare = nfc(cell).replace("\u00a0", " ").replace("\u200b", "").replace("\ufeff", "").strip()
    return bare[1:] if bare[:1] == "'" and bare[1:].startswith(STARTS_A_FORMULA) else bare


def _kept(cell: str) -> str:
    return HALF_PAIR.sub("\ufffd", cell.replace("\x00", "\ufffd"))[:LONGEST_CELL]
