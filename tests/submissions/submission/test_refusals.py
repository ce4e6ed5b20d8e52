"""Every reason for which a report is refused; nothing is stored by a refusal."""

from datetime import date, timedelta

import pytest

from kernel.ids import new_id
from tests.submissions.fake_registry import PLAN_402, a_cycle, owed_by
from tests.submissions.service import FIRST_MORNING, a_report


async def refused(service, body, agency="HT-SNV", **options):
    headers = service.caller(agency, **options)
    answer = await service.http.post("/v1/submissions", json=body, headers=headers)
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


@pytest.fixture(autouse=True)
async def nothing_is_stored(service):
    before = await service.sql("select count(*) from submission")
    yield
    assert await service.sql("select count(*) from submission") == before


async def test_two_wrong_cells_are_both_found_by_row_and_column(service):
    csv = (
        "indicator,sex,age_group,partner_country,skill_level,value\n"
        "LABOUR.OUT.FLOW,female,unknown,JP,unknown,-3\n"
        "LABOUR.OUT.FLOW,xx,unknown,JP,unknown,4\n"
    )
    target = {"obligation": "OHT-01", "period": "2026-S1", "agency": "HT-SNV"}
    headers = {**service.caller("HT-SNV"), "Content-Type": "text/csv", "Accept-Language": "en"}
    answer = await service.http.post("/v1/submissions", content=csv, params=target, headers=headers)
    errors = [one for one in answer.json()["errors"] if one["severity"] == "error"]

    assert (answer.status_code, answer.json()["code"]) == (422, "content_refused")
    assert [(one["row"], one["column"]) for one in errors] == [(2, "value"), (3, "sex")]
    assert errors[0]["message"] == errors[0]["message_en"]


async def test_a_dry_run_of_a_wrong_report_is_refused_alike(service):
    headers = service.caller("HT-SNV")
    wet = await service.http.post("/v1/submissions", json=a_report(value=-1), headers=headers)
    dry = await service.http.post("/v1/submissions?dry_run=true", json=a_report(value=-1), headers=headers)

    assert dry.status_code == wet.status_code == 422
    assert dry.json()["errors"] == wet.json()["errors"]


@pytest.mark.parametrize("outsider", ["BCA", "TTG", "HT-STC"])
async def test_another_agencys_occurrence_is_not_there(service, outsider):
    assert await refused(service, a_report(), outsider) == (404, "not_found")


async def test_a_recipient_sees_the_occurrence_and_may_not_report_for_it(service):
    assert await refused(service, a_report(), "HT-SNGV") == (403, "not_reporter")


async def test_a_client_of_another_plan_sees_nothing(service):
    assert await refused(service, a_report(), plans=[PLAN_402]) == (404, "not_found")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"period": "2026-S2"}, "not_found"),
        ({"obligation": "OXX-99"}, "not_found"),
        ({"agency": "XX"}, "not_found"),
        ({"occurrence": str(new_id())}, "not_found"),
        ({"occurrence": "not-a-uuid"}, "not_found"),
        ({"obligation": None}, "occurrence_missing"),
        ({"agency": "HT-SNV\x00"}, "content_invalid"),
        ({"form_version": 2}, "form_version_wrong"),
        ({"observations": []}, "content_refused"),
        ({"surprise": 1}, "content_refused"),
    ],
)
async def test_what_does_not_fit_is_refused(service, change, code):
    status, given = await refused(service, {**a_report(), **change})

    assert given == code
    assert status == (404 if code.endswith("found") else 422)


async def test_body_and_address_must_not_contradict(service):
    answer = await service.http.post(
        "/v1/submissions?period=2025-S1", json=a_report(), headers=service.caller("HT-SNV")
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "occurrence_contradicts")


@pytest.mark.parametrize("media", ["text/plain", "application/xml", "multipart/form-data", ""])
async def test_an_unknown_content_type_is_refused(service, media):
    headers = {**service.caller("HT-SNV"), "Content-Type": media}
    answer = await service.http.post("/v1/submissions", content=b"x", headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (415, "media_type_unsupported")


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"[" * 5000])
async def test_what_cannot_be_read_never_breaks_the_service(service, raw):
    headers = {**service.caller("HT-SNV"), "Content-Type": "application/json"}
    answer = await service.http.post("/v1/submissions", content=raw, headers=headers)

    assert answer.status_code in (400, 422)


