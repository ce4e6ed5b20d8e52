"""Plans with versions: begun as a draft, published, amended; earlier answers stay obtainable."""

import asyncio
import shutil

import pytest
import sqlalchemy as sa

from kernel.clock import BusinessClock
from kernel.tables import event
from services.registry.loading.service import load_registry
from tests.registry.conftest import DATA
from tests.registry.statements import counted_statements

PLANS = "/v1/plans"
HA_TINH = f"{PLANS}/KH-167-HATINH"


def a_plan(**changes):
    """The content of a small plan of Hà Tĩnh that derives from 402."""
    content = {
        "steward": "HT-SNGV",
        "derives_from": "QD-402-2020",
        "valid_from": "2026-01-01",
        "valid_to": "2030-12-31",
        "tasks": [
            {"code": "1", "kind": "heading", "title_vi": "Dữ liệu", "title_en": "Data"},
            {
                "code": "1.1",
                "parent": "1",
                "title_vi": "Thu thập dữ liệu",
                "title_en": "Collect data",
                "leads": [{"code": "HT-SNGV", "printed": "Sở Ngoại vụ"}],
                "coordinators": [{"code": "HT-CAT"}, {"code": "G-SND-HT"}],
                "result_vi": "Báo cáo UBND tỉnh",
                "addressees": [{"code": "UBND-P42"}],
                "timeframe": {"printed_vi": "2026-2028", "mode": "window", "starts_in": 2026, "ends_in": 2028},
                "funding_vi": "Ngân sách tỉnh",
                "derives_from": ["QD-402-2020/2.1"],
                "objectives": [1],
            },
        ],
    }
    return content | changes


def a_task(**changes):
    return {"code": "1", "title_vi": "Một", "title_en": "One", "leads": [{"code": "HT-SNGV"}]} | changes


@pytest.fixture(scope="module")
def steward(caller):
    """The steward of Hà Tĩnh's plan."""
    return caller("HT-SNGV", "registry:read", "registry:write")


@pytest.fixture(scope="module")
def administrator(caller):
    return caller("BNG", "registry:read", "registry:write", "admin")


@pytest.fixture
async def an_instrument(client, writer):
    """Register an instrument that Hà Tĩnh issued, and give its code."""

    async def register(code, issued_on="2026-03-16"):
        body = {"id": code, "doc_type": "ke_hoach", "issuer": "UBND-P42", "title_vi": "K", "title_en": "P"}
        made = await client.post("/v1/instruments", json=body | {"issued_on": issued_on}, headers=writer)
        assert made.status_code == 201, made.text
        return code

    return register


async def begin(client, headers, code, content):
    return await client.post(PLANS, json={"plan": code, "content": content}, headers=headers)


async def publish(client, headers, plan, etag, **more):
    body = {"reason": "Theo văn bản mới"} | more
    return await client.post(f"{PLANS}/{plan}/publish", json=body, headers=headers | {"If-Match": etag})


async def amend(client, headers, plan, change, instrument=None, **more):
    """Change the content of a published plan and publish it; give the answer."""
    draft = await client.post(f"{PLANS}/{plan}/amend", json={"instrument": instrument}, headers=headers)
    assert draft.status_code == 201, draft.text
    content = draft.json()["content"]
    change(content)
    put = await client.put(
        f"{PLANS}/{plan}/draft", json=content, headers=headers | {"If-Match": draft.headers["ETag"]}
    )
    assert put.status_code == 200, put.text
    return await publish(client, headers, plan, put.headers["ETag"], **more)


async def read(client, headers, path, **query):
    return (await client.get(path, params=query, headers=headers)).json()


