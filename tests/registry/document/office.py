"""The same document as a Word file, a workbook or lines: built from text in which tables stand tab-separated."""

import io
from collections.abc import Iterator, Sequence
from itertools import pairwise

import docx
import xlsxwriter

OVER = " // "
"""In a heading: what stands above two columns, and what stands below it."""


def blocks_of(text: str) -> Iterator[str | list[list[str]]]:
    """Give the paragraphs of a text, and its tables as rows of cells."""
    table: list[list[str]] = []
    for line in [*text.split("\n"), ""]:
        cells = _cells(line)
        if cells is not None:
            table.append(cells)
            continue
        if table:
            yield _even([row for row in table if not set("".join(row)) <= set("-| ")])
            table = []
        if line.strip():
            yield line


def flattened(text: str) -> str:
    """Return the text with headings of two lines put into one."""
    return text.replace(OVER, " ")


def as_docx(text: str) -> bytes:
    """Return the text as a Word file; a heading of two lines becomes joined cells."""
    document = docx.Document()
    for block in blocks_of(text):
        if isinstance(block, str):
            document.add_paragraph(block)
            continue
        rows = _two_lines(block)
        table = document.add_table(len(rows), len(rows[0]))
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                table.cell(at, column).text = cell
        if len(rows) > len(block):
            for first, last in _joins(block[0]):
                merged = table.cell(*first).merge(table.cell(*last))
                merged.text = rows[0][first[1]]
    return _saved(document)


def as_xlsx(text: str) -> bytes:
    """Return the text as a workbook: paragraphs in the first column, tables below them."""
    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = workbook.add_worksheet("Phụ lục")
    at = 0
    for block in blocks_of(text):
        if isinstance(block, str):
            sheet.write_string(at, 0, block)
            at += 1
            continue
        rows = _two_lines(block)
        for row in rows:
            for column, cell in enumerate(row):
                _write(sheet, at + rows.index(row), column, cell)
        if len(rows) > len(block):
            for (top, left), (bottom, right) in _joins(block[0]):
                sheet.merge_range(at + top, left, at + bottom, right, rows[0][left])
        at += len(rows) + 1
    workbook.close()
    return out.getvalue()


def _write(sheet, row: int, column: int, cell: str) -> None:
    if cell.isdigit():
        sheet.write_number(row, column, int(cell))
    elif cell:
        sheet.write_string(row, column, cell)


def _cells(line: str) -> list[str] | None:
    if "\t" in line:
        return line.split("\t")
    if line.startswith("|"):
        return [cell.strip() for cell in line.strip().strip("|").split("|")]
    return None


def _even(rows: list[list[str]]) -> list[list[str]]:
    width = max(map(len, rows))
    return [row + [""] * (width - len(row)) for row in rows]


def _two_lines(rows: list[list[str]]) -> list[list[str]]:
    if not any(OVER in cell for cell in rows[0]):
        return rows
    top = [cell.split(OVER)[0] for cell in rows[0]]
    below = [cell.split(OVER)[1] if OVER in cell else "" for cell in rows[0]]
    return [top, below, *rows[1:]]


def _joins(head: Sequence[str]) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    for column, cell in enumerate(head):
        if OVER not in cell:
            yield (0, column), (1, column)
    for (left, one), (right, other) in pairwise(enumerate(head)):
        if OVER in one and OVER in other and one.split(OVER)[0] == other.split(OVER)[0]:
            yield (0, left), (0, right)


def _saved(document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
