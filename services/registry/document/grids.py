"""Tables with true cells, of Word, Excel or CSV: which column is which, and one row for every task.

Nothing is guessed about where a cell ends; what is read are headings of one or two lines, joined cells, and rows
that a page break cut.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.registry.document.layout import (
    CODE,
    COORD,
    LEAD,
    OTHER,
    RESULT,
    TIMEFRAME,
    TITLE,
    Row,
    Table,
    columns_of,
    read_code,
)
from services.registry.document.sources import Cell, Grid, GridRow
from services.registry.document.text import join_pieces

_CODE_AND_TITLE = re.compile(
    r"(?P<code>[IVX]{1,5}|[A-HĐ]|\d{1,2}(?:\.\d{1,2}){0,3})[.)/:]?\s+(?P<title>\S.*)", re.S
)
_NUMBERING = re.compile(r"[\s()\d.:-]*")
_SHARED = (LEAD, COORD, RESULT, TIMEFRAME)
"""Columns whose cell may be joined over several tasks: it holds for each of them."""
_HEAD_WITHIN = 40


@dataclass(frozen=True, slots=True)
class Heading:
    """The headings of a grid: its columns, and the first row after them."""

    columns: tuple[str, ...]
    first: int
    after: int


def is_task_grid(rows: Sequence[Sequence[Cell]]) -> bool:
    """Say whether a table is one of tasks."""
    return heading_of(rows) is not None


def read_grids(kind: str, grids: Sequence[Grid]) -> Table | None:
    """Read the tasks of every grid; one without headings goes on the one before when it has as many columns."""
    rows: list[Row] = []
    first, last, known = 0, 0, None
    for grid in grids:
        heading = heading_of([row.cells for row in grid.rows])
        if heading is None:
            if known is None or not grid.rows or len(grid.rows[0].cells) != len(known.columns):
                continue
            heading = Heading(known.columns, 0, 0)
        known = heading
        first = first or grid.rows[heading.first].line
        last = grid.rows[-1].line
        for row in grid.rows[heading.after :]:
            _place(rows, row, heading.columns)
    return Table(kind, tuple(rows), first, last) if rows else None


def heading_of(rows: Sequence[Sequence[Cell]]) -> Heading | None:
    """Find the headings: one row, or two where a heading stands above others of its own."""
    for at, row in enumerate(rows[:_HEAD_WITHIN]):
        below = rows[at + 1] if at + 1 < len(rows) else ()
        if below and (any(c.from_left for c in row) or any(c.from_above for c in below)):
            columns = columns_of(_two_lines(row, below))
            if columns is not None:
                return Heading(columns, at, at + 2)
        columns = columns_of(tuple("" if c.from_left else _one_line(c.text) for c in row))
        if columns is not None:
            return Heading(columns, at, at + 1)
    return None


def _two_lines(row: Sequence[Cell], below: Sequence[Cell]) -> tuple[str, ...]:
    padded = [*below, *[Cell()] * (len(row) - len(below))]
    return tuple(
        _one_line(top.text if low.from_above or low.text == top.text else f"{top.text} {low.text}")
        for top, low in zip(row, padded, strict=False)
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _place(rows: list[Row], source: GridRow, columns: Sequence[str]) -> None:
    """Take a row of a grid as a task of its own, or as the rest of the one before."""
    texts = [c.text for c in source.cells]
    if not any(t.strip() for t in texts) or _is_repeated_head(texts):
        return
    cells, is_joined = _cells(source, columns)
    if rows and _goes_on(cells, source, columns):
        fresh = {c: t for c, t, s in _pairs(source, columns) if not (s.from_above or s.from_left)}
        for column, text in fresh.items():
            rows[-1].cells[column] = join_pieces([rows[-1].get(column), _cell_text(column, text)])
        return
    rows.append(Row(source.line, cells, is_joined))


def _is_repeated_head(texts: Sequence[str]) -> bool:
    is_counting = len(texts) > 2 and _NUMBERING.fullmatch("".join(texts)) is not None
    return is_counting or columns_of(tuple(_one_line(t) for t in texts)) is not None


def _pairs(source: GridRow, columns: Sequence[str]) -> Iterator[tuple[str, str, Cell]]:
    for column, cell in zip(columns, source.cells, strict=False):
        if column != OTHER:
            yield column, cell.text, cell


def _cells(source: GridRow, columns: Sequence[str]) -> tuple[dict[str, str], bool]:
    """Give every column its text; a heading that runs over the whole row is cut into number and title."""
    cells = {c: "" if s.from_left else _cell_text(c, text) for c, text, s in _pairs(source, columns)}
    is_shared = any(s.from_above for c, _, s in _pairs(source, columns) if c in _SHARED)
    across = [c.text for c in source.cells if not c.from_left]
    if len([t for t in across if t.strip()]) == 1 and (CODE not in columns or cells.get(CODE) or cells.get(LEAD)):
        whole = _one_line(next(t for t in across if t.strip()))
        if any(s.from_left for s in source.cells):
            found = _CODE_AND_TITLE.fullmatch(whole)
            code, title = (found["code"], found["title"]) if found else ("", whole)
            return {CODE: code, TITLE: title} if CODE in columns or code else {TITLE: title}, False
    return cells, is_shared


def _goes_on(cells: dict[str, str], source: GridRow, columns: Sequence[str]) -> bool:
    """Say whether a row is the rest of the one above: its number or title is joined with it, or it has neither."""
    joined = {c for c, _, s in _pairs(source, columns) if s.from_above}
    if (CODE in joined and read_code(cells.get(CODE, ""))) or (TITLE in joined and CODE not in columns):
        return True
    title = cells.get(TITLE, "").strip()
    if read_code(cells.get(CODE, "")) is not None:
        return False
    return not title or title[0].islower()


def _cell_text(column: str, text: str) -> str:
    """Put the paragraphs of a cell together; between names a paragraph ends a name."""
    pieces = [piece.strip() for piece in text.split("\n") if piece.strip()]
    if column not in (LEAD, COORD):
        return join_pieces(pieces)
    joined = ""
    for piece in pieces:
        begins = piece[0] in "-+•*" or (
            piece[0].isupper() and not joined.rstrip().endswith((",", ";", "-", " và"))
        )
        joined = f"{joined}; {piece.lstrip('-+•* ')}" if joined and begins else join_pieces([joined, piece])
    return joined.lstrip("-+•* ")