async def test_a_plan_is_a_draft_that_only_its_side_sees_until_it_is_published(
    client, reader, caller, steward, an_instrument
):
    code = await an_instrument("KH-300-HATINH")
    begun = await begin(client, steward, code, a_plan())

    assert begun.status_code == 201, begun.text
    draft = begun.json()
    assert (draft["state"], draft["revision"], draft["based_on"], draft["author"]) == ("draft", 1, None, "HT-SNGV")
    stranger = caller("KT-SNGV", "registry:read", "registry:write")
    hidden = await client.get(f"{PLANS}/{code}/draft", headers=stranger)
    assert (hidden.status_code, hidden.json()["code"]) == (404, "plan_draft_unknown")
    assert (await client.get(f"{PLANS}/{code}", headers=reader)).status_code == 404

    published = await publish(client, steward, code, begun.headers["ETag"])

    assert published.status_code == 201, published.text
    assert published.headers["Location"] == f"{PLANS}/{code}/versions/1"
    version = published.json()
    assert (version["version"], version["state"], version["in_force_from"]) == (1, "published", "2026-03-16")
    plan = await read(client, reader, f"{PLANS}/{code}")
    assert (plan["version"], plan["leaf_tasks"], plan["lines"]) == (1, 1, {"heading": 1, "task": 1})
    task = await read(client, reader, f"{PLANS}/{code}/tasks/1.1", as_of="2026-07-01")
    assert [one["printed"] for one in task["coordinators"]] == ["HT-CAT", "G-SND-HT"]
    assert [one["carried_by"] for one in task["addressees"]] == [["UBND-P42"]]
    assert (task["derives_from"], task["objectives"], task["funding_vi"]) == (
        ["QD-402-2020/2.1"],
        [1],
        "Ngân sách tỉnh",
    )
    above = await read(client, reader, f"{PLANS}/QD-402-2020/tasks/2.1")
    assert f"{code}/1.1" in above["carried_out_by"]
    gone = await client.get(f"{PLANS}/{code}/draft", headers=steward)
    assert gone.status_code == 404


async def test_a_plan_is_published_once_with_one_event(client, caller, steward, an_instrument, database):
    code = await an_instrument("KH-301-HATINH")
    etag = (await begin(client, steward, code, a_plan())).headers["ETag"]
    headers = steward | {"Idempotency-Key": "publish-301"}

    first = await publish(client, headers, code, etag)
    again = await publish(client, headers, code, etag)
    begun_again = await begin(client, steward, code, a_plan())

    assert [first.status_code, again.status_code] == [201, 201]
    assert again.json() == first.json()
    assert (begun_again.status_code, begun_again.json()["code"]) == (409, "plan_exists")
    told = sa.select(event).where(event.c.subject == code, event.c.type == "plan.published")
    async with database.transaction() as session:
        row = (await session.execute(told)).one()
    assert (row.data, row.reason, row.agency) == ({"plan": code, "version": 1}, "Theo văn bản mới", "HT-SNGV")


async def test_a_draft_may_have_errors_and_is_not_published_with_them(client, steward, reader, an_instrument):
    code = await an_instrument("KH-302-HATINH")
    tasks = [
        a_task(code="1", leads=[{"printed": "Sở Ngoai vu"}], parent="2"),
        a_task(code="2", leads=[{"code": "HT-NOBODY"}], parent="1"),
        a_task(code="2", derives_from=["QD-402-2020/9.9"], objectives=[77]),
        a_task(code="3", parent="0", timeframe={"starts_in": 2028, "ends_in": 2026}),
        a_task(code="4", leads=[{"code": "HT-SLDTBXH"}, {"code": "HT-SLDTBXH"}]),
        a_task(code="5", leads=[]),
    ]
    begun = await begin(client, steward, code, a_plan(tasks=tasks, derives_from="QD-402-2020"))

    refused = await publish(client, steward, code, begun.headers["ETag"])

    assert begun.status_code == 201
    assert (refused.status_code, refused.json()["code"]) == (422, "plan_content_refused")
    findings = refused.json()["errors"]
    found = {(one["rule"], one["pointer"], one["value"]) for one in findings}
    assert found == {
        ("party_unresolved", "/tasks/0/leads/0", "Sở Ngoai vu"),
        ("party_unknown", "/tasks/1/leads/0", "HT-NOBODY"),
        ("code_repeated", "/tasks/1/code", "2"),
        ("code_repeated", "/tasks/2/code", "2"),
        ("task_above_unknown", "/tasks/2/derives_from/0", "QD-402-2020/9.9"),
        ("objective_unknown", "/tasks/2/objectives/0", "77"),
        ("parent_unknown", "/tasks/3/parent", "0"),
        ("years_reversed", "/tasks/3/timeframe/ends_in", "2026"),
        ("agency_ended", "/tasks/4/leads/0", "HT-SLDTBXH"),
        ("agency_ended", "/tasks/4/leads/1", "HT-SLDTBXH"),
        ("party_repeated", "/tasks/4/leads/0", "HT-SLDTBXH"),
        ("lead_missing", "/tasks/5/leads", "5"),
    }
    warnings = {one["rule"] for one in findings if one["severity"] == "warning"}
    assert warnings == {"agency_ended", "party_repeated", "lead_missing"}
    assert all(one["message_vi"] and one["message_en"] for one in findings)
    assert [one["rule"] for one in begun.json()["findings"]] == [one["rule"] for one in findings]
    assert (await client.get(f"{PLANS}/{code}", headers=reader)).status_code == 404


