"""Lines upward: a line that a person opens, a report that is asked twice, the ministry above the province."""

import pytest

from tests.submissions.consolidation.cascade import a_cell, accept, accepted, open_cascade, the_whole
from tests.submissions.fake_registry import PLAN_402, an_agency, an_obligation

PLAN_1957 = "QD-1957-2020"


@pytest.fixture(scope="module", autouse=True)
async def lines(service) -> None:
    """What the other plans add: the line of Bộ Công an, and the yearly reports of a province."""
    actip = {"plan": PLAN_1957, "instrument": PLAN_1957, "steward": "BCA", "valid_to": None}
    registry = service.registry
    registry.agencies += [an_agency("BTP"), an_agency("BQP")]
    registry.obligations = [
        one.model_copy(update={"next_level": "O402-02"}) if one.id in ("OHT-04", "OHT-06") else one
        for one in registry.obligations
    ]
    registry.obligations += [
        an_obligation(
            "O1957-01", kind="ad_hoc", form="difficulties", recipients=("BCA",), next_level="TTG", **actip
        ),
        an_obligation("O1957-02", kind="irregular", form=None, recipients=("TTG",), next_level=None, **actip),
    ]
    await open_cascade(service)


async def opened(service, by="BCA", **body):
    asked = {"reason": "Theo yêu cầu", **body}
    answer = await service.http.post("/v1/cycles", json=asked, headers=service.caller(by))
    assert answer.status_code == 201, answer.text


async def send(service, agency, accepted_by, **body):
    headers = service.caller(agency)
    answer = await service.http.post("/v1/submissions", json={"agency": agency, **body}, headers=headers)
    assert answer.status_code == 201, answer.text
    await accept(service, answer.json()["id"], by=accepted_by)


async def test_the_line_that_the_ministry_of_public_security_opens(service):
    await opened(service, obligation="O1957-01", period="2026-07-01/P1M", reporters=["BTP", "BQP"])
    await opened(service, obligation="O1957-02", period="2026", reporters=["BCA"])
    words = {"subject": "Nạn nhân", "difficulty": "Thiếu cơ sở lưu trú.", "request": "Bố trí kinh phí."}
    narrative = {key: {"text": text} for key, text in words.items()}
    await send(service, "BTP", "BCA", obligation="O1957-01", period="2026-07-01/P1M", narrative=narrative)
    review = await the_whole(service, "BCA", "O1957-02", "2026")
    built = (await review.build()).json()
    told = {one["section"]: one for one in await review.items("/narrative")}

    assert {(one["agency"], one["obligation"], one["use"]) for one in built["sources"]} == {
        ("BTP", "O1957-01", "used"),
        ("BQP", "O1957-01", "missing"),
    }
    assert (built["form"], built["cells"], built["missing_decision"]) == (None, 0, "wait")
    assert told.keys() == words.keys()
    assert (told["difficulty"]["agency"], told["difficulty"]["text"]) == ("BTP", "Thiếu cơ sở lưu trú.")
    assert (await review.read(by="TTG")).status_code == 404


async def test_a_report_that_is_asked_twice_is_taken_once(service):
    narrative = {"general": {"text": "Đã triển khai."}}
    await send(service, "HT-SNGV", "UBND-P42", obligation="OHT-06", period="2026", narrative=narrative)
    province = await the_whole(service, "UBND-P42", "O402-02", "2026")
    built = (await province.build()).json()

    assert {(one["obligation"], one["use"]) for one in built["sources"]} == {
        ("OHT-06", "used"),
        ("OHT-04", "twin"),
    }
    assert built["missing"] == []
    assert [one["text"] for one in await province.items("/narrative")] == ["Đã triển khai."]


async def test_figures_go_from_the_department_to_the_prime_minister(service):
    sent = await accepted(service, "HT-SNV", observations=[a_cell(12), a_cell(1, "KR")])
    province = await the_whole(service, "UBND-P42", "O402-01", "2026-S1")
    ministry = await the_whole(service, "BNG", "O402-03", "2026")
    whole = (await province.submit_anew()).json()
    await accept(service, whole["id"], by="BNG")
    police = {"obligation": "O402-01", "period": "2026-S1", "observations": [a_cell(100)]}
    await send(service, "BCA", "BNG", **police)
    await ministry.build()
    cells = await ministry.items("/cells")
    lower = await province.items("/cells")

    assert [cell["value"] for cell in cells] == [112, 1]
    assert {one["submission"] for one in lower[0]["sources"]} == {sent["id"]}
    assert whole["id"] in {one["submission"] for one in cells[0]["sources"]}
    assert PLAN_402 in {(await service.occurrence("O402-03", "2026", "BNG"))["plan"]}
