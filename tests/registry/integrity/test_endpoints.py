"""The doors of the checks: what is wrong with the loaded data is known, one by one."""

from collections import Counter
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from prometheus_client import generate_latest

from services.registry.integrity.table import CHECKS
from services.registry.integrity.tasks import measure
from tests.registry.statements import counted_statements
from tests.support import set_business_time

FINDINGS = "/v1/integrity/findings"
KNOWN = {
    "obligation_orphaned": ["OKT-01", "OKT-01b", "OKT-02", "OKT-03", "OKT-04", "OKT-05"],
    "obligation_without_reporters": ["O402-12", "OKT-01", "OKT-01b", "OKT-02", "OKT-03", "OKT-05"],
    "steward_orphaned": ["KH-KONTUM-2020", "VP-1692-KIENGIANG"],
    "succession_unconfirmed": ["S04", "S05", "S08", "S15", "S16", "SU-75C"],
    "succession_lines_open": ["S02", "S03", "S07"],
    "group_empty": ["G-SBNDT-KT"],
    "instrument_unknown": ["S15", "S20", "S21", "S22", "SU-46", "SU-75C"],
    "obligation_without_form": ["O402-08", "O402-09", "O402-10"],
    "plan_past_horizon": ["QD-1957-2020", "VP-1692-KIENGIANG"],
    "calendar_year_undecreed": ["2027"],
}
COUNTED = {"task_orphaned": 19, "group_unlisted": 15}


async def findings(client, headers, **asked):
    asked = {"as_of": "2026-11-22", "limit": 500, **asked}
    answer = await client.get(FINDINGS, params=asked, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_the_checks_are_listed_errors_first(client, reader):
    items = (await client.get("/v1/integrity/checks", headers=reader)).json()["items"]
    severities = [item["severity"] for item in items]

    assert [item["code"] for item in items] == [check.code for check in CHECKS]
    assert severities == sorted(severities, key=["error", "warning", "notice"].index)


async def test_what_is_wrong_with_the_loaded_data_is_known(client, reader):
    body = await findings(client, reader)
    by_check: dict[str, list[str]] = {}
    for item in body["items"]:
        by_check.setdefault(item["check"], []).append(item["subject"])

    twice = [item["facts"] for item in body["items"] if item["check"] == "obligation_twice"]
    counted = {check: len(by_check.pop(check)) for check in COUNTED}
    assert twice == [{"obligations": ["O402-02", "OKT-04"], "agencies": ["UBND-P51-2025"]}]
    assert by_check.pop("obligation_twice") == ["O402-02"]
    assert counted == COUNTED
    assert by_check == KNOWN
    assert body["total"] == len(body["items"]) == len({item["id"] for item in body["items"]})
    assert body["by_severity"] == dict(Counter(item["severity"] for item in body["items"]))


async def test_before_the_reform_nothing_was_orphaned(client, reader):
    body = await findings(client, reader, as_of="2025-02-28", severity="error")

    assert {item["check"] for item in body["items"]} == {"obligation_without_reporters"}
    assert {item["subject"] for item in body["items"]} >= {"O402-12"}


async def test_findings_are_narrowed_and_paged_with_stable_ids(client, reader):
    whole = await findings(client, reader)
    pages, cursor = [], None
    while True:
        tail = {"cursor": cursor} if cursor else {}
        page = await findings(client, reader, limit=20, **tail)
        pages += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    one = await findings(client, reader, subject="OKT-03", check="obligation_orphaned")

    assert pages == whole["items"]
    assert [(i["facts"], i["link"]) for i in one["items"]] == [
        ({"part": "reporter", "agency": "KT-SNGV"}, "/v1/obligations/OKT-03")
    ]
    assert one["items"][0] in whole["items"]


async def test_every_link_leads_to_its_subject(client, reader):
    body = await findings(client, reader)
    links = {item["subject_type"]: item["link"] for item in body["items"]}

    answers = {kind: (await client.get(link, headers=reader)).status_code for kind, link in links.items()}

    assert set(answers.values()) == {200}, answers
    assert len(answers) == 6


async def test_a_client_of_one_plan_sees_its_plan_only(client, caller):
    body = await findings(client, caller("BNG", "registry:read", plans=["KH-KONTUM-2020"]))
    plans = {item["subject"] for item in body["items"] if item["subject_type"] == "plan"}
    obligations = {item["subject"][:3] for item in body["items"] if item["subject_type"] == "obligation"}

    assert (plans, obligations) == ({"KH-KONTUM-2020"}, {"OKT"})


async def test_a_check_up_is_a_constant_number_of_statements(client, app, reader):
    with counted_statements(app) as sent:
        await findings(client, reader)

    assert 1 <= len(sent) <= 9, sent


@pytest.mark.parametrize(
    ("tail", "status", "code"),
    [
        ("?check=nothing", 422, "integrity_check_unknown"),
        ("?severity=fatal", 422, "content_invalid"),
        ("?cursor=x", 400, "cursor_invalid"),
        ("?plan=x", 400, "parameter_unknown"),
    ],
)
async def test_a_wrong_question_is_refused(client, reader, tail, status, code):
    answer = await client.get(FINDINGS + tail, headers=reader)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_nobody_reads_findings_without_scope(client, caller):
    answers = [await client.get(FINDINGS), await client.get(FINDINGS, headers=caller("BNG", "submissions:read"))]

    assert [answer.status_code for answer in answers] == [401, 403]


async def test_the_worker_measures_what_is_found_today(client, app):
    set_business_time(app, datetime(2026, 11, 22, 5, tzinfo=UTC))

    again = await measure(app.state.runtime)

    shown = generate_latest().decode()
    assert again is False
    assert 'gcm_integrity_findings{check="steward_orphaned",severity="error"} 2.0' in shown
    assert 'gcm_integrity_findings{check="parent_circle",severity="error"} 0.0' in shown
    assert shown.count("\ngcm_integrity_findings{") == len(CHECKS)


@pytest.mark.parametrize(
    ("plant", "mend", "check", "subject"),
    [
        (
            "update obligation set next_obligation = 'O402-02' where id = 'O402-03'",
            "update obligation set next_obligation = null where id = 'O402-03'",
            "next_level_circle",
            "O402-02",
        ),
        (
            "update obligation set next_obligation = 'OKT-02' where id = 'OHT-03'",
            "update obligation set next_obligation = 'OHT-06' where id = 'OHT-03'",
            None,
            "OHT-03",
        ),
        (
            "update agency_version set parent = 'HT-SNV' where agency = 'UBND-P42'",
            "update agency_version set parent = null where agency = 'UBND-P42'",
            "parent_circle",
            "HT-SNV",
        ),
        (
            "update obligation set next_obligation = 'O402-02' where id = 'OHT-02'",
            "update obligation set next_obligation = 'O402-04b' where id = 'OHT-02'",
            "deadline_after_next_level",
            "OHT-02",
        ),
    ],
)
async def test_a_fault_in_the_database_is_found_and_gone_when_mended(
    client, reader, database, plant, mend, check, subject
):
    async def about():
        body = await findings(client, reader, subject=subject)
        return {item["check"] for item in body["items"]}

    before = await about()
    async with database.transaction() as session:
        await session.execute(sa.text(plant))
    during = await about()
    async with database.transaction() as session:
        await session.execute(sa.text(mend))

    assert during - before == ({check} if check else set())
    assert await about() == before
