"""A ministry is merged and one of its functions goes elsewhere: from the proposal to the last duty.

One story in several tests, in their order. The Ministry of Justice is no more from 1 December 2026 on.
"""

from collections import Counter

import pytest
import sqlalchemy as sa

from kernel.tables import event
from services.registry.succession.outlook import BoundClient, OpenOccurrence, Outlook
from tests.registry.statements import counted_statements
from tests.registry.succession.walking import SUCCESSIONS, confirm, etag_of, lines_of, propose

BEFORE, AFTER = "2026-11-30", "2026-12-01"
FACT = "S-BTP-2026-12-01"
LASTING = ("id", "name_vi", "name_en", "kind", "parent", "province", "exists", "valid_from")
"""What an agency is on a day, whenever it ends."""
OWED = OpenOccurrence(
    occurrence="01970000-0000-7000-8000-000000000001",
    obligation="O402-09",
    period="2026",
    due_on="2026-11-14",
    state="owed",
)


async def task(client, headers, code, day):
    answer = await client.get(f"/v1/plans/QD-402-2020/tasks/{code}?as_of={day}", headers=headers)
    return answer.json()


async def led_by(client, headers, code, day):
    (lead,) = (await task(client, headers, code, day))["leads"]
    return lead["carried_by"]


async def everything_before(client, headers, inside):
    """All that the registry says of the last day of the ministry, and of the cycles that were decided by then."""
    asked = [
        *(f"/v1/plans/{plan}/tasks?limit=500&as_of={BEFORE}" for plan in ("QD-402-2020", "KH-167-HATINH")),
        *(f"/v1/agencies/{agency}/duties?as_of={BEFORE}" for agency in ("BTP", "BNV", "TANDTC")),
        f"/v1/plans?as_of={BEFORE}",
        f"/v1/obligations?limit=500&as_of={BEFORE}",
        f"/v1/agency-groups/G-BCD/members?limit=500&as_of={BEFORE}",
        f"/v1/agencies?limit=500&kind=ministry&as_of={BEFORE}",
    ]
    found = {path: (await client.get(path, headers=headers)).json() for path in asked}
    for door in (f"/internal/tasks?as_of={BEFORE}", f"/internal/schedule?from=2025-01-01&to={BEFORE}"):
        found[door] = (await client.get(door, headers=inside)).json()
    ministries = next(answer for path, answer in found.items() if "kind=ministry" in path)
    ministries["items"] = [{name: item[name] for name in LASTING} for item in ministries["items"]]
    return found


@pytest.fixture(scope="module")
def seen() -> dict:
    """What one test saw and a later one compares."""
    return {}


async def test_a_proposal_finds_everything_that_is_touched(client, writer, reader, inside, neighbours, seen):
    seen["before"] = await everything_before(client, reader, inside)
    neighbours.outlook = Outlook((OWED,), (BoundClient(id="client_1", name="Hệ thống Bộ Tư pháp"),))

    made = await propose(
        client,
        writer,
        predecessor="BTP",
        kind="merge",
        successors=[
            {"agency": "BNV"},
            {"agency": "TANDTC", "kind": "transfer", "function": "quốc tịch, hộ tịch"},
        ],
    )
    lines = await lines_of(client, writer, FACT)

    assert (made["id"], made["state"], made["unknown"]) == (FACT, "proposed", [])
    assert made["lines"] == {"proposed": len(lines)}
    assert Counter(line["kind"] for line in lines) == {
        "task": 9,
        "obligation": 1,
        "duty": 1,
        "occurrence": 1 + len([1 for line in lines if line["item"] == "O402-01/2026-S2"]),
        "client": 1,
    }
    tasks = seen["before"][f"/v1/plans/QD-402-2020/tasks?limit=500&as_of={BEFORE}"]["items"]
    named = {t["id"] for t in tasks if "BTP" in [p["printed"] for p in t["leads"] + t["coordinators"]]}
    assert {line["item"] for line in lines if line["kind"] == "task"} == named


