"""A CSV file of narrative sections: `section`, `status`, `text`, for a form that asks for words and no figures."""

from dataclasses import dataclass, field
from typing import Any

from kernel.tabular import Grid
from kernel.text import fold
from services.submissions.checking.content import (
    SECTION_NARRATIVE,
    SECTION_NIL,
    SECTION_OBSERVATIONS,
    SECTION_TABLES,
    ParsedContent,
)
from services.submissions.checking.findings import Finding, Place, found
from services.submissions.checking.text import clean

SECTION_COLUMNS = {
    "section": ("section", "Mục"),
    "section_title": ("section_title", "Tên mục"),
    "status": ("status", "Trạng thái"),
    "text": ("text", "Nội dung"),
    "evidence": ("evidence", "Minh chứng"),
    "funding": ("funding", "Kinh phí", "Kinh phí (triệu đồng)"),
}
SECTION_NAMES = {fold(name): code for code, names in SECTION_COLUMNS.items() for name in names}
SECTION_NEEDED = ("section", "text")
PARTS = ("status", "text", "evidence", "funding")


def read_sections(grid: Grid, header: list[str]) -> ParsedContent:
    """Return the sections of a file. A line that names a section and nothing else says nothing."""
    codes = [SECTION_NAMES.get(fold(name)) for name in header]
    places = SectionPlaces({code: name for name, code in zip(header, codes, strict=True) if code})
    content = ParsedContent(places, [], [], {}, [], [], [], decimal_comma=grid.has_decimal_comma)
    for number, row in zip(grid.below.numbers, zip(*grid.below.cells, strict=True), strict=True):
        cells = {code: clean(cell) for code, cell in zip(codes, row, strict=True) if code}
        if any(cells.get(part) for part in PARTS):
            _keep(number, cells, content, places)
        elif key := cells.get("section"):
            places.rows.setdefault(key, number)
    return content


def _keep(number: int, cells: dict[str, str | None], content: ParsedContent, places: "SectionPlaces") -> None:
    key = cells.get("section")
    if key is None or key in content.narrative:
        content.findings.append(_mistake(key, number, places))
        return
    content.narrative[key] = {part: cells.get(part) for part in PARTS}
    places.rows[key] = number


def _mistake(key: str | None, number: int, places: "SectionPlaces") -> Finding:
    place = places.of_cell(number, "section")
    if key is None:
        return found("section_missing", place)
    vi, en = places.names_row(places.rows[key])
    return found("section_repeated", place, key, first_vi=vi, first_en=en)


@dataclass(slots=True)
class SectionPlaces:
    """Places as rows and columns of a file whose lines are sections."""

    written: dict[str, str]
    rows: dict[str, int] = field(default_factory=dict)

    def of_cell(self, row: int, column: str) -> Place:
        return Place((SECTION_OBSERVATIONS, row, 0, column), row=row, column=self._name(column))

    def of_nil(self, number: int) -> Place:
        return Place((SECTION_NIL, number, 0, str(number)), column="nil")

    def of_narrative(self, key: str, part: str | None = None) -> Place:
        row, column = self.rows.get(key), part or "section"
        order: tuple[Any, ...] = (SECTION_NARRATIVE, row or 0, list(SECTION_COLUMNS).index(column), key)
        return Place(order, row=row, column=self._name(column))

    def of_table(self, number: int, table: str) -> Place:
        return Place((SECTION_TABLES, number, 0, table))

    def names_row(self, row: int) -> tuple[str, str]:
        return f"dòng {row}", f"row {row}"

    def _name(self, column: str) -> str:
        return self.written.get(column, column)
