"""Promises under load: the races themselves, run."""

import asyncio

import pytest

from tests.submissions.service import a_report


async def post(service, body, agency, **headers):
    return await service.http.post("/v1/submissions", json=body, headers={**service.caller(agency), **headers})


async def test_eight_different_reports_at_once_get_eight_versions(service):
    answers = await asyncio.gather(
        *(post(service, a_report("HT-STP", value=number), "HT-STP") for number in range(8))
    )

    assert {one.status_code for one in answers} == {201}
    assert sorted(one.json()["version"] for one in answers) == list(range(1, 9))


async def test_eight_equal_reports_at_once_are_one_submission(service):
    answers = await asyncio.gather(*(post(service, a_report("HT-SNV"), "HT-SNV") for _ in range(8)))

    assert sorted(one.status_code for one in answers) == [200] * 7 + [201]
    assert len({one.json()["id"] for one in answers}) == 1
    assert len(await service.events("submission.received", answers[0].json()["id"])) == 1


async def test_one_key_fired_two_hundred_times_at_once_has_one_effect(service, a_key):
    answers = await asyncio.gather(
        *(post(service, a_report("HT-CAT"), "HT-CAT", **{"Idempotency-Key": a_key}) for _ in range(200))
    )
    stored = await service.sql("select count(*) from submission where agency = 'HT-CAT'")

    assert {one.status_code for one in answers} == {201}
    assert len({one.content for one in answers}) == 1
    assert sum(one.headers.get("idempotency-replayed") == "true" for one in answers) == 199
    assert stored[0]["count"] == 1


async def test_a_key_used_for_another_body_is_refused(service, a_key):
    first = await post(service, a_report("HT-STC"), "HT-STC", **{"Idempotency-Key": a_key})
    other = await post(service, a_report("HT-STC", value=3), "HT-STC", **{"Idempotency-Key": a_key})

    assert first.status_code == 201
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_a_refused_report_leaves_its_key_free(service, a_key):
    wrong = await post(service, a_report("HT-SGDDT", value=-1), "HT-SGDDT", **{"Idempotency-Key": a_key})
    right = await post(service, a_report("HT-SGDDT"), "HT-SGDDT", **{"Idempotency-Key": a_key})

    assert (wrong.status_code, right.status_code) == (422, 201)


@pytest.mark.parametrize("others", [("accept", "accept"), ("accept", "return"), ("return", "return")])
async def test_of_two_reviewers_at_once_one_wins(service, others):
    value = 100 + len("".join(others)) + others.count("return")
    submission = (await post(service, a_report("HT-BCHBP", value=value), "HT-BCHBP")).json()["id"]
    bodies = {"accept": {}, "return": {"reason_code": "other", "text": "Xem lại."}}
    answers = await asyncio.gather(
        *(
            service.http.post(
                f"/v1/submissions/{submission}/{door}",
                json=bodies[door],
                headers=service.caller("HT-SNGV", client=f"reviewer-{number}"),
            )
            for number, door in enumerate(others)
        )
    )
    loser = max(answers, key=lambda one: one.status_code)

    assert sorted(one.status_code for one in answers) == [200, 409]
    assert loser.json()["code"] == "already_reviewed"
    rows = await service.sql("select count(*) from review where submission_id = $1", submission)
    assert rows[0]["count"] == 1


async def test_both_sides_of_a_report_asked_twice_may_be_answered_at_once(service):
    def answer(obligation, number):
        narrative = {"general": {"text": f"Kết quả {number}."}}
        body = {"obligation": obligation, "period": "2026", "agency": "HT-SNGV", "narrative": narrative}
        return post(service, body, "HT-SNGV", **{"Idempotency-Key": f"twin-{obligation}-{number}"})

    answers = await asyncio.gather(*(answer(one, n) for n in range(10) for one in ("OHT-04", "OHT-06")))

    assert {one.status_code for one in answers} == {201}, [one.text for one in answers if one.status_code != 201]
