"""Small counts cannot be tried: not against a content hash, nor against a whole that its owner does not read."""

import base64
import json
from datetime import date
from typing import Any

import pytest

from tests.submissions.consolidation.cascade import a_cell, accept, open_cascade, the_whole
from tests.submissions.disclosure.nation import CONFIDENTIAL, victims
from tests.submissions.fake_registry import a_cycle, owed_by
from tests.submissions.service import READ, REVIEW, WRITE, Service

OF_VICTIMS, OF_ADOPTIONS = f"{CONFIDENTIAL}:trafficking", f"{CONFIDENTIAL}:adoption"


@pytest.fixture(scope="module")
async def told(service: Service) -> dict[str, Any]:
    """A department's report with victims, accepted, and the province's whole, built and sent without the scope."""
    await open_cascade(service)
    cells = [a_cell(12), victims(3)]
    body = {"obligation": "OHT-01", "period": "2026-S1", "agency": "HT-CAT", "observations": cells}
    sent = await service.http.post("/v1/submissions", json=body, headers=service.caller("HT-CAT"))
    assert sent.status_code == 201, sent.text
    await accept(service, sent.json()["id"])
    whole = await the_whole(service, "UBND-P42", "O402-01", "2026-S1")
    submitted = await whole.submit_anew()
    assert submitted.status_code == 201, submitted.text
    return {"report": sent.json(), "whole": whole, "submitted": submitted.json()}


async def get(service: Service, agency: str, path: str, *rights: str) -> Any:
    headers = service.caller(agency, scopes=(READ, WRITE, REVIEW, *rights))
    return await service.http.get(path, headers=headers)


async def test_the_line_reads_hash_and_receipt_with_the_right_to_all_figures_only(service, told):
    door, sha256 = f"/v1/submissions/{told['report']['id']}", told["report"]["content_sha256"]

    async def shown(agency: str, *rights: str) -> tuple[Any, Any]:
        read = (await get(service, agency, door, *rights)).json()
        return read["content_sha256"], bool(read["receipt"])

    assert await shown("HT-CAT") == (sha256, True)
    assert await shown("HT-SNGV", CONFIDENTIAL) == await shown("HT-SNGV", OF_VICTIMS) == (sha256, True)
    for agency in ("HT-SNGV", "UBND-P42"):
        assert await shown(agency) == (None, False)
        assert await shown(agency, OF_ADOPTIONS) == (None, False)
        refused = await get(service, agency, f"{door}/receipt")
        assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
    assert (await get(service, "HT-SNGV", f"{door}/receipt", CONFIDENTIAL)).status_code == 200


async def test_without_confidential_figures_everyone_who_sees_a_report_reads_its_receipt(service, told):
    body = {"obligation": "OHT-01", "period": "2026-S1", "agency": "HT-STP", "observations": [a_cell(2)]}
    sent = await service.http.post("/v1/submissions", json=body, headers=service.caller("HT-STP"))
    door = f"/v1/submissions/{sent.json()['id']}"

    assert (await get(service, "HT-SNGV", door)).json()["receipt"] == sent.json()["receipt"]
    assert (await get(service, "HT-SNGV", f"{door}/receipt")).text == sent.json()["receipt"]


async def test_who_builds_without_the_scope_is_not_told_what_its_whole_hashes_to(service, told):
    submitted = told["submitted"]
    door = f"/v1/submissions/{submitted['id']}"
    with_it = (await get(service, "UBND-P42", door, CONFIDENTIAL)).json()

    assert (submitted["content_sha256"], submitted["receipt"], submitted["cells"]) == (None, None, None)
    assert (await get(service, "UBND-P42", f"{door}/receipt")).status_code == 403
    payload = with_it["receipt"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert claims["content_sha256"] == with_it["content_sha256"]


async def test_the_audit_and_the_feed_do_not_tell_it(service, told):
    await service.seal()
    headers = service.caller("UBND-P42", scopes=(READ,))
    answer = await service.http.get("/v1/audit", params={"type": "submission.received"}, headers=headers)
    fed = await service.sql("select data::text from event")

    assert answer.json()["items"], answer.text
    for sha256 in (told["report"]["content_sha256"],):
        assert sha256 not in answer.text
        assert not [row for row in fed if sha256 in row["data"]]


async def test_a_figure_typed_for_the_next_period_is_not_compared_with_a_whole(service, told):
    """What stands out from the period before would tell how much that was; of open tables it is told."""
    await accept(service, told["submitted"]["id"], by="BNG")
    line = {"recipients": ("BNG",), "next_level": ("BNG",), "due_on": date(2027, 1, 10)}
    half = (date(2026, 7, 1), date(2026, 12, 31))
    service.registry.schedule.append(a_cycle("O402-01", "2026-S2", *half, reporters=owed_by("UBND-P42"), **line))
    await service.follow()
    await service.roll()
    body = {
        "obligation": "O402-01",
        "period": "2026-S2",
        "agency": "UBND-P42",
        "observations": [a_cell(5000), victims(4000)],
    }
    answer = await service.http.post(
        "/v1/submissions", params={"dry_run": True}, json=body, headers=service.caller("UBND-P42")
    )
    found = [one["indicators"] for one in answer.json()["errors"] if one["rule"] == "change_since_last_period"]

    assert found == [["LABOUR.OUT.FLOW"]]


async def test_a_guess_is_not_told_to_be_the_latest_content(service, told):
    """Typed over a whole that was built, the right guess and a wrong one are each a new version, alike in all."""
    whole = told["whole"]

    async def guess(count: int) -> Any:
        body = {
            "obligation": "O402-01",
            "period": "2026-S1",
            "agency": "UBND-P42",
            "observations": [a_cell(12), victims(count)],
        }
        answer = await service.http.post("/v1/submissions", json=body, headers=service.caller("UBND-P42"))
        door = f"/v1/submissions/{answer.json()['id']}/diff?with={told['submitted']['id']}"
        return answer.status_code, (await get(service, "UBND-P42", door)).json()["items"]

    right, wrong = await guess(3), await guess(4)

    assert right == wrong == (201, [])
    assert (await whole.read()).json()["submission"] == told["submitted"]["id"]


async def test_with_the_right_the_same_content_is_the_same_submission_still(service, told):
    body = {"obligation": "O402-01", "period": "2026-S1", "agency": "UBND-P42", "observations": [a_cell(5)]}
    headers = service.caller("UBND-P42", scopes=(READ, WRITE, CONFIDENTIAL))
    statuses = [
        (await service.http.post("/v1/submissions", json=body, headers=headers)).status_code for _ in range(2)
    ]

    assert statuses == [201, 200]
