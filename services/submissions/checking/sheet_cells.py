"""Cells of a workbook as the checks take them: codes and words as text, figures as they are, joined cells in each
of their rows."""

from datetime import date
from typing import Any

from kernel.workbook_cells import UNCOMPUTED, CellError, Sheet
from services.submissions.checking.check_figures import CellStatus
from services.submissions.checking.content import SECTION_OBSERVATIONS
from services.submissions.checking.findings import Finding, found
from services.submissions.checking.sheet_header import SheetHeader
from services.submissions.checking.sheet_names import TITLED
from services.submissions.checking.sheet_places import SheetPlaces, row_id
from services.submissions.checking.text import MALFORMED, clean, clean_column, clean_values

WITH_TITLE = {"section_title", "indicator_title", "reason", "explanation", "text", "evidence", "funding", "value"}
"""Columns whose cells are taken whole; in all others a code may stand with its title."""
NUMBERS = {"value", "funding"}


def as_cell(column: str, cell: Any) -> Any:
    """Return a cell as the checks take it in its column."""
    if column in NUMBERS:
        return int(cell) if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15 else cell
    if cell is UNCOMPUTED or isinstance(cell, CellError):
        return cell
    text = as_text(cell)
    if text is None or column in WITH_TITLE:
        return text
    code = text.partition(TITLED)[0]
    return None if column == "status" and code == CellStatus.VALUE else code


def as_text(cell: Any) -> str | None:
    """Return what a cell says in words: a whole number without a point, a day as ISO writes it."""
    if cell is None or isinstance(cell, str):
        return clean(cell) if cell else None
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return repr(cell)


def clean_sheet_columns(
    columns: dict[str, list[Any]], rows: list[int], places: SheetPlaces, out: list[Finding]
) -> None:
    """Make the columns clean; find errors and formulas without result where a code or words should stand."""
    for name, cells in columns.items():
        if name in NUMBERS:
            cells[:] = clean_values(cells)
            continue
        for number, cell in enumerate(cells):
            if isinstance(cell, CellError) or cell is UNCOMPUTED:
                out.append(found(rule_of(cell), places.of_cell(rows[number], name), repr(cell)))
                cells[number] = MALFORMED
        if MALFORMED not in cells:
            cells[:] = clean_column(cells, lambda *_: None)


def rule_of(cell: Any) -> str:
    """Return the rule that an error, or a formula without result, breaks."""
    return "formula_without_value" if cell is UNCOMPUTED else "cell_error"


def spread_joins(number: int, sheet: Sheet, header: SheetHeader, places: SheetPlaces, out: list[Finding]) -> None:
    """Give the value of cells joined downwards to each row of them; a joined figure belongs to no row for sure."""
    codes = {at: code for code, at in header.columns.items()}
    last_row = max(sheet.rows)
    for top, left, bottom, right in sheet.joins:
        column = codes.get(left)
        within = [at for at in codes if left <= at <= right]
        if bottom <= header.last or not within:
            continue
        order = (SECTION_OBSERVATIONS, row_id(number, top), left)
        place = places.at(order, number, top, left, header.names.get(column or ""))
        if len(within) > 1 or column is None or column in NUMBERS | {"status"}:
            out.append(found("cells_joined", place))
            continue
        value = sheet.rows.get(top, {}).get(left)
        if value is None or column.endswith("_title"):
            continue
        out.append(found("cells_joined_spread", place, as_text(value)))
        for row in range(top + 1, min(bottom, last_row) + 1):
            if row in sheet.rows:
                sheet.rows[row].setdefault(left, value)