async def test_nothing_is_taken_before_the_cycle_opens(service):
    assert await refused(service, a_report(period="2027-S1")) == (409, "cycle_not_open")


async def test_a_report_without_a_form_is_refused(service):
    body = {"obligation": "O402-07", "period": "2026", "agency": "BNG", "nil": ["*"]}

    assert await refused(service, body, "BNG") == (409, "form_missing")


async def test_a_closed_cycle_takes_nothing_until_it_is_reopened(service):
    owed = await service.occurrence("OHT-01", "2026-S1", "HT-SNV")
    door, headers = f"/v1/cycles/{owed['cycle']}", service.caller("HT-SNGV")
    for closed in (True, False):
        etag = (await service.http.get(door, headers=headers)).headers["etag"]
        body = {"closed": closed, "reason": "Đã tổng hợp"}
        answer = await service.http.patch(door, json=body, headers={**headers, "If-Match": etag})
        assert answer.status_code == 200, answer.text
        if closed:
            service.at(FIRST_MORNING + timedelta(days=30))
            assert await refused(service, a_report()) == (409, "cycle_closed")
            service.at(FIRST_MORNING)
    dry = await service.http.post(
        "/v1/submissions?dry_run=true", json=a_report(), headers=service.caller("HT-SNV")
    )

    assert dry.status_code == 200
    types = [one["type"] for one in await service.events(subject=owed["cycle"])]
    assert types == ["cycle.closed", "cycle.reopened"]


async def test_a_waived_occurrence_takes_nothing(service):
    item = a_cycle(
        "O402-01",
        "2027-S1",
        date(2027, 1, 1),
        date(2027, 6, 30),
        reporters=owed_by("BCA", "UBND-P42"),
        opens_on=None,
    )
    service.registry.schedule.append(item)
    await service.follow()
    await service.roll()
    service.registry.change("O402-01", "2027-S1", reporters=owed_by("UBND-P42"))
    await service.follow()
    await service.roll()
    body = {"obligation": "O402-01", "period": "2027-S1", "agency": "BCA", "nil": ["*"]}

    assert await refused(service, body, "BCA") == (409, "occurrence_waived")


@pytest.mark.parametrize(
    ("beside", "names"),
    [
        ({"obligation": "OHT-06"}, ["obligation"]),
        ({"period": "2024-S1", "agency": "HT-STC"}, ["period", "agency"]),
    ],
)
async def test_an_occurrence_and_another_report_beside_it_contradict(service, beside, names):
    owed = await service.occurrence("OHT-01", "2026-S1", "HT-SNV")
    body = {"occurrence": owed["id"], "observations": a_report()["observations"]}
    answer = await service.http.post("/v1/submissions", json={**body, **beside}, headers=service.caller("HT-SNV"))
    same = {"obligation": "OHT-01", "period": "2026-S1", "agency": "HT-SNV", "dry_run": True}
    fitting = await service.http.post("/v1/submissions", params=same, json=body, headers=service.caller("HT-SNV"))

    assert (answer.status_code, answer.json()["code"]) == (422, "occurrence_contradicts")
    assert answer.json()["names"] == names
    assert fitting.status_code == 200


async def test_a_report_in_which_every_row_is_wrong_is_not_answered_with_thirty_times_its_size(service):
    csv = "indicator,sex,age_group,partner_country,skill_level,value\n" + "LABOUR.OUT.FLOW,x,y,ZZ,q,-1\n" * 3000
    target = {"obligation": "OHT-01", "period": "2026-S1", "agency": "HT-SNV"}
    headers = {**service.caller("HT-SNV"), "Content-Type": "text/csv"}
    answer = await service.http.post("/v1/submissions", content=csv, params=target, headers=headers)
    told = answer.json()

    assert (answer.status_code, told["code"]) == (422, "content_refused")
    assert sum(told["findings"].values()) > len(told["errors"]) == 10_000
    assert "first 10000 are listed" in told["detail"]
    assert told["errors"][0]["row"] == 2
