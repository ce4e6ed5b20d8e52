"""The inside doors: what submissions, notifications and the gateway copy, and who may ask."""

import pytest

from services.submissions.registry_schemas import AgencyAnswer, DerivationAnswer, TaskAnswer
from tests.registry.statements import counted_statements
from tests.support import bearer, seal_all, service_token

DOORS = ("/internal/agencies", "/internal/tasks", "/internal/feed")


async def test_all_agencies_are_given_with_their_confirmed_successors(client, inside):
    items = (await client.get("/internal/agencies", headers=inside)).json()["items"]

    by_id = {item["id"]: item for item in items}
    assert len(items) == len(by_id) == 185 + 99
    assert by_id["HT-SLDTBXH"] == {
        "id": "HT-SLDTBXH",
        "name_vi": "Sở Lao động - Thương binh và Xã hội tỉnh Hà Tĩnh",
        "name_en": "Department of Labour, Invalids and Social Affairs of Ha Tinh",
        "kind": "provincial_department",
        "province": "P42",
        "parent": "UBND-P42",
        "time_zone": "Asia/Ho_Chi_Minh",
        "valid_from": None,
        "valid_to": "2025-02-28",
        "successors": [{"agency": "HT-SNV", "kind": "merge", "effective_on": "2025-03-01"}],
    }
    assert by_id["TCTK"]["successors"] == []


async def test_leaf_tasks_are_given_with_whoever_carries_them_on_the_day(client, inside):
    async def by_id(day):
        items = (await client.get(f"/internal/tasks?as_of={day}", headers=inside)).json()["items"]
        return {item["id"]: item for item in items}

    then, now = await by_id("2025-02-28"), await by_id("2026-11-14")

    assert len(then) == len(now) == 60 + 19 + 23 + 42
    assert then["QD-402-2020/3.3.3"]["leads"] == ["BLDTBXH"]
    assert now["QD-402-2020/3.3.3"]["leads"] == ["BNV"]
    assert len(now["QD-402-2020/3.5.5"]["leads"]) == 34
    assert now["KH-167-HATINH/2.4"]["leads"] == []
    assert set(now["QD-402-2020/2.1"]) == {
        "id", "plan", "code", "title_vi", "title_en", "timeframe_vi", "leads", "coordinators",
    }  # fmt: skip


async def test_a_derivation_names_the_line_of_the_plan_above(client, inside):
    items = (await client.get("/internal/task-derivations", headers=inside)).json()["items"]
    by_task = {item["task"]: DerivationAnswer.model_validate(item) for item in items}

    assert len(items) == 19 + 23
    assert by_task["KH-167-HATINH/3.1"].derives_from == "QD-402-2020/3.2"
    assert (by_task["KH-167-HATINH/3.1"].plan, by_task["KH-167-HATINH/3.1"].code) == ("QD-402-2020", "3.2")


async def test_the_answers_are_what_submissions_reads(client, inside):
    agencies = (await client.get("/internal/agencies", headers=inside)).json()["items"]
    tasks = (await client.get("/internal/tasks", headers=inside)).json()["items"]

    assert len([AgencyAnswer.model_validate(item) for item in agencies]) == 284
    assert len([TaskAnswer.model_validate(item) for item in tasks]) == 144


@pytest.mark.parametrize("door", DOORS[:2])
async def test_an_inside_door_needs_at_most_three_statements(client, app, inside, door):
    with counted_statements(app) as sent:
        assert (await client.get(door, headers=inside)).status_code == 200

    assert 1 <= len(sent) <= 3, sent


async def test_the_feed_tells_of_everything_that_was_loaded(client, database, inside):
    await seal_all(database)

    feed = (await client.get("/internal/feed?limit=1000", headers=inside)).json()

    told = {(event["type"], event["subject"]) for event in feed["events"]}
    assert {("agency.changed", "BNG"), ("plan.published", "QD-402-2020"), ("obligation.changed", "OHT-01")} <= told
    assert len(told) == 284 + 5 + 32 + 67
    one = next(event for event in feed["events"] if event["subject"] == "BNG")
    assert one["data"] == {"agency": "BNG", "audience": ["*"]}


@pytest.mark.parametrize("door", DOORS)
async def test_only_services_of_the_platform_come_in(client, door, reader, keys_dir):
    nobody = await client.get(door)
    a_caller = await client.get(door, headers=reader)
    elsewhere = await client.get(door, headers=bearer(service_token(keys_dir, "submissions", "gateway")))

    assert [nobody.status_code, a_caller.status_code, elsewhere.status_code] == [401, 401, 401]


async def test_inside_doors_stand_in_no_public_document(app):
    assert not [path for path in app.openapi()["paths"] if path.startswith("/internal")]
