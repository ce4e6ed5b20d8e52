"""Figures on the old and the new map: provinces of reporters, and provinces as codes; totals agree."""

from datetime import date
from typing import Any

import pytest

from services.submissions.data.provinces import Followed, ProvinceMapping
from tests.submissions.consolidation.cascade import HALF, a_cell, accept
from tests.submissions.data.asking import a_province, ask, items, table
from tests.submissions.fake_registry import PLAN_402, a_cycle, an_agency, an_obligation, owed_by
from tests.submissions.service import Service


def married(value: int | None, province: str, **more: str) -> dict[str, Any]:
    codes = {"sex": "female", "age_group": "adult", "partner_country": "KR", "province": province}
    return {"indicator": "MARRIAGE.OUT.FLOW", "dimensions": codes, "value": value, **more}


REPORTED = {
    "R1": ("P02", [married(3, "P02"), married(4, "P08"), married(5, "P01")]),
    "R2": ("P08", [married(10, "P08")]),
    "R3": ("PX", [married(20, "unknown")]),
}


@pytest.fixture(scope="module")
async def mapped(service: Service) -> Service:
    """Three provinces reported for a half year before the merger: two of them became one, one was divided."""
    registry = service.registry
    registry.provinces = [
        a_province("P02", "P08-2025"),
        a_province("P08", "P08-2025"),
        a_province("P08-2025"),
        a_province("P01"),
        a_province("PX", "PY", "PZ"),
    ]
    registry.agencies += [an_agency(one, province=province) for one, (province, _) in REPORTED.items()]
    duty = {"plan": PLAN_402, "instrument": PLAN_402, "steward": "BNG", "recipients": ("BNG",), "next_level": None}
    registry.obligations += [an_obligation("X-P", **duty)]
    line = {"recipients": ("BNG",), "next_level": (), "due_on": date(2026, 7, 20), "reporters": owed_by(*REPORTED)}
    first_half = (date(2025, 1, 1), date(2025, 6, 30))
    registry.schedule += [a_cycle("X-P", "2025-S1", *first_half, **line), a_cycle("X-P", "2026-S1", *HALF, **line)]
    await service.follow()
    await service.roll()
    for agency, (_, cells) in REPORTED.items():
        body = {"obligation": "X-P", "period": "2025-S1", "agency": agency, "observations": cells}
        sent = await service.http.post("/v1/submissions", json=body, headers=service.caller(agency))
        assert sent.status_code == 201, sent.text
        await accept(service, sent.json()["id"], by="BNG")
    return service


async def test_reporters_stand_in_their_province_of_either_map(mapped):
    assert await table(mapped, "province", by="BNG") == {"P02": 12, "P08": 10, "PX": 20}
    assert await table(mapped, "province", by="BNG", map="now") == {"P08-2025": 22, "PX": 20}


async def test_codes_are_carried_too_and_totals_agree(mapped):
    then = await items(mapped, "BNG", group_by="dim.province")
    now = await items(mapped, "BNG", group_by="dim.province", map="now")

    assert {one["dimensions"]["province"]: one["value"] for one in then} == {
        "P01": 5,
        "P02": 3,
        "P08": 14,
        "unknown": 20,
    }
    assert {one["dimensions"]["province"]: one["value"] for one in now} == {
        "P01": 5,
        "P08-2025": 17,
        "unknown": 20,
    }


async def test_filters_name_provinces_of_the_asked_map(mapped):
    assert await table(mapped, "agency", by="BNG", province="P08-2025", map="now") == {"R1": 12, "R2": 10}
    assert await table(mapped, "agency", by="BNG", province="P08-2025") == {}
    assert await table(mapped, "agency", by="BNG", province="P08") == {"R2": 10}
    assert await table(mapped, "agency", by="BNG", dim__province="P08-2025", map="now") == {"R1": 7, "R2": 10}
    assert await table(mapped, "agency", by="BNG", dim__province="P02", map="now") == {}


async def test_single_figures_of_one_report_become_one_where_their_provinces_did(mapped):
    now = await items(mapped, "BNG", map="now", agency="R1")

    assert {(one["dimensions"]["province"], one["value"]) for one in now} == {("P08-2025", 7), ("P01", 5)}
    assert {one["province"] for one in now} == {"P08-2025"}


async def test_a_divided_province_is_named(mapped):
    notes = (await ask(mapped, "BNG", map="now", group_by="province")).json()["notes"]
    of_then = (await ask(mapped, "BNG", group_by="province")).json()["notes"]

    assert [(note["code"], note.get("provinces")) for note in notes if note["code"] == "provinces_divided"] == [
        ("provinces_divided", ["PX"])
    ]
    assert [note for note in of_then if note["code"] == "provinces_divided"] == []


async def test_changes_on_the_new_map(mapped):
    cursor = (await ask(mapped, "BNG", map="now", group_by="province")).json()["cursor"]
    cells = [married(11, "P08")]
    body = {"obligation": "X-P", "period": "2025-S1", "agency": "R2", "observations": cells}
    sent = await mapped.http.post("/v1/submissions", json=body, headers=mapped.caller("R2"))
    await accept(mapped, sent.json()["id"], by="BNG")

    delta = await items(mapped, "BNG", map="now", group_by="province", since=cursor)
    assert [(one["action"], one["province"], one["value"]) for one in delta] == [("R", "P08-2025", 23)]


async def test_single_figures_keep_their_report_and_reason_unless_the_map_makes_several_one(mapped):
    lacking = {"status": "not_available", "reason": "Chưa thống kê."}
    cells = [married(None, "P02", **lacking), married(1, "P01"), a_cell(None, "KR", **lacking), a_cell(6, "TW")]
    body = {"obligation": "X-P", "period": "2025-S1", "agency": "R3", "observations": cells}
    sent = (await mapped.http.post("/v1/submissions", json=body, headers=mapped.caller("R3"))).json()
    await accept(mapped, sent["id"], by="BNG")

    then, now = [await items(mapped, "BNG", map=one, agency="R3", period="2025-S1") for one in ("then", "now")]
    assert {(one["indicator"], one["value"], one["reason"]) for one in now} == {
        ("MARRIAGE.OUT.FLOW", None, "Chưa thống kê."),
        ("MARRIAGE.OUT.FLOW", 1, None),
        ("LABOUR.OUT.FLOW", None, "Chưa thống kê."),
        ("LABOUR.OUT.FLOW", 6, None),
    }
    assert {one["submission"] for one in (*then, *now)} == {sent["id"]}
    assert {one["dimensions"].get("province") for one in now} == {"P08-2025", "P01", None}
    joined = await items(mapped, "BNG", map="now", agency="R1", period="2025-S1", dim__province="P08-2025")
    of_report = await items(mapped, "BNG", agency="R1", period="2025-S1")
    assert [(one["value"], one["reason"]) for one in joined] == [(7, None)]
    assert {one["submission"] for one in joined} == {one["submission"] for one in of_report}


def test_a_chain_is_followed_and_a_ring_ends():
    day = date(2026, 1, 1)
    chain = ProvinceMapping([Followed("A", "B", day), Followed("B", "C", day)], day)
    ring = ProvinceMapping([Followed("A", "B", day), Followed("B", "A", day)], day)
    later = ProvinceMapping([Followed("A", "B", date(2027, 1, 1))], day)

    assert (chain.unit("A"), chain.unit("C"), chain.unit("Z")) == ("C", "C", "Z")
    assert ring.unit("A") in ("A", "B")
    assert later.unit("A") == "A"
