"""What falls due in a year, with where it is said; the years are the printed ones."""

import csv

import pytest

from services.registry.timeline.rules import Timeframe, TimelineKind, find_kinds
from tests.registry.conftest import DATA
from tests.registry.statements import counted_statements

TIMELINE = "/v1/timeline"


def printed_lines():
    for name in ("tasks_402.csv", "tasks_hatinh_167.csv", "tasks_actip_1957.csv"):
        with (DATA / name).open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)


async def everything(client, headers, path=TIMELINE, **query):
    answer = await client.get(path, params={"limit": 500} | query, headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.json()["next_cursor"] is None
    return answer.json()["items"]


@pytest.mark.parametrize("year", [2020, 2022, 2025, 2026, 2030])
async def test_every_printed_window_that_ends_in_a_year_is_there(client, reader, year):
    items = await everything(client, reader, year=year)

    ending = {item["task"] for item in items if item["kind"] == "window_ends"}
    parents = {f"{line['instrument']}/{line['parent_code']}" for line in printed_lines() if line["parent_code"]}
    expected = {
        line["id"]
        for line in printed_lines()
        if line["tf_mode"] == "window" and line["tf_end"] == str(year) and line["id"] not in parents
    }
    assert ending == expected


async def test_reviews_and_series_come_in_their_years_only(client, reader):
    by_year = {year: await everything(client, reader, year=year) for year in (2022, 2023, 2025, 2027)}

    def tasks(year, kind):
        return {item["task"] for item in by_year[year] if item["kind"] == kind}

    series = {"P2Y": "QD-402-2020/2.6", "P5Y": "QD-402-2020/2.4"}
    found = {line["period_iso"]: line["id"] for line in printed_lines() if line["tf_mode"] == "periodic"}
    assert set(found) == set(series)
    assert {year: tasks(year, "series_year") for year in by_year} == {
        2022: {found["P2Y"]},
        2023: set(),
        2025: {found["P5Y"]},
        2027: set(),
    }
    reviewed = {line["id"] for line in printed_lines() if line["review_start"] == "2023"}
    assert reviewed
    assert reviewed <= tasks(2023, "review")
    assert not reviewed & tasks(2022, "review")


async def test_reports_stand_at_their_days_and_what_has_no_day_after_them(client, reader):
    items = await everything(client, reader, year=2026)

    days = [item["on"] for item in items]
    dated = [day for day in days if day]
    assert dated == sorted(dated)
    assert days == dated + [None] * (len(days) - len(dated))
    yearly = next(item for item in items if (item["obligation"], item["period"]) == ("O402-02", "2026"))
    assert (yearly["kind"], yearly["on"], len(yearly["agencies"])) == ("report_due", "2026-11-14", 53)
    half = next(item for item in items if (item["obligation"], item["period"]) == ("OHT-01", "2026-S1"))
    assert (half["on"], half["plan"], len(half["agencies"])) == ("2026-07-04", "KH-167-HATINH", 7)
    assert (half["text_vi"], half["text_en"]) == ("Hạn nộp báo cáo: 04/7/2026", "Report due on 4 July 2026")
    assert all(item["source_ref"] and item["text_vi"] and item["text_en"] for item in items)


async def test_a_timeline_is_narrowed_to_an_agency_and_to_a_plan(client, reader):
    of_agency = await everything(client, reader, year=2026, agency="HT-SNGV")
    of_plan = await everything(client, reader, "/v1/plans/KH-167-HATINH/timeline", year=2026)
    whole = await everything(client, reader, year=2026)

    assert of_agency == [item for item in whole if "HT-SNGV" in item["agencies"]]
    assert of_plan == [item for item in whole if item["plan"] == "KH-167-HATINH"]
    assert of_agency
    assert of_plan


async def test_pages_are_the_timeline(client, app, reader):
    whole = await everything(client, reader, year=2025)
    pages, cursor = [], None
    with counted_statements(app) as sent:
        while True:
            query = {"year": 2025, "limit": 20} | ({"cursor": cursor} if cursor else {})
            page = (await client.get(TIMELINE, params=query, headers=reader)).json()
            pages += page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                break

    assert pages == whole
    assert len(sent) % (len(whole) // 20 + 1) == 0, "as many statements for each page"


async def test_a_client_bound_to_a_plan_sees_that_plan_only(client, caller):
    headers = caller("BCA", "registry:read", plans=["QD-1957-2020"])

    items = await everything(client, headers, year=2022)
    other = await client.get("/v1/plans/QD-402-2020/timeline?year=2022", headers=headers)

    assert {item["plan"] for item in items} == {"QD-1957-2020"}
    assert (other.status_code, other.json()["code"]) == (404, "plan_unknown")


@pytest.mark.parametrize("query", ["", "year=1", "year=x", "year=2026&colour=red"])
async def test_a_timeline_needs_a_year(client, reader, query):
    answer = await client.get(f"{TIMELINE}?{query}", headers=reader)

    assert answer.status_code in (400, 422)
    assert answer.json()["errors"]


@pytest.mark.parametrize(
    ("period", "first", "last", "years"),
    [
        ("P2Y", 2020, 2024, {2020, 2022, 2024}),
        ("P2Y", 2020, None, {2020, 2022, 2024, 2026}),
        ("P6M", 2021, 2022, {2021, 2022}),
        (None, 2020, 2024, set()),
        ("P1Y", None, 2024, set()),
    ],
)
def test_a_series_has_the_years_of_its_interval(period, first, last, years):
    timeframe = Timeframe("periodic", first, last, "none", None, None, period)

    found = {year for year in range(2018, 2027) if TimelineKind.SERIES_YEAR in find_kinds(timeframe, year)}

    assert found == years
