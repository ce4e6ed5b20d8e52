"""A file as the reader takes it: numbered lines of text, grids of cells, and where in the file each stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.registry.document.text import Line


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file something stands: a line, a paragraph, or the row of a table or sheet."""

    kind: str
    """line, paragraph, row (of a table of the document) or sheet_row."""
    number: int
    within: str = ""
    """The number of the table, or the name of the sheet."""

    @property
    def vi(self) -> str:
        return _WORDS[self.kind][0].format(number=self.number, within=self.within)

    @property
    def en(self) -> str:
        return _WORDS[self.kind][1].format(number=self.number, within=self.within)


_WORDS = {
    "line": ("dòng {number}", "line {number}"),
    "paragraph": ("đoạn {number}", "paragraph {number}"),
    "row": ("bảng {within}, hàng {number}", "table {within}, row {number}"),
    "sheet_row": ("trang tính {within}, hàng {number}", "sheet {within}, row {number}"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a grid. A joined cell stands in every place that it covers."""

    text: str = ""
    from_left: bool = False
    from_above: bool = False


@dataclass(frozen=True, slots=True)
class GridRow:
    """One row of a grid, and the number of the line that it counts as."""

    line: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with true cells: of a document, a sheet, or a CSV file."""

    rows: tuple[GridRow, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Everything that a file says, in reading order: `line` numbers run through lines and rows of grids alike."""

    kind: str
    """text, docx, xlsx or csv."""
    lines: tuple[Line, ...]
    grids: tuple[Grid, ...] = ()
    places: Mapping[int, Place] = field(default_factory=dict)

    def place_of(self, line: int) -> Place:
        """Say where a line stands; in a plain text it is the line itself."""
        return self.places.get(line) or Place("line", line)
