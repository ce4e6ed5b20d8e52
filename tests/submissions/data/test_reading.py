"""Reading figures: single ones and groups, states of cells, rights, versions over time."""

from datetime import datetime

import pytest

from kernel.clock import VIETNAM
from tests.registry.statements import counted_statements
from tests.submissions.consolidation.cascade import JAPAN, a_cell, accept, accepted, open_cascade, report
from tests.submissions.data.asking import DATA, READ, ask, items, table
from tests.submissions.service import Service

LABOUR = {"indicator": "LABOUR.OUT.FLOW"}


def stock(value: int, country: str = "JP") -> dict[str, object]:
    codes = {"sex": "female", "age_group": "adult", "partner_country": country, "purpose": "work"}
    return {"indicator": "STOCK_OUT.OUT.STOCK", "dimensions": codes, "value": value}


@pytest.fixture(scope="module")
async def reported(service: Service) -> Service:
    """Three departments reported; one of them is not accepted yet."""
    await open_cascade(service)
    await accepted(service, "HT-STP", observations=[a_cell(10), a_cell(0, "KR"), a_cell(7, "TW")])
    cells = [a_cell(5), a_cell(None, "KR", status="not_available", reason="=cmd|' /C calc'!A0")]
    await accepted(service, "HT-SNV", observations=[*cells, a_cell(None, "TW", status="not_applicable")])
    await report(service, "HT-STC", observations=[a_cell(100)])
    return service


async def test_single_figures_stand_as_they_were_reported(reported):
    found = await items(reported, **LABOUR, agency="HT-SNV", period="2026-S1")

    assert {
        (one["dimensions"]["partner_country"], one["value"], one["status"], one["reason"]) for one in found
    } == {
        ("JP", 5, "value", None),
        ("KR", None, "not_available", "=cmd|' /C calc'!A0"),
        ("TW", None, "not_applicable", None),
    }
    assert {(one["agency"], one["period"], one["obligation"]) for one in found} == {
        ("HT-SNV", "2026-S1", "OHT-01")
    }
    assert found[0]["dimensions"] == {**JAPAN, "partner_country": "JP"}


async def test_groups_keep_the_states_of_cells_apart(reported):
    found = {
        one["dimensions"]["partner_country"]: one for one in await items(reported, group_by="partner_country")
    }

    assert {country: (one["value"], one["status"]) for country, one in found.items()} == {
        "JP": (15, "value"),
        "KR": (0, "value"),
        "TW": (7, "value"),
    }
    assert found["KR"]["cells"] == {"given": 1, "zeros": 1, "not_available": 1, "not_applicable": 0}
    assert found["TW"]["cells"] == {"given": 1, "zeros": 0, "not_available": 0, "not_applicable": 1}


async def test_what_is_not_accepted_is_read_only_when_it_is_asked_for(reported):
    assert await table(reported, "period") == {"2026-S1": 22}
    assert await table(reported, "period", include="submitted") == {"2026-S1": 122}


async def test_a_group_of_nothing_but_lacking_figures_says_so(reported):
    (one,) = await items(reported, group_by="agency", agency="HT-SNV", partner_country="KR")

    assert (one["value"], one["status"], one["cells"]["not_available"]) == (None, "not_available", 1)


async def test_filters_narrow(reported):
    assert await table(reported, "agency", partner_country=["JP", "TW"]) == {"HT-STP": 17, "HT-SNV": 5}
    assert await table(reported, "agency", sex="male") == {}
    assert await table(reported, "agency", period_from="2026", period_to="2026-S1") == {"HT-STP": 17, "HT-SNV": 5}
    assert await table(reported, "agency", period_from="2026-S2") == {}
    assert await table(reported, "agency", obligation="O402-01") == {}
    assert await table(reported, "agency", plan="QD-402-2020") == {}


async def test_each_sees_its_own_its_line_and_its_plan(reported):
    of = {agency: await table(reported, "agency", by=agency) for agency in ("HT-SNV", "UBND-P42", "BCA", "BNG")}

    assert of["HT-SNV"] == {"HT-SNV": 5}
    assert of["UBND-P42"] == {"HT-STP": 17, "HT-SNV": 5}
    assert of["BCA"] == of["BNG"] == {}


async def test_a_client_that_is_closed_to_the_plan_sees_nothing_of_it(reported):
    assert await table(reported, "agency", plans=["QD-402-2020"]) == {}


async def test_a_door_without_the_scope_stays_shut(reported):
    answer = await ask(reported, scopes=[READ])

    assert (answer.status_code, answer.json()["code"], answer.json()["scope"]) == (403, "scope_missing", DATA)


async def test_more_reports_need_no_more_statements(reported):
    with counted_statements(reported.app) as for_one:
        await items(reported, group_by="agency", agency="HT-SNV")
    with counted_statements(reported.app) as for_all:
        await items(reported, group_by="agency", include="submitted")

    assert len(for_all) == len(for_one)


async def test_what_was_known_at_an_instant(service: Service, reported):
    service.at(datetime(2026, 7, 2, 9, tzinfo=VIETNAM))
    sent = await report(service, "HT-SNV", observations=[a_cell(8)])
    service.at(datetime(2026, 7, 2, 15, tzinfo=VIETNAM))
    await accept(service, sent["id"])
    service.at(datetime(2026, 7, 2, 16, tzinfo=VIETNAM))

    at = {
        known_at: await table(service, "agency", known_at=known_at)
        for known_at in ("2026-06-01T00:00:00+07:00", "2026-07-02T10:00:00+07:00", "2026-07-02T15:01:00+07:00")
    }
    assert list(at.values()) == [{}, {"HT-STP": 17, "HT-SNV": 5}, {"HT-STP": 17, "HT-SNV": 8}]
    before = await table(service, "agency", include="submitted", known_at="2026-07-02T10:00:00+07:00")
    assert before["HT-SNV"] == 8
