"""The text file that a reporter fills: one line for each indicator, or each narrative section, that it owes."""

import csv
import io
from collections.abc import Iterable, Sequence
from enum import StrEnum

from kernel.tabular import defused
from services.submissions.checking.check import ReportContext, tables_owed
from services.submissions.checking.check_narrative import owed_sections
from services.submissions.checking.numbers import ONE_COMMA_GROUP, written
from services.submissions.checking.read_csv import COLUMNS
from services.submissions.checking.read_csv_sections import SECTION_COLUMNS
from services.submissions.form.definition import FormDefinition
from services.submissions.form.previous import NO_FIGURES, Figure, Figures

BOM = "\ufeff"


class HeaderLanguage(StrEnum):
    """How columns are named: by their codes, or in Vietnamese."""

    CODES = "codes"
    VI = "vi"


class TemplateFormat(StrEnum):
    """In which format a template is made."""

    CSV = "csv"
    XLSX = "xlsx"


SEPARATORS = {HeaderLanguage.CODES: (",", "."), HeaderLanguage.VI: (";", ",")}
"""Between cells and in decimals: a Vietnamese Excel splits cells at semicolons, because its commas are decimal."""


def write_csv(form: FormDefinition, context: ReportContext, language: HeaderLanguage, previous: Figures) -> bytes:
    """Return the CSV template, in UTF-8 with the byte order mark by which Excel knows it."""
    separator, point = SEPARATORS[language]
    header, rows = _tables(form, context, previous, point) if form.tables else _sections(form, context)
    names = header if language is HeaderLanguage.CODES else [_vietnamese(form, code) for code in header]
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows(rows)
    return (BOM + text.getvalue()).encode()


def _tables(
    form: FormDefinition, context: ReportContext, previous: Figures, point: str
) -> tuple[list[str], Iterable[Sequence[str]]]:
    owed = [indicator for table in tables_owed(form, context) for indicator in table.indicators]
    used = {use.dimension for indicator in owed for use in indicator.dimensions}
    dimensions = [dimension.code for dimension in form.dimensions if dimension.code in used]
    header = ["indicator", "indicator_title", *dimensions, "value", "status", "reason", "explanation"]
    return header, (
        [
            indicator.code,
            defused(indicator.title_vi),
            *(_written(figure, column, point) for column in header[2:]),
        ]
        for indicator in owed
        for figure in previous.get(indicator.code, NO_FIGURES)
    )


def _written(figure: Figure | None, column: str, point: str) -> str:
    cell = None if figure is None else figure.cell(column)
    if cell is None:
        return ""
    if column != "value":
        return defused(str(cell))
    number = written(cell).replace(".", point)
    return f"{number}0" if ONE_COMMA_GROUP.fullmatch(number) else number  # 1,234 could be a thousand


def _sections(form: FormDefinition, context: ReportContext) -> tuple[list[str], Iterable[Sequence[str]]]:
    owed = owed_sections(form.narrative, context.tasks)
    status = ["status"] if any(section.takes_status for section in owed) else []
    header = ["section", "section_title", *status, "text", *(part.value for part in form.narrative.task_parts)]
    blank = [""] * (len(header) - 2)
    return header, ([section.key, defused(section.title_vi), *blank] for section in owed)


def _vietnamese(form: FormDefinition, code: str) -> str:
    titles = {dimension.code: dimension.title_vi for dimension in form.dimensions}
    fixed = {name: written[1] for name, written in (COLUMNS | SECTION_COLUMNS).items()}
    return (titles | fixed)[code]
