"""Nothing counts twice: consolidated reports, longer periods, stocks over time, the same report asked twice."""

from datetime import date

import pytest

from tests.submissions.consolidation.cascade import (
    HALF,
    YEAR,
    Whole,
    a_cell,
    accept,
    accepted,
    open_cascade,
)
from tests.submissions.data.asking import DATA, READ, items
from tests.submissions.fake_registry import PLAN_402, a_cycle, an_agency, an_obligation, owed_by
from tests.submissions.service import Service

WORK = {"sex": "female", "age_group": "adult", "partner_country": "JP", "purpose": "work"}


def a_stock(value: int) -> dict[str, object]:
    return {"indicator": "STOCK_OUT.OUT.STOCK", "dimensions": WORK, "value": value}


async def national(service: Service, agency: str, period: str, *cells: dict[str, object]) -> None:
    body = {"obligation": "X-NATION", "period": period, "agency": agency, "observations": list(cells)}
    answer = await service.http.post("/v1/submissions", json=body, headers=service.caller(agency))
    assert answer.status_code == 201, answer.text
    await accept(service, answer.json()["id"], by="BNG")


@pytest.fixture(scope="module")
async def upward(service: Service) -> Service:
    """Two departments reported, the province consolidated and sent; then a third department came."""
    await open_cascade(service)
    await accepted(service, "HT-STP", observations=[a_cell(10), a_cell(4, "KR")])
    await accepted(service, "HT-SNV", observations=[a_cell(5)])
    owed = await service.occurrence("O402-01", "2026-S1", "UBND-P42")
    whole = Whole(service, owed, "UBND-P42")
    built = await whole.build(missing="go_on", reason="Không chờ được.")
    assert built.status_code in (200, 201), built.text
    draft = f"/v1/occurrences/{owed['id']}/draft"
    version = (await service.http.get(draft, headers=service.caller("UBND-P42"))).headers["etag"]
    sent = await service.http.post(f"{draft}/submit", headers={**service.caller("UBND-P42"), "If-Match": version})
    assert sent.status_code == 201, sent.text
    await accept(service, sent.json()["id"], by="BNG")
    await accepted(service, "HT-STC", observations=[a_cell(100)])
    return service


async def test_a_consolidated_report_stands_for_what_it_was_built_from_and_not_for_what_came_later(upward):
    params = {"scopes": (READ, DATA)}
    of_all = await items(upward, "UBND-P42", group_by="agency", indicator="LABOUR.OUT.FLOW", **params)

    assert {one["agency"]: one["value"] for one in of_all} == {"UBND-P42": 19, "HT-STC": 100}


async def test_what_stands_below_is_read_when_it_is_asked_for(upward):
    found = await items(upward, "UBND-P42", group_by="agency", obligation="OHT-01")

    assert {one["agency"]: one["value"] for one in found} == {"HT-STP": 14, "HT-SNV": 5, "HT-STC": 100}


async def test_a_correction_below_does_not_count_beside_the_whole_that_was_built_before(upward):
    await accepted(upward, "HT-SNV", observations=[a_cell(6)])

    found = await items(upward, "UBND-P42", group_by="agency")
    assert {one["agency"]: one["value"] for one in found} == {"UBND-P42": 19, "HT-STC": 100}


async def test_the_answer_says_how_many_reports_stand_within_others(upward):
    headers = upward.caller("UBND-P42", scopes=(READ, DATA))
    answer = await upward.http.get(
        "/v1/data", params={"form": "migration-data", "group_by": "period"}, headers=headers
    )

    notes = {note["code"]: note for note in answer.json()["notes"]}
    assert notes["counted_once"]["reports"] == 2
    assert notes["counted_once"]["message"].startswith("Có báo cáo")


@pytest.fixture(scope="module")
async def nation(service: Service) -> Service:
    """Ministries report half years and years; one of them ended and another carries it on."""
    national_duty = {"plan": PLAN_402, "instrument": PLAN_402, "steward": "BNG", "recipients": ("BNG",)}
    service.registry.obligations += [an_obligation("X-NATION", next_level=None, **national_duty)]
    service.registry.agencies += [an_agency(one) for one in ("MOLD", "MNEW", "MYEAR")]
    old = an_agency("MOLD", valid_to=date(2025, 12, 31))
    follower = [{"agency": "MNEW", "kind": "merge", "effective_on": date(2026, 1, 1)}]
    service.registry.agencies = [one for one in service.registry.agencies if one.id != "MOLD"]
    service.registry.agencies += [type(old).model_validate({**old.model_dump(), "successors": follower})]
    line = {"recipients": ("BNG",), "next_level": (), "due_on": date(2026, 7, 20)}
    spans = {
        "2025-S2": (date(2025, 7, 1), date(2025, 12, 31)),
        "2026-S1": HALF,
        "2026": YEAR,
        "2025-12-15/P6M": (date(2025, 12, 15), date(2026, 6, 14)),
    }
    everyone = owed_by("MOLD", "MNEW", "MYEAR", "BCA")
    service.registry.schedule += [
        a_cycle("X-NATION", period, *span, reporters=everyone, **line) for period, span in spans.items()
    ]
    await service.follow()
    await service.roll()
    await national(service, "MYEAR", "2026-S1", a_cell(3), a_stock(30))
    await national(service, "MYEAR", "2026", a_cell(8))
    await national(service, "MNEW", "2026-S1", a_stock(70))
    await national(service, "BCA", "2025-S2", a_cell(1), a_stock(5))
    await national(service, "BCA", "2026-S1", a_cell(2), a_stock(6))
    return service


