"""From the bytes of a file and its declared type to what the reader takes; anything else is refused."""

import csv
import io

from kernel.office import OLE, PDF, ZIP, check_office_zip
from services.registry.document.docx import read_docx
from services.registry.document.encodings import decode, require_unicode
from services.registry.document.errors import DocumentTooLong, MediaTypeUnread
from services.registry.document.grids import heading_of
from services.registry.document.packages import MOST_UNPACKED
from services.registry.document.sheet import read_xlsx
from services.registry.document.sources import Cell, Grid, GridRow, Place, Source
from services.registry.document.text import Line, clean_line, clean_lines

MOST_CHARACTERS = 2_000_000
"""Some 700 pages."""
MOST_LINES = 100_000

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV, TEXT = "text/csv", "text/plain"
MEDIA_TYPES = (DOCX, XLSX, CSV, TEXT)


def read_file(content: bytes, media_type: str) -> Source:
    """Return what a file says. The declared type decides how it is read; its content has to be of that type."""
    declared = media_type.partition(";")[0].strip().lower()
    if declared not in MEDIA_TYPES:
        raise MediaTypeUnread(declared, list(MEDIA_TYPES))
    source = _read(content, declared)
    require_length(source)
    return source


def _read(content: bytes, declared: str) -> Source:
    if declared == DOCX:
        source = read_docx(content)
    elif declared == XLSX:
        source = read_xlsx(content)
    else:
        return _read_text(content, declared)
    require_unicode("\n".join(_texts(source)))
    return source


def _read_text(content: bytes, declared: str) -> Source:
    if content.startswith((ZIP, OLE)) or PDF in content[:1024]:
        found = check_office_zip(content, max_unpacked=MOST_UNPACKED)
        raise MediaTypeUnread(f"A {found.kind} file declared as {declared}", list(MEDIA_TYPES))
    text = decode(content)
    if declared == CSV:
        return csv_source(text)
    return Source("text", tuple(clean_lines(text)))


def csv_source(text: str) -> Source:
    """Return the records of a CSV file as a grid; what stands above its headings is text."""
    try:
        dialect: type[csv.Dialect] | csv.Dialect = csv.Sniffer().sniff(text[:4096], delimiters=",;\t")
    except csv.Error:
        dialect = csv.excel
    rows: list[GridRow] = []
    places: dict[int, Place] = {}
    reader = csv.reader(io.StringIO(text, newline=""), dialect)
    try:
        ended = 0
        for number, record in enumerate(reader, start=1):
            places[number] = Place("line", ended + 1)
            ended = reader.line_num
            rows.append(GridRow(number, tuple(Cell(_cell(cell)) for cell in record)))
    except csv.Error as error:
        raise DocumentTooLong("characters in a cell", csv.field_size_limit()) from error
    heading = heading_of([row.cells for row in rows])
    above = rows if heading is None else rows[: heading.first]
    lines = tuple(Line(row.line, " ".join(c.text for c in row.cells if c.text)) for row in above)
    grids = () if heading is None else (Grid(tuple(rows[heading.first :])),)
    return Source("csv", lines, grids, places)


def _cell(text: str) -> str:
    return "\n".join(clean_line(line) for line in text.splitlines())


def require_length(source: Source) -> None:
    """Refuse a file that is longer than any plan: it would be read in part, or for minutes."""
    if len(source.lines) + sum(len(grid.rows) for grid in source.grids) > MOST_LINES:
        raise DocumentTooLong("lines", MOST_LINES)
    if sum(map(len, _texts(source))) > MOST_CHARACTERS:
        raise DocumentTooLong("characters", MOST_CHARACTERS)


def _texts(source: Source) -> list[str]:
    cells = (cell for grid in source.grids for row in grid.rows for cell in row.cells)
    shown = (cell.text for cell in cells if not (cell.from_left or cell.from_above))
    return [*(line.text for line in source.lines), *shown]
