"""The doors of plans and tasks: the printed lines, and who carries them on a day."""

from collections import Counter

import pytest

from tests.registry.statements import counted_statements

PLANS = "/v1/plans"


async def tasks_of(client, headers, plan, **params):
    answer = await client.get(f"{PLANS}/{plan}/tasks", params={"limit": 500, **params}, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def test_the_five_plans_have_their_stewards(client, reader):
    items = (await client.get(f"{PLANS}?as_of=2026-07-01", headers=reader)).json()["items"]

    assert {i["id"]: (i["steward"], i["steward_carried_by"], i["derives_from"], i["in_force"]) for i in items} == {
        "KH-167-HATINH": ("HT-SNGV", ["HT-SNGV"], "QD-402-2020", True),
        "KH-KONTUM-2020": ("KT-SNGV", [], "QD-402-2020", True),
        "QD-1957-2020": ("BCA", ["BCA"], None, False),
        "QD-402-2020": ("BNG", ["BNG"], None, True),
        "VP-1692-KIENGIANG": ("KG-SNGV", [], "QD-402-2020", False),
    }


async def test_a_plan_counts_its_lines(client, reader):
    plan = (await client.get(f"{PLANS}/QD-402-2020?as_of=2026-07-01", headers=reader)).json()

    assert plan["lines"] == {"heading": 8, "task": 60, "task_parent": 1}
    assert plan["leaf_tasks"] == 60
    assert plan["derived_plans"] == ["KH-167-HATINH", "KH-KONTUM-2020", "VP-1692-KIENGIANG"]


@pytest.mark.parametrize(
    ("plan", "lines"),
    [
        ("QD-402-2020", {"heading": 8, "task": 60, "task_parent": 1}),
        ("KH-167-HATINH", {"heading": 4, "task": 19}),
        ("KH-KONTUM-2020", {"heading": 3, "priority": 5, "task": 18}),
        (
            "QD-1957-2020",
            {"heading": 7, "content": 24, "assignment": 6, "responsibility": 8, "milestone": 4},
        ),
        ("VP-1692-KIENGIANG", {}),
    ],
)
async def test_every_line_of_a_plan_is_there(client, reader, plan, lines):
    assert Counter(task["kind"] for task in await tasks_of(client, reader, plan)) == lines


async def test_18_of_the_61_tasks_of_402_are_led_by_a_body_that_no_longer_exists(client, reader):
    tasks = await tasks_of(client, reader, "QD-402-2020", as_of="2026-07-01")

    with_leads = [task for task in tasks if task["leads"]]
    ended = [task for task in with_leads if task["led_by_ended"]]
    assert (len(with_leads), len(ended)) == (61, 18)


async def test_before_march_2025_every_task_of_402_is_led_by_whom_it_names(client, reader):
    tasks = await tasks_of(client, reader, "QD-402-2020", as_of="2025-02-28")

    assert not any(task["led_by_ended"] for task in tasks)
    assert not any(task["orphaned"] for task in tasks)


async def test_a_task_is_read_with_the_successor_that_carries_its_lead(client, reader):
    task = (await client.get(f"{PLANS}/QD-402-2020/tasks/3.3.5?as_of=2026-07-01", headers=reader)).json()

    party = {"printed": "BCA", "is_group": False, "exists": True, "carried_by": ["BCA"]}
    assert task["leads"] == [{**party, "orphaned": False, "requests": []}]
    by_printed = {party["printed"]: party for party in task["coordinators"]}
    assert list(by_printed) == ["BNG", "BLDTBXH", "BGDDT", "G-UBND-TINH", "G-BCT-LQ"]
    assert (by_printed["BLDTBXH"]["exists"], by_printed["BLDTBXH"]["carried_by"]) == (False, ["BNV"])
    assert len(by_printed["G-UBND-TINH"]["carried_by"]) == 34
    assert by_printed["G-BCT-LQ"]["carried_by"] == []
    assert task["timeframe"] == {
        "printed_vi": "2020-2030; định kỳ rà soát hàng năm cho đến 2030",
        "mode": "window",
        "starts_in": 2020,
        "ends_in": 2030,
        "review_mode": "yearly",
        "review_starts_in": 2020,
        "review_ends_in": 2030,
        "period_iso": "P1Y",
        "note": "window and review phase end together: reviews run inside the window",
    }
    assert task["objectives"] == [11]


async def test_a_lead_that_ended_without_confirmed_successor_is_orphaned_and_not_dropped(client, reader):
    tasks = await tasks_of(client, reader, "KH-167-HATINH", as_of="2026-07-01")

    census = next(task for task in tasks if task["code"] == "2.4")
    party = {"printed": "HT-CTK", "is_group": False, "exists": False, "carried_by": []}
    assert census["leads"] == [{**party, "orphaned": True, "requests": []}]
    assert {task["code"] for task in tasks if task["orphaned"]} == {"2.4"}


async def test_a_task_is_found_by_its_code_and_by_its_whole_id(client, reader):
    by_code = await client.get(f"{PLANS}/QD-402-2020/tasks/2.1", headers=reader)
    by_id = await client.get(f"{PLANS}/QD-402-2020/tasks/QD-402-2020%2F2.1", headers=reader)

    assert by_code.json()["id"] == "QD-402-2020/2.1"
    assert by_id.json() == by_code.json()


async def test_tasks_are_narrowed_to_those_of_an_agency_on_the_day(client, reader):
    then = await tasks_of(client, reader, "QD-402-2020", agency="BNV", as_of="2025-02-28")
    now = await tasks_of(client, reader, "QD-402-2020", agency="BNV", as_of="2026-07-01")
    gone = await tasks_of(client, reader, "QD-402-2020", agency="BLDTBXH", as_of="2026-07-01")

    led = {task["code"] for task in now if any("BNV" in lead["carried_by"] for lead in task["leads"])}
    assert led == {
        "3.2.2", "3.2.3", "3.2.6", "3.3.1", "3.3.2", "3.3.3", "3.3.6", "3.5.3", "3.5.6", "5.2.1", "5.2.2", "5.2.3",
    }  # fmt: skip
    assert {task["code"] for task in then} < {task["code"] for task in now}
    assert gone == []


async def test_only_leaf_tasks_are_listed_when_asked(client, reader):
    assert len(await tasks_of(client, reader, "QD-402-2020", leaf=True)) == 60
    assert len(await tasks_of(client, reader, "QD-402-2020", leaf=False)) == 9


async def test_tasks_are_in_the_printed_order_whatever_the_page_size(client, reader):
    whole = await tasks_of(client, reader, "QD-402-2020")
    first = (await client.get(f"{PLANS}/QD-402-2020/tasks?limit=31", headers=reader)).json()
    rest = (
        await client.get(f"{PLANS}/QD-402-2020/tasks?limit=500&cursor={first['next_cursor']}", headers=reader)
    ).json()

    assert first["items"] + rest["items"] == whole
    codes = [task["code"] for task in whole]
    assert codes.index("3.3.9") + 1 == codes.index("3.3.10")


async def test_coverage_names_the_national_tasks_that_no_province_carries_out(client, reader):
    coverage = (await client.get(f"{PLANS}/QD-402-2020/coverage", headers=reader)).json()

    by_code = {item["code"]: item for item in coverage["items"]}
    assert len(by_code) == coverage["tasks"] == 60
    assert coverage["covered"] + coverage["uncovered"] == 60
    assert {one["task"] for one in by_code["1.1"]["counterparts"]} == {"KH-167-HATINH/1.1", "KH-KONTUM-2020/II.1"}
    assert {one["through"] for one in by_code["3.2.1"]["counterparts"]} == {"QD-402-2020/3.2"}
    missing = {code for code, item in by_code.items() if not item["covered"]}
    assert missing == {
        "1.7", "1.8", "2.4", "2.6", "3.4", "3.5.1", "3.5.2", "3.5.3", "3.5.4", "3.5.6",
        "4.1", "4.2", "4.3", "4.4", "4.5", "5.1",
    }  # fmt: skip
    only = (await client.get(f"{PLANS}/QD-402-2020/coverage?covered=false", headers=reader)).json()
    assert {item["code"] for item in only["items"]} == missing


@pytest.mark.parametrize(
    "path", ["", "/QD-402-2020/tasks?limit=500", "/QD-402-2020/tasks?agency=BNV", "/QD-402-2020/coverage"]
)
async def test_a_list_needs_at_most_three_statements(client, app, reader, path):
    with counted_statements(app) as sent:
        answer = await client.get(PLANS + path, headers=reader)

    assert answer.status_code == 200
    assert 1 <= len(sent) <= 3, sent


async def test_a_client_bound_to_a_plan_sees_no_other(client, caller):
    headers = caller("BCA", "registry:read", plans=["QD-1957-2020"])

    items = (await client.get(PLANS, headers=headers)).json()["items"]
    other = await client.get(f"{PLANS}/QD-402-2020/tasks", headers=headers)

    assert [item["id"] for item in items] == ["QD-1957-2020"]
    assert (other.status_code, other.json()["code"]) == (404, "plan_unknown")


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/QD-0", "plan_unknown"),
        ("/QD-0/tasks", "plan_unknown"),
        ("/QD-0/coverage", "plan_unknown"),
        ("/QD-0/tasks/1.1", "plan_unknown"),
        ("/QD-402-2020/tasks/9.9", "task_unknown"),
        ("/TTR-5165-2019", "plan_unknown"),
    ],
)
async def test_an_unknown_plan_or_task_is_404(client, reader, path, code):
    answer = await client.get(PLANS + path, headers=reader)

    assert (answer.status_code, answer.json()["code"]) == (404, code)


