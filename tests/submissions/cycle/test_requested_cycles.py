"""Cycles that a person opens, dates that a recipient sets, closing: with reason and version."""

import json
from datetime import date

import pytest

from kernel.ids import new_id
from tests.submissions.fake_registry import owed_by


async def opened(service, agency="HT-SNGV", **body):
    asked = {"reason": "Theo yêu cầu", **body}
    return await service.http.post("/v1/cycles", json=asked, headers=service.caller(agency))


async def changed(service, cycle, agency="BNG", **body):
    headers = service.caller(agency)
    etag = (await service.http.get(f"/v1/cycles/{cycle}", headers=headers)).headers.get("etag", '""')
    asked = {"reason": "Phục vụ phiên họp", **body}
    return await service.http.patch(f"/v1/cycles/{cycle}", json=asked, headers={**headers, "If-Match": etag})


async def test_a_cycle_of_the_past_is_history_with_the_dates_that_it_had(service):
    answer = await opened(service, obligation="OHT-01", period="2024-S1")
    told = await service.sql("select data::text from event where data->>'cycle' = $1", answer.json()["id"])

    assert answer.status_code == 201
    assert (answer.json()["history"], answer.json()["due_on"]) == (True, "2024-07-04")
    assert answer.json()["trace"]
    assert len(told) == 7
    assert all(json.loads(row["data"])["history"] for row in told)


async def test_an_ad_hoc_cycle_names_its_reporters_and_may_have_a_date(service):
    answer = await opened(
        service,
        obligation="OHT-05",
        period="2026-07-01/P1M",
        reporters=["HT-CAT", "HT-STP", "HT-CAT"],
        due_on="2026-07-20",
    )
    owed = await service.occurrence("OHT-05", "2026-07-01/P1M", "HT-CAT")

    assert answer.status_code == 201
    assert (owed["due_at"], owed["history"]) == ("2026-07-20T23:59:59.999999+07:00", False)
    assert (answer.json()["origin"], answer.json()["date_set_by"]) == ("request", "HT-SNGV")
    rolled = await service.sql("select count(*) from occurrence where cycle_id = $1", answer.json()["id"])
    assert rolled[0]["count"] == 2


async def test_an_ad_hoc_cycle_is_owed_by_whom_registry_says_unless_reporters_are_named(service):
    item = service.registry.schedule[0]
    on_demand = item.model_copy(update={"obligation": "OHT-05", "due_on": None, "due_at": None})
    for period in ("2026-07-02/P1D", "2026-07-03/P1D"):
        service.registry.schedule.append(on_demand.model_copy(update={"period": period, "overdue_after": None}))
    every = await opened(service, obligation="OHT-05", period="2026-07-02/P1D")
    one = await opened(service, obligation="OHT-05", period="2026-07-03/P1D", reporters=["HT-STP"])
    counted = [
        (await service.sql("select count(*) from occurrence where cycle_id = $1", answer.json()["id"]))[0]["count"]
        for answer in (every, one)
    ]

    assert (every.status_code, one.status_code) == (201, 201), every.text
    assert counted == [len(item.reporters), 1]


async def test_a_requested_cycle_is_left_alone_by_rolling(service):
    answer = await opened(service, obligation="OHT-05", period="2026-S2", reporters=["HT-STP"])
    await service.follow()
    await service.roll()
    owed = await service.occurrence("OHT-05", "2026-S2", "HT-STP")

    assert answer.status_code == 201
    assert owed["state"] == "owed"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"obligation": "OHT-01", "period": "2026-S1"}, 409, "cycle_exists"),
        ({"obligation": "OHT-01", "period": "2026"}, 422, "period_outside_validity"),
        ({"obligation": "OHT-05", "period": "2031"}, 422, "period_outside_validity"),
        ({"obligation": "OHT-05", "period": "soon"}, 422, "period_invalid"),
        ({"obligation": "OHT-05", "period": "2027"}, 422, "reporters_unknown"),
        ({"obligation": "OHT-05", "period": "2027", "reporters": ["XX"]}, 422, "agency_unknown"),
        ({"obligation": "OHT-01", "period": "2027-S1", "reporters": ["BCA"]}, 422, "reporters_given"),
        ({"obligation": "OHT-01", "period": "2027-S1", "due_on": "2027-09-01"}, 409, "date_given_by_rule"),
        (
            {"obligation": "OHT-05", "period": "2027", "reporters": ["BCA"], "due_on": "2020-01-01"},
            422,
            "date_passed",
        ),
        ({"obligation": "O402-11", "period": "2026", "reporters": ["BCA"]}, 404, "not_found"),
        ({"obligation": "OXX", "period": "2026"}, 404, "not_found"),
        ({"obligation": "OHT-05"}, 422, "content_invalid"),
        ({"obligation": "OHT-05", "period": "2026", "colour": "red"}, 422, "content_invalid"),
    ],
)
async def test_what_cannot_be_opened_is_refused(service, body, status, code):
    if body.get("period") == "2027-S1":
        await service.sql("update cycle set period = '2027-S1x' where period = '2027-S1'")
    answer = await opened(service, **body)
    await service.sql("update cycle set period = '2027-S1' where period = '2027-S1x'")

    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


