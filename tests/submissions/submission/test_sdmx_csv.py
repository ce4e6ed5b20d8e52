"""SDMX-CSV 2.0 messages: rows that merge into, replace or delete figures of the version before."""

import asyncio
from typing import Any

import pytest

from tests.submissions.service import a_report

MEDIA = "application/vnd.sdmx.data+csv;version=2.0.0"
HEADER = (
    "STRUCTURE,STRUCTURE_ID,ACTION,INDICATOR,SEX,AGE_GROUP,PARTNER_COUNTRY,SKILL_LEVEL,OBS_VALUE,OBS_STATUS,REASON"
)
FLOW = "dataflow,GCM:migration-data(1.0)"
TARGET = {"obligation": "OHT-01", "period": "2026-S1"}


def row(action: str, country: str = "JP", value: Any = "", status: str = "", reason: str = "") -> str:
    return f"{FLOW},{action},LABOUR_OUT_FLOW,female,adult,{country},skilled,{value},{status},{reason}"


async def send(service, sender: str, *rows: str, header: str = HEADER, media: str = MEDIA, **query: Any) -> Any:
    headers = {**service.caller(sender), "Content-Type": media, "Accept-Language": "en"}
    body = "\n".join([header, *rows])
    asked = {**TARGET, "agency": sender, **query}
    return await service.http.post("/v1/submissions", content=body, params=asked, headers=headers)


async def figures(service, answer: Any, sender: str) -> dict[str, Any]:
    """Return value or status by country."""
    door = f"/v1/submissions/{answer.json()['id']}/observations"
    items = (await service.http.get(door, headers=service.caller(sender))).json()["items"]
    return {
        one["dimensions"]["partner_country"]: one["value"] if one["status"] == "value" else one["status"]
        for one in items
    }


def errors(answer: Any) -> list[tuple[str, Any, Any]]:
    assert answer.status_code == 422, answer.text
    found = answer.json()["errors"]
    return [(o["rule"], o.get("row"), o.get("column")) for o in found if o["severity"] in ("error", "blocker")]


async def test_rows_act_on_the_version_before(service):
    sender = "HT-STP"
    first = await send(service, sender, row("M", "JP", 1), row("I", "KR", 2), row("R", "TW", 3), nil="STUDY")
    second = await send(
        service,
        sender,
        row("M", "JP", 11),
        row("M", "KR", status="L", reason="Chưa đối chiếu"),
        row("D", "TW"),
        row("A", "DE", 4),
    )
    third = await send(service, sender, row("R", "KR", 22), row("M", "DE", status="M"))
    emptied = await send(service, sender, row("D", "JP", value="-"), dry_run="true")

    assert [one.status_code for one in (first, second, third)] == [201] * 3, second.text
    assert await figures(service, first, sender) == {"JP": 1, "KR": 2, "TW": 3}
    assert await figures(service, second, sender) == {"JP": 11, "KR": "not_available", "DE": 4}
    assert await figures(service, third, sender) == {"JP": 11, "KR": 22, "DE": "not_applicable"}
    assert third.json()["nil"] == ["STUDY"]
    assert [one["rule"] for one in emptied.json()["errors"] if one["severity"] == "error"] == ["value_missing"]


async def test_a_first_message_is_the_same_content_as_json(service):
    cell = {
        "indicator": "LABOUR.OUT.FLOW",
        "dimensions": {"sex": "female", "age_group": "adult", "partner_country": "JP", "skill_level": "skilled"},
        "value": 12,
    }
    as_sdmx = await send(service, "HT-STC", row("M", "JP", 12), dry_run="true")
    body = a_report("HT-STC", observations=[cell])
    as_json = await service.http.post("/v1/submissions?dry_run=true", json=body, headers=service.caller("HT-STC"))

    assert as_sdmx.json()["content_sha256"] == as_json.json()["content_sha256"]
    assert [f["rule"] for f in as_sdmx.json()["errors"]] == [f["rule"] for f in as_json.json()["errors"]]


async def test_an_empty_dimension_of_a_deletion_stands_for_all_codes(service):
    sender = "HT-SKHCN"
    report = a_report(sender, narrative={"general": {"text": "Đủ."}}, nil=["STUDY"])
    await service.http.post("/v1/submissions", json=report, headers=service.caller(sender))
    await send(service, sender, row("M", "JP", 1), row("M", "KR", 2))
    gone = await send(service, sender, f"{FLOW},D,LABOUR_OUT_FLOW,female,,,,,,", row("M", "DE", 5))
    nothing = await send(service, sender, row("D", "FR"), dry_run="true")

    assert await figures(service, gone, sender) == {"DE": 5}
    assert gone.json()["narrative"] == {"general": {"status": None, "text": "Đủ."}}
    assert "delete_names_nothing" in [one["rule"] for one in nothing.json()["errors"]]


