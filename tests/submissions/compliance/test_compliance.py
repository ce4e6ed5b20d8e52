"""Completeness and punctuality: from the ledger, never above 1, each figure with its rows."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.submissions.compliance import service as counting
from services.submissions.compliance.rules import ROWS, Counts, reckon, share
from services.submissions.registry_schemas import SuccessorAnswer
from tests.registry.statements import counted_statements
from tests.submissions.data.asking import a_province
from tests.submissions.exception.asking import ask, decide
from tests.submissions.fake_registry import a_cycle, an_agency, owed_by
from tests.submissions.service import FIRST_MORNING, a_report

GROUPINGS = ("cycle", "obligation", "plan", "period", "agency", "form", "level", "province")
COMMITTEE = "provincial_peoples_committee"


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


def merge_two_provinces(registry):
    """P10 became a part of P15-2025, which ended too: what follows it is proposed only, so figures stay there."""
    ended, line = date(2025, 6, 30), {"effective_on": date(2025, 7, 1), "kind": "merge"}
    merged = (SuccessorAnswer(agency="UBND-P15-2025", **line),)
    registry.provinces += [a_province("P10", "P15-2025"), a_province("P15-2025")]
    registry.agencies += [
        an_agency("UBND-P10", kind=COMMITTEE, province="P10", valid_to=ended, successors=merged),
        an_agency("LC-SNGV", kind="provincial_department", province="P10", valid_to=ended),
        an_agency(
            "UBND-P15-2025",
            kind=COMMITTEE,
            province="P15-2025",
            valid_from=line["effective_on"],
            valid_to=date(2026, 4, 29),
        ),
    ]
    voluntary = ({"code": "voluntary", "vi": "không bắt buộc", "en": "voluntary"},)
    registry.schedule += [
        a_cycle(
            "O402-02",
            f"2026-0{month}-01/P1M",
            date(2026, month, 1),
            date(2026, month, 28),
            due_on=date(2026, 8, 14),
            reporters=owed_by(*agencies),
            **{"recipients": ("BNG",), "next_level": ("BNG",), **changes},
        )
        for month, agencies, changes in (
            (1, ("UBND-P10", "LC-SNGV"), {}),
            (2, ("UBND-P15-2025",), {}),
            (3, ("BCA", "TTG"), {"overdue_after": None, "trace": voluntary}),
        )
    ]


@pytest.fixture(scope="module")
async def half_done(service):
    """Two in time, one late, one with more time, three missing; the same yearly report asked twice; a voluntary
    report; two provinces that became one."""
    merge_two_provinces(service.registry)
    await service.follow()
    await service.roll()
    more_time = (await ask(service, "extensions", "HT-BCHBP", due_on="2026-07-20")).json()
    await decide(service, "extensions", more_time["id"], "grant", body={"reason": "Đồng ý."})
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
    names = ("expected", "received", "missing", "decided", "on_time", "late", "overdue")
    counts = {name: line[name] for name in names}

    assert counts == {
        "expected": 7,
        "received": 3,
        "missing": 4,
        "decided": 6,
        "on_time": 2,
        "late": 1,
        "overdue": 3,
    }
    assert (line["completeness"], line["punctuality"]) == (round(3 / 7, 4), round(2 / 6, 4))
    assert line["group"] == {
        "cycle": half_done,
        "obligation": "OHT-01",
        "period": "2026-S1",
        "due_on": "2026-07-04",
    }


@pytest.mark.parametrize(("group_by", "agency"), [*((one, "HT-SNGV") for one in GROUPINGS), ("province", "BNG")])
async def test_every_figure_leads_to_exactly_its_rows(service, half_done, group_by, agency):
    answer = await read(service, agency, group_by=group_by, map="now", limit=500)
    asked = {}
    for figures in (answer["total"], *answer["items"]):
        assert set(figures["links"]) == set(ROWS)
        for name, link in figures["links"].items():
            if link not in asked:
                rows = await service.http.get(link + "&limit=500", headers=service.caller(agency))
                asked[link] = len(rows.json()["items"])
            assert asked[link] == figures[name], (name, link)


@pytest.mark.parametrize("group_by", GROUPINGS)
async def test_the_groups_add_up_to_the_total(service, half_done, group_by):
    answer = await read(service, group_by=group_by, limit=500)

    assert answer["items"]
    for name in set(ROWS) - {"not_open"}:
        assert sum(line[name] for line in answer["items"]) == answer["total"][name], name


@pytest.mark.parametrize("narrowing", [{"form": "plan-report"}, {"level": "ministry"}, {"province": ""}])
async def test_what_is_narrowed_keeps_its_narrowing_in_every_link(service, half_done, narrowing):
    answer = await read(service, "BNG", group_by="agency", **narrowing)
    (name, value), line = *narrowing.items(), answer["items"][0]

    assert 0 < answer["total"]["expected"] < (await read(service, "BNG"))["total"]["expected"] or value == ""
    assert all(f"{name}={value}" in link for link in line["links"].values())


async def test_the_same_report_asked_twice_counts_once_where_it_satisfies(service, half_done):
    answer = await read(service, group_by="obligation", period="2026")

    assert [
        (line["group"]["obligation"], line["expected"], line["received"], line["same_report"])
        for line in answer["items"]
    ] == [("OHT-04", 0, 0, 1), ("OHT-06", 1, 1, 0)]


async def test_what_has_no_date_counts_in_completeness_only(service, half_done):
    (line,) = (await read(service, obligation="OHT-06"))["items"]

    assert (line["completeness"], line["punctuality"]) == (1.0, None)


async def test_the_waived_are_not_expected(service, half_done):
    before = await read(service, "BNG", obligation="O402-02")
    service.registry.change("O402-02", "2026", reporters=owed_by("UBND-P42"))
    await service.follow()
    await service.roll()
    after = await read(service, "BNG", obligation="O402-02")

    assert (before["total"]["expected"], after["total"]["expected"]) == (5, 4)
    assert after["total"]["waived"] == before["total"]["waived"] + 1


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


async def test_a_voluntary_report_stands_beside_the_share(service, half_done):
    (line,) = (await read(service, "BNG", obligation="O402-02", period="2026-03-01/P1M"))["items"]

    assert (line["voluntary"], line["expected"], line["completeness"]) == (2, 0, None)


@pytest.mark.parametrize(("map_", "provinces"), [("then", {"P10": 2, "P15-2025": 1}), ("now", {"P15-2025": 3})])
async def test_provinces_are_read_by_either_map_and_the_total_is_the_same(service, half_done, map_, provinces):
    answer = await read(service, "BNG", group_by="province", map=map_)
    found = {line["group"]["province"]: line["expected"] for line in answer["items"]}
    one = await read(service, "BNG", province="P15-2025", map=map_)

    assert {name: count for name, count in found.items() if name} == provinces
    assert sum(found.values()) == answer["total"]["expected"]
    assert one["total"]["expected"] == provinces["P15-2025"]


async def test_a_level_is_the_kind_of_agency_that_receives(service, half_done):
    found = {line["group"]["level"]: line["expected"] for line in (await read(service, group_by="level"))["items"]}

    assert found == {"ministry": 8}


async def matrix(service, agency="HT-SNGV", **params):
    return await service.http.get("/v1/compliance/matrix", params=params, headers=service.caller(agency))


async def test_the_matrix_says_how_each_report_of_each_reporter_stands(service, half_done):
    answer = (await matrix(service, period="2026-S1", obligation="OHT-01")).json()
    (column,) = answer["columns"]
    cells = {row["agency"]: [cell["clock"] for cell in row["cells"]] for row in answer["items"]}

    assert (column["cycle"], column["expected"], column["received"]) == (half_done, 7, 3)
    assert cells == {
        "HT-STP": ["on_time"],
        "HT-SGDDT": ["overdue"],
        "HT-SNV": ["on_time"],
        "HT-STC": ["overdue"],
        "HT-SKHCN": ["overdue"],
        "HT-CAT": ["late"],
        "HT-BCHBP": ["due"],
    }


async def test_the_matrix_is_paged_by_reporters_and_its_cells_are_the_ledger(service, half_done):
    whole = (await matrix(service, limit=500)).json()
    rows, cursor = [], None
    while True:
        page = (await matrix(service, limit=3, **({"cursor": cursor} if cursor else {}))).json()
        rows += page["items"]
        cursor = page["next_cursor"]
        assert [one["cycle"] for one in page["columns"]] == [one["cycle"] for one in whole["columns"]]
        if cursor is None:
            break

    assert rows == whole["items"]
    for column in whole["columns"]:
        counted = [
            c for r in rows for c in r["cells"] if (c["cycle"], c["standing"]) == (column["cycle"], "counted")
        ]
        assert len(counted) == column["expected"]


async def test_a_matrix_has_an_end_to_its_width(service, half_done, monkeypatch):
    monkeypatch.setattr(counting, "WIDEST", 2)
    answer = await matrix(service)

    assert (answer.status_code, answer.json()["code"]) == (422, "compliance_matrix_wide")


@pytest.mark.parametrize("door", ["/v1/compliance?group_by=province&map=now", "/v1/compliance/matrix"])
async def test_a_door_needs_two_or_three_statements_whatever_it_counts(service, half_done, door):
    with counted_statements(service.app) as sent:
        await service.http.get(door, headers=service.caller("BNG"))

    assert 2 <= len([one for one in sent if "occurrence" in one or "agency" in one]) <= 3


async def test_nobody_counts_what_he_may_not_see(service, half_done):
    assert (await read(service, "TTG"))["total"]["expected"] == 0
    assert (await read(service, "HT-STP"))["total"]["expected"] == 1
