"""The lists to choose from in a template, kept on a hidden sheet: each different list once."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from services.submissions.checking.sheet_names import LISTS, TITLED
from services.submissions.form.definition import CodeItem, FormDefinition, Table

if TYPE_CHECKING:
    from xlsxwriter import Workbook

YES = ["x"]
STATUSES = (
    f"value{TITLED}Có số liệu / Value",
    f"not_available{TITLED}Không có số liệu, ghi lý do / Not available, give the reason",
    f"not_applicable{TITLED}Không áp dụng / Not applicable",
)
CELL_STATUSES, TASK_STATUSES = "cell_statuses", "task_statuses"
CHOOSE = {
    "error_title": "Mã không đúng / Code",
    "error_message": "Chọn một mã trong danh sách. Choose a code from the list.",
}


class WorkbookLists:
    """The lists of one workbook."""

    def __init__(self, form: FormDefinition, day: date | None) -> None:
        self._day = day
        self._dimensions = {dimension.code: dimension.codes for dimension in form.dimensions}
        statuses = [f"{one.code}{TITLED}{one.title_vi} / {one.title_en}" for one in form.narrative.statuses]
        self._lists: dict[str, list[str]] = {CELL_STATUSES: list(STATUSES), TASK_STATUSES: statuses}
        self._columns: dict[tuple[str, ...], int] = {}

    def codes(self, table: Table, dimension: str) -> list[CodeItem]:
        """Return the codes that some indicator of a table takes in a dimension."""
        uses = [
            use for indicator in table.indicators for use in indicator.dimensions if use.dimension == dimension
        ]
        only = None if any(not use.only for use in uses) else {code for use in uses for code in use.only}
        return [
            item
            for item in self._dimensions[dimension]
            if (self._day is None or item.is_valid_on(self._day)) and (only is None or item.code in only)
        ]

    def choice(self, name: str) -> dict[str, Any]:
        """Return the rule that a cell takes what stands in a list of a name."""
        return self.one_of(self._lists[name])

    def one_of(self, entries: Sequence[str]) -> dict[str, Any]:
        """Return the rule that a cell takes one of these entries."""
        if not entries:
            return {"validate": "any"}
        column = self._columns.setdefault(tuple(entries), len(self._columns))
        letter = _letters(column)
        source = f"='{LISTS}'!${letter}$1:${letter}${len(entries)}"
        return {"validate": "list", "source": source, **CHOOSE}

    def write(self, workbook: "Workbook") -> None:
        """Write the hidden sheet with every list that is used."""
        sheet = workbook.add_worksheet(LISTS)
        for entries, column in self._columns.items():
            for row, entry in enumerate(entries):
                sheet.write_string(row, column, entry)
        sheet.hide()
        sheet.protect()


def entry_of(item: CodeItem) -> str:
    """Return how a code stands in a list: with its title."""
    return f"{item.code}{TITLED}{item.title_vi}"


def _letters(column: int) -> str:
    letters, rest = "", column + 1
    while rest:
        rest, last = divmod(rest - 1, 26)
        letters = chr(65 + last) + letters
    return letters
