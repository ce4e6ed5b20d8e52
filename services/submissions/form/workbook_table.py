"""One table of a form as a sheet to fill: a row for each figure, codes by choice, figures within their limits."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from services.submissions.checking.sheet_names import NIL_TABLE, TITLED
from services.submissions.form.definition import FormDefinition, Indicator, Table
from services.submissions.form.previous import NO_FIGURES, Figure, Figures
from services.submissions.form.workbook_lists import CELL_STATUSES, STATUSES, YES, WorkbookLists, entry_of
from services.submissions.form.workbook_styles import Styles
from services.submissions.form.workbook_words import ASKED

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

HEADER_ROW, FIRST_ROW = 4, 6
LAST_ROW = 5_000
"""Down to which row lists and limits are offered."""
WIDTHS = {"indicator": 26, "indicator_title": 52, "value": 14, "status": 24, "reason": 40, "explanation": 40}
DIMENSION_WIDTH = 24


class TableSheet:
    """The sheet of one table while it is written."""

    def __init__(
        self, sheet: "Worksheet", form: FormDefinition, table: Table, styles: Styles, lists: WorkbookLists
    ) -> None:
        self._sheet, self._table, self._styles, self._lists = sheet, table, styles, lists
        used = {use.dimension for indicator in table.indicators for use in indicator.dimensions}
        self._dimensions = [dimension for dimension in form.dimensions if dimension.code in used]
        self._titles = {one.code: f"{one.title_vi} / {one.title_en}" for one in self._dimensions} | ASKED
        names = [dimension.code for dimension in self._dimensions]
        self._columns = ["indicator", "indicator_title", *names, "value", "status", "reason", "explanation"]

    def write(self, previous: Figures) -> list[str]:
        """Write the sheet, and return its columns."""
        self._write_head()
        self._allow()
        row = FIRST_ROW
        for indicator in self._table.indicators:
            for figure in previous.get(indicator.code, NO_FIGURES):
                self._write_row(row, indicator, figure)
                row += 1
        self._sheet.freeze_panes(FIRST_ROW, 2)
        return self._columns

    def _write_head(self) -> None:
        sheet, styles = self._sheet, self._styles
        for at, code in enumerate(self._columns):
            form = styles.free_number if code == "value" else styles.free
            is_open = code != "indicator_title"
            sheet.set_column(at, at, WIDTHS.get(code, DIMENSION_WIDTH), form if is_open else styles.locked)
            for row in range(HEADER_ROW):
                sheet.write_blank(row, at, None, styles.locked)
            sheet.write_string(HEADER_ROW, at, self._titles[code], styles.header)
            sheet.write_string(HEADER_ROW + 1, at, code, styles.code)
        sheet.write_string(0, 0, self._table.title_vi, styles.title)
        sheet.write_string(1, 0, self._table.title_en, styles.title_en)
        sheet.write_string(2, 0, NIL_TABLE, styles.locked)
        sheet.write_blank(2, 1, None, styles.input)
        sheet.data_validation(2, 1, 2, 1, {"validate": "list", "source": YES})

    def _allow(self) -> None:
        """Offer lists, and limit figures, in every row that may be filled."""
        indicators = [f"{one.code}{TITLED}{one.title_vi}" for one in self._table.indicators]
        self._validate("indicator", self._lists.one_of(indicators))
        for dimension in self._dimensions:
            entries = [entry_of(item) for item in self._lists.codes(self._table, dimension.code)]
            self._validate(dimension.code, self._lists.one_of(entries))
        self._validate("value", _limits(self._table.indicators))
        self._validate("status", self._lists.choice(CELL_STATUSES))

    def _validate(self, code: str, rule: dict[str, Any]) -> None:
        at = self._columns.index(code)
        self._sheet.data_validation(FIRST_ROW, at, LAST_ROW, at, rule)

    def _write_row(self, row: int, indicator: Indicator, figure: Figure | None) -> None:
        sheet, styles = self._sheet, self._styles
        sheet.write_string(row, 0, indicator.code, styles.locked)
        sheet.write_string(row, 1, f"{indicator.title_vi} / {indicator.title_en}", styles.words)
        own = {use.dimension for use in indicator.dimensions}
        for at, code in enumerate(self._columns[2:], start=2):
            form = styles.number if code == "value" else styles.input
            if code in self._titles and code not in ASKED and code not in own:
                sheet.write_blank(row, at, None, styles.locked)
            elif figure is None or figure.cell(code) is None:
                sheet.write_blank(row, at, None, form)
            elif code == "value":
                sheet.write_number(row, at, figure.number, form)
            else:
                sheet.write_string(row, at, self._shown(code, str(figure.cell(code))), form)

    def _shown(self, code: str, cell: str) -> str:
        known = {item.code: entry_of(item) for one in self._dimensions if one.code == code for item in one.codes}
        if code == "status":
            known = {entry.partition(TITLED)[0]: entry for entry in STATUSES}
        return known.get(cell, cell)


def _limits(indicators: Sequence[Indicator]) -> dict[str, Any]:
    least, most = min(one.minimum for one in indicators), max(one.maximum for one in indicators)
    whole = all(one.number == "integer" for one in indicators)
    kind_vi, kind_en = ("số nguyên", "a whole number") if whole else ("số", "a number")
    return {
        "validate": "integer" if whole else "decimal",
        "criteria": "between",
        "minimum": least,
        "maximum": most,
        "error_title": "Số không đúng / Number",
        "error_message": f"Ghi {kind_vi} từ {least} đến {most}. Give {kind_en} from {least} to {most}.",
    }
