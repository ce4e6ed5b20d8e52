"""From a corrected document to live duties: all of it in one step, or nothing."""

import asyncio

import pytest
from sqlalchemy import text

from tests.registry.plan_document.quang_tri import PLAN, register_departments
from tests.registry.plan_document.sending import DOCUMENTS

CODE = "KH-35-2026-QT"
UNKNOWN = "Ban Khu kinh tế Lao Bảo"


@pytest.fixture(scope="module")
async def departments(client, caller):
    """The departments of the province."""
    await register_departments(client, caller("BNG", "registry:read", "registry:write"))


async def resolved(client, headers, sender, document, **more):
    """Resolve the one name that nobody knows, and return the document as it is then."""
    body = {"printed": UNKNOWN, "agency": "QT-KKT", **more}
    answer = await client.post(f"{DOCUMENTS}/{document['id']}/names", json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    return await sender.get(headers, document["id"])


async def test_a_document_with_open_questions_is_refused_with_all_of_them(
    departments, client, bng, sender, database
):
    document = await sender.read(bng, PLAN)
    before = await rows_of(database)
    refused = await sender.publish(bng, document)
    preview = (await client.post(f"{DOCUMENTS}/{document['id']}/preview", headers=bng)).json()
    wrong = [one for one in refused.json()["errors"] if one["severity"] == "error"]

    assert (refused.status_code, refused.json()["code"]) == (422, "plan_document_open_questions")
    assert [(one["rule"], one["item"], one["pointer"], one["value"]) for one in wrong] == [
        ("name_unresolved", "t3", "/content/coordinators/1", UNKNOWN)
    ]
    assert (preview["publishable"], preview["findings"]) == (False, refused.json()["errors"])
    assert await rows_of(database) == before


async def test_a_preview_foresees_due_dates_and_coverage_and_keeps_nothing(
    departments, client, bng, sender, database
):
    document = await sender.get(bng, (await sender.send(bng, PLAN)).json()["id"])
    task = next(one for one in document["tasks"] if one["content"]["code"] == "2.1")
    assert (
        await sender.correct(bng, document["id"], task, content={"derives_from": ["QD-402-2020/2.1"]})
    ).is_success
    before = await rows_of(database)
    preview = (await client.post(f"{DOCUMENTS}/{document['id']}/preview", headers=bng)).json()
    cycles = {one["item"]: one["next_cycles"] for one in preview["obligations"]}

    assert [(one["period"], one["due_on"], one["reporters"]) for one in cycles["o1"]] == [
        ("2026", "2026-11-19", ["QT-SNGV"]),
        ("2027", "2027-11-19", ["QT-SNGV"]),
    ]
    assert [(one["period"], one["due_on"]) for one in cycles["o2"]][:2] == [
        ("2026-04-01/P3M", "2026-07-10"),
        ("2026-07-01/P3M", "2026-10-10"),
    ]
    assert [one["due_on"] for one in cycles["o3"]] == ["2026-07-04", "2026-08-04", "2026-09-04", "2026-10-04"]
    assert (preview["coverage"]["plan"], preview["coverage"]["tasks"]) == ("QD-402-2020", 60)
    assert preview["coverage"]["covered"] == 1
    assert "QD-402-2020/2.1" not in preview["coverage"]["uncovered"]
    assert await rows_of(database) == before


async def test_a_document_becomes_live_duties_with_one_event(departments, client, bng, inside, sender, database):
    document = await sender.get(bng, (await sender.send(bng, PLAN, filename="later.txt")).json()["id"])
    document = await resolved(client, bng, sender, document)
    assert document["counts"]["errors"] == 0
    document = (await sender.settle(bng, document, code=CODE)).json() | {"etag": None}
    document = await sender.get(bng, document["id"])
    before = await database_events(database)
    answer = await sender.publish(bng, document)
    told = (await database_events(database))[len(before) :]
    codes = [f"O-{CODE}-0{n}" for n in (1, 2, 3)]

    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == f"/v1/plans/{CODE}"
    assert answer.json() == {
        "plan_document": document["id"],
        "plan": CODE,
        "version": 1,
        "tasks": 5,
        "duties": len(document["duties"]),
        "obligations": [{"item": f"o{n}", "obligation": code} for n, code in enumerate(codes, start=1)],
    }
    assert [(one.type, one.subject, one.data) for one in told] == [
        ("plan.published", CODE, {"plan": CODE, "version": 1, "obligations": codes})
    ]

    tasks = (await client.get(f"/v1/plans/{CODE}/tasks", headers=bng)).json()["items"]
    explained = (await client.get(f"/v1/obligations/{codes[1]}/explain?period=2026-04-01/P3M", headers=bng)).json()
    schedule = (
        await client.get(
            "/internal/schedule",
            params={"from": "2026-07-01", "to": "2026-12-31", "obligation": codes},
            headers=inside,
        )
    ).json()["items"]
    instrument = (await client.get(f"/v1/instruments/{CODE}", headers=bng)).json()
    files = (await client.get(f"/v1/instruments/{CODE}/files", headers=bng)).json()["items"]
    coverage = (await client.get("/v1/plans/QD-402-2020/coverage", headers=bng)).json()

    assert [(one["code"], [lead["printed"] for lead in one["leads"]]) for one in tasks] == [
        ("1", []),
        ("1.1", ["QT-SNGV"]),
        ("1.2", ["QT-SNGV"]),
        ("2", []),
        ("2.1", ["QT-SNV"]),
    ]
    assert (explained["due_on"], [one["agency"] for one in explained["reporters"]]) == ("2026-07-10", ["QT-SNV"])
    assert {(one["obligation"], one["due_on"]) for one in schedule} >= {
        (codes[0], "2026-11-19"),
        (codes[1], "2026-07-10"),
        (codes[2], "2026-12-04"),
    }
    assert (instrument["number"], instrument["issuer"], instrument["based_on"]) == (
        "35/KH-UBND",
        "UBND-P44-2025",
        ["QD-402-2020"],
    )
    assert [(one["name"], one["sha256"]) for one in files] == [(f"{CODE}.txt", document["sha256"])]
    assert any(
        one["task"] == "QD-402-2020/2.1" and f"{CODE}/2.1" in {c["task"] for c in one["counterparts"]}
        for one in coverage["items"]
    )


async def test_what_is_published_is_neither_published_nor_corrected_again(departments, client, bng, sender):
    document = await sender.get(bng, (await sender.send(bng, PLAN)).json()["id"])
    again = await sender.publish(bng, document)
    corrected = await sender.correct(bng, document["id"], document["tasks"][0], checked=True)
    preview = await client.post(f"{DOCUMENTS}/{document['id']}/preview", headers=bng)

    assert (document["state"], document["plan"]) == ("published", CODE)
    assert document["published_obligations"] == [f"O-{CODE}-0{n}" for n in (1, 2, 3)]
    for answer in (again, corrected, preview):
        assert (answer.status_code, answer.json()["code"]) == (409, "plan_document_not_open")
        assert answer.json()["plan"] == CODE


async def test_a_published_plan_is_seen_only_by_clients_that_are_open_to_it(
    departments, client, caller, bng, sender
):
    document = (await sender.send(bng, PLAN)).json()["id"]
    limited = caller("BNG", "registry:read", plans=["QD-402-2020"])

    assert (await client.get(f"{DOCUMENTS}/{document}", headers=limited)).status_code == 404
    assert document not in {one["id"] for one in (await client.get(DOCUMENTS, headers=limited)).json()["items"]}


async def test_a_second_document_of_the_same_plan_is_told_to_amend_it(departments, client, bng, sender):
    other = await sender.read(bng, PLAN + "\n")
    other = await resolved(client, bng, sender, other)
    settled = (await sender.settle(bng, other, code=CODE)).json()
    refused = await sender.publish(bng, await sender.get(bng, other["id"]))

    assert settled["settled"]["code"] == CODE
    assert refused.status_code == 422
    assert ("plan_exists", "/code") in {(one["rule"], one["pointer"]) for one in refused.json()["errors"]}


async def test_eight_publications_at_once_are_one(departments, client, bng, sender, database):
    document = await sender.read(bng, PLAN.replace("35/KH-UBND", "36/KH-UBND"))
    document = await resolved(client, bng, sender, document)
    answers = await asyncio.gather(*(sender.publish(bng, document) for _ in range(8)))

    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    published = [one for one in await database_events(database) if one.type == "plan.published"]
    assert len([one for one in published if one.subject == document["settled"]["code"]]) == 1


async def test_a_repeated_publication_with_its_key_gets_the_same_answer(departments, client, bng, sender):
    document = await sender.read(bng, PLAN.replace("35/KH-UBND", "37/KH-UBND"))
    document = await resolved(client, bng, sender, document)
    keyed = {**bng, "Idempotency-Key": "publish-37"}
    first = await sender.publish(keyed, document)
    second = await sender.publish(keyed, document)

    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert second.headers["Idempotency-Replayed"] == "true"


async def test_a_stale_proposal_is_not_published(departments, client, bng, sender):
    stale = await sender.read(bng, PLAN.replace("35/KH-UBND", "38/KH-UBND"))
    await resolved(client, bng, sender, stale)
    refused = await sender.publish(bng, stale)

    assert (refused.status_code, refused.json()["code"]) == (412, "version_stale")


async def test_a_provincial_steward_publishes_for_its_own_province_only(
    departments, client, ha_tinh, sender, database
):
    document = await sender.read(ha_tinh, PLAN)
    document = await resolved(client, ha_tinh, sender, document)
    document = (await sender.settle(ha_tinh, document, code="KH-39-2026-QT")).json()
    refused = await sender.publish(ha_tinh, await sender.get(ha_tinh, document["id"]))
    kept = await client.get("/v1/plans/KH-39-2026-QT", headers=ha_tinh)

    assert (refused.status_code, refused.json()["code"]) == (403, "not_steward")
    assert kept.status_code == 404


async def test_a_remembered_name_is_known_to_the_next_document(departments, client, bng, sender, database):
    document = await sender.read(bng, PLAN.replace("35/KH-UBND", "40/KH-UBND"))
    before = len(await database_events(database))
    body = {"printed": UNKNOWN, "agency": "QT-KKT", "remember": True}
    answer = await client.post(f"{DOCUMENTS}/{document['id']}/names", json=body, headers=bng)
    told = (await database_events(database))[before:]
    later = await sender.read(bng, PLAN.replace("35/KH-UBND", "41/KH-UBND"))

    assert answer.json() == {"printed": UNKNOWN, "agency": "QT-KKT", "items": ["t3"], "remembered": True}
    assert [(one.type, one.subject) for one in told] == [("agency.changed", "QT-KKT")]
    assert UNKNOWN in (await client.get("/v1/agencies/QT-KKT", headers=bng)).json()["aliases"]
    assert later["counts"]["unresolved_names"] == 0


async def test_a_new_basis_is_registered_with_the_plan(departments, client, bng, sender):
    document = await sender.read(bng, PLAN.replace("35/KH-UBND", "42/KH-UBND"))
    facts = document["instrument"]
    bases = facts["content"]["based_on"]
    bases[1] |= {"instrument": "CV-77-2026", "is_new": True, "issuer": "BNG", "title_vi": "Công văn 77"}
    corrected = await sender.correct(bng, document["id"], facts, content={"based_on": bases})
    assert corrected.is_success, corrected.text
    document = await sender.get(bng, document["id"])
    answer = await sender.publish(bng, document)
    detail = (await client.get(f"/v1/instruments/{answer.json()['plan']}", headers=bng)).json()

    assert answer.status_code == 201, answer.text
    assert detail["based_on"] == ["QD-402-2020", "CV-77-2026"]
    assert (await client.get("/v1/instruments/CV-77-2026", headers=bng)).json()["number"] == "77/BNG-LS"


async def rows_of(database):
    async with database.transaction() as session:
        counted = (
            "select (select count(*) from plan), (select count(*) from task), (select count(*) from obligation),"
        )
        rows = await session.execute(
            text(counted + " (select count(*) from instrument), (select count(*) from event)")
        )
        return tuple(rows.one())


async def database_events(database):
    async with database.transaction() as session:
        return (await session.execute(text("select type, subject, data from event order by txid, id"))).all()
