"""Reports that came on paper or by e-office: recorded, confirmed by a second person, then counted."""

import asyncio
import json
from datetime import timedelta

import pytest

from kernel.ids import new_id
from tests.registry.statements import counted_statements
from tests.submissions.service import FIRST_MORNING, READ, a_report

PDF = b"%PDF-1.7 scan"
LATER = FIRST_MORNING + timedelta(days=7)


@pytest.fixture(autouse=True)
def a_week_later(service):
    service.at(LATER)


async def read(service, agency):
    return await service.occurrence("OHT-01", "2026-S1", agency)


async def compliance(service):
    params = {"obligation": "OHT-01", "period": "2026-S1"}
    answer = await service.http.get("/v1/compliance", params=params, headers=service.caller("HT-SNGV"))
    return answer.json()["total"]


async def record(service, agency, by="HT-SNGV", caller=None, **changes):
    owed = await read(service, agency)
    body = {"channel": "e_office", "document_number": "125/BC-SNV", "received_on": "2026-07-03", **changes}
    return await service.http.post(
        f"/v1/occurrences/{owed['id']}/paper-receipts", json=body, headers=service.caller(by, **(caller or {}))
    )


async def store_evidence(service, receipt, content=PDF, by="HT-SNGV"):
    return await service.http.put(
        f"/v1/paper-receipts/{receipt}/evidence",
        params={"name": "125.pdf"},
        content=content,
        headers={**service.caller(by), "Content-Type": "application/pdf"},
    )


async def settle(service, receipt, act, client="second-person", body=None, by="HT-SNGV"):
    return await service.http.post(
        f"/v1/paper-receipts/{receipt}/{act}", json=body, headers=service.caller(by, client=client)
    )


async def counted(service, agency, **changes):
    receipt = (await record(service, agency, **changes)).json()["id"]
    await store_evidence(service, receipt)
    answer = await settle(service, receipt, "confirm")
    assert answer.status_code == 200, answer.text
    return receipt


async def test_a_receipt_counts_by_its_day_once_a_second_person_confirmed_it(service):
    before = await compliance(service)
    recorded = await record(service, "HT-SNV")
    id_ = recorded.json()["id"]
    bare = await settle(service, id_, "confirm")
    kept = await store_evidence(service, id_)
    alone = await settle(service, id_, "confirm", client="client-HT-SNGV")
    waiting = await read(service, "HT-SNV")
    confirmed = await settle(service, id_, "confirm")
    owed = await read(service, "HT-SNV")
    after = await compliance(service)
    (told,) = await service.events("submission.received", owed["id"])
    data = json.loads(told["data"])

    assert (recorded.status_code, recorded.json()["state"], recorded.json()["evidence"]) == (201, "recorded", None)
    assert (bare.status_code, bare.json()["code"]) == (409, "evidence_missing")
    assert kept.json()["evidence"]["name"] == "125.pdf"
    assert (alone.status_code, alone.json()["code"]) == (403, "second_person_needed")
    assert (waiting["state"], waiting["clock"]) == ("owed", "overdue")
    assert (confirmed.json()["state"], confirmed.json()["confirmed_by"]) == ("confirmed", "HT-SNGV")
    assert (owed["state"], owed["clock"], owed["punctuality"]) == ("submitted", "on_time", "on_time")
    assert owed["received_at"] == "2026-07-03T23:59:59.999999+07:00"
    assert owed["links"]["paper_receipt"] == f"/v1/paper-receipts/{id_}"
    assert (after["received"], after["on_time"], after["overdue"]) == (
        before["received"] + 1,
        before["on_time"] + 1,
        before["overdue"] - 1,
    )
    assert (data["paper_receipt"], data["submission"], data["punctuality"]) == (id_, None, "on_time")


async def test_figures_that_follow_do_not_change_the_day(service):
    receipt = await counted(service, "HT-STP")
    sent = await service.http.post("/v1/submissions", json=a_report("HT-STP"), headers=service.caller("HT-STP"))
    owed = await read(service, "HT-STP")
    back = await settle(service, receipt, "withdraw", body={"reason": "x"})

    assert (sent.status_code, sent.json()["punctuality"]) == (201, "on_time")
    assert (owed["submission"], owed["clock"], owed["paper_receipt"]) == (sent.json()["id"], "on_time", receipt)
    assert (back.status_code, back.json()["code"]) == (409, "paper_receipt_in_use")


async def test_a_receipt_after_the_due_day_is_late(service):
    await counted(service, "HT-CAT", received_on="2026-07-05")

    assert (await read(service, "HT-CAT"))["clock"] == "late"


