"""The doors of obligations on a loaded registry."""

import csv
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.registry.statements import counted_statements
from tests.support import set_business_time

DATA = Path(__file__).resolve().parents[3] / "data"
SEVEN = ["HT-BCHBP", "HT-CAT", "HT-SGDDT", "HT-SKHCN", "HT-SNV", "HT-STC", "HT-STP"]


@pytest.fixture(autouse=True)
def first_of_july(client, app):
    set_business_time(app, datetime(2026, 7, 1, 1, tzinfo=UTC))


async def codes_of(client, reader, **asked):
    answer = await client.get("/v1/obligations", params={"limit": 500, **asked}, headers=reader)
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


async def test_every_obligation_of_the_data_is_listed_by_code_page_after_page(client, reader):
    with (DATA / "obligations.csv").open(encoding="utf-8", newline="") as lines:
        in_file = sorted(row["id"] for row in csv.DictReader(lines))

    found, cursor = [], None
    while True:
        params = {"limit": 7} | ({"cursor": cursor} if cursor else {})
        page = (await client.get("/v1/obligations", params=params, headers=reader)).json()
        found += [item["id"] for item in page["items"]]
        if (cursor := page["next_cursor"]) is None:
            break

    assert len(found) == 32
    assert sorted(found) == in_file
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ({"instrument": "VP-1692-KIENGIANG"}, ["OKG-01"]),
        ({"plan": "QD-1957-2020", "kind": "one_off"}, ["O1957-03", "O1957-04"]),
        ({"reporter": "G-CQDD"}, ["O402-04a", "O402-04b"]),
        ({"reporter": "BLDTBXH"}, ["O1957-05", "O402-10"]),
        ({"recipient": "HT-SNGV"}, ["OHT-01", "OHT-02", "OHT-03", "OHT-05"]),
        ({"recipient": "HT-SNGV", "subject": "migration_data"}, ["OHT-01", "OHT-02"]),
        ({"owed_by": "HT-SNV"}, ["OHT-01", "OHT-02", "OHT-03", "OHT-05"]),
        ({"owed_by": "HT-SLDTBXH"}, []),
        ({"owed_by": "HT-SLDTBXH", "as_of": "2025-02-28"}, ["OHT-01", "OHT-02", "OHT-03", "OHT-05"]),
        ({"owed_by": "BNV", "subject": "task_report"}, ["O402-10"]),
        ({"in_force": "false"}, ["O1957-01", "O1957-02", "O1957-03", "O1957-04", "O1957-05", "OKG-01"]),
        ({"in_force": "true", "instrument": "VP-1692-KIENGIANG", "as_of": "2020-04-01"}, ["OKG-01"]),
    ],
)
async def test_lists_are_narrowed(client, reader, asked, codes):
    assert await codes_of(client, reader, **asked) == codes


async def test_a_client_of_one_plan_sees_only_its_obligations(client, caller):
    narrow = caller("BCA", "registry:read", plans=["QD-1957-2020"])

    assert await codes_of(client, narrow) == [f"O1957-0{number}" for number in range(1, 6)]
    for path in ("/v1/obligations/OHT-01", "/v1/obligations/OHT-01/explain"):
        assert (await client.get(path, headers=narrow)).status_code == 404


async def test_one_obligation_is_shown_whole(client, reader):
    answer = await client.get("/v1/obligations/OHT-01", headers=reader)

    assert answer.json() == {
        "id": "OHT-01",
        "instrument": "KH-167-HATINH",
        "plan": "KH-167-HATINH",
        "steward": "HT-SNGV",
        "source_ref": "IV (final)",
        "subject": "migration_data",
        "form": "migration-data",
        "title_vi": "Số liệu di cư 6 tháng",
        "title_en": "Six-monthly migration data",
        "kind": "periodic",
        "binding": "mandatory",
        "covers": "first half-year",
        "reporter": ["G-DV-HT"],
        "recipient": ["HT-SNGV"],
        "via": [],
        "next_level": "O402-01",
        "satisfied_by": None,
        "deadline": {
            "window": "calendar_half",
            "parts": ["H1"],
            "series_years": [],
            "period_iso": "P6M",
            "wording": "trước ngày 05/7",
            "operator": "before",
            "month": 7,
            "day": 5,
            "year_offset": 0,
            "fixed_year": None,
            "days_after": None,
            "counts_working_days": False,
            "with_obligation": None,
            "roll": "none",
            "month_offset": None,
            "working_day": None,
            "weekday": None,
            "week_offset": 0,
            "hour": None,
            "minute": 0,
            "counted_from": "period_end",
            "event": None,
            "year_starts": None,
            "cut_off": None,
            "applies_from": None,
        },
        "rule_version": 1,
        "valid_from": "2020-05-11",
        "valid_to": "2030-12-31",
        "in_force": True,
        "orphaned": [],
        "confidence": "high",
        "note": None,
    }