async def test_lines_that_stand_under_each_other_and_plans_that_derive_in_a_circle_are_errors(
    client, writer, an_instrument
):
    code = await an_instrument("KH-303-HATINH")
    tasks = [a_task(code="1", parent="2"), a_task(code="2", parent="1")]
    circle = await begin(client, writer, code, a_plan(tasks=tasks, derives_from=code))

    rules = {(one["rule"], one["pointer"]) for one in circle.json()["findings"]}
    assert {("parent_cycle", "/tasks/0/parent"), ("parent_cycle", "/tasks/1/parent")} <= rules
    assert ("plan_unknown", "/derives_from") in rules
    draft = await client.post(f"{PLANS}/QD-402-2020/amend", json={}, headers=writer)
    content = draft.json()["content"] | {"derives_from": "KH-167-HATINH"}
    put = await client.put(
        f"{PLANS}/QD-402-2020/draft", json=content, headers=writer | {"If-Match": draft.headers["ETag"]}
    )
    assert "plan_cycle" in {one["rule"] for one in put.json()["findings"]}
    await client.delete(f"{PLANS}/QD-402-2020/draft", headers=writer | {"If-Match": put.headers["ETag"]})


@pytest.mark.parametrize("plan", ["QD-402-2020", "KH-KONTUM-2020", "QD-1957-2020", "VP-1692-KIENGIANG"])
async def test_what_a_loaded_plan_says_can_be_written_back_unchanged(client, administrator, plan):
    draft = await client.post(f"{PLANS}/{plan}/amend", json={}, headers=administrator)

    errors = [one for one in draft.json()["findings"] if one["severity"] == "error"]
    difference = await read(client, administrator, f"{PLANS}/{plan}/draft/difference")
    dropped = await client.delete(
        f"{PLANS}/{plan}/draft", headers=administrator | {"If-Match": draft.headers["ETag"]}
    )
    assert (errors, difference["items"], difference["from_version"]) == ([], [], 1)
    assert dropped.status_code == 204


async def test_an_amended_plan_answers_by_the_version_of_the_day(
    client, app, reader, administrator, an_instrument, inside
):
    """The plan of Hà Tĩnh loses 2.1, gets 2.9, and 2.2 has another lead, from 16 March 2026 on."""
    amending = await an_instrument("KH-210-HATINH")
    before = {
        path: await read(client, reader, HA_TINH + path, as_of="2026-03-15")
        for path in ("", "/tasks?limit=500", "/tasks/2.1", "/tasks/2.2", "/tasks?lead=HT-CAT", "/coverage")
    }
    coverage = await read(client, reader, f"{PLANS}/QD-402-2020/coverage", as_of="2026-03-15")

    def change(content):
        tasks = {task["code"]: task for task in content["tasks"]}
        assert tasks["2.1"]["derives_from"] == ["QD-402-2020/2.1"]
        content["tasks"].remove(tasks["2.1"])
        tasks["2.2"]["leads"] = [{"code": "HT-CAT"}]
        tasks["2.2"]["title_vi"] = "Cấp phát thông tin"
        new = a_task(code="2.9", parent="2", title_vi="Chuyên đề", derives_from=["QD-402-2020/2.6"])
        content["tasks"].append(new)

    published = await amend(client, administrator, "KH-167-HATINH", change, instrument=amending)

    assert published.status_code == 201, published.text
    assert published.json()["in_force_from"] == "2026-03-16"
    after = {path: await read(client, reader, HA_TINH + path, as_of="2026-03-15") for path in before}
    assert after == before
    assert await read(client, reader, f"{PLANS}/QD-402-2020/coverage", as_of="2026-03-15") == coverage
    tasks = (await read(client, reader, f"{HA_TINH}/tasks", as_of="2026-03-16", limit=500))["items"]
    codes = [task["code"] for task in tasks]
    assert "2.1" not in codes
    assert codes[-1] == "2.9"
    plan = await read(client, reader, HA_TINH, as_of="2026-03-16")
    assert (plan["version"], before[""]["version"]) == (2, 1)
    assert plan["leaf_tasks"] == before[""]["leaf_tasks"]
    now = await read(client, reader, f"{PLANS}/QD-402-2020/coverage", as_of="2026-03-16")
    covered = {item["code"]: [one["task"] for one in item["counterparts"]] for item in now["items"]}
    assert covered["2.6"] == ["KH-167-HATINH/2.9"]
    assert "KH-167-HATINH/2.1" not in covered["2.1"]
    for day, code in (("2026-03-15", "2.1"), ("2026-03-16", "2.9")):
        items = (await client.get(f"/internal/tasks?as_of={day}", headers=inside)).json()["items"]
        own = {item["code"] for item in items if item["plan"] == "KH-167-HATINH"}
        assert own & {"2.1", "2.9"} == {code}
    with counted_statements(app) as past:
        await client.get(f"{HA_TINH}/tasks?as_of=2026-03-15&agency=HT-SNGV&text=tin", headers=reader)
    assert len(past) <= 3, past


