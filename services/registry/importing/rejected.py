"""The rejected rows as a file, as they were given and with the reason beside them, to be mended and sent again."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from kernel.tabular import defused
from services.registry.importing.columns import PLACE, REASON
from services.registry.importing.tables import FileFormat


def rejected_file(
    columns: Mapping[str, str], rows: Sequence[Any], file_format: FileFormat, language: str
) -> bytes:
    """Return the rejected rows as CSV (with a byte order mark, for spreadsheets) or XLSX."""
    header = [*columns.values(), REASON[language], PLACE[language]]
    lines = [
        [*(row.cells.get(name, "") for name in columns), _reasons(row, language), _place(row)] for row in rows
    ]
    table = [[defused(cell) for cell in line] for line in (header, *lines)]
    return _as_xlsx(table) if file_format is FileFormat.XLSX else _as_csv(table)


def _reasons(row: Any, language: str) -> str:
    errors = [one for one in row.findings if one["severity"] == "error"]
    said = [f"{one['column']}: " * bool(one["column"]) + one[f"message_{language}"] for one in errors]
    return " ".join(said)


def _place(row: Any) -> str:
    return f"{row.sheet}!{row.row}" if row.sheet else str(row.row)


def _as_csv(table: Sequence[Sequence[str]]) -> bytes:
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerows(table)
    return written.getvalue().encode("utf-8-sig")


def _as_xlsx(table: Sequence[Sequence[str]]) -> bytes:
    from xlsxwriter import Workbook  # only who writes one pays for it

    written = io.BytesIO()
    with Workbook(written, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("Rejected")
        sheet.freeze_panes(1, 0)
        for at, line in enumerate(table):
            for column, cell in enumerate(line):
                sheet.write_string(at, column, cell)
    return written.getvalue()