async def test_each_line_has_a_receiver_with_the_reason(client, reader):
    by_item = {line["item"]: line for line in await lines_of(client, reader, FACT)}

    assert by_item["QD-402-2020/3.3.14"]["receivers"] == ["BNV"]
    assert [c["reason"] for c in by_item["QD-402-2020/3.3.14"]["candidates"]] == ["takes_the_whole"]
    nationality = by_item["QD-402-2020/3.3.10"]
    assert nationality["receivers"] == ["TANDTC"]
    assert [(c["agency"], c["reason"]) for c in nationality["candidates"]] == [
        ("TANDTC", "function_matches"),
        ("BNV", "takes_the_whole"),
    ]
    assert nationality["candidates"][0]["vi"] == "Nội dung thuộc chức năng được chuyển: quốc tịch, hộ tịch."


async def test_an_open_report_goes_with_its_obligation_and_says_what_submissions_knows(client, reader):
    lines = await lines_of(client, reader, FACT)
    (obligation,) = [line for line in lines if line["kind"] == "obligation"]
    (report,) = [line for line in lines if line["item"] == "O402-09/2026"]

    assert report["follows"] == obligation["number"]
    assert report["facts"] == {"occurrence": OWED.occurrence, "state": "owed", "due_on": "2026-11-14"}


async def test_clients_are_shown_to_those_who_may_change_the_registry(client, reader, writer):
    assert await lines_of(client, reader, FACT, kind="client") == []
    (line,) = await lines_of(client, writer, FACT, kind="client")
    hidden = await client.get(f"{SUCCESSIONS}/{FACT}/lines/{line['number']}", headers=reader)

    assert (line["item"], line["title_vi"]) == ("client_1", "Hệ thống Bộ Tư pháp")
    assert (hidden.status_code, hidden.json()["code"]) == (404, "succession_line_unknown")


async def test_a_proposal_moves_nothing(client, reader, inside, seen):
    assert await everything_before(client, reader, inside) == seen["before"]
    assert await led_by(client, reader, "3.3.14", AFTER) == ["BTP"]


async def test_lines_are_listed_by_pages_in_few_statements(client, app, reader):
    whole = await lines_of(client, reader, FACT)
    with counted_statements(app) as sent:
        first = (await client.get(f"{SUCCESSIONS}/{FACT}/lines?limit=4", headers=reader)).json()
    rest = await lines_of(client, reader, FACT, cursor=first["next_cursor"])

    assert first["items"] + rest == whole
    assert len(sent) <= 3, sent
    assert {line["kind"] for line in await lines_of(client, reader, FACT, kind="task")} == {"task"}


async def test_a_client_of_one_plan_sees_the_lines_of_that_plan(client, caller):
    only = caller("BNG", "registry:read", plans=["KH-167-HATINH"])

    assert [line for line in await lines_of(client, only, FACT) if line["plan"]] == []


async def test_a_steward_proposes_another_receiver(client, writer):
    (line,) = await lines_of(client, writer, FACT, item="QD-402-2020/3.3.12")
    path = f"{SUCCESSIONS}/{FACT}/lines/{line['number']}"
    read = await client.get(path, headers=writer)

    unnamed = await client.patch(path, json={"receivers": ["BNV"]}, headers=writer)
    changed = await client.patch(
        path, json={"receivers": ["BNV"]}, headers={**writer, "If-Match": read.headers["ETag"]}
    )
    stale = await client.patch(
        path, json={"receivers": ["TANDTC"]}, headers={**writer, "If-Match": read.headers["ETag"]}
    )
    foreign = await client.patch(
        path, json={"receivers": ["BYT"]}, headers={**writer, "If-Match": changed.headers["ETag"]}
    )

    assert [one.status_code for one in (unnamed, changed, stale, foreign)] == [428, 200, 412, 422]
    assert changed.json()["receivers"] == ["BNV"]
    assert [e["pointer"] for e in foreign.json()["errors"]] == ["/receivers/0"]


async def test_an_occurrence_is_changed_with_its_obligation_only(client, writer):
    (line,) = await lines_of(client, writer, FACT, item="O402-09/2026")
    headers = {**writer, "If-Match": await etag_of(client, writer, FACT)}

    answer = await client.patch(
        f"{SUCCESSIONS}/{FACT}/lines/{line['number']}", json={"receivers": ["BNV"]}, headers=headers
    )

    assert (answer.status_code, answer.json()["code"]) == (409, "succession_line_follows")
    assert answer.json()["follows"] == line["follows"]


