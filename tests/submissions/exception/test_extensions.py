"""Extensions: asked for by the reporter, granted or refused by the recipient, and what they do to the clock."""

import asyncio
import json
from datetime import timedelta

import pytest

from kernel.ids import new_id
from tests.registry.statements import counted_statements
from tests.submissions.exception.asking import REASON, ask, decide, listed
from tests.submissions.service import FIRST_MORNING, READ, WRITE, a_report


@pytest.fixture(autouse=True)
def first_morning(service):
    service.at(FIRST_MORNING)


async def read(service, agency):
    return await service.occurrence("OHT-01", "2026-S1", agency)


async def test_a_granted_request_replaces_the_due_instant(service):
    asked = await ask(service, "extensions", "HT-STP", due_on="2026-07-14")
    waiting = await read(service, "HT-STP")
    granted = await decide(service, "extensions", asked.json()["id"], "grant")
    owed = await read(service, "HT-STP")
    (told,) = await service.events("occurrence.extended", owed["id"])
    data = json.loads(told["data"])

    assert (asked.status_code, asked.json()["state"], waiting["due_on"]) == (201, "requested", "2026-07-04")
    assert asked.headers["location"] == f"/v1/extensions/{asked.json()['id']}"
    assert (granted.status_code, granted.json()["state"]) == (200, "granted")
    assert (granted.json()["due_on"], granted.json()["replaced_due_on"]) == ("2026-07-14", "2026-07-04")
    assert (owed["due_on"], owed["due_at"]) == ("2026-07-14", "2026-07-14T23:59:59.999999+07:00")
    assert owed["extension"] == {
        "due_on": "2026-07-14",
        "due_at": "2026-07-14T23:59:59.999999+07:00",
        "reason": REASON,
        "by": "HT-SNGV",
    }
    assert (data["due_on"], data["overdue_after"], data["reason"]) == (
        "2026-07-14",
        "2026-07-14T23:59:59.999999+07:00",
        "extension_granted",
    )
    assert json.loads(told["before"])["due_on"] == "2026-07-04"
    assert {"HT-STP", "HT-SNGV", "UBND-P42"} <= set(told["audience"])


async def test_a_report_in_the_days_that_were_given_is_on_time(service):
    asked = await ask(service, "extensions", "HT-SGDDT", due_on="2026-07-20")
    service.at(FIRST_MORNING + timedelta(days=5))
    overdue = await read(service, "HT-SGDDT")
    await decide(service, "extensions", asked.json()["id"], "grant", body={"due_on": "2026-07-10"})
    due = await read(service, "HT-SGDDT")
    cycle = due["cycle"]
    before = await compliance(service, cycle)
    await service.http.post("/v1/submissions", json=a_report("HT-SGDDT"), headers=service.caller("HT-SGDDT"))
    answered = await read(service, "HT-SGDDT")
    after = await compliance(service, cycle)

    assert (overdue["clock"], due["clock"], due["due_on"]) == ("overdue", "due", "2026-07-10")
    assert (answered["clock"], answered["punctuality"]) == ("on_time", "on_time")
    assert after["on_time"] == before["on_time"] + 1
    assert after["late"] == before["late"]
    assert after["overdue"] == before["overdue"]


async def compliance(service, cycle):
    answer = await service.http.get("/v1/compliance", params={"cycle": cycle}, headers=service.caller("HT-SNGV"))
    return answer.json()["total"]


async def test_extensions_follow_each_other_and_are_taken_back_in_turn(service):
    first = (await ask(service, "extensions", "HT-STC", by="HT-SNGV", due_on="2026-07-08")).json()
    second = (await ask(service, "extensions", "HT-STC", by="HT-SNGV", due_on="2026-07-12")).json()
    wrong_turn = await decide(service, "extensions", first["id"], "withdraw", body={"reason": "?"})
    revoked = await decide(service, "extensions", second["id"], "withdraw", body={"reason": "Nhầm ngày."})
    owed = await read(service, "HT-STC")
    told = await service.events("occurrence.rescheduled", owed["id"])
    await decide(service, "extensions", first["id"], "withdraw", body={"reason": "Nhầm đơn vị."})
    back = await read(service, "HT-STC")
    history = await listed(service, f"occurrences/{owed['id']}/extensions", by="HT-STC")

    assert (first["state"], second["replaced_due_on"]) == ("granted", "2026-07-08")
    assert (wrong_turn.status_code, wrong_turn.json()["code"]) == (409, "extension_in_use")
    assert (revoked.json()["state"], revoked.json()["ended_reason"]) == ("revoked", "Nhầm ngày.")
    assert (owed["due_on"], owed["extension"]["due_on"]) == ("2026-07-08", "2026-07-08")
    assert json.loads(told[-1]["data"])["reason"] == "extension_revoked"
    assert (back["due_on"], back["extension"]) == ("2026-07-04", None)
    assert [one["state"] for one in history] == ["revoked", "revoked"]


