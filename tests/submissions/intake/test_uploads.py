"""A large report: taken at once, checked by the worker, and then what a small one would have been."""

import asyncio
import base64
import json
from datetime import datetime, timedelta

import pytest

from services.submissions.intake import receiving, rules
from tests.submissions.intake.uploading import (
    a_file,
    checked,
    job_of,
    pieces,
    sent,
    target,
    upload,
    work,
    worker,
)
from tests.submissions.service import FIRST_MORNING, READ, WRITE, a_report


def claims_of(receipt: str) -> dict:
    payload = receipt.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let 100 bytes be a large body, and 64 a piece."""
    monkeypatch.setattr(rules, "LARGE_FROM", 100)
    monkeypatch.setattr(receiving, "PIECE", 64)


async def test_a_large_report_is_taken_at_once_and_stored_by_the_worker(service, small):
    answer = await upload(service, a_file(3), headers={"Prefer": ""})
    waiting = await job_of(service, answer)
    kept = await pieces(service)
    await work(service)
    done = await job_of(service, answer)

    assert answer.status_code == 202
    assert answer.headers["location"] == f"/v1/jobs/{answer.json()['id']}"
    assert answer.json()["id"].startswith("sub_")
    assert "preference-applied" not in answer.headers
    assert (waiting["state"], waiting["progress"], waiting["result"]) == ("queued", 0, None)
    assert kept == -(-len(a_file(3)) // 64)
    assert (done["state"], done["progress"], done["problem"]) == ("done", 100, None)
    stored = await service.http.get(done["links"]["submission"], headers=service.caller("HT-SNV"))
    body = stored.json()
    assert (body["id"], body["version"], body["observations"]) == (done["result"]["submission"], 1, 8)
    assert body["receipt"] == done["result"]["receipt"]
    assert body["received_at"] == done["created_at"]
    owed = await service.occurrence("OHT-01", "2026-S1", "HT-SNV")
    assert (owed["state"], owed["submission"]) == ("submitted", body["id"])
    (told,) = await service.events("submission.received", body["id"])
    assert json.loads(told["data"])["version"] == 1
    assert await pieces(service) == 0


async def test_both_ways_give_the_same_submission(service):
    text = 'LABOUR.OUT.FLOW,male,adult,JP,skilled,,not_available,"Chưa đối chiếu;\n với sổ \\đăng\tký"'
    content = a_file(5, text)
    small = (await sent(service, content, "HT-STP", nil="TRAFFICKING")).json()
    again = await checked(service, content, "HT-STP", nil="TRAFFICKING")
    other = await checked(service, content, "HT-STC", nil="TRAFFICKING")
    headers = service.caller("HT-STC")
    large = (await service.http.get(other["links"]["submission"], headers=headers)).json()

    assert again["result"] | {"findings": 0} == {
        "submission": small["id"],
        "version": 1,
        "is_new": False,
        "receipt": small["receipt"],
        "occurrence": small["occurrence"],
        "content_sha256": small["content_sha256"],
        "observations": 9,
        "cells": {"given": 8, "zeros": 0, "not_available": 1, "not_applicable": 0},
        "findings": 0,
    }
    own = (
        "id",
        "occurrence",
        "agency",
        "agency_name_vi",
        "agency_name_en",
        "submitted_by",
        "received_at",
        "receipt",
    )
    assert {k: v for k, v in large.items() if k not in (*own, "links")} == {
        k: v for k, v in small.items() if k not in (*own, "links")
    }
    told = {"iat", "jti", "submission", "occurrence", "agency", "agency_name_vi", "agency_name_en"}
    told |= {"submitted_by", "received_at"}
    one, two = claims_of(small["receipt"]), claims_of(large["receipt"])
    assert {k: v for k, v in one.items() if k not in told} == {k: v for k, v in two.items() if k not in told}
    rows = [
        await service.sql(
            "select line, indicator, d1, d2, d3, d4, value, status, reason from observation"
            " where submission_id = $1 order by line",
            id_,
        )
        for id_ in (small["id"], large["id"])
    ]
    assert [tuple(row) for row in rows[0]] == [tuple(row) for row in rows[1]]
    found = [
        (
            await service.http.get(f"/v1/submissions/{id_}/findings?limit=500", headers=service.caller(agency))
        ).json()
        for id_, agency in ((small["id"], "HT-STP"), (large["id"], "HT-STC"))
    ]
    assert found[0]["items"] == found[1]["items"]
    assert len(found[0]["items"]) > 3


async def test_versions_that_came_on_either_way_are_compared(service):
    first = (await sent(service, a_file(1), "HT-CAT")).json()
    job = await checked(service, a_file(1, "LABOUR.OUT.FLOW,male,adult,JP,skilled,9,,"), "HT-CAT")
    door = f"/v1/submissions/{job['result']['submission']}/diff"
    diff = await service.http.get(door, params={"with": first["id"]}, headers=service.caller("HT-CAT"))

    assert job["result"]["version"] == 2
    assert [(one["difference"], one["after"]["value"]) for one in diff.json()["items"]] == [("added", 9)]


async def test_a_refused_one_tells_what_the_small_way_tells(service):
    content = a_file(
        1, "LABOUR.OUT.FLOW,x,adult,JP,skilled,-1,,", "LABOUR.OUT.FLOW,female,adult,JP,skilled,2,,", "NO"
    )
    small = (await sent(service, content, "HT-SGDDT")).json()
    job = await checked(service, content, "HT-SGDDT")
    headers = service.caller("HT-SGDDT")
    found, cursor = [], None
    while True:
        params = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        page = (await service.http.get(job["links"]["findings"], params=params, headers=headers)).json()
        found += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert (job["state"], job["result"]) == ("failed", None)
    assert job["problem"]["code"] == small["code"] == "content_refused"
    assert (job["problem"]["detail"], job["problem"]["findings"]) == (small["detail"], small["findings"])
    assert [{k: v for k, v in one.items() if k != "number"} for one in found] == small["errors"]
    assert [one["number"] for one in found] == list(range(1, len(found) + 1))
    rows = await service.sql("select count(*) from submission where agency = 'HT-SGDDT'")
    assert rows[0]["count"] == 0
    assert await pieces(service) == 0


async def test_a_dry_run_stores_nothing(service):
    small = (await sent(service, a_file(4), "HT-SKHCN", dry_run="true")).json()
    job = await checked(service, a_file(4), "HT-SKHCN", dry_run="true")
    found = await service.http.get(f"{job['links']['findings']}?limit=500", headers=service.caller("HT-SKHCN"))

    assert job["state"] == "done"
    assert job["result"] == {k: v for k, v in small.items() if k != "errors"}
    assert [{k: v for k, v in one.items() if k != "number"} for one in found.json()["items"]] == small["errors"]
    assert (await service.occurrence("OHT-01", "2026-S1", "HT-SKHCN"))["state"] == "owed"


@pytest.mark.parametrize("kind", ["json", "sdmx"])
async def test_what_is_read_as_a_whole_goes_the_same_way(service, kind):
    agency = {"json": "HT-BCHBP", "sdmx": "HT-SKHCN"}[kind]
    bodies = {
        "json": (json.dumps(a_report(agency, value=31)), "application/json", {}),
        "sdmx": (
            "STRUCTURE,STRUCTURE_ID,ACTION,INDICATOR,SEX,PARTNER_COUNTRY,OBS_VALUE\n"
            "dataflow,GCM:migration-data(1.0),M,LABOUR_OUT_FLOW,female,JP,31\n",
            "application/vnd.sdmx.data+csv;version=2.0.0",
            target(agency),
        ),
    }
    content, media_type, params = bodies[kind]
    headers = {**service.caller(agency), "Content-Type": media_type, "Prefer": "wait=1, respond-async"}
    answer = await service.http.post("/v1/submissions", content=content, params=params, headers=headers)
    await work(service)
    job = await job_of(service, answer, agency)

    assert answer.status_code == 202
    assert answer.headers["preference-applied"] == "respond-async"
    assert (job["state"], job["result"]["observations"]) == ("done", 1)


async def test_a_workbook_is_large_earlier_than_text(service, monkeypatch):
    monkeypatch.setattr(rules, "WORKBOOK_LARGE_FROM", 100)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    headers = {**service.caller("HT-SNV"), "Content-Type": kind}
    workbook = await service.http.post(
        "/v1/submissions", content=b"PK" + b"x" * 200, params=target("HT-SNV"), headers=headers
    )
    await work(service)
    job = await job_of(service, workbook)

    assert workbook.status_code == 202
    assert (job["state"], job["problem"]["status"]) == ("failed", 415)


async def test_explanations_come_along(service):
    body = a_report("HT-STP", value=44)
    dry = await service.http.post("/v1/submissions?dry_run=true", json=body, headers=service.caller("HT-STP"))
    warning = next(one["id"] for one in dry.json()["errors"] if one["severity"] == "warning")
    body["explanations"] = [{"finding": warning, "text": "Đúng như vậy."}]
    headers = {**service.caller("HT-STP"), "Prefer": "respond-async"}
    answer = await service.http.post("/v1/submissions", json=body, headers=headers)
    body["explanations"] = [{"finding": "0" * 16, "text": "?"}]
    wrong = await service.http.post("/v1/submissions", json={**body, "nil": ["ADOPTION"]}, headers=headers)
    await work(service)
    found = await service.http.get(
        (await job_of(service, answer, "HT-STP"))["links"]["findings"] + "?state=explained", headers=headers
    )

    assert [one["id"] for one in found.json()["items"]] == [warning]
    assert (await job_of(service, wrong, "HT-STP"))["problem"]["code"] == "explanations_wrong"


async def test_a_key_is_honoured(service, a_key):
    first = await upload(service, a_file(71), headers={"Idempotency-Key": a_key})
    again = await upload(service, a_file(71), headers={"Idempotency-Key": a_key})
    other = await upload(service, a_file(72), headers={"Idempotency-Key": a_key})
    await work(service)
    after = await upload(service, a_file(71), headers={"Idempotency-Key": a_key})

    assert (first.status_code, again.status_code, after.status_code) == (202, 202, 202)
    assert first.json() == again.json() == after.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert await pieces(service) == 0


async def test_eight_uploads_with_one_key_at_once_are_one_job(service, a_key):
    answers = await asyncio.gather(
        *(upload(service, a_file(73), headers={"Idempotency-Key": a_key}) for _ in range(8))
    )

    assert {one.status_code for one in answers} == {202}
    assert len({one.json()["id"] for one in answers}) == 1
    assert await pieces(service) == 1
    await work(service)


async def test_the_job_of_another_agency_is_not_there(service):
    answer = await upload(service, a_file(81))
    door = answer.headers["location"]
    read = [
        await service.http.get(path, headers=service.caller(agency))
        for agency in ("HT-STP", "HT-SNGV")
        for path in (door, f"{door}/findings")
    ]
    cancel = await service.http.post(f"{door}/cancel", headers=service.caller("HT-STP"))
    without = await service.http.post(f"{door}/cancel", headers=service.caller("HT-SNV", scopes=(READ,)))
    unread = await service.http.get(door, headers=service.caller("HT-SNV", scopes=(WRITE,)))
    odd = [
        await service.http.get(f"/v1/jobs/{id_}", headers=service.caller("HT-SNV"))
        for id_ in ("reg_" + "0" * 32, "sub_" + "0" * 32, "sub_x", "sub_" + "A" * 32)
    ]

    assert {one.json()["code"] for one in (*read, cancel, *odd)} == {"job_unknown"}
    assert (without.status_code, unread.status_code) == (403, 403)
    await work(service)


async def test_a_cancelled_one_leaves_nothing(service):
    answer = await upload(service, a_file(82))
    door = answer.headers["location"] + "/cancel"
    cancelled = await service.http.post(door, headers=service.caller("HT-SNV"))
    left = await pieces(service)
    again = await service.http.post(door, headers=service.caller("HT-SNV"))
    worked = await worker(service).step()

    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
    assert (again.status_code, again.json()["code"]) == (409, "job_finished")
    assert (left, worked) == (0, False)


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"agency": "HT-NOBODY"}, 404, "not_found"),
        ({"period": "2031-S1"}, 404, "not_found"),
        ({"period": None}, 422, "occurrence_missing"),
        ({"form_version": 99}, 422, "form_version_wrong"),
    ],
)
async def test_what_is_not_owed_is_refused_before_a_byte_is_kept(service, changes, status, code):
    async def body():
        raise AssertionError("the body was read")
        yield b""

    params = {k: v for k, v in (target() | changes).items() if v is not None}
    headers = {**service.caller("HT-SNV"), "Content-Type": "text/csv", "Prefer": "respond-async"}
    answer = await service.http.post("/v1/submissions", content=body(), params=params, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_the_report_of_another_agency_is_refused(service):
    headers = {**service.caller("HT-SNGV"), "Content-Type": "text/csv", "Prefer": "respond-async"}
    answer = await service.http.post("/v1/submissions", content=a_file(), params=target(), headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (403, "not_reporter")
    assert await pieces(service) == 0


async def test_too_large_a_body_leaves_nothing(service, small, monkeypatch):
    monkeypatch.setattr(service.app.state.runtime.settings, "max_upload_bytes", 300)

    async def chunks():
        for _ in range(10):
            yield b"x" * 50

    announced = await upload(service, a_file(1))
    flowing = await upload(service, chunks())

    assert [(one.status_code, one.json()["code"]) for one in (announced, flowing)] == [(413, "body_too_large")] * 2
    assert await pieces(service) == 0


async def test_many_uploads_of_one_agency_wait_no_further_one_is_taken(service, monkeypatch):
    monkeypatch.setattr(rules, "MOST_WAITING", 2)
    answers = [await upload(service, a_file(number), "HT-STC") for number in range(3)]
    other = await upload(service, a_file(1), "HT-STP")

    assert [one.status_code for one in answers] == [202, 202, 429]
    assert answers[2].json()["code"] == "uploads_waiting"
    assert int(answers[2].headers["retry-after"]) > 0
    assert other.status_code == 202
    await work(service)


async def test_it_counts_as_received_when_the_upload_was_complete(service):
    service.at(FIRST_MORNING + timedelta(days=3, hours=15, minutes=59))
    answer = await upload(service, a_file(91), "HT-BCHBP")
    service.at(FIRST_MORNING + timedelta(days=5))
    await work(service)
    job = await job_of(service, answer, "HT-BCHBP")
    stored = await service.http.get(job["links"]["submission"], headers=service.caller("HT-BCHBP"))
    service.at(FIRST_MORNING)

    received = datetime.fromisoformat(stored.json()["received_at"])
    assert received - FIRST_MORNING < timedelta(days=3, hours=16)
    assert stored.json()["received_at"] == claims_of(stored.json()["receipt"])["received_at"] == job["created_at"]


def test_the_preference_is_read_as_the_standard_says():
    read = {
        text: rules.prefers_async(text) for text in ("respond-async", "Respond-Async; x=1", "wait=5,respond-async")
    }

    assert read == dict.fromkeys(read, True)
    assert not any(map(rules.prefers_async, ("", "wait=5", "respond-async-not", "return=minimal")))
