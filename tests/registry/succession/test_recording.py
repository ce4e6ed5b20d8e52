"""What a steward may record, what is refused, and what the registry proposes where functions go several ways."""

import asyncio

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from services.registry.main import create_app
from services.registry.succession.outlook import HttpNeighbours, Outlook
from tests.registry.succession.walking import SUCCESSIONS, confirm, etag_of, lines_of, propose
from tests.support import running

AGENCY = {
    "id": "BGDHDN",
    "name_vi": "Bộ Giáo dục và Hướng nghiệp",
    "name_en": "Ministry of Education and Career Guidance",
    "kind": "ministry",
    "valid_from": "2027-01-01",
    "reason": "Nghị quyết giả định",
}


def stated(**changes):
    fact = {
        "predecessor": "BGDDT",
        "kind": "merge",
        "effective_on": "2027-01-01",
        "legal_basis": "Nghị quyết giả định",
        "successors": [{"agency": "BYT"}],
    }
    return {**fact, **changes}


@pytest.mark.parametrize(
    ("changes", "findings"),
    [
        ({"predecessor": "NOBODY"}, [("agency_unknown", "/predecessor")]),
        ({"successors": [{"agency": "NOBODY"}]}, [("agency_unknown", "/successors/0/agency")]),
        ({"successors": [{"agency": "BGDDT"}]}, [("same_agency", "/successors/0/agency")]),
        ({"predecessor": "BLDTBXH"}, [("predecessor_not_there", "/effective_on")]),
        (
            {"predecessor": "BDTTG", "effective_on": "2020-01-01"},
            [("predecessor_not_there", "/effective_on")],
        ),
        ({"successors": [{"agency": "BLDTBXH"}]}, [("successor_not_there", "/successors/0/agency")]),
        ({"effective_on": "2126-01-01"}, [("day_out_of_range", "/effective_on")]),
        ({"effective_on": "1900-01-01"}, [("day_out_of_range", "/effective_on")]),
        ({"kind": "split"}, [("successors_do_not_fit", "/successors")]),
        (
            {"successors": [{"agency": "BYT", "kind": "rename"}]},
            [("kinds_differ", "/successors/0/kind")],
        ),
        ({"instrument": "NQ-0"}, [("instrument_unknown", "/instrument")]),
        (
            {"predecessor": "BDTTG", "successors": [{"agency": "UBDT"}], "effective_on": "2027-01-01"},
            [("successor_not_there", "/successors/0/agency"), ("succession_circle", "/successors/0/agency")],
        ),
        (
            {
                "kind": "split",
                "successors": [{"agency": "BYT", "share_percent": 70}, {"agency": "BYT", "share_percent": 60}],
            },
            [
                ("successor_twice", "/successors/0/agency"),
                ("successor_twice", "/successors/1/agency"),
                ("shares_too_large", "/successors"),
            ],
        ),
    ],
)
async def test_what_cannot_be_is_refused_with_every_finding(client, writer, changes, findings):
    answer = await client.post(SUCCESSIONS, json=stated(**changes), headers=writer)

    assert (answer.status_code, answer.json()["code"]) == (422, "succession_invalid")
    assert [(one["rule"], one["pointer"]) for one in answer.json()["errors"]] == findings


@pytest.mark.parametrize(
    "body",
    [
        stated(effective_on="2027-02-30"),
        stated(effective_on=20270101),
        stated(successors=[]),
        stated(kind="vanish"),
        stated(legal_basis=""),
        stated(legal_basis="a\0b"),
        stated(successors=[{"agency": "BYT", "share_percent": 101}]),
        stated(unknown=["clients"]),
        stated(id="lower case"),
        [],
    ],
    ids=repr,
)
async def test_what_cannot_be_read_is_422(client, writer, body):
    answer = await client.post(SUCCESSIONS, json=body, headers=writer)

    assert answer.status_code == 422, answer.text


async def test_a_new_body_is_made_first_and_a_rename_leads_to_it(client, reader, writer):
    made = await client.post("/v1/agencies", json=AGENCY, headers=writer)
    fact = await propose(
        client,
        writer,
        **stated(kind="rename", successors=[{"agency": "BGDHDN"}], instrument="QD-402-2020"),
    )
    answer = await confirm(client, writer, fact["id"])
    repeated = await client.post(
        SUCCESSIONS, json=stated(kind="rename", successors=[{"agency": "BGDHDN"}]), headers=writer
    )
    other_end = await client.post(SUCCESSIONS, json=stated(effective_on="2026-11-01"), headers=writer)

    assert made.status_code == 201, made.text
    assert answer.json()["lines"] == {"confirmed": fact["lines"]["proposed"]}
    assert answer.json()["instrument"] == "QD-402-2020"
    found = (await client.get("/v1/plans/QD-402-2020/tasks/3.3.5?as_of=2027-01-01", headers=reader)).json()
    assert [p["carried_by"] for p in found["coordinators"] if p["printed"] == "BGDDT"] == [["BGDHDN"]]
    for again in (repeated, other_end):
        assert (again.status_code, again.json()["code"]) == (409, "succession_exists")


