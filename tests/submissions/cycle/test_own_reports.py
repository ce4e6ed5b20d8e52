"""Reports that an agency opens for itself: a written notice of difficulties that nobody asked for."""

import asyncio
from datetime import date

import pytest

from kernel.ids import new_id
from tests.submissions.fake_registry import a_cycle, an_agency, an_obligation, owed_by
from tests.submissions.service import READ

TODAY = "2026-07-01/P1D"


@pytest.fixture(scope="module", autouse=True)
async def duties(service) -> None:
    """A notice to Sở Ngoại vụ, owed by its departments when they have difficulties."""
    registry = service.registry
    registry.agencies += [an_agency("KT-STC", valid_to=date(2025, 6, 30))]
    registry.obligations = [one for one in registry.obligations if one.id not in ("OHT-05", "OHT-07")]
    registry.obligations += [
        an_obligation("OHT-05", kind="ad_hoc", form="difficulties", next_level="UBND-P42"),
        an_obligation("OHT-07", kind="irregular", form="difficulties"),
    ]
    dates = dict.fromkeys(("opens_on", "due_on", "due_at", "overdue_after"))
    registry.schedule += [
        a_cycle("OHT-05", TODAY, date(2026, 7, 1), date(2026, 7, 1), **dates),
        a_cycle("OHT-05", "2026-07-02/P1D", date(2026, 7, 2), date(2026, 7, 2), **dates),
        a_cycle("OHT-07", TODAY, date(2026, 7, 1), date(2026, 7, 1), **dates),
        a_cycle("OHT-05", "2024", date(2024, 1, 1), date(2024, 12, 31), **{**dates, "reporters": owed_by("BCA")}),
    ]
    await service.follow()


async def opened(service, agency="HT-CAT", scopes=None, **body):
    headers = service.caller(agency, scopes=scopes) if scopes else service.caller(agency)
    return await service.http.post("/v1/occurrences", json={"obligation": "OHT-05", **body}, headers=headers)


async def test_a_notice_of_difficulties_is_opened_sent_and_accepted(service):
    answer = await opened(service)
    owed = answer.json()
    narrative = {key: {"text": "Thiếu nhân lực."} for key in ("subject", "difficulty", "request")}
    body = {"occurrence": owed["id"], "narrative": narrative}
    sent = await service.http.post("/v1/submissions", json=body, headers=service.caller("HT-CAT"))
    path = f"/v1/submissions/{sent.json()['id']}/accept"
    accepted = await service.http.post(path, headers=service.caller("HT-SNGV"))
    (told,) = await service.events("occurrence.scheduled", owed["id"])

    assert answer.status_code == 201
    assert answer.headers["location"] == f"/v1/occurrences/{owed['id']}"
    assert (owed["period"], owed["form"], owed["due_at"], owed["recipient"]) == (
        TODAY,
        "difficulties",
        None,
        "HT-SNGV",
    )
    assert (sent.status_code, accepted.status_code) == (201, 200)
    assert told["reason"] == "Opened by the reporter."


async def test_two_agencies_share_a_cycle_and_nobody_has_a_report_twice(service):
    period = "2026-07-02/P1D"
    answers = await asyncio.gather(
        *(opened(service, one, period=period) for one in ("HT-STP", "HT-STC", "HT-STC"))
    )
    taken = [answer.json() for answer in answers if answer.status_code == 201]
    (refused,) = [answer.json() for answer in answers if answer.status_code == 409]

    assert sorted(one["agency"] for one in taken) == ["HT-STC", "HT-STP"]
    assert len({one["cycle"] for one in taken}) == 1
    assert refused["code"] == "occurrence_exists"
    assert refused["occurrence"] in {one["id"] for one in taken}


async def test_an_answer_that_was_lost_is_given_again(service):
    headers = {**service.caller("HT-SNV"), "Idempotency-Key": str(new_id())}
    first, again = [
        await service.http.post("/v1/occurrences", json={"obligation": "OHT-05"}, headers=headers)
        for _ in range(2)
    ]

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()


@pytest.mark.parametrize(
    ("agency", "body", "status", "code"),
    [
        ("HT-SNGV", {}, 404, "not_found"),
        ("HT-STP", {"obligation": "NOPE"}, 404, "not_found"),
        ("HT-STP", {"period": "2024"}, 404, "not_found"),
        ("HT-STP", {"period": "2025"}, 404, "not_found"),
        ("HT-STP", {"period": "hôm nay"}, 422, "period_invalid"),
        ("HT-STP", {"obligation": "OHT-07"}, 422, "obligation_not_ad_hoc"),
        ("HT-STP", {"reporters": ["HT-STC"]}, 422, "content_invalid"),
    ],
)
async def test_only_a_reporter_opens_one_and_only_where_the_duty_is_ad_hoc(service, agency, body, status, code):
    answer = await opened(service, agency, **body)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_reading_is_not_enough(service):
    assert (await opened(service, "HT-STP", scopes=[READ])).status_code == 403


async def test_a_closed_cycle_takes_no_further_report(service):
    owed = (await opened(service, "HT-SGDDT")).json()
    cycle, headers = f"/v1/cycles/{owed['cycle']}", service.caller("HT-SNGV")
    etag = (await service.http.get(cycle, headers=headers)).headers["etag"]
    closing = {"closed": True, "reason": "Hết hạn."}
    await service.http.patch(cycle, json=closing, headers={**headers, "If-Match": etag})
    answer = await opened(service, "HT-BCHBP")

    assert (answer.status_code, answer.json()["code"]) == (409, "cycle_closed")
