"""Accept and return: by the recipient, with other hands, once a version."""

import json
from datetime import timedelta

import pytest

from kernel.ids import new_id
from tests.submissions.service import FIRST_MORNING, READ, WRITE, a_report

RETURN = {
    "reason_code": "figures_wrong",
    "text": "Số liệu nữ đi Nhật Bản chưa khớp.",
    "cells": [{"indicator": "LABOUR.OUT.FLOW", "dimensions": {"sex": "female", "partner_country": "JP"}}],
    "due_on": "2026-07-10",
}


async def submitted(service, agency, value=12):
    answer = await service.http.post(
        "/v1/submissions", json=a_report(agency, value=value), headers=service.caller(agency)
    )
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def decide(service, submission, door, body=None, agency="HT-SNGV", **options):
    headers = service.caller(agency, **options)
    return await service.http.post(f"/v1/submissions/{submission}/{door}", json=body, headers=headers)


async def test_a_report_is_returned_corrected_and_accepted(service):
    first = await submitted(service, "HT-SNV")
    returned = await decide(service, first, "return", RETURN)
    owed = await service.occurrence("OHT-01", "2026-S1", "HT-SNV")
    (told,) = await service.events("submission.returned", first)
    service.at(FIRST_MORNING + timedelta(days=6))
    second = await submitted(service, "HT-SNV", value=13)
    corrected = await service.occurrence("OHT-01", "2026-S1", "HT-SNV")
    accepted = await decide(service, second, "accept", {"text": "Đã kiểm tra."})
    service.at(FIRST_MORNING)
    settled = await service.occurrence("OHT-01", "2026-S1", "HT-SNV")
    data = json.loads(told["data"])

    assert (returned.status_code, returned.json()["state"]) == (200, "returned")
    assert returned.json()["review"]["cells"] == RETURN["cells"]
    assert (owed["state"], owed["submission"]) == ("returned", first)
    assert owed["correction"] == {
        "due_on": "2026-07-10",
        "due_at": "2026-07-10T23:59:59.999999+07:00",
        "corrected_at": None,
        "clock": "due",
    }
    assert (data["reason_code"], data["correction_due_at"], data["state"]) == (
        "figures_wrong",
        "2026-07-10T23:59:59.999999+07:00",
        "returned",
    )
    assert told["reason"] == RETURN["text"]
    assert (corrected["state"], corrected["clock"]) == ("submitted", "on_time")
    assert corrected["correction"]["clock"] == "on_time"
    assert (accepted.json()["state"], accepted.json()["review"]["agency"]) == ("accepted", "HT-SNGV")
    assert (settled["state"], settled["accepted_submission"]) == ("accepted", second)


async def test_an_accepted_version_stays_in_force_until_the_next_is_accepted(service):
    first = await submitted(service, "HT-STP")
    await decide(service, first, "accept")
    second = await submitted(service, "HT-STP", value=13)
    between = await service.occurrence("OHT-01", "2026-S1", "HT-STP")
    await decide(service, second, "accept")
    after = await service.occurrence("OHT-01", "2026-S1", "HT-STP")

    assert (between["state"], between["accepted_submission"]) == ("submitted", first)
    assert (after["state"], after["accepted_submission"]) == ("accepted", second)


async def test_after_a_return_the_same_content_is_a_new_version(service):
    first = await submitted(service, "HT-STC")
    await decide(service, first, "return", RETURN)
    again = await service.http.post("/v1/submissions", json=a_report("HT-STC"), headers=service.caller("HT-STC"))

    assert (again.status_code, again.json()["version"]) == (201, 2)


async def test_only_the_latest_version_is_reviewed_and_only_once(service):
    first = await submitted(service, "HT-CAT")
    second = await submitted(service, "HT-CAT", value=13)
    old = await decide(service, first, "accept")
    await decide(service, second, "accept")
    twice = await decide(service, second, "return", RETURN)

    assert (old.status_code, old.json()["code"], old.json()["latest"]) == (409, "submission_superseded", second)
    assert (twice.status_code, twice.json()["code"]) == (409, "already_reviewed")


async def test_who_prepared_a_report_does_not_review_it(service):
    submission = await submitted(service, "HT-SGDDT")
    same_client = await decide(service, submission, "accept", client="client-HT-SGDDT")
    reporter = await decide(service, submission, "accept", agency="HT-SGDDT", client="another")

    assert (same_client.status_code, same_client.json()["code"]) == (403, "preparer_reviews")
    assert (reporter.status_code, reporter.json()["code"]) == (403, "not_recipient")


@pytest.mark.parametrize(
    ("agency", "status", "code"), [("UBND-P42", 403, "not_recipient"), ("TTG", 404, "not_found")]
)
async def test_only_the_recipient_reviews(service, agency, status, code):
    owed = await service.occurrence("OHT-01", "2026-S1", "HT-SNV")
    answer = await decide(service, owed["submission"], "accept", agency=agency)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_reviewing_needs_its_scope_and_a_submission_that_is_there(service):
    owed = await service.occurrence("OHT-01", "2026-S1", "HT-SNV")
    unscoped = await decide(service, owed["submission"], "accept", scopes=[READ, WRITE])
    missing = await decide(service, new_id(), "accept")

    assert (unscoped.status_code, unscoped.json()["code"]) == (403, "scope_missing")
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"due_on": "2026-06-30"}, "date_passed"),
        ({"cells": [{"indicator": "X.Y.Z"}]}, "cells_unknown"),
        ({"cells": [{"table": "NOWHERE"}]}, "cells_unknown"),
        ({"cells": [{"comment": "?"}]}, "cells_unknown"),
        ({"cells": [{"section": "task:QD-402-2020/9.9"}]}, "cells_unknown"),
        ({"cells": [{"indicator": "LABOUR.OUT.FLOW", "dimensions": {"sex": "blue"}}]}, "cells_unknown"),
        ({"cells": [{"indicator": "LABOUR.OUT.FLOW", "dimensions": {"colour": "red"}}]}, "cells_unknown"),
        ({"reason_code": "mood"}, "content_invalid"),
        ({"text": ""}, "content_invalid"),
    ],
)
async def test_a_return_that_says_nothing_useful_is_refused(service, change, code):
    submission = await service.http.post(
        "/v1/submissions", json=a_report("HT-BCHBP"), headers=service.caller("HT-BCHBP")
    )
    answer = await decide(service, submission.json()["id"], "return", {**RETURN, **change})

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert (await service.occurrence("OHT-01", "2026-S1", "HT-BCHBP"))["state"] == "submitted"


async def test_a_decision_counts_for_the_same_report_asked_twice(service):
    body = {"obligation": "OHT-06", "period": "2026", "agency": "HT-SNGV", "nil": ["*"]}
    narrative = {"general": {"text": "Đã triển khai."}}
    answer = await service.http.post(
        "/v1/submissions", json={**body, "nil": [], "narrative": narrative}, headers=service.caller("HT-SNGV")
    )
    await decide(service, answer.json()["id"], "accept", agency="UBND-P42")
    twin = await service.occurrence("OHT-04", "2026", "HT-SNGV")

    assert (twin["state"], twin["accepted_submission"]) == ("accepted", answer.json()["id"])
