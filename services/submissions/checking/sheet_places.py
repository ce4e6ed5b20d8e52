"""Where things stand in a workbook: the sheet and the cell, as a person finds them there."""

from typing import TYPE_CHECKING

from kernel.workbook_cells import MOST_ROWS, reference
from services.submissions.checking.content import (
    SECTION_HEADER,
    SECTION_NARRATIVE,
    SECTION_NIL,
    SECTION_OBSERVATIONS,
    SECTION_TABLES,
)
from services.submissions.checking.findings import Place

if TYPE_CHECKING:
    from services.submissions.checking.sheet_header import SheetHeader

ROWS = MOST_ROWS << 1
PLAIN = str.maketrans("", "", "_.")


def row_id(sheet: int, row: int) -> int:
    """Return one number for a row of a sheet; they sort as the workbook reads."""
    return sheet * ROWS + row


class SheetPlaces:
    """Places as sheets and cells of a workbook."""

    def __init__(self, names: list[str]) -> None:
        self._names = names
        self._headers: dict[int, SheetHeader] = {}
        self.sections: dict[str, int] = {}
        """In which row each section stands, also one that nobody filled."""
        self.tables: dict[str, tuple[int, int]] = {}
        """In which sheet and row each table is declared nil."""
        self.nil_rows: list[tuple[int, int]] = []
        self.nil_before = 0
        """How many declarations came beside the workbook."""

    def add(self, sheet: int, header: "SheetHeader") -> None:
        """Learn where the columns of a sheet are."""
        self._headers[sheet] = header

    def columns(self) -> dict[str, list[str]]:
        """Return the columns of each sheet that was read, in their order."""
        return {
            self._names[sheet]: sorted(header.columns, key=header.columns.__getitem__)
            for sheet, header in self._headers.items()
        }

    def at(self, order: tuple[int, int, int], sheet: int, row: int, column: int, name: str | None = None) -> Place:
        """The place of any cell; `name` is what its column is called."""
        cell = self._full(sheet, reference(row, column))
        return Place((*order, cell), row=row, column=name, sheet=self._names[sheet], cell=cell)

    def of_sheet(self, sheet: int) -> Place:
        """The place of a whole sheet."""
        return Place((SECTION_HEADER, row_id(sheet, 0), 0, self._names[sheet]), sheet=self._names[sheet])

    def of_row(self, sheet: int, row: int) -> Place:
        """The place of a whole row."""
        return self.at((SECTION_OBSERVATIONS, row_id(sheet, row), -1), sheet, row, 0)

    def of_cell(self, row: int, column: str) -> Place:
        sheet, number = divmod(row, ROWS)
        header = self._headers[sheet]
        at = header.columns.get(column)
        if at is None:
            place = self.of_row(sheet, number)
            return Place(
                (*place.order[:3], f"{place.cell}/{column}"), row=number, column=column, sheet=place.sheet
            )
        return self.at((SECTION_OBSERVATIONS, row, at), sheet, number, at, header.names.get(column, column))

    def of_nil(self, number: int) -> Place:
        own = number - self.nil_before
        if not 0 <= own < len(self.nil_rows):
            return Place((SECTION_NIL, number, 0, str(number)), column="nil")
        sheet, row = self.nil_rows[own]
        return self.at((SECTION_NIL, number, 0), sheet, row, 1)

    def of_narrative(self, key: str, part: str | None = None) -> Place:
        row = self.sections.get(key)
        if row is None:
            return Place((SECTION_NARRATIVE, 0, 0, f"{key}/{part or ''}"), column=key)
        place = self.of_cell(row, part or "section")
        return Place((SECTION_NARRATIVE, *place.order[1:]), None, place.row, place.column, place.sheet, place.cell)

    def of_table(self, number: int, table: str) -> Place:
        if table not in self.tables:
            return Place((SECTION_TABLES, number, 0, table))
        sheet, row = self.tables[table]
        return self.at((SECTION_TABLES, number, 0), sheet, row, 1)

    def names_row(self, row: int) -> tuple[str, str]:
        sheet, number = divmod(row, ROWS)
        return f"dòng {number} của trang {self._names[sheet]}", f"row {number} of sheet {self._names[sheet]}"

    def _full(self, sheet: int, cell: str) -> str:
        name = self._names[sheet]
        quoted = (
            name if name.isascii() and name.translate(PLAIN).isalnum() else "'" + name.replace("'", "''") + "'"
        )
        return f"{quoted}!{cell}"
