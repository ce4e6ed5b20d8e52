"""The clocks of a review: the recipient's to decide, the reporter's to correct, and who is first of two."""

import asyncio
import json
from datetime import date, datetime, timedelta

import pytest

from kernel.clock import VIETNAM
from services.submissions.main import create_app
from services.submissions.projection.calendar import count_on
from tests.registry.statements import counted_statements
from tests.submissions.service import FIRST_MORNING, Service, a_report
from tests.support import running

RETURN = {"reason_code": "figures_missing", "text": "Thiếu số liệu."}


@pytest.fixture(autouse=True)
def first_morning(service):
    service.at(FIRST_MORNING)


async def submit(service, agency, value=12):
    answer = await service.http.post(
        "/v1/submissions", json=a_report(agency, value=value), headers=service.caller(agency)
    )
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def decide(service, submission, door, body=None, **caller):
    headers = service.caller("HT-SNGV", **caller)
    return await service.http.post(f"/v1/submissions/{submission}/{door}", json=body, headers=headers)


async def read(service, agency):
    return await service.occurrence("OHT-01", "2026-S1", agency)


async def listed(service, **params):
    answer = await service.http.get("/v1/occurrences", params=params, headers=service.caller("HT-SNGV"))
    return {one["agency"] for one in answer.json()["items"]}


@pytest.mark.parametrize(
    ("day", "count", "unusual", "found"),
    [
        (date(2026, 7, 1), 10, {}, date(2026, 7, 15)),
        (date(2026, 7, 3), 1, {}, date(2026, 7, 6)),
        (date(2026, 7, 3), 1, {date(2026, 7, 4): True}, date(2026, 7, 4)),
        (date(2026, 9, 1), 1, {date(2026, 9, 2): False}, date(2026, 9, 3)),
        (date(2026, 7, 4), 1, {}, date(2026, 7, 6)),
    ],
)
def test_working_days_are_counted_from_the_day_after(day, count, unusual, found):
    assert count_on(day, count, unusual) == found


async def test_the_recipient_has_working_days_to_decide_from_the_latest_version_on(service):
    submission = await submit(service, "HT-STP")
    waiting = (await read(service, "HT-STP"))["review"]
    (told,) = await service.events("submission.received", submission)
    service.at(FIRST_MORNING + timedelta(days=5))
    second = await submit(service, "HT-STP", value=13)
    anew = (await read(service, "HT-STP"))["review"]
    await decide(service, second, "accept")
    decided = (await read(service, "HT-STP"))["review"]

    assert waiting == {
        "due_on": "2026-07-15",
        "due_at": "2026-07-15T23:59:59.999999+07:00",
        "reviewed_at": None,
        "clock": "due",
    }
    assert json.loads(told["data"])["review_due_at"] == "2026-07-15T23:59:59.999999+07:00"
    assert (anew["due_on"], anew["clock"]) == ("2026-07-20", "due")
    assert (decided["due_on"], decided["clock"]) == ("2026-07-20", "on_time")


async def test_an_installation_says_how_many_working_days_recipients_have(service, keys_dir):
    settings = service.app.state.runtime.settings.model_copy(update={"review_working_days": 3})
    app = create_app(settings, registry=service.registry)
    async with running(app) as http:
        other = Service(app, http, keys_dir, service.registry, service.url)
        other.at(FIRST_MORNING)
        await submit(other, "HT-BCHBP")
        waiting = (await read(other, "HT-BCHBP"))["review"]

    assert waiting["due_on"] == "2026-07-06"


async def test_days_off_of_the_registry_do_not_count(service):
    service.at(datetime(2026, 8, 27, 9, tzinfo=VIETNAM))
    await service.roll()
    await submit(service, "HT-CAT")

    assert (await read(service, "HT-CAT"))["review"]["due_on"] == "2026-09-11"