async def test_a_reader_that_has_it_gets_304(client, reader):
    first = await client.get("/v1/obligations/O402-02", headers=reader)
    again = await client.get("/v1/obligations/O402-02", headers={**reader, "If-None-Match": first.headers["etag"]})

    assert again.status_code == 304
    assert again.headers["etag"] == first.headers["etag"]


async def test_ha_tinhs_half_year_data_is_explained(client, reader):
    answer = await client.get("/v1/obligations/OHT-01/explain", params={"period": "2026-S1"}, headers=reader)
    told = answer.json()

    assert told["due_on"] == "2026-07-04"
    assert told["due_at"] == told["steps"][-1]["due_at"] == "2026-07-04T23:59:59.999999+07:00"
    assert [step["code"] for step in told["steps"]] == [
        "period",
        "validity",
        "wording",
        "named_day",
        "before",
        "not_rolled",
        "due_at",
    ]
    assert told["reporters_count"] == 7
    assert [one["agency"] for one in told["reporters"]] == SEVEN
    assert told["decided_on"] == "2026-06-30"
    assert (told["recipients"], told["next_level"]) == (["HT-SNGV"], ["UBND-P42"])
    assert told["calendar_version"].startswith("0.")
    assert told["rule_version"] == 1


async def test_it_is_said_that_home_affairs_has_the_part_of_the_old_labour_department(client, reader):
    told = (
        await client.get("/v1/obligations/OHT-01/explain", params={"period": "2026-S1"}, headers=reader)
    ).json()
    home_affairs = next(one for one in told["reporters"] if one["agency"] == "HT-SNV")
    carried = [step for step in told["people"] if step["code"] == "carried"]

    assert home_affairs == {
        "agency": "HT-SNV",
        "name_vi": "Sở Nội vụ tỉnh Hà Tĩnh",
        "name_en": "Department of Home Affairs of Ha Tinh",
        "duty": "HT-SNV",
        "carries": ["HT-SLDTBXH"],
    }
    assert {step["agency"]: step["carries"] for step in carried} == {
        "HT-SKHCN": ["HT-STTTT"],
        "HT-SNV": ["HT-SLDTBXH"],
        "HT-STC": ["HT-SKHDT"],
    }
    assert all(step["vi"] and step["en"] for step in told["people"] + told["steps"])


@pytest.mark.parametrize(
    ("obligation", "period", "due_at", "count"),
    [
        ("O402-02", "2026", "2026-11-14T23:59:59.999999+07:00", 53),
        ("O402-02", "2025", "2025-11-14T23:59:59.999999+07:00", 53),
        ("OHT-02", "2026", "2027-01-04T23:59:59.999999+07:00", 7),
        ("OKT-01", "2025-12-15/P6M", "2026-06-15T23:59:59.999999+07:00", 0),
        ("O402-07", "2025-01-01/P24M", None, 1),
        ("OKG-01", "2020-03-26/P28D", "2020-04-22T23:59:59.999999+07:00", 1),
        ("O402-11", "2026", None, 53),
    ],
)
async def test_known_cycles_are_due_when_the_documents_say(client, reader, obligation, period, due_at, count):
    answer = await client.get(f"/v1/obligations/{obligation}/explain", params={"period": period}, headers=reader)

    assert (answer.json()["due_at"], answer.json()["reporters_count"]) == (due_at, count)


