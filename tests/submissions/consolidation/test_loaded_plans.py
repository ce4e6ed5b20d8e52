"""The cascade on the plans as they are loaded: department, Sở Ngoại vụ, province, Bộ Ngoại giao, Thủ tướng."""

from collections.abc import AsyncIterator
from datetime import date, datetime
from pathlib import Path

import httpx
import pytest
from jose import jwt

from kernel.clock import VIETNAM
from kernel.http import ServiceClient
from kernel.jose import SigningKey
from kernel.settings import ServiceSettings
from services.registry.main import create_app as create_registry
from services.submissions.main import create_app
from services.submissions.registry_client import RegistryClient
from services.submissions.settings import SubmissionsSettings
from tests.conftest import ROOT
from tests.submissions.consolidation.cascade import a_cell, accept, accepted, the_whole
from tests.submissions.service import Service
from tests.support import running

HATINH = {"HT-STP", "HT-SGDDT", "HT-SNV", "HT-STC", "HT-SKHCN", "HT-CAT", "HT-BCHBP"}


@pytest.fixture(scope="module")
async def service(loaded_registry_url: str, submissions_url: str, keys_dir: Path) -> AsyncIterator[Service]:
    """Submissions on the first of July 2026 over the registry with its reference files."""
    registry = create_registry(ServiceSettings(database_url=loaded_registry_url, keys_dir=keys_dir))
    signer = SigningKey.load(keys_dir / "service-submissions.pem")
    settings = SubmissionsSettings(
        database_url=submissions_url, keys_dir=keys_dir, data_dir=ROOT / "data", live_from=date(2026, 1, 1)
    )
    async with running(registry):
        client = ServiceClient(
            "http://registry",
            caller="submissions",
            audience="registry",
            signer=signer,
            transport=httpx.ASGITransport(registry),
        )
        app = create_app(settings, registry=RegistryClient(client))
        async with running(app) as http:
            one = Service(app, http, keys_dir, app.state.parts.registry, submissions_url)
            one.at(datetime(2026, 7, 1, 8, tzinfo=VIETNAM))
            await one.follow()
            await one.roll()
            yield one


def sections_needed(refused):
    """Return the keys of the sections that a refused report must fill, by the places of the findings."""
    places = [one["pointer"] for one in refused.json()["errors"] if one["rule"] == "narrative_text_missing"]
    return [place.split("/")[2].replace("~1", "/") for place in places]


async def submit(service, agency, **body):
    """Send a report with words in every section that it must fill."""
    headers = service.caller(agency)
    sent = body if "occurrence" in body else {"agency": agency, **body}
    refused = await service.http.post("/v1/submissions", json=sent, headers=headers)
    if refused.status_code == 422:
        needed = sections_needed(refused)
        told = {key: {"text": f"Đã thực hiện ({agency})."} for key in needed}
        tasks = {key: {**words, "status": "on_track"} for key, words in told.items() if key.startswith("task:")}
        sent["narrative"] = {**sent.get("narrative", {}), **told, **tasks}
        refused = await service.http.post("/v1/submissions", json=sent, headers=headers)
    assert refused.status_code == 201, refused.text
    return refused.json()


async def with_words(service, whole, words):
    """Write words into the draft that was built, and submit it."""
    narrative = {key: {"text": text} for key, text in words.items()}
    assert (await whole.change_draft(narrative=narrative)).status_code == 200
    answer = await whole.submit()
    if answer.status_code == 422:
        needed = sections_needed(answer)
        tasks = {key: {"text": "Đã thực hiện.", "status": "on_track"} for key in needed}
        await whole.change_draft(narrative=tasks)
        answer = await whole.submit()
    assert answer.status_code == 201, answer.text
    return answer.json()


