"""Reminders over HTTP: own ones and those of the recipient line, and the ladder behind them."""

from uuid import UUID

import pytest

from tests.notifications.builders import an_occurrence, fire, follow, query, scheduled, vn
from tests.support import set_business_time

REMINDERS = "/v1/reminders"


@pytest.fixture
async def planned(database):
    await follow(database, scheduled(["HT-STP", "HT-SNV"]), vn("2026-05-01T09:00"))
    return database


async def listed(client, headers, **params):
    items, cursor = [], {}
    while True:
        page = (await client.get(REMINDERS, params={"limit": 3, **params, **cursor}, headers=headers)).json()
        items += page["items"]
        if page["next_cursor"] is None:
            return items
        cursor = {"cursor": page["next_cursor"]}


async def test_a_reporter_sees_its_own_ladder_in_time_order(client, as_agency, planned):
    items = await listed(client, as_agency("HT-STP"))

    assert [item["offset_days"] for item in items] == [-30, -7, -1, 0, 1, 7]
    assert {item["agency"] for item in items} == {"HT-STP"}
    assert items[0]["fires_at"] == "2026-06-04T08:00:00+07:00"
    assert {item["state"] for item in items} == {"planned"}


async def test_the_recipient_line_sees_the_ladders_of_those_below(client, as_agency, planned):
    for agency in ("HT-SNGV", "UBND-P42", "BNG"):
        items = await listed(client, as_agency(agency))
        assert {item["agency"] for item in items} == {"HT-STP", "HT-SNV", "HT-SNGV", "UBND-P42"}


async def test_an_outsider_sees_nothing(client, as_agency, planned):
    assert await listed(client, as_agency("HT-STC")) == []
    assert await listed(client, as_agency("HT-STC"), agency="HT-STP") == []


async def test_a_client_bound_to_another_plan_sees_nothing(client, as_agency, planned):
    assert await listed(client, as_agency("HT-STP", plans=["QD-402-2020"])) == []


async def test_reminders_can_be_chosen(client, as_agency, planned):
    await fire(planned, vn("2026-07-05T09:00"))
    sngv = as_agency("HT-SNGV")
    occurrence = an_occurrence("HT-STP")["occurrence"]
    fired = await listed(client, sngv, state="fired", occurrence=occurrence)
    own = await listed(client, sngv, agency="HT-SNGV", state="fired")

    assert [(item["event_type"], item["offset_days"]) for item in fired] == [("deadline.overdue", 1)]
    assert [(item["tells"], item["occurrence"]) for item in own] == [("recipient", None)]
    (event,) = await query(planned, "select type from event where id = :id", id=UUID(own[0]["event"]))
    assert event.type == "deadline.overdue"


async def test_the_default_ladder_is_in_force_where_no_other_is(client, as_agency):
    answer = (await client.get("/v1/reminder-policies/OHT-01", headers=as_agency("HT-STP"))).json()

    due = [(s["offset_days"], s["tells"]) for s in answer["steps"] if s["clock"] == "due"]
    assert (answer["source"], answer["at"]) == ("default", "08:00+07:00")
    assert due == [
        (-30, "reporter"),
        (-7, "reporter"),
        (-1, "reporter"),
        (0, "reporter"),
        (1, "reporter"),
        (1, "recipient"),
        (7, "reporter"),
        (7, "recipient"),
        (7, "next_level"),
    ]


async def test_an_obligation_with_its_own_ladder_is_planned_by_it(client, as_agency, database):
    await query(
        database,
        "insert into ladder_step values ('OHT-01', 'due', -3, 'reporter', 'deadline.approaching')"
        " returning policy",
    )
    await follow(database, scheduled(["HT-STP"]), vn("2026-05-01T09:00"))
    policy = (await client.get("/v1/reminder-policies/OHT-01", headers=as_agency("HT-STP"))).json()

    assert policy["source"] == "obligation"
    assert [item["offset_days"] for item in await listed(client, as_agency("HT-STP"))] == [-3]


async def test_a_preview_shows_what_would_be_told_and_plans_nothing(client, app, as_agency, database):
    set_business_time(app, vn("2026-07-01T08:00"))
    params = {"obligation": "OHT-01", "due_on": "2026-07-04"}
    answer = await client.get(f"{REMINDERS}/preview", params=params, headers=as_agency("HT-STP"))

    steps = answer.json()["steps"]
    assert [(s["offset_days"], s["state"]) for s in steps if s["tells"] == "reporter"] == [
        (-30, "skipped"),
        (-7, "fired"),
        (-1, "planned"),
        (0, "planned"),
        (1, "planned"),
        (7, "planned"),
    ]
    assert steps[-1]["fires_at"] == "2026-07-11T08:00:00+07:00"
    assert await query(database, "select id from reminder") == []


@pytest.mark.parametrize("due_on", ["2026-02-30", "x", "0001-01-01", "9999-12-31"])
async def test_a_preview_of_an_impossible_day_is_refused_or_answered(client, as_agency, due_on):
    params = {"obligation": "OHT-01", "due_on": due_on}
    answer = await client.get(f"{REMINDERS}/preview", params=params, headers=as_agency("HT-STP"))

    assert answer.status_code == 422