async def test_the_same_fact_and_the_same_code_are_taken_once(client, writer):
    first = await propose(
        client, writer, id="S-X1", predecessor="BCT", kind="merge", successors=[{"agency": "BTC"}]
    )
    same, other, code = [
        await client.post(SUCCESSIONS, json=body, headers=writer)
        for body in (
            stated(predecessor="BCT", effective_on="2026-12-01", successors=[{"agency": "BTC"}]),
            stated(predecessor="BCT", effective_on="2027-03-01", successors=[{"agency": "BYT"}]),
            stated(id="S-X1", predecessor="BXD", kind="transfer", successors=[{"agency": "BTC"}]),
        )
    ]

    for answer in (same, other, code):
        assert (answer.status_code, answer.json()["code"]) == (409, "succession_exists")
        assert answer.json()["succession"] == first["id"]


async def test_a_withdrawn_proposal_stays_readable_and_makes_room(client, reader, writer):
    made = await propose(client, writer, predecessor="TTCP", kind="merge", successors=[{"agency": "BNV"}])
    etag = await etag_of(client, reader, made["id"])
    path, reason = f"{SUCCESSIONS}/{made['id']}/withdraw", {"reason": "Chưa được thông qua"}

    unnamed = await client.post(path, json=reason, headers=writer)
    withdrawn = await client.post(path, json=reason, headers={**writer, "If-Match": etag})
    again = await client.post(path, json=reason, headers={**writer, "If-Match": etag})
    confirmed = await confirm(client, writer, made["id"])
    anew = await propose(client, writer, predecessor="TTCP", kind="merge", successors=[{"agency": "BNV"}])

    assert (unnamed.status_code, withdrawn.status_code) == (428, 200)
    assert (withdrawn.json()["state"], withdrawn.json()["reason"]) == ("withdrawn", reason["reason"])
    assert again.json() == withdrawn.json()
    assert (confirmed.status_code, confirmed.json()["code"]) == (409, "succession_withdrawn")
    assert anew["id"] == f"{made['id']}-2"


async def test_a_split_without_shares_leaves_the_choice_to_the_steward(client, reader, writer):
    made = await propose(
        client,
        writer,
        predecessor="BYT",
        kind="split",
        successors=[{"agency": "BNNMT"}, {"agency": "BVHTTDL"}],
    )
    lines = await lines_of(client, reader, made["id"])
    answer = await confirm(client, writer, made["id"])

    tasks = [line for line in lines if line["kind"] == "task"]
    assert tasks
    assert all(line["receivers"] == [] for line in tasks)
    assert {tuple(c["reason"] for c in line["candidates"]) for line in tasks} == {("one_of_several",) * 2}
    assert answer.json()["state"] == "confirmed"
    assert answer.json()["lines"] == {"proposed": len(lines)}
    one = tasks[0]
    read = f"/v1/plans/{one['plan']}/tasks/{one['item'].split('/', 1)[1]}?as_of=2026-12-01"
    orphaned = (await client.get(read, headers=reader)).json()
    both = await confirm(client, writer, made["id"], {"number": one["number"], "receivers": ["BNNMT", "BVHTTDL"]})
    shared = (await client.get(read, headers=reader)).json()

    def carried(read_task):
        parties = read_task["leads"] + read_task["coordinators"]
        return next(p["carried_by"] for p in parties if p["printed"] in one["printed"])

    assert both.status_code == 200, both.text
    assert (carried(orphaned), carried(shared)) == ([], ["BNNMT", "BVHTTDL"])


async def test_a_share_decides_where_no_function_does(client, reader, writer):
    made = await propose(
        client,
        writer,
        predecessor="NHNN",
        kind="split",
        successors=[{"agency": "BTC", "share_percent": 80}, {"agency": "BXD", "share_percent": 20}],
    )
    lines = await lines_of(client, reader, made["id"])

    assert lines
    assert {tuple(line["receivers"]) for line in lines} == {("BTC",)}