async def test_a_line_that_left_its_plan_is_still_found_by_what_refers_to_it(client, reader):
    """The test before took 2.1 out of the plan."""
    gone = await read(client, reader, f"{HA_TINH}/tasks/2.1", as_of="2026-07-01")
    then = await read(client, reader, f"{HA_TINH}/tasks/2.1", as_of="2026-03-15")
    not_yet = await client.get(f"{HA_TINH}/tasks/2.9?as_of=2026-03-15", headers=reader)

    assert (gone["removed_in"], then["removed_in"]) == (2, None)
    assert gone["title_vi"] == then["title_vi"]
    assert (not_yet.status_code, not_yet.json()["code"]) == (404, "task_unknown")


async def test_the_difference_is_told_field_by_field_in_both_languages(client, reader):
    versions = await read(client, reader, f"{HA_TINH}/versions")
    difference = await read(client, reader, f"{HA_TINH}/versions/1/difference")
    backwards = await read(client, reader, f"{HA_TINH}/versions/2/difference", to=1)

    assert [(one["version"], one["state"], one["in_force_to"]) for one in versions["items"]] == [
        (1, "amended", "2026-03-15"),
        (2, "published", None),
    ]
    assert (versions["items"][0]["author"], versions["items"][1]["instrument"]) == ("loader", "KH-210-HATINH")
    told = [(one["change"], one["code"], one["field"]) for one in difference["items"]]
    assert told == [
        ("changed", "2.2", "title_vi"),
        ("changed", "2.2", "leads"),
        ("added", "2.9", None),
        ("removed", "2.1", None),
    ]
    leads = difference["items"][1]
    assert leads["text_vi"] == "Nhiệm vụ 2.2: cơ quan chủ trì từ “HT-SNGV” thành “HT-CAT”."
    assert leads["text_en"] == "Task 2.2: lead agencies from “HT-SNGV” to “HT-CAT”."
    assert difference["items"][2]["text_vi"] == "Thêm nhiệm vụ 2.9: Chuyên đề."
    swapped = [(one["change"], one["code"], one["before"], one["after"]) for one in backwards["items"]]
    opposite = {"changed": "changed", "added": "removed", "removed": "added"}
    assert sorted(swapped, key=str) == sorted(
        ((opposite[o["change"]], o["code"], o["after"], o["before"]) for o in difference["items"]), key=str
    )


async def test_every_version_keeps_what_it_said(client, reader):
    first = await read(client, reader, f"{HA_TINH}/versions/1")
    second = await read(client, reader, f"{HA_TINH}/versions/2")
    unknown = await client.get(f"{HA_TINH}/versions/3", headers=reader)

    assert "2.1" in [task["code"] for task in first["content"]["tasks"]]
    assert "2.1" not in [task["code"] for task in second["content"]["tasks"]]
    assert len(first["content"]["duties"]) == len(second["content"]["duties"]) == 23
    assert (unknown.status_code, unknown.json()["code"]) == (404, "plan_version_unknown")


async def test_loading_the_files_again_leaves_a_plan_to_its_steward(client, reader, database, tmp_path):
    data = shutil.copytree(DATA, tmp_path / "data")
    for name, old in (
        ("tasks_hatinh_167.csv", "Thông tin"),
        ("duties.csv", "KH-167-HATINH,"),
        ("plans.csv", "horizon"),
    ):
        text = (data / name).read_text(encoding="utf-8")
        assert old in text
        new = {"duties.csv": "KH-167-HATINH,x"}.get(name, "Khác")
        (data / name).write_text(text.replace(old, new), encoding="utf-8")
    before = [await read(client, reader, HA_TINH + path) for path in ("", "/tasks?limit=500")]

    loaded = await load_registry(database, data, BusinessClock())

    assert "KH-167-HATINH" not in loaded.changed("plan")
    assert [await read(client, reader, HA_TINH + path) for path in ("", "/tasks?limit=500")] == before


