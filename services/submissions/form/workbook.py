"""The Excel template of one report: a sheet for each table that is owed, one for the words, lists to choose from,
and a hidden sheet by which the file is known again. The same report gives the same bytes."""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from services.submissions.checking.check_narrative import OwedSection, owed_sections
from services.submissions.checking.sheet_names import GUIDE, MACHINE, MADE_BY, NARRATIVE, NIL_ALL, layout_of
from services.submissions.form.definition import FormDefinition, Table, TaskPart
from services.submissions.form.previous import Figures
from services.submissions.form.template_facts import TemplateFacts
from services.submissions.form.workbook_lists import TASK_STATUSES, YES, WorkbookLists
from services.submissions.form.workbook_styles import Styles
from services.submissions.form.workbook_table import TableSheet
from services.submissions.form.workbook_words import ABOUT, ASKED, HOW_TO

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

MADE_ON = datetime(2020, 1, 1)  # noqa: DTZ001 (a workbook knows no zone; a fixed day keeps the bytes the same)
LONGEST_NAME = 31
PROTECTION = {"format_cells": True, "format_columns": True, "format_rows": True, "sort": True, "autofilter": True}
SECTION_WIDTHS = {"section": 28, "section_title": 48, "status": 26, "text": 80, "evidence": 48, "funding": 18}


def write_workbook(
    form: FormDefinition, tables: Sequence[Table], facts: TemplateFacts, previous: Figures
) -> bytes:
    """Return the workbook as a file."""
    import xlsxwriter  # not at the top: most processes never write one

    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as workbook:
        workbook.set_properties({"title": form.title_vi, "created": MADE_ON})
        _Writing(workbook, form, tables, facts, previous).all()
    return file.getvalue()


class _Writing:
    """One workbook on its way out."""

    def __init__(
        self,
        workbook: "Workbook",
        form: FormDefinition,
        tables: Sequence[Table],
        facts: TemplateFacts,
        previous: Figures,
    ) -> None:
        self._workbook, self._form, self._tables = workbook, form, tables
        self._facts, self._previous = facts, previous
        self._styles = Styles(workbook)
        self._columns: dict[str, list[str]] = {}
        self._holds: dict[str, str] = {}

    def all(self) -> None:
        self._write_guide()
        lists = WorkbookLists(self._form, self._facts.day)
        for table in self._tables:
            self._write_table(table, lists)
        sections = owed_sections(self._form.narrative, self._facts.context.tasks)
        if sections:
            self._write_sections(sections, lists)
        lists.write(self._workbook)
        self._write_machine()

    def _write_guide(self) -> None:
        sheet, styles, form = self._workbook.add_worksheet(GUIDE), self._styles, self._form
        sheet.set_column(0, 0, 70)
        sheet.set_column(1, 1, 60)
        sheet.write_string(0, 0, form.title_vi, styles.title)
        sheet.write_string(1, 0, form.title_en, styles.title_en)
        row = 3
        for label, value in self._facts.shown(form):
            sheet.write_string(row, 0, label, styles.label)
            sheet.write_string(row, 1, value, styles.words)
            row += 1
        if self._tables:
            sheet.write_string(row, 0, NIL_ALL, styles.label)
            sheet.write_blank(row, 1, None, styles.input)
            sheet.data_validation(row, 1, row, 1, {"validate": "list", "source": YES})
        for vi, en in (*HOW_TO, (form.notice_vi, form.notice_en)):
            row += 1
            sheet.write_string(row + 1, 0, vi, styles.words)
            sheet.write_string(row + 1, 1, en, styles.words)
        self._finish(sheet)

    def _write_table(self, table: Table, lists: WorkbookLists) -> None:
        name = self._free_name(table.code)
        sheet = self._workbook.add_worksheet(name)
        writing = TableSheet(sheet, self._form, table, self._styles, lists)
        self._columns[name] = writing.write(self._previous)
        self._holds[name] = table.code
        self._finish(sheet)

    def _free_name(self, code: str) -> str:
        name, number = code[:LONGEST_NAME], 1
        while name.casefold() in {taken.casefold() for taken in self._columns}:
            number += 1
            name = f"{code[: LONGEST_NAME - 4]}~{number}"
        return name

    def _write_sections(self, sections: Sequence[OwedSection], lists: WorkbookLists) -> None:
        sheet, styles = self._workbook.add_worksheet(NARRATIVE), self._styles
        parts = [part.value for part in self._form.narrative.task_parts]
        columns = ["section", "section_title", *(["status"] if _asks_status(sections) else []), "text", *parts]
        for at, code in enumerate(columns):
            sheet.set_column(at, at, SECTION_WIDTHS[code])
            sheet.write_string(0, at, ASKED[code], styles.header)
            sheet.write_string(1, at, code, styles.code)
        for row, section in enumerate(sections, start=2):
            for at, code in enumerate(columns):
                self._write_section_cell(sheet, (row, at), code, section, lists)
        sheet.freeze_panes(2, 2)
        self._columns[NARRATIVE] = columns
        self._finish(sheet)

    def _write_section_cell(
        self, sheet: "Worksheet", at: tuple[int, int], code: str, section: OwedSection, lists: WorkbookLists
    ) -> None:
        if code == "section":
            sheet.write_string(*at, section.key, self._styles.locked)
        elif code == "section_title":
            sheet.write_string(*at, f"{section.title_vi} / {section.title_en}", self._styles.words)
        elif code == "text" or (code == "status" and section.takes_status) or code in section.parts:
            sheet.write_blank(*at, None, self._styles.input)
            if code == "status":
                sheet.data_validation(*at, *at, lists.choice(TASK_STATUSES))
            if code == TaskPart.FUNDING:
                sheet.data_validation(*at, *at, {"validate": "decimal", "criteria": ">=", "value": 0})
        else:
            sheet.write_blank(*at, None, self._styles.locked)

    def _write_machine(self) -> None:
        sheet = self._workbook.add_worksheet(MACHINE)
        facts = {
            "made_by": MADE_BY,
            "note": ABOUT,
            **self._facts.named(self._form),
            "layout": layout_of(self._columns),
            "guide": GUIDE,
            **{f"sheet:{name}": table for name, table in self._holds.items()},
        }
        for row, (name, value) in enumerate(facts.items()):
            sheet.write_string(row, 0, name)
            sheet.write_string(row, 1, value)
        sheet.very_hidden()
        sheet.protect()

    def _finish(self, sheet: "Worksheet") -> None:
        sheet.protect("", PROTECTION)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)


def _asks_status(sections: Sequence[OwedSection]) -> bool:
    return any(section.takes_status for section in sections)