async def go_on(whole, **body):
    answer = await whole.build(missing="go_on", reason="Phải trình đúng hạn.", **body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def receipt_of(service, agency, submission):
    path = f"/v1/submissions/{submission}/receipt"
    return jwt.get_unverified_claims((await service.http.get(path, headers=service.caller(agency))).text)


async def test_hatinhs_half_year_goes_up_to_the_prime_minister(service):
    for agency, figures in (("HT-SNV", [a_cell(12), a_cell(1, "KR")]), ("HT-CAT", [a_cell(5)])):
        await accepted(service, agency, observations=figures)
    province = await the_whole(service, "UBND-P42", "O402-01", "2026-S1")
    ministry = await the_whole(service, "BNG", "O402-03", "2026")
    waiting = (await province.build()).json()
    whole = (await province.submit_anew()).json()
    await accept(service, whole["id"], by="BNG")
    built = await go_on(ministry)
    cells = await ministry.items("/cells")
    report = await with_words(service, ministry, {"general": "Tình hình ổn định."})
    await accept(service, report["id"], by="TTG")
    reached = await service.occurrence("O402-03", "2026", "BNG")
    proof = await receipt_of(service, "BNG", report["id"])

    assert {one["agency"] for one in waiting["sources"]} == HATINH
    assert {one["agency"] for one in waiting["missing"]} == HATINH - {"HT-SNV", "HT-CAT"}
    assert {one["clock"] for one in waiting["missing"]} == {"due"}
    assert (waiting["form"], waiting["missing_decision"]) == ("migration-data", "wait")
    assert {one["obligation"] for one in built["sources"]} >= {"O402-01", "O402-02", "O402-04a", "O402-04b"}
    assert [(one["agency"], one["obligation"]) for one in built["sources"] if one["use"] == "used"] == [
        ("UBND-P42", "O402-01")
    ]
    assert [(cell["value"], [one["submission"] for one in cell["sources"]]) for cell in cells] == [
        (17, [whole["id"]]),
        (1, [whole["id"]]),
    ]
    assert (report["form"], report["observations"]) == ("consolidated-report", 2)
    assert (reached["state"], reached["accepted_submission"]) == ("accepted", report["id"])
    assert (await ministry.read()).json()["submission"] == report["id"]
    assert (proof["form"], proof["submission"]) == ("consolidated-report", report["id"])
    assert await silent_on_own_tasks(service, "BNG", "QD-402-2020", 2026) == []


async def test_the_yearly_report_is_put_together_four_times_on_its_way_to_the_prime_minister(service):
    """Department, Sở Ngoại vụ, People's Committee, Bộ Ngoại giao: each from what was accepted below."""
    steps = (
        ("HT-SNGV", "OHT-06", "UBND-P42", HATINH),
        ("UBND-P42", "O402-02", "BNG", {"HT-SNGV"}),
    )
    sent = await submit(service, "HT-SNV", obligation="OHT-03", period="2026")
    await accept(service, sent["id"], by="HT-SNGV")
    below = sent["id"]
    for owner, obligation, above, reporters in steps:
        whole = await the_whole(service, owner, obligation, "2026")
        built = await go_on(whole)
        told = await whole.items("/narrative", limit=200)
        report = await with_words(service, whole, {"general": f"Tổng hợp của {owner}."})

        assert {one["agency"] for one in built["sources"]} == reporters
        assert {one["submission"] for one in built["sources"] if one["use"] == "used"} == {below}
        assert {one["agency"] for one in told} == {"HT-SNV"} if owner == "HT-SNGV" else {"HT-SNGV"}
        assert report["receipt"]
        await accept(service, report["id"], by=above)
        below = report["id"]
    ministry = await the_whole(service, "BNG", "O402-03", "2026")
    built = await go_on(ministry, replace_draft=True)
    told = await ministry.items("/narrative", limit=200)

    assert below in {one["submission"] for one in built["sources"] if one["use"] == "used"}
    assert "Tổng hợp của UBND-P42." in {one["text"] for one in told}


async def test_the_line_of_bo_cong_an_is_opened_by_hand_and_the_registry_says_who_owes(service):
    for body in (
        {"obligation": "O1957-05", "period": "2025", "due_on": "2026-08-15"},
        {"obligation": "O1957-01", "period": "2025-01-01/P6M", "reporters": ["BTP"]},
        {"obligation": "O1957-02", "period": "2025", "reporters": ["BCA"]},
    ):
        asked = {"reason": "Sơ kết thực hiện Kế hoạch", **body}
        opened = await service.http.post("/v1/cycles", json=asked, headers=service.caller("BCA"))
        assert opened.status_code == 201, opened.text
    owed = await list_all(service, "BCA", obligation="O1957-05")
    duties = {one["agency"]: one["duty"] for one in owed if not one["agency"].startswith("UBND-")}
    figures = [victims(3, sex="female"), victims(1)]
    for agency, cells in (("UBND-P42", figures), ("BQP", figures[:1])):
        sent = await submit(service, agency, obligation="O1957-05", period="2025", observations=cells)
        await accept(service, sent["id"], by="BCA")
    review = await the_whole(service, "BCA", "O1957-02", "2025")
    built = await go_on(review, own_part={"observations": [victims(2)]})
    cells = await review.items("/cells", may_read=True)
    report = await with_words(service, review, {"general": "Đạt mục tiêu Kế hoạch."})
    await accept(service, report["id"], by="TTG")

    assert len([one for one in owed if one["agency"].startswith("UBND-")]) == 34
    assert duties.keys() >= {"BTP", "BQP", "BNG", "BYT", "BGDDT", "BTC"}
    assert duties["BNV"] == "BLDTBXH"
    assert "BCA" not in duties
    assert {(one["agency"], one["obligation"]) for one in built["sources"] if one["use"] == "used"} == {
        ("UBND-P42", "O1957-05"),
        ("BQP", "O1957-05"),
    }
    assert ("BTP", "O1957-01", "missing") in {
        (one["agency"], one["obligation"], one["use"]) for one in built["sources"]
    }
    assert {(cell["dimensions"]["sex"], cell["value"]) for cell in cells} == {("female", 6), ("male", 3)}
    assert (report["form"], report["observations"]) == ("actip-review", 2)
    assert (await service.occurrence("O1957-02", "2025", "BCA"))["state"] == "accepted"
    assert await silent_on_own_tasks(service, "BCA", "QD-1957-2020", 2025) == []


@pytest.mark.parametrize(
    ("agency", "obligation", "recipient"), [("HT-CAT", "OHT-05", "HT-SNGV"), ("BTP", "O402-11", "BNG")]
)
async def test_difficulties_and_proposals_are_told_when_there_are_any(service, agency, obligation, recipient):
    asked = {"obligation": obligation}
    answer = await service.http.post("/v1/occurrences", json=asked, headers=service.caller(agency))
    owed = answer.json()
    sent = await submit(service, agency, occurrence=owed["id"])
    await accept(service, sent["id"], by=recipient)
    stranger = await service.http.post("/v1/occurrences", json=asked, headers=service.caller(recipient))

    assert (answer.status_code, owed["recipients"], owed["due_at"]) == (201, [recipient], None)
    assert owed["form"] in ("difficulties", "amendment-proposal")
    assert stranger.status_code == 404


def victims(count, sex="male"):
    where = {"age_group": "adult", "partner_country": "KH", "purpose_of_exploitation": "forced_labour"}
    return {"indicator": "TRAFFICKING.OUT.FLOW", "dimensions": {"sex": sex, **where}, "value": count}


async def silent_on_own_tasks(service, agency, plan, year):
    """Return the tasks that an agency leads and does not speak about: nobody asks the recipient for a report."""
    asked = {"plan": plan, "year": year, "limit": 200}
    answer = await service.http.get("/v1/task-progress", params=asked, headers=service.caller(agency))
    assert any(agency in one["leads"] for one in answer.json()["items"])
    return [one["task"] for one in answer.json()["items"] if agency in one["silent"]]


async def list_all(service, agency, **asked):
    answer = await service.http.get(
        "/v1/occurrences", params={"limit": 200, **asked}, headers=service.caller(agency)
    )
    return answer.json()["items"]
