"""A Word document as paragraphs and tables, read from its XML as printed, tracked changes accepted."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from xml.etree.ElementTree import Element

from kernel.office import FileUnreadable, OfficeKind
from services.registry.document.errors import DocumentTooLong
from services.registry.document.grids import is_task_grid
from services.registry.document.numbering import Numbering
from services.registry.document.packages import Package, attribute, child, local
from services.registry.document.sources import Cell, Grid, GridRow, Place, Source
from services.registry.document.text import Line, clean_line

MOST_CELLS = 200_000
_WIDEST = 60
_NOT_PRINTED = frozenset({"del", "moveFrom", "Fallback", "instrText", "delText", "pPr", "rPr", "sectPr", "tblPr"})


def read_docx(content: bytes) -> Source:
    """Read a .docx file; what it cannot be trusted with is refused before its text is looked at."""
    package = Package(content, OfficeKind.DOCX)
    body = child(package.required("word/document.xml"), "body")
    if body is None:
        raise FileUnreadable("The document has no body.")
    reading = _Reading(Numbering(package.tree("word/numbering.xml"), package.tree("word/styles.xml")))
    reading.blocks(body)
    reading.notes(package.tree("word/footnotes.xml"))
    return Source("docx", tuple(reading.lines), tuple(reading.grids), reading.places)


@dataclass
class _Reading:
    """One walk through the body; lines and rows are counted together."""

    numbering: Numbering
    lines: list[Line] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    places: dict[int, Place] = field(default_factory=dict)
    _at: int = 0
    _paragraphs: int = 0
    _tables: int = 0
    _cells: int = 0
    _open_width: int = 0
    """How many columns the table of tasks has that a page break may have cut here; 0 where none."""

    def blocks(self, container: Element) -> None:
        for element in _blocks_of(container):
            if local(element) == "p":
                self._paragraphs += 1
                for text in self._texts(element):
                    self._line(text, Place("paragraph", self._paragraphs))
            else:
                self._table(element)

    def notes(self, footnotes: Element | None) -> None:
        """Put footnotes after the document: they explain, and order nothing."""
        for note in () if footnotes is None else footnotes:
            text = " ".join(t for p in _blocks_of(note) if local(p) == "p" for t in self._texts(p)).strip()
            if text and attribute(note, "type") is None:
                self._paragraphs += 1
                self._line(f"[{attribute(note, 'id')}] {text}", Place("paragraph", self._paragraphs))

    def _line(self, text: str, place: Place) -> None:
        self._at += 1
        self._open_width = 0 if text.strip() else self._open_width
        self.lines.append(Line(self._at, clean_line(text), is_paragraph=True))
        self.places[self._at] = place

    def _texts(self, paragraph: Element) -> list[str]:
        """Give the printed lines of a paragraph, its number first, and then those of its text boxes."""
        mark = self.numbering.mark_of(paragraph)
        pieces, boxes = _printed(paragraph)
        text = f"{mark} {pieces}".strip() if mark else pieces
        boxed = [t for box in boxes for p in _blocks_of(box) if local(p) == "p" for t in self._texts(p)]
        return [*text.split("\n"), *boxed]

    def _table(self, table: Element) -> None:
        self._tables += 1
        rows = _without_shadows([list(self._row(row)) for row in _rows_of(table)])
        width = max(map(len, rows), default=0)
        if is_task_grid(rows) or (rows and width == self._open_width):
            number, self._open_width = self._tables, width
            grid = Grid(tuple(self._grid_row(cells, number, n) for n, cells in enumerate(rows, start=1)))
            self.grids.append(grid)
            return
        for number, cells in enumerate(rows, start=1):
            own = [c.text.split("\n") for c in cells if not (c.from_left or c.from_above)]
            for abreast in zip_longest(*own, fillvalue=""):
                for text in (t for t in abreast if t.strip()):
                    self._line(text, Place("row", number, str(self._tables)))

    def _grid_row(self, cells: list[Cell], table: int, number: int) -> GridRow:
        self._at += 1
        self.places[self._at] = Place("row", number, str(table))
        return GridRow(self._at, tuple(cells))

    def _row(self, row: Element) -> Iterator[Cell]:
        skipped = attribute(child(row, "trPr", "gridBefore"), "val") or "0"
        yield from [Cell()] * min(int(skipped) if skipped.isdigit() else 0, _WIDEST)
        for cell in _cells_of(row):
            self._cells += 1
            if self._cells > MOST_CELLS:
                raise DocumentTooLong("cells", MOST_CELLS)
            merge = child(cell, "tcPr", "vMerge")
            goes_on = merge is not None and attribute(merge, "val") in (None, "continue")
            text = "\n".join(t for t in self._cell_texts(cell) if t.strip())
            span = attribute(child(cell, "tcPr", "gridSpan"), "val") or "1"
            yield Cell(text, from_above=goes_on)
            for _ in range(1, min(int(span) if span.isdigit() else 1, _WIDEST)):
                yield Cell(text, from_left=True, from_above=goes_on)

    def _cell_texts(self, cell: Element) -> Iterator[str]:
        for element in _blocks_of(cell):
            if local(element) == "p":
                yield from (clean_line(text) for text in self._texts(element))
            else:
                for row in _rows_of(element):
                    yield " ".join(t for c in _cells_of(row) for t in self._cell_texts(c))


def _without_shadows(rows: list[list[Cell]]) -> list[list[Cell]]:
    """Give every cell that goes on from above the text of the cell where it begins."""
    above: list[Cell] = []
    for row in rows:
        for at, cell in enumerate(row):
            if cell.from_above and not cell.text and at < len(above):
                row[at] = Cell(above[at].text, cell.from_left, from_above=True)
        above = row
    return rows


def _blocks_of(container: Element) -> Iterator[Element]:
    """Give paragraphs and tables in order, those inside content controls and insertions included."""
    waiting = [iter(container)]
    while waiting:
        element = next(waiting[-1], None)
        if element is None:
            waiting.pop()
        elif local(element) in ("p", "tbl"):
            yield element
        elif local(element) not in _NOT_PRINTED:
            waiting.append(iter(element))


def _rows_of(table: Element) -> Iterator[Element]:
    return (row for row in _inside(table, "tr") if child(row, "trPr", "del") is None)


def _cells_of(row: Element) -> Iterator[Element]:
    return _inside(row, "tc")


def _inside(element: Element, name: str) -> Iterator[Element]:
    for one in element:
        if local(one) == name:
            yield one
        elif local(one) in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"):
            yield from _inside(one, name)


def _printed(paragraph: Element) -> tuple[str, list[Element]]:
    """Return the text of a paragraph without what was deleted, and the text boxes that hang on it."""
    pieces: list[str] = []
    boxes: list[Element] = []
    waiting = [iter(paragraph)]
    while waiting:
        element = next(waiting[-1], None)
        if element is None:
            waiting.pop()
            continue
        name = local(element)
        if name == "t":
            pieces.append(element.text or "")
        elif name in ("tab", "ptab"):
            pieces.append(" ")
        elif name in ("br", "cr"):
            pieces.append("\n")
        elif name in ("noBreakHyphen", "softHyphen"):
            pieces.append("-" if name == "noBreakHyphen" else "")
        elif name == "txbxContent":
            boxes.append(element)
        elif name not in _NOT_PRINTED:
            waiting.append(iter(element))
    return "".join(pieces), boxes