async def test_appending_adds_and_never_overwrites(service):
    sender = "HT-CAT"
    await send(service, sender, row("A", "JP", 1))
    again = await send(service, sender, row("A", "JP", 9), row("A", "KR", 2))
    rules = await service.http.get(
        f"/v1/submissions/{again.json()['id']}/findings?limit=500", headers=service.caller(sender)
    )

    assert await figures(service, again, sender) == {"JP": 1, "KR": 2}
    assert "append_kept_old" in [one["rule"] for one in rules.json()["items"]]


async def test_labels_semicolons_and_period_and_agency_are_read(service):
    header = (
        "STRUCTURE[|];STRUCTURE_ID;ACTION;INDICATOR: Chỉ tiêu;SEX: Giới tính;PARTNER_COUNTRY;"
        "TIME_PERIOD;REPORTER;OBS_VALUE"
    )
    told = "DATAFLOW;GCM:migration-data(1.0.0);m;LABOUR.OUT.FLOW: Lao động;female: Nữ;JP;2026-S1;HT-SNV;12"
    headers = {**service.caller("HT-SNV"), "Content-Type": MEDIA}
    answer = await service.http.post(
        "/v1/submissions?obligation=OHT-01&dry_run=true", content=f"{header}\n{told}", headers=headers
    )
    other = await send(service, "HT-SNV", told.replace("2026-S1", "2025-S1"), header=header)
    owed = await service.occurrence("OHT-01", "2026-S1", "HT-SNV")
    by_id = await service.http.post(
        f"/v1/submissions?occurrence={owed['id']}",
        content=f"{header}\n{told.replace('HT-SNV', 'HT-STP')}",
        headers=headers,
    )

    assert answer.status_code == 200, answer.text
    assert answer.json()["observations"] == 1
    assert other.json()["code"] == "occurrence_contradicts"
    assert [one[0] for one in errors(by_id)] == ["file_of_other_agency"]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([row("X", "JP", 1)], [("action_unknown", 2, "ACTION")]),
        ([row("M", "JP", 1).replace("(1.0)", "(2.0)")], [("structure_not_of_form", 2, "STRUCTURE_ID")]),
        ([row("M", "JP", 1).replace("migration-data", "other")], [("structure_not_of_form", 2, "STRUCTURE_ID")]),
        ([row("M", "JP", 1).replace("dataflow", "table")], [("structure_unknown", 2, "STRUCTURE")]),
        ([row("M", "JP", "12 người"), row("M", "KR", -1)], [
            ("not_a_number", 2, "OBS_VALUE"), ("value_too_small", 3, "OBS_VALUE")]),
        ([row("M", "XX", 1)], [("code_unknown", 2, "PARTNER_COUNTRY")]),
        ([row("M", "JP", 1), row("R", "JP", 2)], [("key_repeated", 3, "INDICATOR")]),
        ([row("M", "JP", 1, "not_available", "x")], [("value_and_status", 2, "OBS_STATUS")]),
        ([row("M", "JP", "NaN")], [("number_not_finite", 2, "OBS_VALUE")]),
        ([row("M", "JP", 1).replace("LABOUR_OUT_FLOW", "NOTHING")], [("indicator_unknown", 2, "INDICATOR")]),
        ([], [("content_empty", None, None)]),
    ],
)  # fmt: skip
async def test_every_mistake_is_found_in_its_row(service, rows, expected):
    assert errors(await send(service, "HT-SNV", *rows)) == expected


async def test_a_message_without_its_columns_is_refused(service):
    answer = await send(service, "HT-SNV", "1,2", header="INDICATOR,COLOUR")

    assert [one[0] for one in errors(answer)] == ["column_unknown", "column_missing", "column_missing"]


async def test_another_version_of_the_format_is_not_read(service):
    answer = await send(service, "HT-SNV", media="application/vnd.sdmx.data+csv;version=1.0.0")

    assert (answer.status_code, answer.json()["code"]) == (415, "media_type_unsupported")


async def test_no_message_changes_a_version_that_it_did_not_see(service):
    sender = "HT-BCHBP"
    countries = ("JP", "KR", "TW", "DE", "SA", "FR", "LA", "KH")
    answers = await asyncio.gather(*(send(service, sender, row("M", one, 1)) for one in countries))
    taken = [one for one in answers if one.status_code == 201]
    newest = max(taken, key=lambda one: one.json()["version"])

    assert {one.status_code for one in answers} <= {201, 409}
    assert {one.json()["code"] for one in answers if one.status_code == 409} <= {"version_before_moved"}
    assert len(await figures(service, newest, sender)) == len(taken) == newest.json()["version"]
