"""The life of a warning: open, explained by the reporter, accepted by the recipient, or gone in the next one."""

from typing import Any

import asyncpg
import pytest

from tests.registry.statements import counted_statements
from tests.submissions.service import READ, REVIEW, a_report

WORDS = "Số liệu đã đối chiếu với Cục Quản lý lao động ngoài nước."
NONE = {"open": 0, "explained": 0, "accepted": 0, "fixed": 0}


async def sent(service: Any, agency: str, **changes: Any) -> str:
    answer = await service.http.post(
        "/v1/submissions", json=a_report(agency, **changes), headers=service.caller(agency)
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def listed(service: Any, submission: str, agency: str, **asked: Any) -> dict[str, Any]:
    answer = await service.http.get(
        f"/v1/submissions/{submission}/findings", params=asked, headers=service.caller(agency)
    )
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def explain(
    service: Any, submission: str, finding: str, agency: str, text: str = WORDS, **options: Any
) -> Any:
    headers = service.caller(agency, **options)
    return await service.http.post(
        f"/v1/submissions/{submission}/findings/{finding}/explain", json={"text": text}, headers=headers
    )


async def accept(service: Any, submission: str) -> None:
    answer = await service.http.post(
        f"/v1/submissions/{submission}/accept", json={}, headers=service.caller("HT-SNGV")
    )
    assert answer.status_code == 200, answer.text


def of_rule(page: dict[str, Any], rule: str) -> dict[str, Any]:
    return next(one for one in page["items"] if one["rule"] == rule)


async def test_a_warning_is_explained_and_stays_so_until_the_figures_change(service):
    first = await sent(service, "HT-STP")
    before = await listed(service, first, "HT-STP", limit=500)
    left_out = of_rule(before, "dimension_left_out")
    said = await explain(service, first, left_out["id"], "HT-STP")
    again = await explain(service, first, left_out["id"], "HT-STP", "Xin đính chính.")
    after = await listed(service, first, "HT-SNGV", state="explained")
    second = await sent(service, "HT-STP", value=13, nil=["ADOPTION"])
    carried = await listed(service, second, "HT-STP", state="explained")
    old = await listed(service, first, "HT-STP", state="fixed")
    (told, _) = await service.events("finding.explained", first)

    warnings = before["counts"]["open"]
    assert before["counts"] == {**NONE, "open": warnings}
    assert (left_out["state"], left_out["explanation"]) == ("open", None)
    assert (said.status_code, said.json()["state"], said.json()["explanation"]["text"]) == (
        201,
        "explained",
        WORDS,
    )
    assert again.json()["explanation"]["text"] == "Xin đính chính."
    assert (after["counts"]["explained"], after["counts"]["open"]) == (1, warnings - 1)
    assert [one["id"] for one in after["items"]] == [left_out["id"]]
    assert (after["items"][0]["explanation"]["agency"], after["items"][0]["explanation"]["submission"]) == (
        "HT-STP",
        first,
    )
    assert [one["explanation"]["submission"] for one in carried["items"]] == [first]
    assert [one["value"] for one in old["items"]] == ["ADOPTION"]
    assert set(told["audience"]) >= {"HT-STP", "HT-SNGV"}


async def test_what_the_recipient_accepts_is_settled(service):
    submission = await sent(service, "HT-STC")
    page = await listed(service, submission, "HT-STC")
    await accept(service, submission)
    settled = await listed(service, submission, "HT-STC")
    late = await explain(service, submission, page["items"][0]["id"], "HT-STC")

    assert settled["counts"] == {**NONE, "accepted": page["counts"]["open"]}
    assert (late.status_code, late.json()["code"]) == (409, "finding_settled")


async def test_an_explanation_of_other_figures_does_not_hold(service):
    await service.sql("update obligation set form = 'migration-data' where id = 'OHT-05'")
    july, august = ({"obligation": "OHT-05", "period": f"2026-{month}-01/P1M"} for month in ("07", "08"))
    for month in (july, august):
        asked = {**month, "reporters": ["HT-SKHCN"], "reason": "Đột xuất"}
        opened = await service.http.post("/v1/cycles", json=asked, headers=service.caller("HT-SNGV"))
        assert opened.status_code == 201, opened.text
    await accept(service, await sent(service, "HT-SKHCN", value=30, **july))
    first = await sent(service, "HT-SKHCN", value=300, **august)
    outlier = of_rule(await listed(service, first, "HT-SKHCN", limit=500), "change_since_last_period")
    await explain(service, first, outlier["id"], "HT-SKHCN")
    second = await sent(service, "HT-SKHCN", value=900, **august)
    changed = of_rule(await listed(service, second, "HT-SKHCN", limit=500), "change_since_last_period")
    third = await sent(service, "HT-SKHCN", value=31, **august)
    gone = of_rule(await listed(service, second, "HT-SKHCN", limit=500), "change_since_last_period")
    left = await listed(service, third, "HT-SKHCN", limit=500)

    assert outlier["history"] == [{"period": july["period"], "value": 30}]
    assert (changed["id"], changed["explanation"], changed["state"]) == (outlier["id"], None, "open")
    assert gone["state"] == "fixed"
    assert outlier["id"] not in [one["id"] for one in left["items"]]


async def test_warnings_are_explained_with_the_report_by_the_ids_of_a_dry_run(service):
    headers, report = service.caller("HT-SNV"), a_report("HT-SNV", value=77)
    dry = await service.http.post("/v1/submissions?dry_run=true", json=report, headers=headers)
    finding = dry.json()["errors"][0]["id"]
    said = {**report, "explanations": [{"finding": finding, "text": WORDS}]}
    unknown = {**report, "explanations": [{"finding": finding, "text": WORDS}, {"finding": "x"}]}
    refused = await service.http.post("/v1/submissions", json=unknown, headers=headers)
    malformed = await service.http.post(
        "/v1/submissions", json={**report, "explanations": [{"finding": 7, "text": WORDS}]}, headers=headers
    )
    submission = await sent(service, "HT-SNV", value=77, explanations=said["explanations"])
    page = await listed(service, submission, "HT-SNV", state="explained")

    assert (refused.status_code, refused.json()["code"]) == (422, "explanations_wrong")
    assert [one["pointer"] for one in refused.json()["errors"]] == [
        "/explanations/1/finding",
        "/explanations/1/text",
    ]
    assert (malformed.status_code, malformed.json()["code"]) == (422, "content_refused")
    assert [(one["id"], one["explanation"]["text"]) for one in page["items"]] == [(finding, WORDS)]
    assert await sent_again(service, said) == submission
    assert (
        await sent_again(service, {**said, "explanations": [{"finding": finding, "text": "Khác."}]}) == submission
    )
    kept = await service.sql(
        "select text from finding_explanation where submission_id = $1 order by id", submission
    )
    assert [one["text"] for one in kept] == [WORDS, "Khác."]


async def sent_again(service: Any, report: dict[str, Any]) -> str:
    answer = await service.http.post("/v1/submissions", json=report, headers=service.caller(report["agency"]))
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


async def test_only_the_reporter_explains_and_only_warnings_of_the_latest_version(service):
    first = await sent(service, "HT-CAT")
    page = await listed(service, first, "HT-CAT")
    finding = page["items"][0]["id"]
    recipient = await explain(service, first, finding, "HT-SNGV")
    stranger = await explain(service, first, finding, "HT-SGDDT")
    reading = await explain(service, first, finding, "HT-CAT", scopes=[READ, REVIEW])
    unknown = await explain(service, first, "0" * 16, "HT-CAT")
    no_id = await explain(service, first, "x", "HT-CAT")
    empty = await explain(service, first, finding, "HT-CAT", " ")
    await sent(service, "HT-CAT", value=13)
    late = await explain(service, first, finding, "HT-CAT")

    assert (recipient.status_code, recipient.json()["code"]) == (403, "not_reporter")
    assert stranger.status_code == 404
    assert (reading.status_code, reading.json()["code"]) == (403, "scope_missing")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "finding_not_found")
    assert (no_id.status_code, empty.status_code) == (422, 422)
    assert (late.status_code, late.json()["code"]) == (409, "submission_superseded")


