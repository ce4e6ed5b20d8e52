"""What is missing in a template is found on the sheet, and in the row, where it is to be filled in."""

import io
from typing import Any

import openpyxl

from tests.submissions.submission.test_workbooks import LABOUR, filled, saved, send


def places(answer: Any, rule: str) -> list[tuple[str, str, int]]:
    found = [one for one in answer.json()["errors"] if one["rule"] == rule]
    return [(one["sheet"], one["cell"], one["row"]) for one in found]


async def test_a_table_that_nobody_filled_is_shown_where_it_is_declared_nil(service):
    checked = await send(service, "HT-STP", await filled(service, "HT-STP", LABOUR), dry_run="true")

    found = places(checked, "table_not_filled")
    assert found[:2] == [("STUDY", "STUDY!B3", 3), ("MARRIAGE", "MARRIAGE!B3", 3)]
    assert "LABOUR" not in {sheet for sheet, *_ in found}


async def test_a_section_that_must_be_filled_is_shown_in_its_row(service):
    owed = await service.occurrence("O402-02", "2026", "BCA")
    asked = {"format": "xlsx", "occurrence": owed["id"]}
    answer = await service.http.get("/v1/forms/plan-report/template", params=asked, headers=service.caller("BCA"))
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    sheet = book["Nội dung - Narrative"]
    rows = {row[0].value: row[0].row for row in sheet.iter_rows(min_row=3)}
    sheet.cell(rows["general"], 4).value = "Chung."
    checked = await send(service, "BCA", saved(book), dry_run="true")

    task = "task:QD-402-2020/2.1"
    row = rows[task]
    assert (sheet.title, f"'{sheet.title}'!A{row}", row) in places(checked, "narrative_text_missing")