NATION = {"agency": ("MOLD", "MNEW", "MYEAR", "BCA"), "obligation": "X-NATION"}


async def of_nation(service: Service, *names: str, **params: object) -> dict[object, object]:
    headers = service.caller("BNG", scopes=(READ, DATA))
    asked = {"form": "migration-data", "group_by": ",".join(names), "obligation": "X-NATION", **params}
    answer = await service.http.get("/v1/data", params=asked, headers=headers)
    assert answer.status_code == 200, answer.text
    return {tuple(one[name] for name in names): one["value"] for one in answer.json()["items"]}


async def test_a_longer_period_stands_for_its_parts_only_where_it_speaks(nation):
    flow, stock = {"indicator": "LABOUR.OUT.FLOW"}, {"indicator": "STOCK_OUT.OUT.STOCK"}

    assert await of_nation(nation, "agency", agency="MYEAR", **flow) == {("MYEAR",): 8}
    assert await of_nation(nation, "agency", agency="MYEAR", **stock) == {("MYEAR",): 30}
    by_period = await of_nation(nation, "period", agency="MYEAR", **flow)
    assert by_period == {("2026",): 8, ("2026-S1",): 3}


async def test_a_stock_is_the_latest_one_and_never_a_sum_over_time(nation):
    stock = {"indicator": "STOCK_OUT.OUT.STOCK"}

    assert await of_nation(nation, "agency", agency="BCA", **stock) == {("BCA",): 6}
    assert await of_nation(nation, "agency", agency="BCA", indicator="LABOUR.OUT.FLOW") == {("BCA",): 3}


async def test_the_stock_of_a_body_that_ended_gives_way_to_the_one_that_carries_it_on(nation):
    await national(nation, "MNEW", "2025-S2", a_stock(11))  # for itself, not for the other
    cells = [a_stock(50)]
    body = {"obligation": "X-NATION", "period": "2025-S2", "agency": "MOLD", "observations": cells}
    sent = await nation.http.post("/v1/submissions", json=body, headers=nation.caller("MNEW"))
    assert sent.status_code == 201, sent.text
    await accept(nation, sent.json()["id"], by="BNG")

    stock = {"indicator": "STOCK_OUT.OUT.STOCK"}
    assert await of_nation(nation, "agency", period="2025-S2", **stock) == {
        ("BCA",): 5,
        ("MNEW",): 11,
        ("MOLD",): 50,
    }
    assert await of_nation(nation, "agency", **stock) == {("BCA",): 6, ("MNEW",): 70, ("MYEAR",): 30}


async def test_a_nil_report_is_the_latest_word_of_a_stock(nation):
    body = {"obligation": "X-NATION", "period": "2026", "agency": "BCA", "nil": ["STOCK_OUT"], "observations": []}
    sent = await nation.http.post("/v1/submissions", json=body, headers=nation.caller("BCA"))
    assert sent.status_code == 201, sent.text
    await accept(nation, sent.json()["id"], by="BNG")

    assert ("BCA",) not in await of_nation(nation, "agency", indicator="STOCK_OUT.OUT.STOCK")


async def overlapping(service: Service, **asked: object) -> list[str]:
    headers = service.caller("BNG", scopes=(READ, DATA))
    params = {"form": "migration-data", "obligation": "X-NATION", **asked}
    answer = await service.http.get("/v1/data", params=params, headers=headers)
    assert answer.status_code == 200, answer.text
    told = [note for note in answer.json()["notes"] if note["code"] == "periods_overlap"]
    return [agency for note in told for agency in note["agencies"]]


async def test_a_period_within_another_that_stays_apart_in_the_answer_is_told(nation):
    flow, both = {"indicator": "LABOUR.OUT.FLOW", "agency": ["MYEAR", "MNEW"]}, ["2026", "2026-S1"]

    assert await overlapping(nation, group_by="period", **flow) == ["MYEAR"]
    assert await overlapping(nation, group_by="agency,period", period=both, **flow) == ["MYEAR"]
    assert await overlapping(nation, **flow) == ["MYEAR"]
    assert await overlapping(nation, group_by="agency", **flow) == []  # the year stands for its half
    assert await overlapping(nation, group_by="period", period="2026", **flow) == []
    stock = {"indicator": "STOCK_OUT.OUT.STOCK", "agency": "MYEAR"}
    assert await overlapping(nation, group_by="period", **stock) == []  # the year does not speak of it


async def test_periods_that_overlap_are_told(nation):
    await national(nation, "MYEAR", "2025-12-15/P6M", a_cell(1))
    headers = nation.caller("BNG", scopes=(READ, DATA))
    asked = {"form": "migration-data", "group_by": "agency", "agency": "MYEAR"}
    answer = await nation.http.get("/v1/data", params=asked, headers={**headers, "Accept-Language": "en"})

    notes = {note["code"]: note for note in answer.json()["notes"]}
    assert notes["periods_overlap"]["agencies"] == ["MYEAR"]