async def test_whoever_stands_under_the_predecessor_is_moved_first(client, writer):
    refused = await confirm(client, writer, FACT)
    child = await client.get("/v1/agencies/CHCTP", headers=writer)
    moved = await client.patch(
        "/v1/agencies/CHCTP",
        json={"valid_from": AFTER, "parent": "BNV", "reason": "Theo bộ mới"},
        headers={**writer, "If-Match": child.headers["ETag"]},
    )

    assert (refused.status_code, refused.json()["code"]) == (409, "agency_still_named")
    assert moved.status_code == 200, moved.text


async def test_what_is_chosen_wrongly_is_said_all_at_once(client, writer):
    (report,) = await lines_of(client, writer, FACT, item="O402-09/2026")
    answer = await confirm(
        client,
        writer,
        FACT,
        {"number": 9999},
        {"number": 1, "receivers": ["BYT"]},
        {"number": 2, "receivers": []},
        {"number": report["number"]},
    )

    assert answer.status_code == 422
    assert [(e["rule"], e["pointer"]) for e in answer.json()["errors"]] == [
        ("line_unknown", "/lines/0/number"),
        ("receiver_no_successor", "/lines/1/receivers/0"),
        ("receiver_missing", "/lines/2/receivers"),
        ("line_follows", "/lines/3/number"),
    ]


async def test_confirming_some_lines_leaves_the_others_orphaned(client, database, reader, writer, inside, seen):
    (one,) = await lines_of(client, writer, FACT, item="QD-402-2020/3.3.14")
    async with database.transaction() as session:
        seen["events"] = (await session.execute(sa.select(sa.func.count()).select_from(event))).scalar_one()

    answer = await confirm(client, writer, FACT, {"number": one["number"]})

    assert answer.status_code == 200, answer.text
    assert answer.json()["state"] == "confirmed"
    assert answer.json()["lines"]["confirmed"] == 1
    assert await led_by(client, reader, "3.3.14", AFTER) == ["BNV"]
    open_task = await task(client, reader, "3.3.10", AFTER)
    assert (open_task["leads"][0]["carried_by"], open_task["orphaned"]) == ([], True)
    obligation = (await client.get(f"/v1/obligations/O402-09?as_of={AFTER}", headers=reader)).json()
    duties = (await client.get(f"/v1/agencies/BTP/duties?as_of={AFTER}", headers=reader)).json()
    span = "from=2027-01-01&to=2027-12-31&obligation=O402-09"
    (cycle,) = (await client.get(f"/internal/schedule?{span}", headers=inside)).json()["items"]
    assert obligation["orphaned"] == ["BTP"]
    assert duties["orphaned"] == ["O402-09"]
    assert "QD-402-2020/3.3.10" in duties["orphaned_tasks"]
    assert "QD-402-2020/3.3.14" not in duties["orphaned_tasks"]
    assert (cycle["reporters"], cycle["orphaned"]) == ([], ["BTP"])
    still_open = [line["item"] for line in await lines_of(client, reader, FACT) if line["orphaned"]]
    assert "QD-402-2020/3.3.10" in still_open
    assert "QD-402-2020/3.3.14" not in still_open


async def test_the_predecessor_ended_the_day_before(client, reader):
    async def read(day):
        return (await client.get(f"/v1/agencies/BTP?as_of={day}", headers=reader)).json()

    assert [(await read(day))["exists"] for day in (BEFORE, AFTER)] == [True, False]
    assert (await read(AFTER))["valid_to"] == BEFORE
    chain = (await client.get(f"/v1/agencies/BTP/successors?on={AFTER}", headers=reader)).json()
    assert {(link["successor"], link["kind"]) for link in chain["items"]} == {
        ("BNV", "merge"),
        ("TANDTC", "transfer"),
    }