async def test_opening_needs_registry_and_says_so(service):
    service.registry.silent = True
    answer = await opened(service, obligation="OHT-05", period="2028", reporters=["HT-STP"])
    service.registry.silent = False

    assert answer.status_code == 503
    assert answer.headers["retry-after"]


async def test_the_recipient_sets_a_date_where_none_is_given_and_it_is_told(service):
    owed = await service.occurrence("O402-01", "2026-S2", "BCA")
    answer = await changed(service, owed["cycle"], due_on="2027-01-20")
    after = await service.occurrence("O402-01", "2026-S2", "BCA")
    (told,) = await service.events("occurrence.rescheduled", owed["id"])
    await service.follow()
    await service.roll()

    assert answer.status_code == 200
    assert (answer.json()["date_set_by"], answer.json()["date_reason"]) == ("BNG", "Phục vụ phiên họp")
    assert (after["due_on"], after["due_at"]) == ("2027-01-20", "2027-01-20T23:59:59.999999+07:00")
    assert json.loads(told["data"])["reason"] == "date_set_by_recipient"
    assert told["reason"] == "Phục vụ phiên họp"
    assert json.loads(told["before"])["due_on"] is None
    assert len(await service.events("occurrence.rescheduled", owed["id"])) == 1
    assert (await service.occurrence("O402-01", "2026-S2", "BCA"))["due_on"] == "2027-01-20"


async def test_the_recipient_does_not_move_a_date_of_the_rule(service):
    owed = await service.occurrence("OHT-01", "2026-S1", "HT-CAT")
    answer = await changed(service, owed["cycle"], agency="HT-SNGV", due_on="2026-08-01")

    assert (answer.status_code, answer.json()["code"]) == (409, "date_given_by_rule")


async def test_only_the_recipient_changes_a_cycle(service):
    owed = await service.occurrence("OHT-01", "2026-S1", "HT-CAT")
    answers = {
        one: await changed(service, owed["cycle"], agency=one, closed=True)
        for one in ("HT-CAT", "UBND-P42", "TTG")
    }

    assert [(one.status_code, one.json()["code"]) for one in answers.values()] == [
        (403, "not_recipient"),
        (403, "not_recipient"),
        (404, "not_found"),
    ]


async def test_a_change_needs_the_version_it_is_based_on(service):
    owed = await service.occurrence("OHT-01", "2026-S1", "HT-CAT")
    door, headers = f"/v1/cycles/{owed['cycle']}", service.caller("HT-SNGV")
    body = {"closed": True, "reason": "x"}
    without = await service.http.patch(door, json=body, headers=headers)
    stale = await service.http.patch(door, json=body, headers={**headers, "If-Match": '"old"'})
    same = await changed(service, owed["cycle"], agency="HT-SNGV", closed=False)
    nothing = await changed(service, owed["cycle"], agency="HT-SNGV")

    assert (without.status_code, stale.status_code, nothing.status_code) == (428, 412, 422)
    assert (same.status_code, same.json()["code"]) == (409, "cycle_state_same")


async def test_a_cycle_that_is_not_there_is_404(service):
    answer = await service.http.get(f"/v1/cycles/{new_id()}", headers=service.caller("BNG"))

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_cycles_are_listed_to_those_whom_they_concern(service):
    async def listed(agency, **params):
        answer = await service.http.get("/v1/cycles", params=params, headers=service.caller(agency))
        return {(one["obligation"], one["period"]) for one in answer.json()["items"]}

    assert await listed("TTG") == set()
    assert ("OHT-01", "2026-S1") in await listed("HT-STP")
    assert ("O402-02", "2026") not in await listed("HT-STP")
    assert await listed("HT-SNGV", obligation="OHT-01", period="2026-S1") == {("OHT-01", "2026-S1")}


async def test_whoever_finishes_the_report_of_an_ended_agency_may_speak_of_the_tasks_that_it_took_over(service):
    item = next(one for one in service.registry.schedule if (one.obligation, one.period) == ("O402-02", "2026"))
    past = {"period": "2023", "period_start": date(2023, 1, 1), "period_end": date(2023, 12, 31)}
    service.registry.schedule.append(item.model_copy(update={**past, "reporters": owed_by("HT-SLDTBXH")}))
    cycle = await opened(service, "BNG", obligation="O402-02", period="2023")
    headers = service.caller("HT-SNV")
    asked = {"obligation": "O402-02", "period": "2023", "agency": "HT-SLDTBXH"}
    (owed,) = (await service.http.get("/v1/occurrences", params=asked, headers=headers)).json()["items"]
    path = "/v1/forms/plan-report/template"
    template = await service.http.get(path, params={"format": "csv", "occurrence": owed["id"]}, headers=headers)
    words = {"general": {"text": "Đã bàn giao."}}
    sent = await service.http.post("/v1/submissions", json={**asked, "narrative": words}, headers=headers)

    assert cycle.status_code == 201, cycle.text
    assert "task:QD-402-2020/2.1" in template.text
    assert sent.status_code == 201, sent.text
