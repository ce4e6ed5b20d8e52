"""Members by hand: those that a steward lists in an open group, and those that the lead of a task asks."""

import asyncio

import pytest
import sqlalchemy as sa

from kernel.clock import BusinessClock
from kernel.tables import event
from services.registry.loading.service import load_registry
from tests.registry.statements import counted_statements

LISTINGS = "/v1/agency-groups/{}/listings"
TASK = "/v1/plans/QD-402-2020/tasks/1.1"
REQUESTS = f"{TASK}/requests"
LISTED = {"agency": "BYT", "valid_from": "2026-01-01", "reason": "Theo phân công", "document": "12/BNG-LS"}
ASKED = {"agency": "BTC", "valid_from": "2026-07-01", "reason": "Đề nghị phối hợp", "document": "34/BNG-LS"}


async def events_about(database, subject):
    async with database.transaction() as session:
        rows = await session.execute(sa.select(event).where(event.c.subject == subject).order_by(event.c.id))
        return rows.all()


async def members_on(client, reader, group, day, **more):
    tail = "".join(f"&{name}={value}" for name, value in more.items())
    answer = await client.get(f"/v1/agency-groups/{group}/members?as_of={day}&limit=500{tail}", headers=reader)
    assert answer.status_code == 200, answer.text
    return {item["agency"]: item for item in answer.json()["items"]}


async def coordinators_on(client, reader, day):
    task = (await client.get(f"{TASK}?as_of={day}", headers=reader)).json()
    return {party["printed"]: party for party in task["coordinators"]}


async def test_a_steward_lists_a_member_and_ends_it_and_yesterday_stays(client, reader, writer, database):
    url = LISTINGS.format("G-BCT-LQ")
    told = len(await events_about(database, "O402-04b"))
    made = await client.post(url, json=LISTED, headers=writer)
    assert made.status_code == 201, made.text
    own = made.headers["Location"]
    etag = {"If-Match": made.headers["ETag"]}

    ended = await client.patch(
        own, json={"valid_to": "2026-06-30", "reason": "Xong việc"}, headers={**writer, **etag}
    )
    again = await client.patch(own, json={"valid_to": "2026-03-01", "reason": "x"}, headers={**writer, **etag})

    assert (ended.status_code, again.status_code) == (200, 412), ended.text
    assert ended.json() == (await client.get(own, headers=reader)).json()
    assert (ended.json()["author"], ended.json()["ended_by"], ended.json()["end_reason"]) == (
        "BNG",
        "BNG",
        "Xong việc",
    )
    assert "BYT" not in await members_on(client, reader, "G-BCT-LQ", "2025-12-31")
    assert (await members_on(client, reader, "G-BCT-LQ", "2026-06-30"))["BYT"]["source"] == "listed"
    assert "BYT" not in await members_on(client, reader, "G-BCT-LQ", "2026-07-01")
    assert len(await events_about(database, "O402-04b")) == told + 2
    [first, last] = await events_about(database, "G-BCT-LQ")
    assert (first.type, first.before, first.reason) == ("agency_group.changed", None, "Theo phân công")
    assert (last.before["valid_to"], last.after["valid_to"]) == (None, "2026-06-30")


async def test_of_two_who_end_a_membership_at_once_one_is_told_to_read_again(client, writer):
    made = await client.post(LISTINGS.format("G-BCT-LQ"), json={**LISTED, "agency": "BTP"}, headers=writer)
    headers = {**writer, "If-Match": made.headers["ETag"]}
    endings = [{"valid_to": f"2026-0{month}-28", "reason": "Xong việc"} for month in (2, 3, 4)]

    answers = await asyncio.gather(
        *(client.patch(made.headers["Location"], json=e, headers=headers) for e in endings)
    )

    assert sorted(answer.status_code for answer in answers) == [200, 412, 412]


async def test_a_listed_member_owes_what_its_group_owes(client, reader, writer):
    owed = "/v1/obligations?owed_by=VKSNDTC&as_of=2026-06-30"
    before = {one["id"] for one in (await client.get(owed, headers=reader)).json()["items"]}
    made = await client.post(LISTINGS.format("G-BCT-LQ"), json={**LISTED, "agency": "VKSNDTC"}, headers=writer)
    after = {one["id"] for one in (await client.get(owed, headers=reader)).json()["items"]}

    assert made.status_code == 201, made.text
    assert after - before == {"O402-04b"}