async def test_a_receipt_that_is_taken_back_leaves_the_report_owed(service):
    receipt = await counted(service, "HT-STC")
    back = await settle(service, receipt, "withdraw", body={"reason": "Nhầm đơn vị gửi."})
    again = await settle(service, receipt, "withdraw", body={"reason": "x"})
    owed = await read(service, "HT-STC")
    told = await service.events("occurrence.scheduled", owed["id"])
    audit = [row["type"] for row in await service.events(subject=receipt)]

    assert (back.json()["state"], back.json()["withdrawn_reason"]) == ("withdrawn", "Nhầm đơn vị gửi.")
    assert (again.status_code, again.json()["code"]) == (409, "paper_receipt_settled")
    assert (owed["state"], owed["clock"], owed["received_at"]) == ("owed", "overdue", None)
    assert json.loads(told[-1]["data"])["reason"] == "paper_receipt_withdrawn"
    assert audit == ["paper_receipt.recorded", "paper_receipt.confirmed", "paper_receipt.withdrawn"]


async def test_the_same_report_asked_twice_is_received_twice(service):
    owed = await service.occurrence("OHT-06", "2026", "HT-SNGV")
    body = {"document_number": "77/BC-SNgV", "received_on": "2026-07-02"}
    recorded = await service.http.post(
        f"/v1/occurrences/{owed['id']}/paper-receipts", json=body, headers=service.caller("UBND-P42")
    )
    await store_evidence(service, recorded.json()["id"], by="UBND-P42")
    await settle(service, recorded.json()["id"], "confirm", by="UBND-P42")
    twin = await service.occurrence("OHT-04", "2026", "HT-SNGV")

    assert (twin["state"], twin["paper_receipt"]) == ("submitted", recorded.json()["id"])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"received_on": "2026-07-09"}, "received_day_wrong"),
        ({"received_on": "2025-12-31"}, "received_day_wrong"),
        ({"document_number": ""}, "content_invalid"),
        ({"channel": "pigeon"}, "content_invalid"),
        ({"received_at": "2026-07-03T10:00:00Z"}, "content_invalid"),
    ],
)
async def test_a_receipt_that_cannot_be_is_refused(service, changes, code):
    answer = await record(service, "HT-BCHBP", **changes)

    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_only_the_recipient_records_one_at_a_time_and_only_what_is_owed(service):
    first = (await record(service, "HT-SGDDT")).json()["id"]
    second = await record(service, "HT-SGDDT")
    reporter = await record(service, "HT-SGDDT", by="HT-SGDDT")
    above = await record(service, "HT-SGDDT", by="UBND-P42")
    unscoped = await record(service, "HT-SGDDT", caller={"scopes": [READ]})
    stranger = await service.http.get(f"/v1/paper-receipts/{first}", headers=service.caller("TTG"))
    foreign = await settle(service, first, "confirm", by="HT-SGDDT")
    missing = await settle(service, str(new_id()), "confirm")
    no_evidence = await service.http.get(f"/v1/paper-receipts/{first}/evidence", headers=service.caller("HT-SNGV"))
    received = await record(service, "HT-SNV")

    def said(answer):
        return answer.status_code, answer.json()["code"]

    assert said(second) == (409, "paper_receipt_pending")
    assert said(reporter) == said(above) == said(foreign) == (403, "not_recipient")
    assert said(unscoped) == (403, "scope_missing")
    assert said(stranger) == said(missing) == said(no_evidence) == (404, "not_found")
    assert said(received) == (409, "report_received")


async def test_evidence_is_read_by_the_reporter_and_stays_after_the_confirmation(service):
    receipt = await counted(service, "HT-BCHBP")
    replaced = await store_evidence(service, receipt, b"%PDF-1.7 another")
    evidence = await service.http.get(f"/v1/paper-receipts/{receipt}/evidence", headers=service.caller("HT-BCHBP"))
    with counted_statements(service.app) as sent:
        listed = await service.http.get(
            "/v1/paper-receipts", params={"state": "confirmed"}, headers=service.caller("HT-SNGV")
        )

    assert (replaced.status_code, replaced.json()["code"]) == (409, "paper_receipt_settled")
    assert (evidence.content, evidence.headers["x-content-type-options"]) == (PDF, "nosniff")
    assert receipt in {one["id"] for one in listed.json()["items"]}
    assert len(sent) <= 3


async def test_a_confirmation_and_the_figures_at_once_agree_in_the_end(service):
    receipt = (await record(service, "HT-SKHCN")).json()["id"]
    await store_evidence(service, receipt)
    answers = await asyncio.gather(
        *(settle(service, receipt, "confirm", client=f"second-{n}") for n in range(4)),
        service.http.post("/v1/submissions", json=a_report("HT-SKHCN"), headers=service.caller("HT-SKHCN")),
    )
    owed = await read(service, "HT-SKHCN")
    confirmed = [one for one in answers[:-1] if one.status_code == 200]

    assert answers[-1].status_code == 201
    assert {one.json()["code"] for one in answers[:-1] if one.status_code != 200} <= {
        "paper_receipt_settled",
        "report_received",
    }
    assert len(confirmed) <= 1
    assert owed["submission"] == answers[-1].json()["id"]
    assert owed["clock"] == ("on_time" if confirmed else "late")