@pytest.mark.parametrize(
    ("obligation", "period"), [("OHT-01", "2026-S1"), ("O402-02", "2026"), ("OKG-01", "2020-03-26/P28D")]
)
async def test_without_a_period_the_next_cycle_is_explained(client, reader, obligation, period):
    answer = await client.get(f"/v1/obligations/{obligation}/explain", headers=reader)

    assert answer.json()["period"] == period


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/v1/obligations/NOPE", 404, "obligation_unknown"),
        ("/v1/obligations/NOPE/explain?period=2026", 404, "obligation_unknown"),
        ("/v1/obligations/OHT-01/explain?period=2026-S2", 404, "period_not_of_obligation"),
        ("/v1/obligations/OHT-01/explain?period=soon", 422, "period_invalid"),
        ("/v1/obligations/O402-11/explain", 422, "period_needed"),
        ("/v1/obligations?kind=weekly", 422, "content_invalid"),
        ("/v1/obligations?as_of=2026-13-01", 422, "content_invalid"),
        ("/v1/obligations?colour=red", 400, "parameter_unknown"),
        ("/v1/obligations?cursor=x", 400, "cursor_invalid"),
        ("/v1/agencies/NOPE/duties", 404, "agency_unknown"),
    ],
)
async def test_what_is_wrong_is_refused(client, reader, path, status, code):
    answer = await client.get(path, headers=reader)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def preview(client, reader, rule, obligation="OHT-01", first="2026-01-01", last="2027-12-31"):
    body = {"obligation": obligation, "rule": rule, "from": first, "to": last}
    return await client.post("/v1/obligations/preview", json=body, headers=reader)


async def test_a_preview_shows_what_rolling_would_move_and_keeps_nothing(client, reader):
    answer = (await preview(client, reader, {"roll": "following"})).json()

    assert [(m["period"], m["old"]["due_on"], m["new"]["due_on"], m["change"]) for m in answer["items"]] == [
        ("2026-S1", "2026-07-04", "2026-07-06", "moved"),
        ("2027-S1", "2027-07-04", "2027-07-05", "moved"),
    ]
    assert answer["changed"] == 2
    kept = (await client.get("/v1/obligations/OHT-01", headers=reader)).json()
    assert (kept["deadline"]["roll"], kept["rule_version"]) == ("none", 1)


async def test_a_preview_shows_those_that_share_the_deadline(client, reader):
    answer = (await preview(client, reader, {"day": 20}, "O402-02", last="2026-12-31")).json()

    assert [(m["obligation"], m["new"]["due_on"]) for m in answer["items"]] == [
        ("O402-02", "2026-11-19"),
        ("O402-09", "2026-11-19"),
    ]


async def test_a_preview_of_another_window_says_what_comes_and_goes(client, reader):
    answer = (await preview(client, reader, {"parts": ["H2"]}, last="2026-12-31")).json()

    assert {(m["period"], m["change"]) for m in answer["items"]} == {
        ("2026-S1", "dropped"),
        ("2026-S2", "added"),
    }


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ({}, "content_invalid"),
        ({"month": 13}, "content_invalid"),
        ({"operator": None}, "content_invalid"),
        ({"colour": "red"}, "content_invalid"),
        ({"month": None}, "deadline_rule_invalid"),
        ({"parts": ["Q1"]}, "deadline_rule_invalid"),
        ({"window": "series"}, "deadline_rule_invalid"),
        ({"operator": "with"}, "deadline_rule_invalid"),
        ({"operator": "with", "with_obligation": "NOPE"}, "deadline_rule_invalid"),
        ({"operator": "with", "with_obligation": "OHT-01"}, "deadline_rule_invalid"),
    ],
)
async def test_a_rule_that_cannot_be_is_refused_before_it_is_previewed(client, reader, rule, code):
    answer = await preview(client, reader, rule)

    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_duties_are_what_an_agency_owes_and_carries(client, reader):
    told = (await client.get("/v1/agencies/BNV/duties", headers=reader)).json()
    owed = {one["obligation"]: one for one in told["obligations"]}

    assert owed["O402-10"]["duty"] == "BLDTBXH"
    assert owed["O402-02"]["next_cycle"] == {
        "period": "2026",
        "due_on": "2026-11-14",
        "due_at": "2026-11-14T23:59:59.999999+07:00",
    }
    assert "OHT-01" not in owed
    assert {task["printed"] for task in told["tasks"]} >= {"BLDTBXH"}
    assert {task["part"] for task in told["tasks"]} == {"lead", "coordinator"}


async def test_duties_that_nobody_carries_stay_listed_under_the_ended_agency(client, reader):
    told = (await client.get("/v1/agencies/KT-SNGV/duties", headers=reader)).json()
    before = (
        await client.get("/v1/agencies/KT-SNGV/duties", params={"as_of": "2025-06-30"}, headers=reader)
    ).json()

    assert (told["obligations"], told["orphaned"]) == ([], ["OKT-03"])
    assert "OKT-03" in [one["obligation"] for one in before["obligations"]]