async def test_an_agency_is_listed_once_a_day(client, reader, writer):
    url = LISTINGS.format("G-DN")
    first = await client.post(url, json={**LISTED, "agency": "VCCI", "valid_to": "2026-06-30"}, headers=writer)
    twice = await client.post(url, json={**LISTED, "agency": "VCCI", "valid_from": "2026-06-30"}, headers=writer)
    later = await client.post(url, json={**LISTED, "agency": "VCCI", "valid_from": "2026-07-01"}, headers=writer)
    listed = (await client.get(f"{url}?limit=1", headers=reader)).json()
    rest = (await client.get(f"{url}?cursor={listed['next_cursor']}", headers=reader)).json()

    assert [first.status_code, twice.status_code, later.status_code] == [201, 409, 201]
    assert twice.json()["code"] == "group_member_twice"
    assert [one["valid_from"] for one in listed["items"] + rest["items"]] == ["2026-01-01", "2026-07-01"]


@pytest.mark.parametrize(
    ("group", "change", "status", "code"),
    [
        ("G-UBND-TINH", {}, 409, "agency_group_closed"),
        ("G-NOBODY", {}, 404, "agency_group_unknown"),
        ("G-BCT-LQ", {"agency": "NOBODY"}, 422, "group_member_invalid"),
        ("G-BCT-LQ", {"agency": "BLDTBXH"}, 422, "group_member_invalid"),
        ("G-BCT-LQ", {"valid_to": "2025-12-31"}, 422, "end_day_invalid"),
        ("G-BCT-LQ", {"reason": ""}, 422, "content_invalid"),
        ("G-BCT-LQ", {"since": "2026-01-01"}, 422, "content_invalid"),
    ],
)
async def test_a_wrong_listing_is_refused(client, writer, group, change, status, code):
    answer = await client.post(LISTINGS.format(group), json={**LISTED, **change}, headers=writer)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_only_stewards_list_and_a_key_lists_once(client, caller, writer, reader):
    provincial = caller("HT-SNGV", "registry:write")
    key = {**writer, "Idempotency-Key": "one-listing"}
    body = {**LISTED, "agency": "HT-STP", "valid_from": "2026-02-01"}

    refused = await client.post(LISTINGS.format("G-BCT-LQ"), json=body, headers=provincial)
    unread = await client.post(LISTINGS.format("G-BCT-LQ"), json=body, headers=reader)
    own = await client.post(LISTINGS.format("G-SND-HT"), json=body, headers=provincial)
    once = [
        await client.post(LISTINGS.format("G-BCD-LQ"), json={**body, "agency": "BTP"}, headers=key) for _ in "12"
    ]

    assert [refused.status_code, unread.status_code, own.status_code] == [403, 403, 201]
    assert once[0].json() == once[1].json()


async def test_a_request_of_the_lead_brings_an_agency_into_one_task(client, reader, writer, database):
    made = await client.post(REQUESTS, json=ASKED, headers=writer)
    assert made.status_code == 201, made.text
    before, after = [await coordinators_on(client, reader, day) for day in ("2026-06-30", "2026-07-01")]

    assert (made.json()["requested_by"], made.json()["agency_group"]) == ("BNG", "G-BCDT-YC")
    assert before["G-BCDT-YC"]["carried_by"] == []
    assert after["G-BCDT-YC"]["carried_by"] == ["BTC"]
    [asked] = after["G-BCDT-YC"]["requests"]
    assert {name: asked[name] for name in ("agency", "requested_by", "document")} == {
        "agency": "BTC",
        "requested_by": "BNG",
        "document": "34/BNG-LS",
    }
    assert "BTC" not in await members_on(client, reader, "G-BCDT-YC", "2026-07-01")
    of_task = await members_on(client, reader, "G-BCDT-YC", "2026-07-01", task="QD-402-2020/1.1")
    assert of_task["BTC"]["source"] == "requested"
    [told] = await events_about(database, "QD-402-2020/1.1")
    assert (told.type, told.agency, told.after["agency"]) == ("task.changed", "BNG", "BTC")


async def test_whoever_is_asked_finds_the_task_among_its_duties(client, reader, writer, inside):
    await client.post(REQUESTS, json={**ASKED, "agency": "BQP"}, headers=writer)

    async def tasks(day):
        listed = await client.get(f"/v1/plans/QD-402-2020/tasks?agency=BQP&as_of={day}&limit=500", headers=reader)
        duties = await client.get(f"/v1/agencies/BQP/duties?as_of={day}", headers=reader)
        others = await client.get(f"/internal/tasks?as_of={day}", headers=inside)
        return (
            "1.1" in {one["code"] for one in listed.json()["items"]},
            "QD-402-2020/1.1" in {one["task"] for one in duties.json()["tasks"]},
            "BQP" in next(t for t in others.json()["items"] if t["id"] == "QD-402-2020/1.1")["coordinators"],
        )

    assert await tasks("2026-06-30") == (False, False, False)
    assert await tasks("2026-07-01") == (True, True, True)