async def test_a_correction_gets_more_time_and_the_decision_stays_as_it_was(service):
    returned = await submit(service, "HT-SGDDT")
    waiting = {"due_on": "2026-07-24", "reason": "Đang đối chiếu."}
    undecided = await decide(service, returned, "correction-date", waiting)
    await decide(service, returned, "return", {**RETURN, "due_on": "2026-07-10"})
    moved = await decide(service, returned, "correction-date", waiting)
    refused = [
        await decide(service, returned, "correction-date", {**waiting, "due_on": day})
        for day in ("2026-07-24", "2026-06-30")
    ]
    path = f"/v1/submissions/{returned}/correction-date"
    by_others = [
        await service.http.post(path, json=waiting, headers=service.caller(one)) for one in ("HT-SGDDT", "BCA")
    ]
    correction = (await read(service, "HT-SGDDT"))["correction"]
    told = [json.loads(one["data"]) for one in await service.events("submission.returned", returned)]
    await submit(service, "HT-SGDDT", value=15)
    too_late = await decide(service, returned, "correction-date", {**waiting, "due_on": "2026-08-01"})

    assert (undecided.status_code, undecided.json()["code"]) == (409, "not_returned")
    assert (moved.status_code, moved.json()["review"]["correction_due_on"]) == (200, "2026-07-10")
    assert [(one.status_code, one.json()["code"]) for one in refused] == [
        (422, "date_not_later"),
        (422, "date_passed"),
    ]
    assert [one.status_code for one in by_others] == [403, 404]
    assert (correction["due_on"], correction["clock"]) == ("2026-07-24", "due")
    assert [(one["correction_due_on"], one.get("reason")) for one in told] == [
        ("2026-07-10", None),
        ("2026-07-24", "correction_moved"),
    ]
    assert (too_late.status_code, too_late.json()["code"]) == (409, "not_returned")


async def test_reviewers_and_correctors_who_are_late_are_found_in_lists(service):
    unread = await submit(service, "HT-SNV")
    returned = await submit(service, "HT-STC")
    await decide(service, returned, "return", {**RETURN, "due_on": "2026-07-10"})
    service.at(FIRST_MORNING + timedelta(days=20))
    with counted_statements(service.app) as sent:
        overdue = await listed(service, review="overdue")
    correcting = await listed(service, correction="overdue")
    await decide(service, unread, "accept")
    late = await listed(service, review="late")
    corrected = await submit(service, "HT-STC", value=14)
    after = await read(service, "HT-STC")

    assert "HT-SNV" in overdue
    assert "HT-STC" not in overdue, "it has its decision"
    assert len(sent) <= 3
    assert correcting == {"HT-STC"}
    assert "HT-SNV" in late
    assert (after["submission"], after["correction"]["clock"], after["review"]["clock"]) == (
        corrected,
        "late",
        "due",
    )
    assert after["punctuality"] == "on_time", "punctuality stays with the first version"


async def test_a_return_and_a_new_version_at_once_agree_in_the_end(service):
    first = await submit(service, "HT-SKHCN", value=50)
    sent, returned = await asyncio.gather(
        service.http.post(
            "/v1/submissions", json=a_report("HT-SKHCN", value=51), headers=service.caller("HT-SKHCN")
        ),
        decide(service, first, "return", RETURN),
    )
    owed = await read(service, "HT-SKHCN")

    assert sent.status_code == 201
    assert (returned.status_code, returned.json().get("code")) in {(200, None), (409, "submission_superseded")}
    assert (owed["state"], owed["submission_version"]) == ("submitted", 2)
    assert (owed["correction"] is None) or owed["correction"]["corrected_at"] is not None


async def test_a_task_section_that_was_told_may_be_returned(service):
    body = {
        "obligation": "O402-02",
        "period": "2026",
        "agency": "BCA",
        "narrative": {
            "general": {"text": "Đã triển khai."},
            "task:QD-402-2020/2.1": {"status": "on_track", "text": "Đang thu thập.", "evidence": "Báo cáo 12/BC"},
        },
    }
    taken = await service.http.post("/v1/submissions", json=body, headers=service.caller("BCA"))
    cells = [{"section": "task:QD-402-2020/2.1"}, {"section": "general"}]
    answer = await service.http.post(
        f"/v1/submissions/{taken.json()['id']}/return",
        json={**RETURN, "cells": cells},
        headers=service.caller("BNG"),
    )

    assert taken.status_code == 201, taken.text
    assert (answer.status_code, answer.json()["review"]["cells"]) == (200, cells)


async def test_the_reasons_stand_in_both_languages(service):
    answer = await service.http.get("/v1/return-reasons", headers=service.caller("HT-SNV"))
    nobody = await service.http.get("/v1/return-reasons")

    assert {one["code"] for one in answer.json()} >= {"figures_wrong", "other"}
    assert all(one["title_vi"] and one["title_en"] for one in answer.json())
    assert nobody.status_code == 401