async def test_an_extension_that_serves_already_is_not_taken_back(service):
    given = (await ask(service, "extensions", "HT-BCHBP", by="HT-SNGV", due_on="2026-07-15")).json()
    service.at(FIRST_MORNING + timedelta(days=6))
    answer = await decide(service, "extensions", given["id"], "withdraw", body={"reason": "?"})

    assert (answer.status_code, answer.json()["code"]) == (409, "extension_in_use")
    assert (await read(service, "HT-BCHBP"))["due_on"] == "2026-07-15"


async def test_a_refused_request_moves_nothing_and_another_may_follow(service):
    asked = (await ask(service, "extensions", "HT-SNV", due_on="2026-07-30")).json()
    twice = await ask(service, "extensions", "HT-SNV", due_on="2026-07-20")
    pending = await listed(service, "extensions", state="requested", agency="HT-SNV")
    refused = await decide(service, "extensions", asked["id"], "refuse", body={"reason": "Cần trước phiên họp."})
    again = await decide(service, "extensions", asked["id"], "grant")
    other = (await ask(service, "extensions", "HT-SNV", due_on="2026-07-06")).json()
    withdrawn = await decide(
        service, "extensions", other["id"], "withdraw", by="HT-SNV", body={"reason": "Đã xong."}
    )
    audit = [row["type"] for row in await service.events(subject=asked["id"])]

    assert (twice.status_code, twice.json()["code"], twice.json()["pending"]) == (
        409,
        "exception_pending",
        asked["id"],
    )
    assert [one["id"] for one in pending] == [asked["id"]]
    assert (refused.json()["state"], refused.json()["decision_reason"]) == ("refused", "Cần trước phiên họp.")
    assert (again.status_code, again.json()["code"]) == (409, "exception_settled")
    assert withdrawn.json()["state"] == "withdrawn"
    assert audit == ["extension.requested", "extension.refused"]
    assert (await read(service, "HT-SNV"))["due_on"] == "2026-07-04"


async def test_a_request_lapses_when_the_report_comes(service):
    asked = (await ask(service, "extensions", "HT-CAT", due_on="2026-07-09")).json()
    await service.http.post("/v1/submissions", json=a_report("HT-CAT"), headers=service.caller("HT-CAT"))
    granted = await decide(service, "extensions", asked["id"], "grant")
    once_more = await ask(service, "extensions", "HT-CAT", due_on="2026-07-09")
    lapsed = await listed(service, "extensions", state="lapsed")
    waiting = await listed(service, "extensions", state="requested", agency="HT-CAT")

    assert (granted.status_code, granted.json()["code"]) == (409, "report_received")
    assert (once_more.status_code, once_more.json()["code"]) == (409, "report_received")
    assert [(one["id"], one["state"]) for one in lapsed] == [(asked["id"], "lapsed")]
    assert waiting == []


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"due_on": "2026-07-04"}, 422, "date_not_later"),
        ({"due_on": "2026-07-03"}, 422, "date_not_later"),
        ({"due_on": "tomorrow"}, 422, "content_invalid"),
        ({"reason": "", "due_on": "2026-07-09"}, 422, "content_invalid"),
        ({"due_on": "2026-07-09", "by": "me"}, 422, "content_invalid"),
        ({}, 422, "content_invalid"),
    ],
)
async def test_a_request_that_names_no_later_day_is_refused(service, body, status, code):
    owed = await read(service, "HT-SKHCN")
    answer = await service.http.post(
        f"/v1/occurrences/{owed['id']}/extensions",
        json={"reason": REASON, **body},
        headers=service.caller("HT-SKHCN"),
    )

    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_day_that_has_passed_is_not_given(service):
    service.at(FIRST_MORNING + timedelta(days=20))
    answer = await ask(service, "extensions", "HT-SKHCN", by="HT-SNGV", due_on="2026-07-10")

    assert (answer.status_code, answer.json()["code"]) == (422, "date_passed")