async def test_the_inside_list_names_agencies_only(client, inside):
    items = (await client.get("/internal/obligations", headers=inside)).json()["items"]
    by_code = {item["id"]: item for item in items}

    assert len(items) == 32
    assert by_code["OHT-04"]["recipients"] == ["BNG", "UBND-P42"]
    assert by_code["OKT-04"] == {
        "id": "OKT-04",
        "instrument": "KH-KONTUM-2020",
        "plan": "KH-KONTUM-2020",
        "steward": "KT-SNGV",
        "kind": "periodic",
        "subject": "plan_report",
        "title_vi": "Báo cáo năm của UBND tỉnh",
        "title_en": "Yearly provincial report",
        "form": "plan-report",
        "recipients": ["BNG"],
        "via": "KT-SNGV",
        "next_level": "O402-03",
        "satisfied_by": None,
        "valid_from": "2020-04-20",
        "valid_to": "2030-12-31",
    }


async def test_the_schedule_is_what_submissions_expects(client, inside):
    params = {"from": "2026-07-01", "to": "2026-07-31", "obligation": "OHT-01"}
    answer = (await client.get("/internal/schedule", params=params, headers=inside)).json()
    (item,) = answer["items"]
    trace = item.pop("trace")

    assert item == {
        "obligation": "OHT-01",
        "period": "2026-S1",
        "period_start": "2026-01-01",
        "period_end": "2026-06-30",
        "opens_on": "2026-01-01",
        "due_on": "2026-07-04",
        "due_at": "2026-07-04T23:59:59.999999+07:00",
        "overdue_after": "2026-07-04T23:59:59.999999+07:00",
        "rule_version": "1",
        "rule_author": "loader",
        "rule_reason": "As first read from the documents.",
        "reporters": [{"agency": agency, "duty": agency} for agency in SEVEN],
        "orphaned": [],
        "recipients": ["HT-SNGV"],
        "via": None,
        "next_level": ["UBND-P42"],
        "provisional": False,
    }
    assert trace[-1]["due_at"] == item["due_at"]
    assert answer["calendar_version"]


async def test_a_span_holds_the_cycles_whose_due_day_or_else_end_lies_in_it(client, inside):
    params = {"from": "2026-01-01", "to": "2028-12-31"}
    items = (await client.get("/internal/schedule", params=params, headers=inside)).json()["items"]

    assert len(items) > 60
    assert all("2026-01-01" <= (item["due_on"] or item["period_end"]) <= "2028-12-31" for item in items)
    assert {"O402-07", "O402-09", "OKT-01b"} <= {item["obligation"] for item in items}
    assert "OHT-02" in {item["obligation"] for item in items if item["period"] == "2025"}


@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({"from": "2026-01-01"}, 422),
        ({"from": "2026-01-02", "to": "2026-01-01"}, 422),
        ({"from": "2026-01-01", "to": "2099-01-01"}, 422),
        ({"from": "2026-01-01", "to": "2026-02-01", "obligation": "NOPE"}, 404),
    ],
)
async def test_a_schedule_that_cannot_be_is_refused(client, inside, params, status):
    assert (await client.get("/internal/schedule", params=params, headers=inside)).status_code == status


async def test_inside_doors_open_to_services_only(client, reader):
    for path in ("/internal/obligations", "/internal/schedule?from=2026-01-01&to=2026-02-01"):
        assert (await client.get(path, headers=reader)).status_code == 401


async def test_the_statements_of_a_schedule_do_not_grow_with_it(client, app, inside, database):
    import sqlalchemy as sa

    counted: list[str] = []
    engine = database.engine.sync_engine

    def count(conn, cursor, statement, *_):
        counted.append(statement)

    sa.event.listen(engine, "before_cursor_execute", count)
    params = {"from": "2025-01-01", "to": "2025-02-01"}
    await client.get("/internal/schedule", params=params, headers=inside)
    few, counted[:] = len(counted), []
    await client.get("/internal/schedule", params={**params, "to": "2030-12-31"}, headers=inside)
    sa.event.remove(engine, "before_cursor_execute", count)

    assert len(counted) == few
    assert few <= 7


async def test_a_far_day_is_answered(client, reader):
    far = {"as_of": date(9997, 1, 1).isoformat()}

    assert (await client.get("/v1/agencies/BNG/duties", params=far, headers=reader)).status_code == 200


async def test_a_list_takes_three_statements_however_long_it_is(client, app, reader):
    for limit in (1, 500):
        with counted_statements(app) as sent:
            answer = await client.get("/v1/obligations", params={"limit": limit}, headers=reader)

        assert answer.status_code == 200
        assert len(sent) <= 3, sent