async def test_a_task_is_followed_up_and_down(client, reader):
    national = (await client.get(f"{PLANS}/QD-402-2020/tasks/1.1/chain", headers=reader)).json()
    provincial = (await client.get(f"{PLANS}/KH-167-HATINH/tasks/2.1/chain", headers=reader)).json()
    unknown = await client.get(f"{PLANS}/KH-167-HATINH/tasks/9.9/chain", headers=reader)

    assert national["derives_from"] == []
    assert [one["task"] for one in national["carried_out_by"]] == ["KH-167-HATINH/1.1", "KH-KONTUM-2020/II.1"]
    assert [(one["task"], one["depth"]) for one in provincial["derives_from"]] == [("QD-402-2020/2.1", 1)]
    assert (unknown.status_code, unknown.json()["code"]) == (404, "task_unknown")


async def test_coverage_is_narrowed_to_one_plan(client, reader):
    whole = (await client.get(f"{PLANS}/QD-402-2020/coverage", headers=reader)).json()
    one = (await client.get(f"{PLANS}/QD-402-2020/coverage?by=KH-167-HATINH", headers=reader)).json()
    no_child = await client.get(f"{PLANS}/QD-402-2020/coverage?by=QD-1957-2020", headers=reader)

    plans = {counterpart["plan"] for item in one["items"] for counterpart in item["counterparts"]}
    assert (plans, one["derived_plans"]) == ({"KH-167-HATINH"}, ["KH-167-HATINH"])
    assert 0 < one["covered"] < whole["covered"]
    assert (no_child.status_code, no_child.json()["code"]) == (404, "plan_unknown")


