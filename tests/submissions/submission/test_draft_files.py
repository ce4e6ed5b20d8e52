"""Drafts that are changed by files: CSV, workbooks, and SDMX-CSV messages whose rows merge, replace and delete."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.submissions.checking.check import ReportContext
from services.submissions.checking.read_sdmx_csv import read_sdmx_csv
from services.submissions.submission.draft_changes import change_by_message
from tests.submissions.checking.builders import a_form
from tests.submissions.service import a_report
from tests.submissions.submission.test_drafts import Drafter, drafter
from tests.submissions.submission.test_sdmx_csv import FLOW, HEADER, MEDIA, row
from tests.submissions.submission.test_workbooks import LABOUR, XLSX, filled

CSV = "text/csv"
COLUMNS = "indicator;sex;age_group;partner_country;skill_level;value;status;reason;explanation\n"


def line(country: str, value: str, explanation: str = "") -> str:
    return f"LABOUR.OUT.FLOW;female;adult;{country};skilled;{value};;;{explanation}\n"


async def change(me: Drafter, body: str | bytes, media: str = CSV, *, etag: str = "", **query: Any) -> Any:
    etag = etag or (await me.read()).headers["etag"]
    headers = {**me.caller(), "If-Match": etag, "Content-Type": media, "Accept-Language": "en"}
    return await me.http.put(me.door, content=body, params=query, headers=headers)


def message(*rows: str, header: str = HEADER) -> str:
    return "\n".join([header, *rows])


def shown(answer: Any) -> dict[str, Any]:
    """What a draft says of each country."""
    assert answer.status_code == 200, answer.text
    figures = answer.json()["content"].get("observations", [])
    return {one["dimensions"]["partner_country"]: one.get("value", one.get("status")) for one in figures}


def wrong(answer: Any) -> list[tuple[str, Any]]:
    assert (answer.status_code, answer.json()["code"]) == (422, "content_refused"), answer.text
    found = answer.json()["errors"]
    return [
        (one["rule"], one.get("cell") or one.get("row"))
        for one in found
        if one["severity"] in ("error", "blocker")
    ]


async def test_rows_of_a_message_act_on_the_draft(service):
    me = await drafter(service, "HT-STP")
    first = await change(me, message(row("M", "JP", 1), row("I", "KR", 2), row("R", "TW", 3)), MEDIA, nil="STUDY")
    second = await change(
        me,
        message(
            row("M", "JP", reason="vì"), row("M", "KR", status="L", reason="x"), row("D", "TW"), row("A", "DE", 4)
        ),
        MEDIA,
    )
    third = await change(me, message(row("R", "KR", 22), row("A", "DE", 9), row("D", "FR")), MEDIA)
    kept = (await me.read()).json()["content"]["nil"]
    emptied = await change(me, message(f"{FLOW},D,,,,,,,,"), MEDIA)

    assert shown(first) == {"JP": 1, "KR": 2, "TW": 3}
    assert shown(second) == {"JP": 1, "KR": "not_available", "DE": 4}
    assert shown(third) == {"JP": 1, "KR": 22, "DE": 4}
    assert [one["rule"] for one in third.json()["findings"]] == ["append_kept_old", "delete_names_nothing"]
    assert (kept, emptied.json()["content"]) == (["STUDY"], {"nil": ["STUDY"]})


async def test_a_message_is_kept_as_a_whole_or_not_at_all(service):
    me = await drafter(service, "HT-STC")
    begun = await change(me, message(row("M", "JP", 1)), MEDIA)
    answers = {
        "action": await change(me, message(row("M", "JP", 2), row("X", "KR", 3)), MEDIA),
        "form": await change(me, message(row("M", "JP", 2), row("M", "KR", 3).replace("(1.0)", "(9.0)")), MEDIA),
        "twice": await change(me, message(row("M", "JP", 2), row("R", "JP", 3)), MEDIA),
        "column": await change(me, message(row("M", "JP", 2) + ",1", header=HEADER + ",COLOUR"), MEDIA),
        "empty": await change(me, message(), MEDIA),
    }
    stale = await change(me, message(row("M", "JP", 2)), MEDIA, etag='"old"')
    without = await me.http.put(me.door, content="", headers={**me.caller(), "Content-Type": MEDIA})

    assert {name: wrong(answer) for name, answer in answers.items()} == {
        "action": [("action_unknown", 3)],
        "form": [("structure_not_of_form", 3)],
        "twice": [("key_repeated", 3)],
        "column": [("column_unknown", 1)],
        "empty": [("content_empty", None)],
    }
    assert (stale.status_code, without.status_code) == (412, 428)
    assert shown(await me.read()) == shown(begun) == {"JP": 1}


async def test_a_file_is_merged_replaces_or_names_what_goes_out(service):
    me = await drafter(service, "HT-SNV")
    merged = await change(me, COLUMNS + line("JP", "1.234,0") + line("KR", "12 người"))
    again = await change(me, COLUMNS + line("JP", "5") + line("TW", "1,5"), nil="STUDY")
    less = await change(me, COLUMNS + line("KR", ""), action="delete")
    replaced = await change(me, COLUMNS + line("DE", "7"), action="replace")
    nothing = await change(me, COLUMNS, action="delete")
    told = await service.events("draft.changed", (await service.occurrence("OHT-01", "2026-S1", "HT-SNV"))["id"])

    assert shown(merged) == {"JP": 1234, "KR": "12 người"}
    assert shown(again) == {"JP": 5, "KR": "12 người", "TW": "1.5"}
    assert shown(less) == {"JP": 5, "TW": "1.5"}
    assert shown(replaced) == {"DE": 7}
    assert wrong(nothing) == [("content_empty", None)]
    assert len(told) == 4


async def test_a_workbook_fills_the_draft_and_its_words_explain_when_it_is_submitted(service):
    me = await drafter(service, "HT-BCHBP")
    cells = {
        **LABOUR,
        "LABOUR!G7": None,
        "LABOUR!K7": "Chưa tách.",
        "STUDY!B3": "x",
        "Nội dung - Narrative!C3": "Đủ.",
    }
    body = await filled(service, "HT-BCHBP", cells)
    drafted = await change(me, body, XLSX)
    other = await change(await drafter(service, "HT-SKHCN"), body, XLSX)
    broken = await change(me, await filled(service, "HT-BCHBP", {**LABOUR, "LABOUR!H7": "=1+"}), XLSX)
    sent = await me.submit()
    door = f"/v1/submissions/{sent.json()['id']}/findings?state=explained"
    page = await service.http.get(door, headers=me.caller())

    assert shown(drafted) == {"JP": 12}
    assert (drafted.json()["content"]["nil"], drafted.json()["content"]["narrative"]) == (
        ["STUDY"],
        {"general": {"text": "Đủ."}},
    )
    assert wrong(other) == [("file_of_other_occurrence", None)]
    assert wrong(broken) == [("formula_without_value", "LABOUR!H7")]
    assert sent.status_code == 201, sent.text
    assert [(one["rule"], one["explanation"]["text"]) for one in page.json()["items"]] == [
        ("dimension_left_out", "Chưa tách.")
    ]


async def test_words_come_as_a_file_too(service):
    owed = await service.occurrence("O402-02", "2026", "BCA")
    me, task = Drafter(service, "BCA", owed["id"]), "task:QD-402-2020/2.1"
    begun = await change(me, f"section;status;text;evidence;funding\n{task};on_track;Đang làm.;;1.250,5\n")
    wrong_twice = await change(me, f"section,text\n{task},a\n{task},b\n")

    assert begun.json()["content"]["narrative"] == {
        task: {"status": "on_track", "text": "Đang làm.", "funding": "1250.5"}
    }
    assert wrong(wrong_twice) == [("section_repeated", 3)]


@pytest.mark.parametrize("value", [10**30, -(10**30), float("inf"), float("nan"), [10**30], {"a": 10**30}])
async def test_whatever_a_draft_holds_it_can_be_read_and_judged(service, value):
    me = await drafter(service, "HT-CAT")
    cell = {**a_report()["observations"][0], "value": value}
    body = json.dumps({"action": "replace", "observations": [cell]})
    written = await change(me, body, "application/json")
    read, sent = await me.read(), await me.submit()

    assert (written.status_code, read.status_code, sent.status_code) == (200, 200, 422), written.text
    assert [one["pointer"] for one in sent.json()["errors"] if one["severity"] == "error"] == [
        "/observations/0/value"
    ]


@pytest.mark.parametrize(
    ("body", "status", "code", "pointer"),
    [
        ('{"observations": [{"value": 1, "value": 2}]}', 400, "json_key_repeated", "/observations/0/value"),
        ('{"narrative": {"a": {"text": "\\u0000"}}}', 422, "content_invalid", "/narrative/a/text"),
        ('{"action": "burn"}', 422, "content_invalid", "/action"),
        ('{"form_version": 1000000000000000000000}', 422, "content_invalid", "/form_version"),
        ('{"colour": 1}', 422, "content_invalid", "/colour"),
        ("[", 400, "bad_request", None),
    ],
)
async def test_a_body_that_is_no_change_is_refused_in_its_place(service, body, status, code, pointer):
    answer = await change(await drafter(service, "HT-STC"), body, "application/json")
    told = answer.json()

    assert (answer.status_code, told["code"]) == (status, code)
    assert (told.get("pointer") or told.get("errors", [{"pointer": None}])[0]["pointer"]) == pointer


@pytest.mark.parametrize(
    ("media", "query"),
    [
        ("application/json", {"action": "merge"}),
        ("application/json", {"nil": "STUDY"}),
        (MEDIA, {"action": "merge"}),
    ],
)
async def test_what_a_body_says_itself_is_not_said_beside_it(service, media, query):
    answer = await change(await drafter(service, "HT-STC"), "{}", media, **query)

    assert (answer.status_code, answer.json()["code"]) == (400, "parameter_unknown")


FIGURES = st.fixed_dictionaries(
    {"dimensions": st.dictionaries(st.sampled_from(["sex", "x"]), st.sampled_from(["female", "y", None]))},
    optional={
        "indicator": st.sampled_from(["LABOUR.OUT.FLOW", "X", 5, None]),
        "value": st.integers(),
        "other": st.text(),
    },
)


@given(st.lists(FIGURES, max_size=5), st.sampled_from("IAMR"))
def test_figures_that_a_message_does_not_name_stay_whatever_they_are(figures, action):
    read = read_sdmx_csv(message(row(action, "JP", 1), row("D", "KR")).encode()).columns
    after = change_by_message(read, a_form(), ReportContext()).apply(
        {"observations": figures, "narrative": {"a": {}}}
    )

    assert len(after["observations"]) == len(figures) + 1
    assert all(one in after["observations"] for one in figures)
    assert after["narrative"] == {"a": {}}
