"""Delegated review: for an obligation or a plan, for a time, never of what one prepared oneself."""

import pytest

from kernel.ids import new_id
from tests.registry.statements import counted_statements
from tests.submissions.service import FIRST_MORNING, READ, a_report

REASON = "Phối hợp rà soát số liệu lao động."


@pytest.fixture(autouse=True)
def first_morning(service):
    service.at(FIRST_MORNING)


async def delegate(service, by="HT-SNGV", caller=None, **changes):
    body = {
        "delegate": "HT-STP",
        "obligation": "OHT-01",
        "valid_from": "2026-07-01",
        "valid_to": "2026-07-31",
        "reason": REASON,
        **changes,
    }
    body = {name: value for name, value in body.items() if value is not None}
    return await service.http.post(
        "/v1/review-delegations", json=body, headers=service.caller(by, **(caller or {}))
    )


async def end(service, delegation, by="HT-SNGV"):
    return await service.http.post(
        f"/v1/review-delegations/{delegation}/end", json={"reason": "Xong."}, headers=service.caller(by)
    )


async def submit(service, agency, value=12):
    answer = await service.http.post(
        "/v1/submissions", json=a_report(agency, value=value), headers=service.caller(agency)
    )
    assert answer.status_code in (200, 201), answer.text
    return answer.json()["id"]


async def accept(service, submission, by="HT-STP", **caller):
    return await service.http.post(f"/v1/submissions/{submission}/accept", headers=service.caller(by, **caller))


async def test_a_delegate_sees_and_decides_in_its_days_and_no_longer(service):
    submission = await submit(service, "HT-SNV")
    before = await accept(service, submission)
    made = await delegate(service, valid_from="2026-07-02", valid_to="2026-07-03")
    too_early = await accept(service, submission)
    service.at(FIRST_MORNING.replace(day=3))
    seen = await service.http.get(f"/v1/submissions/{submission}", headers=service.caller("HT-STP"))
    accepted = await accept(service, submission)
    service.at(FIRST_MORNING.replace(day=4))
    second = await submit(service, "HT-SNV", value=13)
    too_late = await accept(service, second)
    over = await end(service, made.json()["id"])

    assert (made.status_code, made.json()["running"], made.json()["recipient"]) == (201, False, "HT-SNGV")
    assert [one.status_code for one in (before, too_early, too_late)] == [404, 404, 404]
    assert seen.status_code == 200
    assert (accepted.status_code, accepted.json()["review"]["agency"]) == (200, "HT-STP")
    assert (over.status_code, over.json()["code"]) == (409, "delegation_ended")


async def test_a_delegate_lists_what_it_reviews_in_as_few_statements_as_anyone(service):
    made = await delegate(service, delegate="BCA", obligation=None, plan="KH-167-HATINH")
    with counted_statements(service.app) as sent:
        answer = await service.http.get(
            "/v1/occurrences", params={"period": "2026-S1"}, headers=service.caller("BCA")
        )
    ended = await end(service, made.json()["id"], by="BCA")
    after = await service.http.get("/v1/occurrences", params={"period": "2026-S1"}, headers=service.caller("BCA"))

    assert {one["recipient"] for one in answer.json()["items"]} == {"HT-SNGV"}
    assert len(answer.json()["items"]) == 7
    assert len(sent) <= 3
    assert (ended.status_code, ended.json()["running"], ended.json()["ended_reason"]) == (200, False, "Xong.")
    assert after.json()["items"] == []


async def test_a_delegate_does_not_review_what_it_prepared(service):
    await delegate(service, delegate="HT-STC")
    own = await submit(service, "HT-STC")
    answer = await accept(service, own, by="HT-STC", client="another")

    assert (answer.status_code, answer.json()["code"]) == (403, "preparer_reviews")


async def test_a_delegate_decides_on_reports_and_on_nothing_else(service):
    await delegate(service, delegate="TTG")
    owed = await service.occurrence("OHT-01", "2026-S1", "HT-CAT")
    waiver = await service.http.post(
        f"/v1/occurrences/{owed['id']}/waivers", json={"reason": "x"}, headers=service.caller("TTG")
    )
    cycle = await service.http.get(f"/v1/cycles/{owed['cycle']}", headers=service.caller("TTG"))
    closed = await service.http.patch(
        f"/v1/cycles/{owed['cycle']}",
        json={"closed": True, "reason": "x"},
        headers={**service.caller("TTG"), "If-Match": cycle.headers["etag"]},
    )
    further = await delegate(service, by="TTG", delegate="BCA")

    assert (waiver.status_code, closed.status_code) == (403, 403)
    assert (waiver.json()["code"], closed.json()["code"]) == ("not_recipient", "not_recipient")
    assert further.status_code == 404


async def test_only_the_named_client_reviews(service):
    await delegate(service, delegate="HT-SKHCN", delegate_client="the-one")
    submission = await submit(service, "HT-SGDDT")
    other = await accept(service, submission, by="HT-SKHCN")
    named = await accept(service, submission, by="HT-SKHCN", client="the-one")

    assert (other.status_code, named.status_code) == (404, 200)


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"obligation": "O402-02"}, 404, "not_found"),
        ({"obligation": "NOPE"}, 404, "not_found"),
        ({"obligation": None, "plan": "QD-402-2020"}, 404, "not_found"),
        ({"delegate": "HT-SNGV"}, 422, "delegate_is_self"),
        ({"delegate": "NOBODY"}, 422, "agency_unknown"),
        ({"valid_to": "2026-06-30"}, 422, "delegation_period_wrong"),
        ({"valid_from": "2026-05-01", "valid_to": "2026-05-31"}, 422, "delegation_period_wrong"),
        ({"valid_to": "2036-06-30"}, 422, "delegation_period_wrong"),
        ({"plan": "KH-167-HATINH"}, 422, "content_invalid"),
        ({"obligation": None}, 422, "content_invalid"),
        ({"reason": ""}, 422, "content_invalid"),
    ],
)
async def test_a_delegation_that_does_not_hold_is_refused(service, changes, status, code):
    answer = await delegate(service, **changes)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_delegations_are_seen_by_the_two_and_by_nobody_else(service):
    made = (await delegate(service, delegate="HT-BCHBP")).json()
    where = f"/v1/review-delegations/{made['id']}"
    seen = [
        (await service.http.get(where, headers=service.caller(one))).status_code for one in ("HT-SNGV", "HT-BCHBP")
    ]
    stranger = await service.http.get(where, headers=service.caller("HT-SNV"))
    foreign_end = await end(service, made["id"], by="HT-SNV")
    unscoped = await delegate(service, caller={"scopes": [READ]})
    missing = await end(service, str(new_id()))
    listed = await service.http.get("/v1/review-delegations", headers=service.caller("HT-BCHBP"))

    assert seen == [200, 200]
    assert (stranger.status_code, foreign_end.status_code, missing.status_code) == (404, 404, 404)
    assert (unscoped.status_code, unscoped.json()["code"]) == (403, "scope_missing")
    assert [one["id"] for one in listed.json()["items"]] == [made["id"]]
