"""A clerk's workbook: the template of one report down, filled, sent back; and workbooks made by hand."""

import io
from datetime import date
from typing import Any

import openpyxl
import pytest

from services.submissions.form import previous
from tests.submissions.service import a_report

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FIRST = 7
"""The first row to fill in a sheet of the template."""
HAND = ("Chỉ tiêu", "Giới tính", "Nhóm tuổi", "Nước, vùng lãnh thổ", "Tay nghề", "Số liệu", "Trạng thái", "Lý do")
ROW = ("LABOUR.OUT.FLOW", "female", "adult", "JP", "skilled", 12)


async def template(service, agency: str, **query: str) -> Any:
    owed = await service.occurrence("OHT-01", "2026-S1", agency)
    asked = {"format": "xlsx", "occurrence": owed["id"], **query}
    return await service.http.get(
        "/v1/forms/migration-data/template", params=asked, headers=service.caller(agency)
    )


async def filled(service, agency: str, cells: dict[str, Any]) -> bytes:
    """Return the agency's template with cells such as `LABOUR!C7` filled."""
    book = openpyxl.load_workbook(io.BytesIO((await template(service, agency)).content))
    for place, value in cells.items():
        sheet, cell = place.split("!")
        book[sheet][cell] = value
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def by_hand(*rows: tuple[Any, ...], header: tuple[str, ...] = HAND) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    book.active.title = "Số liệu"
    for row in (header, *rows):
        book.active.append(row)
    return book


async def send(service, sender: str, body: bytes, media: str = XLSX, **query: Any) -> Any:
    headers = {**service.caller(sender), "Content-Type": media, "Accept-Language": "en"}
    return await service.http.post("/v1/submissions", content=body, params=query, headers=headers)


async def send_for(service, agency: str, book: openpyxl.Workbook, **query: Any) -> Any:
    target = {"obligation": "OHT-01", "period": "2026-S1", "agency": agency}
    return await send(service, agency, saved(book), **target, **query)


def wrong(answer: Any) -> list[tuple[str, str]]:
    """Rule and cell of every finding that stands against the report."""
    assert answer.status_code == 422, answer.text
    return [(one["rule"], one["cell"]) for one in answer.json()["errors"] if one["severity"] == "error"]


def noted(answer: Any) -> list[tuple[str, str | None]]:
    """Rule and cell of what is worth a note, but for tables that nobody filled."""
    every = answer.json()["errors"]
    return [(one["rule"], one.get("cell")) for one in every if one["rule"] != "table_not_filled"]


LABOUR = {
    "LABOUR!C7": "female – Nữ",
    "LABOUR!D7": "adult – Từ đủ 18 tuổi trở lên",
    "LABOUR!E7": "JP – Nhật Bản",
    "LABOUR!G7": "skilled – Có tay nghề",
    "LABOUR!H7": 12,
}
AS_JSON = {
    "indicator": "LABOUR.OUT.FLOW",
    "dimensions": {"sex": "female", "age_group": "adult", "partner_country": "JP", "skill_level": "skilled"},
    "value": 12,
}


async def test_a_filled_template_names_its_report_and_is_taken(service):
    body = await filled(service, "HT-STP", {**LABOUR, "STUDY!B3": "x", "Nội dung - Narrative!C3": " Đủ. "})
    dry = await send(service, "HT-STP", body, dry_run="true")
    answer = await send(service, "HT-STP", body)
    read = answer.json()

    assert dry.status_code == 200, dry.text
    assert noted(dry) == []
    assert answer.status_code == 201, answer.text
    assert (read["agency"], read["period"], read["observations"], read["nil"]) == (
        "HT-STP",
        "2026-S1",
        1,
        ["STUDY"],
    )
    assert read["narrative"] == {"general": {"status": None, "text": "Đủ."}}
    assert dry.json()["content_sha256"] == read["content_sha256"]


async def test_words_beside_a_figure_explain_its_warning(service):
    body = await filled(
        service, "HT-BCHBP", {**LABOUR, "LABOUR!G7": None, "LABOUR!K7": "Chưa tách theo tay nghề."}
    )
    sent = await send(service, "HT-BCHBP", body)
    asked = {"state": "explained"}
    page = await service.http.get(
        f"/v1/submissions/{sent.json()['id']}/findings", params=asked, headers=service.caller("HT-BCHBP")
    )
    again = await send(service, "HT-BCHBP", body)

    assert (sent.status_code, again.status_code) == (201, 200), sent.text
    assert [(one["rule"], one["cell"], one["explanation"]["text"]) for one in page.json()["items"]] == [
        ("dimension_left_out", "LABOUR!G7", "Chưa tách theo tay nghề.")
    ]