async def test_without_a_date_there_is_nothing_to_extend(service):
    owed = await service.occurrence("OHT-06", "2026", "HT-SNGV")
    answer = await service.http.post(
        f"/v1/occurrences/{owed['id']}/extensions",
        json={"reason": REASON, "due_on": "2026-12-20"},
        headers=service.caller("HT-SNGV"),
    )

    assert (answer.status_code, answer.json()["code"]) == (409, "date_missing")


async def test_only_reporter_and_recipient_ask_and_only_the_recipient_decides(service):
    asked = (await ask(service, "extensions", "HT-SKHCN", due_on="2026-07-11")).json()
    above = await ask(service, "extensions", "HT-SKHCN", by="UBND-P42", due_on="2026-07-11")
    stranger = await ask(service, "extensions", "HT-SKHCN", by="TTG", due_on="2026-07-11")
    owed = await read(service, "HT-SKHCN")
    unscoped = await service.http.post(
        f"/v1/occurrences/{owed['id']}/extensions",
        json={"reason": REASON, "due_on": "2026-07-11"},
        headers=service.caller("HT-SKHCN", scopes=[READ]),
    )
    own = await decide(service, "extensions", asked["id"], "grant", by="HT-SKHCN", client="another")
    same_client = await decide(service, "extensions", asked["id"], "grant", client="client-HT-SKHCN")
    no_review = await decide(service, "extensions", asked["id"], "grant", scopes=[READ, WRITE])
    unseen = await decide(service, "extensions", asked["id"], "grant", by="TTG")
    missing = await decide(service, "extensions", str(new_id()), "grant")
    as_waiver = await decide(service, "waivers", asked["id"], "grant")

    def said(answer):
        return answer.status_code, answer.json()["code"]

    assert said(above) == (403, "not_recipient")
    assert said(stranger) == (404, "not_found")
    assert said(unscoped) == (403, "scope_missing")
    assert said(own) == (403, "not_recipient")
    assert said(same_client) == (403, "requester_decides")
    assert said(no_review) == (403, "scope_missing")
    assert said(unseen) == said(missing) == said(as_waiver) == (404, "not_found")
    assert (
        await service.http.get(f"/v1/extensions/{asked['id']}", headers=service.caller("TTG"))
    ).status_code == 404
    assert await listed(service, "extensions", by="TTG") == []


async def test_of_two_decisions_at_once_one_counts(service):
    asked = (await ask(service, "extensions", "HT-SKHCN", period="2027-S1", due_on="2027-07-11")).json()
    answers = await asyncio.gather(
        *(decide(service, "extensions", asked["id"], "grant", client=f"one-{n}") for n in range(4)),
        *(
            decide(service, "extensions", asked["id"], "refuse", body={"reason": "x"}, client=f"two-{n}")
            for n in range(4)
        ),
    )
    told = await service.events("occurrence.extended", asked["occurrence"])
    state = (await service.http.get(f"/v1/extensions/{asked['id']}", headers=service.caller("HT-SNGV"))).json()

    assert sorted(one.status_code for one in answers) == [200, *[409] * 7]
    assert {one.json()["code"] for one in answers if one.status_code == 409} == {"exception_settled"}
    assert len(told) == (1 if state["state"] == "granted" else 0)


async def test_a_list_takes_few_statements_and_goes_on_from_its_cursor(service):
    headers = service.caller("HT-SNGV")
    with counted_statements(service.app) as sent:
        whole = (await service.http.get("/v1/extensions", headers=headers)).json()
    first = (await service.http.get("/v1/extensions", params={"limit": 3}, headers=headers)).json()
    rest = await service.http.get(
        "/v1/extensions", params={"cursor": first["next_cursor"], "limit": 100}, headers=headers
    )

    assert len(sent) <= 3
    assert [one["id"] for one in first["items"] + rest.json()["items"]] == [one["id"] for one in whole["items"]]
    assert len(whole["items"]) > 6
