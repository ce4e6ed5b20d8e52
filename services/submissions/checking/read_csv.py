"""A CSV file as columns: `indicator`, one column per dimension, `value`, `status`, `reason`, `explanation`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from kernel.tabular import Grid, decode_csv, read_grid
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
from services.submissions.checking.text import clean, clean_column, texts_of
from services.submissions.form.definition import FormDefinition
from services.submissions.form.remembering import once_a_form

COLUMNS = {
    "indicator": ("indicator", "Mã chỉ tiêu", "Chỉ tiêu"),
    "indicator_title": ("indicator_title", "Tên chỉ tiêu"),
    "value": ("value", "Giá trị", "Số liệu"),
    "status": ("status", "Trạng thái"),
    "reason": ("reason", "Lý do"),
    "explanation": ("explanation", "Giải trình", "Giải thích"),
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
    grid = read_grid(decode_csv(raw), lambda header: sum(fold(name) in known for name in header))
    header = [clean(name) or "" for name in grid.header]
    content = read_figures(grid, header, known) if form.tables else read_sections(grid, header)
    content.nil = list(nil)
    content.findings += find_in_header(grid.number, header, known, needed, lambda at: _has_cells(grid, at))
    content.findings += find_long_rows(grid)
    return content


def read_figures(grid: Grid, header: list[str], known: dict[str, str]) -> ParsedContent:
    """Return rows of figures as columns."""
    return _content(grid, places_of(header, known), [known.get(fold(name)) for name in header])


def places_of(header: list[str], known: dict[str, str]) -> "CsvPlaces":
    """Return where things stand in a file of figures with this header."""
    return CsvPlaces({known[fold(name)]: name for name in reversed(header) if fold(name) in known})


def _content(grid: Grid, places: "CsvPlaces", codes: list[str | None]) -> ParsedContent:
    kept = numbers = grid.below.numbers
    columns = _columns(grid.below.cells, codes)
    unfilled = _unfilled(columns, len(numbers))
    if unfilled:
        keep = [number for number in range(len(numbers)) if number not in unfilled]
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
        explanations=texts_of(kept, columns.pop("explanation", empty)),
        dimensions=columns,
        decimal_comma=grid.has_decimal_comma,
        findings=[found("row_unfilled", places.of_cell(numbers[n], "indicator")) for n in sorted(unfilled)],
    )


def _columns(cells: list[list[str]], codes: list[str | None]) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = {}
    for code, column in zip(codes, cells, strict=True):
        if code is not None and code != "indicator_title" and code not in columns:
            columns[code] = clean_column(column, lambda *_: None)
    return columns


def _unfilled(columns: dict[str, list[Any]], count: int) -> set[int]:
    """Rows of a template that nobody filled: an indicator and nothing else."""
    indicator = columns.get("indicator", [None] * count)
    if None not in columns.get("value", []):
        return set()
    blank = {number for number, cell in enumerate(columns.get("value", [])) if cell is None}
    for name, cells in columns.items():
        if blank and name != "indicator":
            blank = {number for number in blank if cells[number] is None}
    return {number for number in blank if indicator[number] is not None}


def find_in_header(
    row: int, header: list[str], known: dict[str, str], needed: tuple[str, ...], has_cells: Callable[[int], bool]
) -> list[Finding]:
    """Find columns that are unknown, repeated or missing."""
    findings, seen = [], set()
    for position, name in enumerate(header):
        code = known.get(fold(name))
        place = Place((SECTION_HEADER, row, position, name), row=row, column=name)
        if code is None and (name or has_cells(position)):
            findings.append(found("column_unknown", place, name))
        if code is not None and code in seen:
            findings.append(found("column_repeated", place, name))
        seen.add(code)
    for code in needed:
        if code not in seen:
            place = Place((SECTION_HEADER, row, len(header), code), row=row, column=code)
            findings.append(found("column_missing", place, code))
    return findings


def _has_cells(grid: Grid, position: int) -> bool:
    return any(cell.strip() for cell in grid.below.cells[position])


def find_long_rows(grid: Grid) -> list[Finding]:
    """Find rows that have more cells than the header has names."""
    return [
        found("row_too_long", Place((SECTION_OBSERVATIONS, number, -1, ""), row=number), cell)
        for number, cell in grid.below.longer
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