async def test_a_note_asks_for_no_explanation_and_has_no_state(service):
    submission = await sent(service, "HT-SGDDT")
    await service.sql(
        'insert into finding select submission_id, 900, body || \'{"id": "ffffffffffffffff", '
        '"severity": "info"}\' from finding where submission_id = $1 and number = 1',
        submission,
    )
    page = await listed(service, submission, "HT-SGDDT", severity="info")
    answer = await explain(service, submission, "f" * 16, "HT-SGDDT")

    assert [(one["number"], one["state"]) for one in page["items"]] == [(900, None)]
    assert (answer.status_code, answer.json()["code"]) == (422, "finding_needs_no_explanation")


async def test_findings_are_paged_in_a_constant_number_of_statements(service):
    submission = await sent(service, "HT-SNV")
    whole = await listed(service, submission, "HT-SNV", limit=500)
    with counted_statements(service.app) as statements:
        page = await listed(service, submission, "HT-SNV", limit=2)
    following = await listed(service, submission, "HT-SNV", limit=2, cursor=page["next_cursor"])
    beyond = await listed(service, submission, "HT-SNV", severity="blocker")

    assert [one["number"] for one in (*page["items"], *following["items"])] == [1, 2, 3, 4]
    assert page["counts"] == whole["counts"] == beyond["counts"]
    assert beyond["items"] == []
    assert len(statements) <= 4, statements


async def test_explanations_are_never_changed(service):
    (kept, *_) = await service.sql("select id from finding_explanation limit 1")

    with pytest.raises(asyncpg.PostgresError, match="never"):
        await service.sql("update finding_explanation set text = 'x' where id = $1", kept["id"])