async def test_the_lead_asks_for_itself_and_the_steward_in_the_leads_name(client, caller, writer):
    url = "/v1/plans/QD-402-2020/tasks/5.2.1/requests"
    task = (await client.get(url.removesuffix("/requests"), headers=writer)).json()
    [lead] = [one for party in task["leads"] for one in party["carried_by"]]
    stranger = await client.post(url, json=ASKED, headers=caller("VPCP", "registry:write"))
    as_lead = await client.post(url, json=ASKED, headers=caller(lead, "registry:write"))
    in_its_name = await client.post(url, json={**ASKED, "agency": "BYT", "requested_by": lead}, headers=writer)
    wrong = await client.post(url, json={**ASKED, "agency": "BCT", "requested_by": "VPCP"}, headers=writer)

    assert (stranger.status_code, stranger.json()["code"]) == (403, "not_lead")
    assert (as_lead.status_code, as_lead.json()["requested_by"]) == (201, lead)
    assert (in_its_name.json()["requested_by"], in_its_name.json()["author"]) == (lead, "BNG")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "requesting_lead_invalid")


async def test_a_request_ends_on_a_day_with_a_reason(client, caller, reader, writer):
    made = await client.post(REQUESTS, json={**ASKED, "agency": "BTP"}, headers=writer)
    own, etag = made.headers["Location"], {"If-Match": made.headers["ETag"]}
    ending = {"valid_to": "2026-09-30", "reason": "Đã góp ý xong"}
    stranger = await client.patch(own, json=ending, headers={**caller("VPCP", "registry:write"), **etag})
    early = await client.patch(own, json={**ending, "valid_to": "2026-06-01"}, headers={**writer, **etag})
    blind = await client.patch(own, json=ending, headers=writer)
    ended = await client.patch(own, json=ending, headers={**writer, **etag})

    assert [a.status_code for a in (stranger, early, blind, ended)] == [403, 422, 428, 200]
    assert "BTP" in (await coordinators_on(client, reader, "2026-09-30"))["G-BCDT-YC"]["carried_by"]
    assert "BTP" not in (await coordinators_on(client, reader, "2026-10-01"))["G-BCDT-YC"]["carried_by"]
    assert ended.json()["id"] in {r["id"] for r in (await client.get(REQUESTS, headers=reader)).json()["items"]}


@pytest.mark.parametrize(
    ("path", "change", "status", "code"),
    [
        ("QD-402-2020/tasks/2.1", {}, 409, "task_takes_no_requests"),
        ("QD-402-2020/tasks/1.1", {"agency_group": "G-BCD-YC"}, 409, "task_takes_no_requests"),
        ("QD-402-2020/tasks/9.9", {}, 404, "task_unknown"),
        ("QD-1/tasks/1.1", {}, 404, "plan_unknown"),
        ("QD-402-2020/tasks/1.1", {"agency": "BNG"}, 422, "group_member_invalid"),
        ("QD-402-2020/tasks/1.1", {"agency": "BKHDT"}, 422, "group_member_invalid"),
    ],
)
async def test_a_wrong_request_is_refused(client, writer, path, change, status, code):
    lead = "UBND-P01" if "2.1" in path else "BNG"
    named = {**ASKED, "requested_by": lead, **change}
    answer = await client.post(f"/v1/plans/{path}/requests", json=named, headers=writer)

    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


async def test_a_client_of_another_plan_sees_no_requests(client, caller):
    other = caller("BNG", "registry:read", plans=["QD-1957-2020"])
    listed = await client.get(REQUESTS, headers=other)
    members = await client.get("/v1/agency-groups/G-BCDT-YC/members?task=QD-402-2020/1.1", headers=other)

    assert [listed.status_code, members.status_code] == [404, 404]


@pytest.mark.parametrize(
    "path", [REQUESTS, LISTINGS.format("G-DN"), "/v1/agency-groups/G-BCDT-YC/members?task=QD-402-2020/1.1"]
)
async def test_a_list_needs_at_most_three_statements(client, app, reader, path):
    with counted_statements(app) as sent:
        answer = await client.get(path, headers=reader)

    assert answer.status_code == 200
    assert 1 <= len(sent) <= 3, sent


async def test_a_group_that_changes_in_the_files_tells_of_the_obligations_it_feeds(database, data_copy):
    groups = data_copy / "agency_groups.csv"
    old, new = '"Ministries, agencies and localities",national', '"Ministries and all",national'
    text = groups.read_text(encoding="utf-8")
    assert old in text
    groups.write_text(text.replace(old, new), encoding="utf-8")

    loaded = await load_registry(database, data_copy, BusinessClock())

    assert loaded.changed("obligation") == ["O402-01", "O402-02", "O402-11"]
    assert loaded.changed("plan") == ["QD-402-2020"]
