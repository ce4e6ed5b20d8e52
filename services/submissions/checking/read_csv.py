"""A CSV file as columns: `indicator`, one column per dimension, `value`, `status`, `reason`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from kernel.tabular import Sheet, decode_csv, read_sheet
from kernel.text import fold
from services.submissions.checking.content import (
    SECTION_HEADER,
    SECTION_NARRATIVE,
    SECTION_NIL,
    SECTION_OBSERVATIONS,
    SECTION_TABLES,
    ParsedContent,
)
from services.submissions.checking.findings import Finding, Place, found
from services.submissions.checking.read_csv_sections import SECTION_NAMES, SECTION_NEEDED, read_sections
from services.submissions.checking.text import clean, clean_column
from services.submissions.form.definition import FormDefinition
from services.submissions.form.remembering import once_a_form

COLUMNS = {
    "indicator": ("indicator", "Mã chỉ tiêu", "Chỉ tiêu"),
    "indicator_title": ("indicator_title", "Tên chỉ tiêu"),
    "value": ("value", "Giá trị", "Số liệu"),
    "status": ("status", "Trạng thái"),
    "reason": ("reason", "Lý do"),
}
NEEDED = ("indicator", "value")


@once_a_form
def header_names(form: FormDefinition) -> dict[str, str]:
    """Return every name that a column may have, without accents and case, and the column it means."""
    dimensions = {d.code: (d.code, d.title_vi, d.title_en) for d in form.dimensions}
    return {fold(name): code for code, names in (dimensions | COLUMNS).items() for name in names}


def read_csv(raw: bytes, form: FormDefinition, nil: Iterable[str] = ()) -> ParsedContent:
    """Read a file as columns of a form. `nil` comes beside the file, as the metadata does."""
    known = header_names(form) if form.tables else SECTION_NAMES
    needed = NEEDED if form.tables else SECTION_NEEDED
    sheet = read_sheet(decode_csv(raw), lambda header: sum(fold(name) in known for name in header))
    header = [clean(name) or "" for name in (sheet.rows[0] if sheet.rows else [])]
    content = read_figures(sheet, header, known) if form.tables else read_sections(sheet, header)
    content.nil = list(nil)
    content.findings += find_in_header(sheet, header, known, needed, _has_cells) + find_long_rows(sheet)
    return content


def read_figures(sheet: Sheet, header: list[str], known: dict[str, str]) -> ParsedContent:
    """Return rows of figures as columns; the first row of the sheet is its header."""
    places = CsvPlaces({known[fold(name)]: name for name in reversed(header) if fold(name) in known})
    return _content(sheet, places, [known.get(fold(name)) for name in header])


def _content(sheet: Sheet, places: "CsvPlaces", codes: list[str | None]) -> ParsedContent:
    rows, numbers = sheet.rows[1:], sheet.numbers[1:]
    columns = _columns(rows, codes)
    unfilled = _unfilled(columns, len(rows))
    kept = numbers
    if unfilled:
        keep = [number for number in range(len(rows)) if number not in unfilled]
        columns = {name: [cells[number] for number in keep] for name, cells in columns.items()}
        kept = [numbers[number] for number in keep]
    empty: list[Any] = [None] * len(kept)
    return ParsedContent(
        places=places,
        rows=kept,
        indicator=columns.pop("indicator", empty),
        value=columns.pop("value", empty),
        status=columns.pop("status", empty),
        reason=columns.pop("reason", empty),
        dimensions=columns,
        decimal_comma=sheet.has_decimal_comma,
        findings=[found("row_unfilled", places.of_cell(numbers[n], "indicator")) for n in sorted(unfilled)],
    )


def _columns(rows: list[list[str]], codes: list[str | None]) -> dict[str, list[Any]]:
    width = len(codes)
    if any(len(row) != width for row in rows):
        rows = [(row + [""] * (width - len(row)))[:width] for row in rows]
    cells = list(zip(*rows, strict=True)) or [()] * width
    columns: dict[str, list[Any]] = {}
    for code, column in zip(codes, cells, strict=True):
        if code is not None and code != "indicator_title" and code not in columns:
            columns[code] = clean_column(list(column), lambda *_: None)
    return columns


def _unfilled(columns: dict[str, list[Any]], count: int) -> set[int]:
    """Rows of a template that nobody filled: an indicator and nothing else."""
    indicator = columns.get("indicator", [None] * count)
    blank = {number for number, cell in enumerate(columns.get("value", [])) if cell is None}
    for name, cells in columns.items():
        if blank and name != "indicator":
            blank = {number for number in blank if cells[number] is None}
    return {number for number in blank if indicator[number] is not None}


def find_in_header(
    sheet: Sheet,
    header: list[str],
    known: dict[str, str],
    needed: tuple[str, ...],
    has_cells: Callable[[Sheet, int], bool],
) -> list[Finding]:
    """Find columns that are unknown, repeated or missing."""
    row = sheet.numbers[0] if sheet.numbers else 1
    findings, seen = [], set()
    for position, name in enumerate(header):
        code = known.get(fold(name))
        place = Place((SECTION_HEADER, row, position, name), row=row, column=name)
        if code is None and (name or has_cells(sheet, position)):
            findings.append(found("column_unknown", place, name))
        if code is not None and code in seen:
            findings.append(found("column_repeated", place, name))
        seen.add(code)
    for code in needed:
        if code not in seen:
            place = Place((SECTION_HEADER, row, len(header), code), row=row, column=code)
            findings.append(found("column_missing", place, code))
    return findings


def _has_cells(sheet: Sheet, position: int) -> bool:
    return any(row[position].strip() for row in sheet.rows if len(row) > position)


def find_long_rows(sheet: Sheet) -> list[Finding]:
    """Find rows that have more cells than the header has names."""
    width = len(sheet.rows[0]) if sheet.rows else 0
    return [
        found("row_too_long", Place((SECTION_OBSERVATIONS, number, -1, ""), row=number), row[width])
        for number, row in zip(sheet.numbers, sheet.rows, strict=True)
        if len(row) > width and "".join(row[width:]).strip()
    ]


@dataclass(frozen=True, slots=True)
class CsvPlaces:
    """Places as rows and columns, with the column names that the file uses."""

    written: dict[str, str]

    def of_cell(self, row: int, column: str) -> Place:
        position = list(COLUMNS).index(column) if column in COLUMNS else 1
        return Place(
            (SECTION_OBSERVATIONS, row, position, column), row=row, column=self.written.get(column, column)
        )

    def of_nil(self, number: int) -> Place:
        return Place((SECTION_NIL, number, 0, str(number)), column="nil")

    def of_narrative(self, key: str, part: str | None = None) -> Place:
        return Place((SECTION_NARRATIVE, 0, 0, f"{key}/{part or ''}"), column=key)

    def of_table(self, number: int, table: str) -> Place:
        return Place((SECTION_TABLES, number, 0, table))

    def names_row(self, row: int) -> tuple[str, str]:
        return f"dòng {row}", f"row {row}"