async def test_a_transfer_moves_what_is_confirmed_and_leaves_the_rest(client, reader, writer):
    made = await propose(
        client,
        writer,
        predecessor="BNG",
        kind="transfer",
        successors=[{"agency": "BCA", "function": "bảo hộ công dân"}],
    )
    lines = await lines_of(client, reader, made["id"])
    protecting = [line for line in lines if line["receivers"] == ["BCA"]]
    answer = await confirm(client, writer, made["id"], {"number": protecting[0]["number"]})
    tasks = (await client.get("/v1/plans/QD-402-2020/tasks?limit=500&as_of=2026-12-01", headers=reader)).json()
    orphaned = [t["code"] for t in tasks["items"] if "BNG" in [p["printed"] for p in t["leads"] if p["orphaned"]]]
    rest = await confirm(client, writer, made["id"])

    assert 0 < len(protecting) < len(lines)
    assert answer.json()["lines"] == {"confirmed": 1, "proposed": len(lines) - 1}
    assert orphaned == []
    assert (await client.get("/v1/agencies/BNG?as_of=2026-12-01", headers=reader)).json()["exists"]
    assert rest.json()["lines"] == {"confirmed": len(protecting), "kept": len(lines) - len(protecting)}


async def test_of_two_stewards_at_once_one_decides(client, reader, writer):
    made = await propose(
        client, writer, predecessor="BKHCN", kind="split", successors=[{"agency": "BXD"}, {"agency": "BTC"}]
    )
    line = (await lines_of(client, reader, made["id"], kind="task"))[0]
    etag = await etag_of(client, reader, made["id"])

    answers = await asyncio.gather(
        *(
            confirm(client, writer, made["id"], {"number": line["number"], "receivers": [agency]}, etag=etag)
            for agency in ("BXD", "BTC")
        )
    )
    after = await lines_of(client, reader, made["id"], item=line["item"])

    assert sorted(one.status_code for one in answers) == [200, 412]
    won = next(agency for agency, one in zip(("BXD", "BTC"), answers, strict=True) if one.status_code == 200)
    assert after[0]["receivers"] == [won]


async def test_two_facts_about_one_agency_at_once_are_one(client, writer):
    body = stated(predecessor="VPCP", successors=[{"agency": "BNV"}])

    answers = await asyncio.gather(*(client.post(SUCCESSIONS, json=body, headers=writer) for _ in range(3)))

    assert sorted(one.status_code for one in answers) == [201, 409, 409]


async def test_the_same_key_records_once(client, writer):
    headers = {**writer, "Idempotency-Key": "merge-of-ethnic-affairs"}
    body = stated(predecessor="BDTTG", successors=[{"agency": "BNV"}])

    first, second = [await client.post(SUCCESSIONS, json=body, headers=headers) for _ in range(2)]

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.headers["Idempotency-Replayed"] == "true"
    assert first.json() == second.json()


async def test_what_an_agency_carries_for_one_before_it_is_touched_too(client, reader, writer):
    (fact,) = (await client.get(f"{SUCCESSIONS}?predecessor=BDTTG&state=proposed", headers=reader)).json()["items"]
    lines = await lines_of(client, reader, fact["id"])

    assert {tuple(line["printed"]) for line in lines if line["kind"] == "task"} == {("UBDT",)}


async def test_stewards_alone_record_and_provincial_ones_in_their_province(client, caller, reader):
    provincial = caller("HT-SNGV", "registry:read", "registry:write")
    inside = stated(predecessor="HT-STP", effective_on="2026-12-01", successors=[{"agency": "HT-SNV"}])
    outside = stated(predecessor="HT-SGDDT", successors=[{"agency": "BNV"}])

    own = await client.post(SUCCESSIONS, json=inside, headers=provincial)
    refused = [
        await client.post(SUCCESSIONS, json=outside, headers=provincial),
        await client.post(SUCCESSIONS, json=stated(), headers=provincial),
        await client.post(SUCCESSIONS, json=inside, headers=caller("BYT", "registry:read", "registry:write")),
        await client.post(SUCCESSIONS, json=inside, headers=reader),
    ]
    stranger = await confirm(client, caller("BYT", "registry:read", "registry:write"), own.json()["id"])
    confirmed = await confirm(client, provincial, own.json()["id"])

    assert own.status_code == 201, own.text
    assert [(one.status_code, one.json()["code"]) for one in refused] == [(403, "not_steward")] * 3 + [
        (403, "scope_missing")
    ]
    assert (stranger.status_code, confirmed.status_code) == (403, 200)


