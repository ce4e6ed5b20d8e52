"""Completeness and punctuality: from the ledger, never above 1, each figure with its rows."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.submissions.compliance.rules import Counts, reckon, share
from tests.submissions.fake_registry import owed_by
from tests.submissions.service import FIRST_MORNING, a_report


@given(st.integers(0, 50), st.integers(0, 50))
def test_a_share_lies_between_nothing_and_all(part, rest):
    found = share(part, part + rest)

    assert found is None if part + rest == 0 else 0 <= found <= 1


def test_of_nothing_there_is_no_share():
    figures = reckon(Counts(), {})

    assert (figures.completeness, figures.punctuality) == (None, None)


async def read(service, agency="HT-SNGV", **params):
    answer = await service.http.get("/v1/compliance", params=params, headers=service.caller(agency))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def send(service, agency):
    return await service.http.post("/v1/submissions", json=a_report(agency), headers=service.caller(agency))


@pytest.fixture(scope="module")
async def half_done(service):
    """Two in time, one late, four missing; and the same yearly report asked twice."""
    for agency in ("HT-STP", "HT-SNV"):
        await send(service, agency)
    service.at(FIRST_MORNING + timedelta(days=5))
    await send(service, "HT-CAT")
    await service.http.post(
        "/v1/submissions",
        json={
            "obligation": "OHT-06",
            "period": "2026",
            "agency": "HT-SNGV",
            "narrative": {"general": {"text": "x"}},
        },
        headers=service.caller("HT-SNGV"),
    )
    return (await service.occurrence("OHT-01", "2026-S1", "HT-SNV"))["cycle"]


async def test_a_cycle_is_counted_from_its_rows(service, half_done):
    (line,) = (await read(service, cycle=half_done))["items"]
    counts = {name: line[name] for name in ("expected", "received", "missing", "on_time", "late", "overdue")}

    assert counts == {"expected": 7, "received": 3, "missing": 4, "on_time": 2, "late": 1, "overdue": 4}
    assert (line["completeness"], line["punctuality"]) == (round(3 / 7, 4), round(2 / 7, 4))
    assert line["group"] == {
        "cycle": half_done,
        "obligation": "OHT-01",
        "period": "2026-S1",
        "due_on": "2026-07-04",
    }


@pytest.mark.parametrize("group_by", ["cycle", "obligation", "plan", "period", "agency"])
async def test_every_figure_leads_to_exactly_its_rows(service, half_done, group_by):
    answer = await read(service, group_by=group_by, limit=500)
    for figures in (answer["total"], *answer["items"]):
        for name, link in figures["links"].items():
            rows = await service.http.get(link + "&limit=500", headers=service.caller("HT-SNGV"))
            assert len(rows.json()["items"]) == figures[name], (name, link)


@pytest.mark.parametrize("group_by", ["cycle", "obligation", "plan", "period", "agency"])
async def test_the_groups_add_up_to_the_total(service, half_done, group_by):
    answer = await read(service, group_by=group_by, limit=500)

    for name in ("expected", "received", "accepted", "on_time", "late", "overdue"):
        assert sum(line[name] for line in answer["items"]) == answer["total"][name]


async def test_the_same_report_asked_twice_counts_once_where_it_satisfies(service, half_done):
    answer = await read(service, group_by="obligation", period="2026")

    assert [(line["group"]["obligation"], line["expected"], line["received"]) for line in answer["items"]] == [
        ("OHT-06", 1, 1)
    ]


async def test_what_has_no_date_counts_in_completeness_only(service, half_done):
    (line,) = (await read(service, obligation="OHT-06"))["items"]

    assert (line["completeness"], line["punctuality"]) == (1.0, None)


async def test_the_waived_are_not_expected(service, half_done):
    before = await read(service, "BNG", obligation="O402-02")
    service.registry.change("O402-02", "2026", reporters=owed_by("UBND-P42"))
    await service.follow()
    await service.roll()
    after = await read(service, "BNG", obligation="O402-02")

    assert (before["total"]["expected"], after["total"]["expected"]) == (2, 1)


async def test_a_cycle_that_takes_no_reports_yet_is_not_counted(service, half_done):
    assert (await read(service, period="2027-S1"))["total"]["expected"] == 0


async def test_groups_are_paged_in_the_order_of_their_keys(service, half_done):
    seen, cursor = [], None
    while True:
        page = await read(service, group_by="agency", limit=3, **({"cursor": cursor} if cursor else {}))
        seen += [line["group"]["agency"] for line in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert seen == sorted(set(seen))
    assert len(seen) == 8


async def test_nobody_counts_what_he_may_not_see(service, half_done):
    assert (await read(service, "TTG"))["total"]["expected"] == 0
    assert (await read(service, "HT-STP"))["total"]["expected"] == 1