async def test_tasks_are_found_by_lead_coordinator_objective_text_and_addressee(client, reader):
    async def codes(**query):
        return {task["code"] for task in await tasks_of(client, reader, "QD-402-2020", **query)}

    tasks = await tasks_of(client, reader, "QD-402-2020", as_of="2026-07-01")

    def carried(part):
        return {task["code"] for task in tasks if any("BNV" in party["carried_by"] for party in task[part])}

    assert await codes(lead="BNV", as_of="2026-07-01") == carried("leads") != set()
    assert await codes(coordinator="BNV", as_of="2026-07-01") == carried("coordinators") != set()
    assert await codes(objective=1) == {"2.1", "2.2", "2.3", "2.4", "2.6"}
    assert "2.6" not in await codes(text="tap huan")
    assert "1.1" in await codes(text="TAP huan")
    to_prime_minister = await codes(addressee="TTG")
    assert len(to_prime_minister) == 28
    assert to_prime_minister == {task["code"] for task in tasks if "Thủ tướng" in (task["result_vi"] or "")}
    assert await codes(funding="ngan sach") == set()


async def test_a_plan_says_where_its_money_comes_from(client, reader):
    plan = (await client.get(f"{PLANS}/QD-402-2020", headers=reader)).json()

    assert plan["funding_vi"].startswith("ngân sách nhà nước")
    assert plan["version"] == 1


async def test_the_duties_in_the_body_of_a_plan_are_read_with_who_carries_them(client, app, reader):
    with counted_statements(app) as sent:
        duties = (await client.get(f"{PLANS}/QD-402-2020/duties?as_of=2026-07-01", headers=reader)).json()

    assert len(duties["items"]) == 14
    assert len(sent) <= 3
    assert duties["items"][0]["ref"] == "III.1.a.1"
    assert [party["carried_by"] for party in duties["items"][0]["actors"]] == [["BNG"]]
    named = {p["printed"]: p for one in duties["items"] for p in one["actors"]}
    assert (named["BLDTBXH"]["exists"], named["BLDTBXH"]["carried_by"]) == (False, ["BNV"])
    requested = [one["ref"] for one in duties["items"] if one["part"] == "requested"]
    assert requested


async def test_the_objectives_are_listed_with_the_tasks_that_serve_them(client, caller, reader):
    items = (await client.get("/v1/gcm-objectives", headers=reader)).json()["items"]
    bound = (await client.get("/v1/gcm-objectives", headers=caller("BCA", plans=["QD-1957-2020"]))).json()["items"]

    assert [one["number"] for one in items] == list(range(1, 24))
    assert items[0]["tasks"] == [f"QD-402-2020/{code}" for code in ("2.1", "2.2", "2.3", "2.4", "2.6")]
    assert all(one["tasks"] == [] for one in bound)
