"""Waivers: a waived report leaves every denominator, and comes back when the waiver is taken back."""

import asyncio
import json
from datetime import timedelta

import pytest

from tests.submissions.exception.asking import ask, decide, listed
from tests.submissions.service import FIRST_MORNING, a_report


@pytest.fixture(autouse=True)
def first_morning(service):
    service.at(FIRST_MORNING)


async def read(service, agency):
    return await service.occurrence("OHT-01", "2026-S1", agency)


async def compliance(service):
    params = {"obligation": "OHT-01", "period": "2026-S1"}
    answer = await service.http.get("/v1/compliance", params=params, headers=service.caller("HT-SNGV"))
    return answer.json()["total"]


async def test_a_waived_report_is_not_owed_and_leaves_the_denominator(service):
    before = await compliance(service)
    asked = (await ask(service, "waivers", "HT-STP")).json()
    still = await compliance(service)
    granted = await decide(service, "waivers", asked["id"], "grant", body={"reason": "Đồng ý."})
    owed = await read(service, "HT-STP")
    after = await compliance(service)
    refused = await service.http.post("/v1/submissions", json=a_report("HT-STP"), headers=service.caller("HT-STP"))
    (told,) = await service.events("occurrence.waived", owed["id"])

    assert (asked["state"], granted.json()["state"], granted.json()["decided_by"]) == (
        "requested",
        "granted",
        "HT-SNGV",
    )
    assert owed["state"] == "waived"
    assert (owed["waiver"]["code"], owed["waiver"]["by"]) == ("waived_by_recipient", "HT-SNGV")
    assert (still["expected"], after["expected"]) == (before["expected"], before["expected"] - 1)
    assert (refused.status_code, refused.json()["code"]) == (409, "occurrence_waived")
    assert json.loads(told["data"])["reason"] == "waived_by_recipient"


async def test_a_waiver_that_is_taken_back_brings_the_report_back(service):
    draft = f"/v1/occurrences/{(await read(service, 'HT-SGDDT'))['id']}/draft"
    headers = service.caller("HT-SGDDT")
    empty = await service.http.get(draft, headers=headers)
    change = {"narrative": {"general": {"text": "x"}}}
    await service.http.put(draft, json=change, headers={**headers, "If-Match": empty.headers["etag"]})
    waiver = (await ask(service, "waivers", "HT-SGDDT", by="HT-SNGV")).json()
    waived = await read(service, "HT-SGDDT")
    extended = await ask(service, "extensions", "HT-SGDDT", due_on="2026-07-09")
    twice = await ask(service, "waivers", "HT-SGDDT", by="HT-SNGV")
    service.at(FIRST_MORNING + timedelta(days=10))
    past_its_day = await read(service, "HT-SGDDT")
    revoked = await decide(service, "waivers", waiver["id"], "withdraw", body={"reason": "Vẫn có chức năng."})
    back = await read(service, "HT-SGDDT")
    told = await service.events("occurrence.scheduled", back["id"])
    again = await decide(service, "waivers", waiver["id"], "withdraw", body={"reason": "x"})

    assert (waiver["state"], waived["state"]) == ("granted", "waived")
    assert past_its_day["clock"] == "not_due", "nobody waits for what is waived"
    assert (extended.json()["code"], twice.json()["code"]) == ("occurrence_waived", "occurrence_waived")
    assert revoked.json()["state"] == "revoked"
    assert (back["state"], back["clock"], back["waiver"]) == ("draft", "overdue", None)
    assert json.loads(told[-1]["data"])["reason"] == "waiver_revoked"
    assert (again.status_code, again.json()["code"]) == (409, "exception_settled")


async def test_what_a_recipient_waived_is_not_owed_again_by_a_new_schedule(service):
    waiver = (await ask(service, "waivers", "HT-STC", by="HT-SNGV", period="2027-S1")).json()
    service.registry.change("OHT-01", "2027-S1", rule_version="2")
    await service.follow()
    await service.roll()
    owed = await service.occurrence("OHT-01", "2027-S1", "HT-STC")

    assert (waiver["state"], owed["state"]) == ("granted", "waived")
    assert owed["waiver"]["code"] == "waived_by_recipient"


async def test_a_rule_that_gives_more_time_is_not_cut_short_by_an_extension(service):
    await ask(service, "extensions", "HT-SNV", by="HT-SNGV", period="2027-S1", due_on="2027-07-08")
    extended = await service.occurrence("OHT-01", "2027-S1", "HT-SNV")
    (planned,) = (i for i in service.registry.schedule if (i.obligation, i.period) == ("OHT-01", "2027-S1"))
    later = planned.due_at + timedelta(days=15)
    changes = {"due_on": later.date(), "due_at": later, "overdue_after": later, "rule_version": "3"}
    service.registry.change("OHT-01", "2027-S1", **changes)
    await service.follow()
    await service.roll()
    ruled = await service.occurrence("OHT-01", "2027-S1", "HT-SNV")
    before = await service.http.get(
        "/v1/occurrences",
        params={"obligation": "OHT-01", "period": "2027-S1", "due_before": "2027-07-19"},
        headers=service.caller("HT-SNGV"),
    )

    assert (extended["due_on"], ruled["due_on"]) == ("2027-07-08", "2027-07-19")
    assert ruled["overdue_after"] == "2027-07-19T23:59:59.999999+07:00"
    assert before.json()["items"] == []


async def test_a_report_that_came_is_not_waived_nor_one_of_a_closed_cycle(service):
    await service.http.post("/v1/submissions", json=a_report("HT-CAT"), headers=service.caller("HT-CAT"))
    came = await ask(service, "waivers", "HT-CAT", by="HT-SNGV")
    cycle = (await read(service, "HT-CAT"))["cycle"]
    headers = service.caller("HT-SNGV")
    for closed in (True, False):
        etag = (await service.http.get(f"/v1/cycles/{cycle}", headers=headers)).headers["etag"]
        change = {"closed": closed, "reason": "x"}
        await service.http.patch(f"/v1/cycles/{cycle}", json=change, headers={**headers, "If-Match": etag})
        if closed:
            shut = await ask(service, "waivers", "HT-BCHBP")

    assert (came.status_code, came.json()["code"]) == (409, "report_received")
    assert (shut.status_code, shut.json()["code"]) == (409, "cycle_closed")


async def test_a_report_and_its_waiver_at_once_leave_one_of_them(service):
    asked = (await ask(service, "waivers", "HT-SKHCN")).json()
    sent, waived = await asyncio.gather(
        service.http.post("/v1/submissions", json=a_report("HT-SKHCN"), headers=service.caller("HT-SKHCN")),
        decide(service, "waivers", asked["id"], "grant"),
    )
    owed = await read(service, "HT-SKHCN")
    seen = (await listed(service, "waivers", agency="HT-SKHCN"))[0]["state"]

    assert sorted((sent.status_code // 100, waived.status_code // 100)) == [2, 4]
    assert (owed["state"], seen) in {("waived", "granted"), ("submitted", "lapsed")}


async def test_a_key_that_is_used_again_gives_the_same_waiver(service, a_key):
    owed = await read(service, "HT-BCHBP")
    headers = {**service.caller("HT-BCHBP"), "Idempotency-Key": a_key}
    answers = [
        await service.http.post(f"/v1/occurrences/{owed['id']}/waivers", json={"reason": "x"}, headers=headers)
        for _ in range(2)
    ]

    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].json()["id"] == answers[1].json()["id"]