async def test_two_who_write_the_same_draft_do_not_overwrite_each_other(client, steward, an_instrument):
    code = await an_instrument("KH-304-HATINH")
    etag = (await begin(client, steward, code, a_plan())).headers["ETag"]
    url, headers = f"{PLANS}/{code}/draft", steward | {"If-Match": etag}

    unseen = await client.put(url, json=a_plan(), headers=steward)
    first = await client.put(url, json=a_plan(note="Một"), headers=headers)
    second = await client.put(url, json=a_plan(note="Hai"), headers=headers)
    stale = await publish(client, steward, code, etag)

    assert [unseen.status_code, first.status_code, second.status_code, stale.status_code] == [428, 200, 412, 412]
    kept = await client.get(url, headers=steward)
    assert (kept.json()["content"]["note"], kept.json()["revision"]) == ("Một", 2)
    assert kept.headers["ETag"] == first.headers["ETag"]


async def test_only_the_steward_of_a_plan_amends_it(client, caller, reader, writer, steward):
    others = [caller(agency, "registry:write") for agency in ("HT-CAT", "KT-SNGV", "BCA")]

    refused = [await client.post(f"{HA_TINH}/amend", json={}, headers=one) for one in (*others, writer)]
    unscoped = await client.post(f"{HA_TINH}/amend", json={}, headers=reader)
    own = await client.post(f"{HA_TINH}/amend", json={}, headers=steward)
    twice = await client.post(f"{HA_TINH}/amend", json={}, headers=steward)
    hidden = [await client.get(f"{HA_TINH}/draft", headers=one) for one in others]
    pushed = [await publish(client, one, "KH-167-HATINH", own.headers["ETag"]) for one in others]

    assert {(one.status_code, one.json()["code"]) for one in refused} == {(403, "not_steward")}
    assert (unscoped.status_code, unscoped.json()["code"]) == (403, "scope_missing")
    assert (own.status_code, twice.status_code, twice.json()["code"]) == (201, 409, "plan_draft_exists")
    assert {one.json()["code"] for one in (*hidden, *pushed)} == {"plan_draft_unknown"}
    await client.delete(f"{HA_TINH}/draft", headers=steward | {"If-Match": own.headers["ETag"]})


async def test_a_province_begins_no_plan_of_another(client, caller, an_instrument):
    code = await an_instrument("KH-305-HATINH")

    answer = await begin(client, caller("KT-SNGV", "registry:write"), code, a_plan())
    unregistered = await begin(client, caller("BNG", "registry:write"), "KH-0", a_plan())

    assert (answer.status_code, answer.json()["code"]) == (403, "not_steward")
    assert (unregistered.status_code, unregistered.json()["code"]) == (404, "instrument_unknown")


@pytest.mark.parametrize("day", ["2026-03-16", "2020-01-01", "2099-01-01"])
async def test_a_version_begins_neither_ahead_nor_before_the_one_it_follows(client, steward, day):
    answer = await amend(
        client, steward, "KH-167-HATINH", lambda content: content.update(note="x"), in_force_from=day
    )

    draft = await client.get(f"{HA_TINH}/draft", headers=steward)
    await client.delete(f"{HA_TINH}/draft", headers=steward | {"If-Match": draft.headers["ETag"]})
    assert (answer.status_code, answer.json()["code"]) == (409, "plan_version_day_invalid")


async def test_a_client_bound_to_a_plan_sees_no_version_of_another(client, caller):
    headers = caller("BCA", "registry:read", plans=["QD-1957-2020"])

    answers = [
        await client.get(HA_TINH + path, headers=headers)
        for path in ("/versions", "/versions/1", "/versions/1/difference")
    ]

    assert {(one.status_code, one.json()["code"]) for one in answers} == {(404, "plan_unknown")}


async def test_a_published_version_is_never_changed_in_the_database(database):
    for statement in (
        "update plan_version set reason = 'x' where version = 1",
        "update plan_version set content = null where plan = 'KH-167-HATINH' and version = 1",
        "delete from plan_version",
    ):
        with pytest.raises(sa.exc.IntegrityError):
            async with database.transaction() as session:
                await session.execute(sa.text(statement))


async def test_of_many_who_publish_at_once_one_does(client, steward, an_instrument, database):
    code = await an_instrument("KH-306-HATINH")
    etag = (await begin(client, steward, code, a_plan())).headers["ETag"]

    answers = await asyncio.gather(*(publish(client, steward, code, etag) for _ in range(4)))

    assert sorted(one.status_code for one in answers) == [201, 404, 404, 404]
    kept = sa.text("select count(*) from plan_version where plan = :plan")
    async with database.transaction() as session:
        assert (await session.execute(kept, {"plan": code})).scalar_one() == 1