async def test_words_beside_a_figure_of_which_nothing_warns_are_told_at_their_cell(service):
    body = await filled(service, "HT-BCHBP", {**LABOUR, "LABOUR!K7": "Đúng.", "LABOUR!K8": "=1+"})
    answer = await send(service, "HT-BCHBP", body, dry_run="true")
    right = await send(
        service, "HT-BCHBP", await filled(service, "HT-BCHBP", {**LABOUR, "LABOUR!K7": "Đúng."}), dry_run="true"
    )

    assert ("formula_without_value", "LABOUR!K8") in wrong(answer)
    assert ("explanation_unneeded", "LABOUR!K7") in noted(right)


async def test_the_same_figures_have_one_hash_in_every_format(service):
    csv = "indicator;sex;age_group;partner_country;skill_level;value\nLABOUR.OUT.FLOW;female;adult;JP;skilled;12\n"
    target = {"obligation": "OHT-01", "period": "2026-S1", "agency": "HT-STC", "dry_run": "true"}
    body = a_report("HT-STC", observations=[AS_JSON])
    as_json = await service.http.post("/v1/submissions?dry_run=true", json=body, headers=service.caller("HT-STC"))
    as_csv = await send(service, "HT-STC", csv.encode(), "text/csv", **target)
    as_template = await send(service, "HT-STC", await filled(service, "HT-STC", LABOUR), dry_run="true")
    as_sheet = await send_for(service, "HT-STC", by_hand(ROW), dry_run="true")
    answers = [as_json, as_csv, as_template, as_sheet]

    assert [one.status_code for one in answers] == [200] * 4
    assert len({one.json()["content_sha256"] for one in answers}) == 1
    assert len({tuple(f["rule"] for f in one.json()["errors"]) for one in answers}) == 1


async def test_the_template_offers_what_is_owed_and_locks_the_rest(service):
    answer = await template(service, "HT-SNV")
    again = await template(service, "HT-SNV")
    known = await service.http.get(
        answer.request.url, headers={**service.caller("HT-SNV"), "If-None-Match": answer.headers["etag"]}
    )
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    sheet, lists = book["STATELESS"], book["_lists"]
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    provinces = rules["E7:E5001"].formula1.replace("'_lists'!", "").replace("$", "")

    assert answer.headers["content-type"] == XLSX
    assert 'filename="migration-data-HT-SNV-2026-S1.xlsx"' in answer.headers["content-disposition"]
    assert again.content == answer.content
    assert (known.status_code, known.headers["etag"]) == (304, answer.headers["etag"])
    assert "BORDER" not in book.sheetnames
    assert [book[name].sheet_state for name in ("_lists", "_gcm")] == ["hidden", "veryHidden"]
    assert [one.value for one in sheet[6]][:6] == [
        "indicator",
        "indicator_title",
        "sex",
        "age_group",
        "province",
        "value",
    ]
    assert sheet["C5"].value == "Giới tính / Sex"
    assert (sheet.protection.sheet, sheet.freeze_panes) == (True, "C7")
    assert (sheet["A7"].protection.locked, sheet["F7"].protection.locked) == (True, False)
    assert len(lists[provinces]) == 35
    assert "P42 – Tỉnh Hà Tĩnh" in [one[0].value for one in lists[provinces]]
    value = rules["F7:F5001"]
    assert (value.type, value.formula1, value.formula2) == ("whole", "0", "1000000000")
    assert rules["B3"].formula1 == '"x"'


@pytest.mark.parametrize(
    ("cell", "value", "rule"),
    [
        ("F2", "12 người", "not_a_number"),
        ("F2", "1.234", "number_ambiguous"),
        ("F2", "1.234,5", "not_an_integer"),
        ("F2", 1e30, "value_too_large"),
        ("F2", -1, "value_too_small"),
        ("F2", 1.5, "not_an_integer"),
        ("F2", True, "not_a_number"),
        ("F2", "=1/0", "formula_without_value"),
        ("D2", "XX – Không có", "code_unknown"),
        ("D2", "=A1", "formula_without_value"),
        ("B2", None, "dimension_missing"),
        ("F2", None, "value_missing"),
        ("G2", "not_available – Không có số liệu", "value_and_status"),
    ],
)
async def test_a_wrong_cell_is_found_where_it_stands(service, cell, value, rule):
    book = by_hand(ROW)
    book.active[cell] = value

    assert (rule, f"'Số liệu'!{cell}") in wrong(await send_for(service, "HT-SNV", book))