async def test_the_rest_is_confirmed_and_each_duty_is_where_it_was_decided(client, reader, writer, inside):
    answer = await confirm(client, writer, FACT)

    assert answer.status_code == 200, answer.text
    assert set(answer.json()["lines"]) == {"confirmed"}
    decided = {"3.3.14": "BNV", "3.3.12": "BNV", "3.3.10": "TANDTC", "3.2.5": "TANDTC"}
    for code, receiver in decided.items():
        assert await led_by(client, reader, code, AFTER) == [receiver]
        assert await led_by(client, reader, code, BEFORE) == ["BTP"]
    span = "from=2027-01-01&to=2027-12-31&obligation=O402-09"
    (cycle,) = (await client.get(f"/internal/schedule?{span}", headers=inside)).json()["items"]
    assert (cycle["reporters"], cycle["orphaned"]) == ([{"agency": "TANDTC", "duty": "BTP"}], [])
    owed = (await client.get(f"/v1/agencies/TANDTC/duties?as_of={AFTER}", headers=reader)).json()
    assert ("O402-09", "BTP") in {(one["obligation"], one["duty"]) for one in owed["obligations"]}
    assert "QD-402-2020/3.3.10" in {one["task"] for one in owed["tasks"]}
    of_court = "/v1/plans/QD-402-2020/tasks?agency=TANDTC&limit=500&as_of="
    then, now = [(await client.get(of_court + day, headers=reader)).json()["items"] for day in (BEFORE, AFTER)]
    assert {t["code"] for t in now} - {t["code"] for t in then} == {"3.2.5", "3.3.7", "3.3.10", "3.3.11", "3.3.13"}


async def test_nothing_was_overwritten(client, reader, inside, seen):
    """Every answer as of the day before is, letter by letter, what it was before anything was recorded."""
    after = await everything_before(client, reader, inside)

    for path, answer in seen["before"].items():
        assert after[path] == answer, path


async def test_confirming_the_same_again_is_the_same_answer(client, reader, writer):
    first = await client.get(f"{SUCCESSIONS}/{FACT}", headers=reader)
    (line,) = await lines_of(client, writer, FACT, item="QD-402-2020/3.3.10")

    everything = await confirm(client, writer, FACT, etag='"an-old-one"')
    one = await confirm(client, writer, FACT, {"number": line["number"], "receivers": ["TANDTC"]}, etag='"old"')
    otherwise = await confirm(client, writer, FACT, {"number": line["number"], "receivers": ["BNV"]})

    assert everything.json() == one.json() == first.json()
    assert (otherwise.status_code, otherwise.json()["code"]) == (409, "succession_line_decided")
    assert otherwise.json()["lines"] == [line["number"]]


async def test_it_is_told_once_who_follows_and_which_obligation_changed(database, seen):
    async with database.transaction() as session:
        rows = (await session.execute(sa.select(event).order_by(event.c.id))).all()[seen["events"] :]

    told = [(row.type, row.subject) for row in rows]
    confirmed = [row.data for row in rows if row.type == "succession.confirmed"]
    assert confirmed == [
        {"succession": FACT, "predecessor": "BTP", "successor": agency, "effective_on": AFTER}
        for agency in ("BNV", "TANDTC")
    ]
    assert told.count(("obligation.changed", "O402-09")) == 2  # orphaned first, then given to somebody
    assert ("agency.changed", "BTP") in told


async def test_a_confirmed_succession_is_not_withdrawn(client, writer):
    headers = {**writer, "If-Match": await etag_of(client, writer, FACT)}

    answer = await client.post(f"{SUCCESSIONS}/{FACT}/withdraw", json={"reason": "Nhầm"}, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (409, "succession_confirmed")


async def test_a_later_transfer_moves_on_what_was_received(client, reader, writer):
    """The court gives one task back: its printed lead is still the ministry that ended."""
    made = await propose(
        client,
        writer,
        id="S-BACK",
        predecessor="TANDTC",
        kind="transfer",
        effective_on="2027-06-01",
        successors=[{"agency": "BNV", "function": "trẻ em di cư"}],
    )
    (line,) = await lines_of(client, reader, "S-BACK", item="QD-402-2020/3.3.10")

    answer = await confirm(client, writer, "S-BACK", {"number": line["number"], "receivers": ["BNV"]})

    assert (made["id"], line["printed"]) == ("S-BACK", ["BTP"])
    assert answer.status_code == 200, answer.text
    days = (BEFORE, AFTER, "2027-05-31", "2027-06-01")
    assert [(await led_by(client, reader, "3.3.10", day))[0] for day in days] == ["BTP", "TANDTC", "TANDTC", "BNV"]
    assert await led_by(client, reader, "3.3.13", "2027-06-01") == ["TANDTC"]