async def test_a_member_that_a_steward_listed_goes_with_the_agency(client, database, reader, writer):
    listing = sa.text(
        "insert into group_member (agency_group, agency, valid, reason, listed_by)"
        " values ('G-BCT-LQ', 'BHXHVN', '[2025-01-01,)', 'Theo đề nghị', 'BNG')"
    )
    async with database.transaction() as session:
        await session.execute(listing)
    made = await propose(client, writer, predecessor="BHXHVN", kind="merge", successors=[{"agency": "BTC"}])
    (line,) = await lines_of(client, reader, made["id"], kind="group")
    await confirm(client, writer, made["id"])

    async def members(day):
        answer = await client.get(f"/v1/agency-groups/G-BCT-LQ/members?as_of={day}", headers=reader)
        return [item["agency"] for item in answer.json()["items"]]

    assert (line["item"], line["part"], line["receivers"]) == ("G-BCT-LQ", "member", ["BTC"])
    assert (await members("2026-11-30"), await members("2026-12-01")) == (["BHXHVN"], ["BTC"])


class Silent:
    """Another service that does not answer."""

    async def get(self, path: str, params: object = None) -> object:
        await asyncio.sleep(60)
        return None


async def test_a_silent_service_is_named_and_stops_nobody(app: FastAPI, caller, monkeypatch):
    """Nothing listens where the settings say that the others are; and one of them may hang."""
    monkeypatch.setattr("services.registry.succession.outlook.PATIENCE", 0.05)
    settings = app.state.runtime.settings.model_copy(
        update={"submissions_url": "http://127.0.0.1:9", "gateway_url": "http://127.0.0.1:9"}
    )
    async with running(create_app(settings)) as http:
        body = stated(predecessor="VOV", successors=[{"agency": "VTV"}])
        answer = await http.post(SUCCESSIONS, json=body, headers=caller("BNG", "registry:read", "registry:write"))

    assert answer.status_code == 201, answer.text
    assert answer.json()["unknown"] == ["occurrences", "clients"]
    hanging = Silent()
    assert await HttpNeighbours(hanging, hanging).look("VOV") == Outlook((), (), ("occurrences", "clients"))


async def test_unknown_successions_and_lines_are_404(client: httpx.AsyncClient, reader, writer):
    named = {**writer, "If-Match": '"any"'}
    answers = [
        await client.get(f"{SUCCESSIONS}/S99/lines", headers=reader),
        await client.get(f"{SUCCESSIONS}/S20/lines/999", headers=reader),
        await client.post(f"{SUCCESSIONS}/S99/confirm", json={}, headers=named),
        await client.post(f"{SUCCESSIONS}/S99/withdraw", json={"reason": "x"}, headers=named),
        await client.patch(f"{SUCCESSIONS}/S20/lines/999", json={"receivers": []}, headers=named),
    ]

    assert [one.json()["code"] for one in answers] == [
        "succession_unknown",
        "succession_line_unknown",
        "succession_unknown",
        "succession_unknown",
        "succession_line_unknown",
    ]


async def test_the_stewardship_of_a_plan_passes_on_with_its_rights(client, caller, reader, writer):
    made = await propose(
        client,
        writer,
        predecessor="HT-SNGV",
        kind="merge",
        effective_on="2026-07-01",
        successors=[{"agency": "HT-SNV"}],
    )
    (line,) = await lines_of(client, reader, made["id"], kind="plan")
    before, after = caller("HT-SNGV", "registry:write"), caller("HT-SNV", "registry:write")
    fact = stated(predecessor="HT-SGDDT", kind="transfer", successors=[{"agency": "HT-SKHCN"}])
    early = await client.post(SUCCESSIONS, json=fact, headers=after)

    answer = await confirm(client, writer, made["id"])
    late = await client.post(SUCCESSIONS, json=fact, headers=before)
    now = await client.post(SUCCESSIONS, json=fact, headers=after)
    plans = [
        (await client.get(f"/v1/plans/KH-167-HATINH?as_of={day}", headers=reader)).json()["steward_carried_by"]
        for day in ("2026-06-30", "2026-07-01")
    ]

    assert answer.status_code == 200, answer.text
    assert (line["item"], line["part"]) == ("KH-167-HATINH", "steward")
    assert plans == [["HT-SNGV"], ["HT-SNV"]]
    assert [one.status_code for one in (early, late, now)] == [403, 403, 201]