async def test_a_mistake_in_a_template_is_found_in_its_sheet(service):
    body = await filled(service, "HT-SNV", {**LABOUR, "LABOUR!H7": "12 người", "STUDY!B3": "x", "STUDY!E7": "JP"})

    assert wrong(await send(service, "HT-SNV", body)) == [
        ("not_a_number", "LABOUR!H7"),
        ("dimension_missing", "STUDY!C7"),
        ("value_missing", "STUDY!G7"),
        ("nil_but_filled", "STUDY!B3"),
    ]


async def test_a_day_and_an_error_are_no_figures(service):
    book = by_hand(ROW, (*ROW[:3], "KR", "skilled", date(2026, 7, 1)), (*ROW[:3], "TW", "skilled", "#REF!"))
    answer = await send_for(service, "HT-SNV", book)

    assert wrong(answer) == [("value_is_a_day", "'Số liệu'!F3"), ("cell_error", "'Số liệu'!F4")]
    assert answer.json()["errors"][0]["value"] == "2026-07-01"
    assert {one["column"] for one in answer.json()["errors"] if one["severity"] == "error"} == {"Số liệu"}


async def test_numbers_and_codes_as_people_type_them_are_understood(service):
    rows = [
        (" LABOUR.OUT.FLOW ", "female ", "adult", "JP", "skilled", "1 234"),
        ("LABOUR.OUT.FLOW", "female", "adult", "KR", "skilled", " 1.234.567 "),
        ("LABOUR.OUT.FLOW", "female", "adult", "TW", "skilled", 0),
        ("LABOUR.OUT.FLOW", "female", "adult", "DE", "skilled", None, "not_available", "Chưa có"),
        ("LABOUR.OUT.FLOW", "female", "adult", "SA", "skilled", None, "not_applicable"),
        (None, None, None, None, None, None),
    ]
    answer = await send_for(service, "HT-SKHCN", by_hand(*rows))
    figures = await service.sql(
        "select value, status from observation where submission_id = $1 order by line", answer.json()["id"]
    )

    assert answer.status_code == 201, answer.text
    assert [(row["value"], row["status"]) for row in figures] == [
        (1234, "value"),
        (1234567, "value"),
        (0, "value"),
        (None, "not_available"),
        (None, "not_applicable"),
    ]


async def test_joined_hidden_and_foreign_parts_of_a_workbook_are_told(service):
    book = by_hand(ROW, (None, None, None, "KR", "skilled", 3), (None, None, None, "TW", "skilled", 4))
    for column in "ABC":
        book.active.merge_cells(f"{column}2:{column}4")
    book.active.row_dimensions[3].hidden = True
    book.create_sheet("Ghi chú")["A1"] = "gửi anh Nam"
    answer = await send_for(service, "HT-SNV", book, dry_run="true")

    assert answer.status_code == 200, answer.text
    assert noted(answer) == [
        ("sheet_left_out", None),
        *[("cells_joined_spread", f"'Số liệu'!{column}2") for column in "ABC"],
        ("row_hidden", "'Số liệu'!A3"),
    ]
    assert answer.json()["observations"] == 3


async def test_joined_figures_belong_to_no_row_for_sure(service):
    book = by_hand(ROW, (*ROW[:3], "KR", "skilled", 3))
    book.active.merge_cells("F2:F3")

    assert ("cells_joined", "'Số liệu'!F2") in wrong(await send_for(service, "HT-SNV", book))


async def test_a_hidden_sheet_is_read_and_told(service):
    book = by_hand(ROW)
    book.create_sheet("Bìa")
    book.active.sheet_state = "hidden"
    answer = await send_for(service, "HT-SNV", book, dry_run="true")

    assert noted(answer) == [("sheet_hidden", None)]


async def test_a_template_of_another_report_is_refused(service):
    body = await filled(service, "HT-STP", LABOUR)
    target = {"obligation": "OHT-01", "period": "2026-S1", "agency": "HT-SNV"}
    answer = await send(service, "HT-SNV", body, **target)

    assert answer.status_code == 422
    assert [(one["rule"], one["severity"]) for one in answer.json()["errors"]] == [
        ("file_of_other_occurrence", "blocker")
    ]
    assert (await send(service, "HT-SNV", body)).status_code == 404


async def test_a_template_whose_structure_was_changed_is_read_by_its_headers(service):
    book = openpyxl.load_workbook(io.BytesIO(await filled(service, "HT-SNV", LABOUR)))
    del book["PROSECUTION"]
    answer = await send(service, "HT-SNV", saved(book), dry_run="true")

    assert noted(answer) == [("template_changed", None)]


