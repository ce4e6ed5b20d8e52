"""An Excel workbook as columns: our own template filled in, or sheets made by hand with the same column names.

A sheet is read when one of its first rows names the columns of figures or of sections; any other is left out, and
it is said so."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from kernel.text import fold
from kernel.workbook_cells import Sheet
from kernel.workbooks import read_workbook
from services.submissions.checking.content import ParsedContent
from services.submissions.checking.findings import found
from services.submissions.checking.read_csv import NEEDED, header_names
from services.submissions.checking.read_csv_sections import PARTS, SECTION_NAMES, SECTION_NEEDED
from services.submissions.checking.read_json import Envelope
from services.submissions.checking.sheet_cells import as_cell, as_text, clean_sheet_columns, spread_joins
from services.submissions.checking.sheet_header import SheetHeader, find_header
from services.submissions.checking.sheet_names import (
    MACHINE,
    MADE_BY,
    NIL_ALL,
    NIL_MARKS,
    NIL_TABLE,
    OURS,
    layout_of,
)
from services.submissions.checking.sheet_places import SheetPlaces, row_id
from services.submissions.checking.text import texts_of
from services.submissions.form.definition import FormDefinition

MOST_UNPACKED = 256 << 20
MOST_CELLS = 2_000_000


@dataclass(slots=True)
class XlsxBody:
    """A workbook that was read, before it is known which form it answers."""

    sheets: list[Sheet]
    made_for: dict[str, str]
    """What our own template says of itself; empty for any other workbook."""
    nil: list[Any] = field(default_factory=list)

    @property
    def envelope(self) -> Envelope:
        """The occurrence for which the template was made."""
        return Envelope(occurrence=self.made_for.get("occurrence"))

    def columns(self, form: FormDefinition) -> ParsedContent:
        """Return the content as columns of this form."""
        return _Reading(self, form).content()


def read_xlsx(raw: bytes, nil: Iterable[str] = ()) -> XlsxBody:
    """Open a workbook. What is unsafe, encrypted or damaged is refused."""
    sheets = read_workbook(raw, max_unpacked=MOST_UNPACKED, most_cells=MOST_CELLS)
    return XlsxBody(sheets, _made_for(sheets), list(nil))


def _made_for(sheets: list[Sheet]) -> dict[str, str]:
    machine = next((sheet for sheet in sheets if sheet.name == MACHINE), None)
    if machine is None:
        return {}
    facts = {str(row.get(0, "")): str(row[1]) for row in machine.rows.values() if 1 in row}
    return facts if facts.get("made_by") == MADE_BY else {}


class _Reading:
    """One workbook on its way into the columns of one form."""

    def __init__(self, body: XlsxBody, form: FormDefinition) -> None:
        self._body, self._form = body, form
        self._figures, self._dimensions = header_names(form), {dimension.code for dimension in form.dimensions}
        self._places = SheetPlaces([sheet.name for sheet in body.sheets])
        self._content = ParsedContent(self._places, [], [], {}, [], [], [], decimal_comma=True)
        self._rows: list[int] = []
        self._columns: dict[str, list[Any]] = {}

    def content(self) -> ParsedContent:
        """Read every sheet; return what they say together."""
        content = self._content
        content.made_for = self._body.made_for
        content.nil = list(self._body.nil)
        self._places.nil_before = len(content.nil)
        for number, sheet in enumerate(self._body.sheets):
            if sheet.name not in OURS and sheet.rows:
                self._read_sheet(number, sheet)
        self._settle()
        self._check_layout()
        return content

    def _check_layout(self) -> None:
        """Say when somebody changed the structure of our template; it is read by its headers all the same."""
        was = self._body.made_for.get("layout")
        if was is not None and was != layout_of(self._places.columns()):
            content = self._content
            content.findings.append(found("template_changed", self._places.of_table(-1, "")))

    def _read_sheet(self, number: int, sheet: Sheet) -> None:
        header = find_header(sheet, self._figures if self._form.tables else {}, NEEDED) or find_header(
            sheet, SECTION_NAMES, SECTION_NEEDED
        )
        self._read_nil(number, sheet, header)
        if header is None:
            if not self._is_ours(sheet):
                self._note("sheet_left_out", number, sheet.name)
            return
        self._places.add(number, header)
        self._content.findings += header.findings(number, self._places)
        if sheet.is_hidden:
            self._note("sheet_hidden", number, sheet.name)
        spread_joins(number, sheet, header, self._places, self._content.findings)
        if "section" in header.columns:
            self._read_sections(number, sheet, header)
        else:
            self._read_figures(number, sheet, header)

    def _is_ours(self, sheet: Sheet) -> bool:
        return bool(self._body.made_for) and sheet.name == self._body.made_for.get("guide")

    def _note(self, rule: str, number: int, value: str) -> None:
        self._content.findings.append(found(rule, self._places.of_sheet(number), value))

    def _read_nil(self, number: int, sheet: Sheet, header: SheetHeader | None) -> None:
        """Find the declarations above the figures of our template."""
        last = header.first if header else max(sheet.rows) + 1
        for row in sorted(row for row in sheet.rows if row < last):
            label = sheet.rows[row].get(0)
            if label not in (NIL_TABLE, NIL_ALL):
                continue
            table = "*" if label == NIL_ALL else self._body.made_for.get(f"sheet:{sheet.name}", sheet.name)
            self._places.tables[table] = (number, row)
            if fold(str(sheet.rows[row].get(1, ""))) in NIL_MARKS:
                self._places.nil_rows.append((number, row))
                self._content.nil.append(table)

    def _read_figures(self, number: int, sheet: Sheet, header: SheetHeader) -> None:
        columns = {code: at for code, at in header.columns.items() if code != "indicator_title"}
        for row in sorted(row for row in sheet.rows if row > header.last):
            cells = sheet.rows[row]
            given = {code: cells[at] for code, at in columns.items() if at in cells}
            if not given:
                continue
            if row in sheet.hidden_rows:
                self._content.findings.append(found("row_hidden", self._places.of_row(number, row)))
            if set(given) == {"indicator"}:
                self._note_unfilled(number, row)
                continue
            self._keep(row_id(number, row), given)

    def _note_unfilled(self, number: int, row: int) -> None:
        """A row of our own template that nobody filled is no news: it cannot be taken out."""
        if not self._body.made_for:
            place = self._places.of_cell(row_id(number, row), "indicator")
            self._content.findings.append(found("row_unfilled", place))

    def _keep(self, row: int, given: dict[str, Any]) -> None:
        count = len(self._rows)
        self._rows.append(row)
        for code, cell in given.items():
            column = self._columns.setdefault(code, [])
            column += [None] * (count - len(column))
            column.append(as_cell(code, cell))

    def _settle(self) -> None:
        content, count = self._content, len(self._rows)
        for column in self._columns.values():
            column += [None] * (count - len(column))
        clean_sheet_columns(self._columns, self._rows, self._places, content.findings)
        content.rows = self._rows
        for name in ("indicator", "value", "status", "reason"):
            setattr(content, name, self._columns.pop(name, [None] * count))
        content.explanations = texts_of(self._rows, self._columns.pop("explanation", [None] * count))
        content.dimensions = self._columns

    def _read_sections(self, number: int, sheet: Sheet, header: SheetHeader) -> None:
        for row in sorted(row for row in sheet.rows if row > header.last):
            given = {code: sheet.rows[row].get(at) for code, at in header.columns.items()}
            if not any(as_text(given.get(part)) for part in PARTS):
                if key := as_text(given.get("section")):
                    self._places.sections.setdefault(key, row_id(number, row))
                continue
            if row in sheet.hidden_rows:
                self._content.findings.append(found("row_hidden", self._places.of_row(number, row)))
            self._keep_section(number, row, given)

    def _keep_section(self, number: int, row: int, given: dict[str, Any]) -> None:
        key, place = as_text(given.get("section")), self._places.of_cell(row_id(number, row), "section")
        if key is None:
            self._content.findings.append(found("section_missing", place))
        elif key in self._content.narrative:
            vi, en = self._places.names_row(self._places.sections[key])
            self._content.findings.append(found("section_repeated", place, key, first_vi=vi, first_en=en))
        else:
            self._places.sections[key] = row_id(number, row)
            parts = {part: as_cell(part, given.get(part)) for part in PARTS}
            self._content.narrative[key] = {part: cell for part, cell in parts.items() if cell is not None}
