"""Accepting many in one call: each by itself, in a constant number of statements, also beside others."""

import asyncio
import json

import pytest

from kernel.ids import new_id
from tests.registry.statements import counted_statements
from tests.submissions.service import READ, a_report

DOOR = "/v1/submissions/accept"


async def submit(service, agency, value=12):
    answer = await service.http.post(
        "/v1/submissions", json=a_report(agency, value=value), headers=service.caller(agency)
    )
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def accept(service, *submissions, by="HT-SNGV", text="Đã kiểm tra.", **caller):
    body = {"submissions": [str(one) for one in submissions], "text": text}
    return await service.http.post(DOOR, json=body, headers=service.caller(by, **caller))


async def test_each_is_judged_by_itself(service):
    old = await submit(service, "HT-STP")
    new = await submit(service, "HT-STP", value=13)
    plain = await submit(service, "HT-SNV")
    decided = await submit(service, "HT-STC")
    await accept(service, decided)
    unknown = str(new_id())
    answer = await accept(service, old, new, plain, decided, unknown, plain)
    items = answer.json()["items"]
    owed = await service.occurrence("OHT-01", "2026-S1", "HT-STP")
    (told,) = await service.events("submission.accepted", new)

    assert answer.status_code == 200
    assert (answer.json()["accepted"], answer.json()["refused"]) == (2, 3)
    assert [(one["submission"], one["accepted"]) for one in items] == [
        (old, False),
        (new, True),
        (plain, True),
        (decided, False),
        (unknown, False),
    ]
    assert [one["problem"]["code"] for one in items if one["problem"]] == [
        "submission_superseded",
        "already_reviewed",
        "not_found",
    ]
    assert items[0]["problem"]["latest"] == new
    assert (owed["state"], owed["accepted_submission"], owed["review"]["clock"]) == ("accepted", new, "on_time")
    assert (told["reason"], json.loads(told["data"])["state"]) == ("Đã kiểm tra.", "accepted")


async def test_many_take_no_more_statements_than_one(service):
    agencies = ("HT-CAT", "HT-SKHCN", "HT-SGDDT", "HT-BCHBP")
    first, *rest = [await submit(service, agency, value=40) for agency in agencies]
    with counted_statements(service.app) as one:
        await accept(service, first)
    with counted_statements(service.app) as three:
        answer = await accept(service, *rest)

    assert answer.json()["accepted"] == 3
    assert len(three) == len(one)


async def test_a_report_asked_twice_is_accepted_where_it_is_asked(service):
    body = {"obligation": "OHT-06", "period": "2026", "agency": "HT-SNGV"}
    narrative = {"general": {"text": "Đã triển khai."}}
    sent = await service.http.post(
        "/v1/submissions", json={**body, "narrative": narrative}, headers=service.caller("HT-SNGV")
    )
    own = await accept(service, sent.json()["id"])
    answer = await accept(service, sent.json()["id"], by="UBND-P42")
    twin = await service.occurrence("OHT-04", "2026", "HT-SNGV")
    told = await service.events("submission.accepted", sent.json()["id"])

    assert own.json()["items"][0]["problem"]["code"] == "not_recipient"
    assert answer.json()["accepted"] == 1
    assert (twin["state"], len(told)) == ("accepted", 2)


async def test_of_many_who_accept_the_same_at_once_one_does(service):
    submissions = [await submit(service, agency, value=77) for agency in ("HT-CAT", "HT-SNV", "HT-STC")]
    answers = await asyncio.gather(
        *(accept(service, *submissions, client=f"one-{n}") for n in range(3)),
        *(accept(service, *reversed(submissions), client=f"two-{n}") for n in range(3)),
        service.http.post(f"/v1/submissions/{submissions[0]}/accept", headers=service.caller("HT-SNGV")),
    )
    accepted = sum(one.json()["accepted"] for one in answers[:-1]) + (answers[-1].status_code == 200)

    assert {one.status_code for one in answers[:-1]} == {200}
    assert accepted == 3
    for one in submissions:
        assert len(await service.events("submission.accepted", one)) == 1


@pytest.mark.parametrize(
    "body", [{}, {"submissions": []}, {"submissions": ["x"]}, {"submissions": [str(new_id())] * 201}]
)
async def test_a_call_that_names_nothing_or_too_much_is_refused(service, body):
    answer = await service.http.post(DOOR, json=body, headers=service.caller("HT-SNGV"))

    assert (answer.status_code, answer.json()["code"]) == (422, "content_invalid")


async def test_accepting_many_needs_its_scope(service):
    answer = await accept(service, new_id(), scopes=[READ])

    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