@pytest.mark.parametrize(
    ("header", "rules"),
    [
        ((*HAND[:5], "Số liệu", "Trạng thái", "STT"), ["column_unknown"]),
        ((*HAND[:5], "Ghi gì đó"), ["column_unknown"] * 2 + ["column_missing"]),
    ],
)
async def test_a_wrong_header_is_found_in_its_cells(service, header, rules):
    answer = await send_for(service, "HT-SNV", by_hand((*ROW[:6], None, 1), header=header))

    assert [one["rule"] for one in answer.json()["errors"]][: len(rules)] == rules


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 415, "file_not_office"),
        (b"indicator,value", 415, "file_not_office"),
        (b"PK\x03\x04 broken", 422, "file_unreadable"),
        (saved(openpyxl.Workbook()), 422, "content_refused"),
    ],
)
async def test_what_is_no_workbook_or_an_empty_one_is_refused(service, body, status, code):
    target = {"obligation": "OHT-01", "period": "2026-S1", "agency": "HT-SNV"}
    answer = await send(service, "HT-SNV", body, **target)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_the_template_begins_from_what_was_accepted_last(service):
    opened = {"obligation": "OHT-01", "period": "2024-S1", "reason": "Bổ sung"}
    await service.http.post("/v1/cycles", json=opened, headers=service.caller("HT-SNGV"))
    said = {"value": 55, "explanation": "Theo sổ."}
    body = {**a_report("HT-CAT", observations=[AS_JSON | said]), "period": "2024-S1"}
    sent = await service.http.post("/v1/submissions", json=body, headers=service.caller("HT-CAT"))
    not_yet = await template(service, "HT-CAT", prefill="previous")
    door = f"/v1/submissions/{sent.json()['id']}/accept"
    accepted = await service.http.post(door, json={}, headers=service.caller("HT-SNGV"))
    prefilled = await template(service, "HT-CAT", prefill="previous")
    as_csv = await template(service, "HT-CAT", prefill="previous", format="csv")

    assert (sent.status_code, accepted.status_code) == (201, 200), accepted.text
    assert openpyxl.load_workbook(io.BytesIO(not_yet.content))["LABOUR"]["H7"].value is None
    sheet = openpyxl.load_workbook(io.BytesIO(prefilled.content))["LABOUR"]
    assert (sheet["K6"].value, sheet["K7"].value) == ("explanation", None)
    assert [sheet[f"{column}7"].value for column in "ACEH"] == [
        "LABOUR.OUT.FLOW",
        "female – Nữ",
        "JP – Nhật Bản",
        55,
    ]
    assert "LABOUR.OUT.FLOW,Lao động – ra nước ngoài, phát sinh trong kỳ" not in as_csv.text
    assert ",female,adult," in as_csv.text


async def test_no_template_begins_from_more_figures_than_a_person_fills(service, monkeypatch):
    monkeypatch.setattr(previous, "MOST_PREFILLED", 0)
    refused = await template(service, "HT-CAT", prefill="previous")
    plain, said = await template(service, "HT-CAT"), refused.json()

    assert (refused.status_code, said["code"], said["figures"]) == (409, "previous_too_large", 1)
    assert plain.status_code == 200


async def test_a_plan_report_is_told_in_its_workbook(service):
    owed = await service.occurrence("O402-02", "2026", "BCA")
    asked = {"format": "xlsx", "occurrence": owed["id"]}
    answer = await service.http.get("/v1/forms/plan-report/template", params=asked, headers=service.caller("BCA"))
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    sheet = book["Nội dung - Narrative"]
    rows = {row[0].value: row for row in sheet.iter_rows(min_row=3)}
    task = rows["task:QD-402-2020/2.1"]
    for cell, value in zip(task[2:], ("on_track – Đúng tiến độ", "Đang làm.", "QĐ 12", 1250.5), strict=True):
        cell.value = value
    rows["general"][3].value = 2026
    sent = await send(service, "BCA", saved(book))
    task[5].value, task[2].value = "nhiều", "xong"
    wrong_again = await send(service, "BCA", saved(book))

    assert [one.value for one in sheet[2]] == ["section", "section_title", "status", "text", "evidence", "funding"]
    assert (task[2].protection.locked, rows["general"][2].protection.locked) == (False, True)
    assert sent.status_code == 201, sent.text
    assert sent.json()["narrative"] == {
        "general": {"status": None, "text": "2026"},
        "task:QD-402-2020/2.1": {
            "status": "on_track",
            "text": "Đang làm.",
            "evidence": "QĐ 12",
            "funding": "1250.5",
        },
    }
    row = task[0].row
    assert wrong(wrong_again) == [
        ("narrative_status_unknown", f"'Nội dung - Narrative'!C{row}"),
        ("not_a_number", f"'Nội dung - Narrative'!F{row}"),
    ]
