"""A person puts right what was read; every correction is kept with what was before and after."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.registry.plan_document.sending import DOCUMENTS


@pytest.fixture
async def document(bng, sender, ha_tinh_plan, request):
    """The plan of Hà Tĩnh, read afresh for each test."""
    return await sender.read(bng, ha_tinh_plan + "\n" * (abs(hash(request.node.name)) % 10_000 + 1))


@pytest.fixture
async def untouched(bng, sender, ha_tinh_plan):
    """The same plan, read once, for what changes nothing of it."""
    answer = await sender.send(bng, ha_tinh_plan + "\n")
    assert answer.status_code == 200 or await sender.read_next()
    return await sender.get(bng, answer.json()["id"])


def task(document, code):
    return next(one for one in document["tasks"] if one["content"]["code"] == code)


async def corrections_of(client, headers, document):
    return (await client.get(f"{DOCUMENTS}/{document['id']}/corrections", headers=headers)).json()["items"]


async def test_a_changed_field_is_kept_with_before_and_after(client, bng, sender, document):
    before = task(document, "1.1")
    answer = await sender.correct(
        bng, document["id"], before, content={"title_en": "Train officials on the GCM"}, reason="Dịch"
    )
    after = answer.json()
    kept = await corrections_of(client, bng, document)

    assert (after["state"], after["content"]["title_en"]) == ("corrected", "Train officials on the GCM")
    assert after["read"] == before["read"]
    assert answer.headers["ETag"] == after["etag"] != before["etag"]
    assert [(c["number"], c["item"], c["action"], c["reason"], c["agency"]) for c in kept] == [
        (1, before["id"], "change", "Dịch", "BNG")
    ]
    assert kept[0]["before"] == {"title_en": None, "state": "proposed"}
    assert kept[0]["after"] == {"title_en": "Train officials on the GCM", "state": "corrected"}


async def test_two_stewards_at_once_do_not_overwrite_each_other(bng, sender, document):
    item = task(document, "1.2")
    answers = await asyncio.gather(
        *(sender.correct(bng, document["id"], item, content={"note": f"{n}"}) for n in range(8))
    )
    other = await sender.correct(bng, document["id"], task(document, "1.3"), checked=True)

    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7
    assert other.status_code == 200, "another item is not touched by it"


async def test_a_correction_needs_the_version_it_is_based_on(client, bng, untouched):
    url = f"{DOCUMENTS}/{untouched['id']}/items/t1"
    answer = await client.patch(url, json={"checked": True}, headers=bng)

    assert (answer.status_code, answer.json()["code"]) == (428, "if_match_required")


async def test_a_checked_item_is_no_longer_doubted(bng, sender, document):
    doubtful = next(one for one in document["obligations"] if one["confidence"] < 0.8 and not one["unresolved"])
    answer = await sender.correct(bng, document["id"], doubtful, checked=True)
    after = await sender.get(bng, document["id"])

    assert answer.json()["state"] == "confirmed"
    assert ("low_confidence", doubtful["id"]) in {(one["rule"], one["item"]) for one in document["doubts"]}
    assert ("low_confidence", doubtful["id"]) not in {(one["rule"], one["item"]) for one in after["doubts"]}


async def test_a_dropped_item_asks_nothing_and_can_come_back(bng, sender, document):
    item = next(one for one in document["obligations"] if not one["content"]["recipients"])
    unexplained = await sender.correct(bng, document["id"], item, dropped=True)
    dropped = await sender.correct(bng, document["id"], item, dropped=True, reason="Không phải chế độ báo cáo")
    between = await sender.get(bng, document["id"])
    back = await sender.correct(bng, document["id"], dropped.json(), dropped=False)

    assert unexplained.status_code == 422
    assert dropped.json()["state"] == "dropped"
    assert item["id"] not in {one["item"] for one in between["doubts"]}
    assert between["counts"]["dropped"] == 1
    assert back.json()["state"] == "corrected"


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        ({"leads": [{"printed": "x", "code": "HT-NOBODY"}]}, [("registered", "/content/leads/0", "HT-NOBODY")]),
        ({"leads": [{"printed": "x", "code": "HT-STC"}, {"printed": "y", "code": "BDTTG"}]},
         [("exists_on_day", "/content/leads/1", "BDTTG")]),
        ({"code": "a b", "kind": "dream"},
         [("string_pattern_mismatch", "/content/code", "a b"), ("enum", "/content/kind", "dream")]),
        ({"lead": []}, [("extra_forbidden", "/content/lead", None)]),
        ({"timeframe": {"starts_in": 202}}, [("greater_than_equal", "/content/timeframe/starts_in", 202)]),
    ],
)  # fmt: skip
async def test_a_correction_that_makes_no_sense_is_refused_with_its_places(bng, sender, untouched, content, wrong):
    """BDTTG was made in 2025; the plan is of 2020."""
    answer = await sender.correct(bng, untouched["id"], task(untouched, "1.1"), content=content)
    found = [(one["rule"], one["pointer"], one["value"]) for one in answer.json()["errors"]]

    assert (answer.status_code, answer.json()["code"]) == (422, "plan_document_item_invalid")
    assert found == wrong
    assert (await sender.get(bng, untouched["id"]))["etag"] == untouched["etag"]


async def test_one_printed_name_is_resolved_everywhere_at_once(client, bng, sender, document):
    printed = "các cơ quan, đơn vị liên quan"
    before = {one["item"] for one in document["doubts"] if one["value"] == printed}
    body = {"printed": "Các  cơ quan, đơn vị liên quan", "agency": "G-SND-HT"}
    answer = await client.post(f"{DOCUMENTS}/{document['id']}/names", json=body, headers=bng)
    after = await sender.get(bng, document["id"])
    kept = await corrections_of(client, bng, document)

    assert len(before) > 1
    assert set(answer.json()["items"]) == before
    assert not [one for one in after["doubts"] if one["value"] == printed]
    assert [(c["item"], c["action"]) for c in kept] == [(item, "resolve_name") for item in answer.json()["items"]]


async def test_a_name_that_stands_nowhere_or_means_nobody_is_refused(client, bng, untouched):
    url = f"{DOCUMENTS}/{untouched['id']}/names"
    nowhere = await client.post(url, json={"printed": "Sở Không có", "agency": "HT-SNGV"}, headers=bng)
    nobody = await client.post(url, json={"printed": "các ngành", "agency": "HT-NOBODY"}, headers=bng)
    then = await client.post(url, json={"printed": "các ngành", "agency": "BDTTG"}, headers=bng)

    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "plan_document_name_nowhere")
    assert [one["rule"] for one in nobody.json()["errors"]] == ["registered"]
    assert [one["rule"] for one in then.json()["errors"]] == ["exists_on_day"]


async def test_an_item_is_split_and_stands_where_it_stood(client, bng, sender, document):
    item = task(document, "1.1")
    body = {"into": [{"title_vi": "Tập huấn"}, {"code": "1.1b", "title_vi": "Hội thảo"}]}
    url = f"{DOCUMENTS}/{document['id']}/items/{item['id']}/split"
    answer = await client.post(url, json=body, headers={**bng, "If-Match": item["etag"]})
    after = await sender.get(bng, document["id"])
    codes = [one["content"]["code"] for one in after["tasks"]]

    assert answer.status_code == 201, answer.text
    assert [(one["content"]["code"], one["content"]["title_vi"]) for one in answer.json()] == [
        ("1.1", "Tập huấn"),
        ("1.1b", "Hội thảo"),
    ]
    assert codes[codes.index("1.1") + 1] == "1.1b"
    assert len(codes) == len(document["tasks"]) + 1
    assert task(after, "1.1b")["content"]["leads"] == item["content"]["leads"]
    assert task(after, "1.1b")["source"] == item["source"]


async def test_items_are_merged_into_one_and_the_others_dropped(client, bng, sender, document):
    first, second = task(document, "1.1"), task(document, "1.2")
    url = f"{DOCUMENTS}/{document['id']}/items/{first['id']}/merge"
    matched = {**bng, "If-Match": first["etag"]}
    wrong = await client.post(url, json={"others": [first["id"], "o1", "t999"]}, headers=matched)
    answer = await client.post(url, json={"others": [second["id"]]}, headers=matched)
    merged = answer.json()["content"]
    after = await sender.get(bng, document["id"])

    assert [one["pointer"] for one in wrong.json()["errors"]] == ["/others/0", "/others/1", "/others/2"]
    assert answer.status_code == 200, answer.text
    assert merged["title_vi"].startswith(first["content"]["title_vi"])
    assert {name["code"] for name in merged["coordinators"]} >= {
        name["code"] for one in (first, second) for name in one["content"]["coordinators"]
    }
    assert task(after, "1.2")["state"] == "dropped"


async def test_a_missed_item_is_added_behind_another(client, bng, sender, document):
    content = {"code": "1.1a", "title_vi": "Sơ kết", "leads": [{"printed": "Sở Ngoại vụ", "code": "HT-SNGV"}]}
    body = {"kind": "task", "content": content, "after": task(document, "1.1")["id"]}
    keyed = {**bng, "Idempotency-Key": f"add-{document['id']}"}
    answers = [
        await client.post(f"{DOCUMENTS}/{document['id']}/items", json=body, headers=keyed) for _ in range(2)
    ]
    after = await sender.get(bng, document["id"])
    codes = [one["content"]["code"] for one in after["tasks"]]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert answers[0].headers["Location"].endswith(f"/items/{answers[0].json()['id']}")
    assert (answers[0].json()["state"], answers[0].json()["read"]) == ("added", None)
    assert codes[codes.index("1.1") + 1] == "1.1a"


async def test_what_is_settled_about_the_plan_is_changed_with_references_checked(client, bng, sender, document):
    wrong = await sender.settle(bng, document, steward="NOBODY", derives_from="NOTHING", province="P999")
    stale = await sender.settle(bng, {**document, "etag": '"other"'}, code="KH-1")
    right = await sender.settle(bng, document, code="KH-167-2-HT", valid_to="2028-12-31")
    part = await sender.settle(bng, await sender.get(bng, document["id"]), part=7)

    assert {(one["pointer"], one["value"]) for one in wrong.json()["errors"]} == {
        ("/steward", "NOBODY"),
        ("/derives_from", "NOTHING"),
        ("/province", "P999"),
    }
    assert stale.status_code == 412
    assert (right.json()["settled"]["code"], right.json()["settled"]["valid_to"]) == ("KH-167-2-HT", "2028-12-31")
    assert right.headers["ETag"] != document["etag"]
    assert (part.status_code, part.json()["errors"][0]["pointer"]) == (422, "/part")


async def test_what_was_read_and_corrections_are_never_changed(client, bng, sender, document, database):
    await sender.correct(bng, document["id"], task(document, "1.1"), checked=True)
    for statement in (
        "update plan_document_item set read = '{}' where document = :id",
        "update plan_document set sha256 = 'x' where id = :id",
        "update plan_document_correction set reason = 'x' where document = :id",
        "delete from plan_document_correction where document = :id",
    ):
        with pytest.raises(DBAPIError):
            async with database.transaction() as session:
                await session.execute(text(statement), {"id": document["id"]})


async def test_a_document_of_another_agency_cannot_be_corrected(client, ha_tinh, sender, untouched):
    item = task(untouched, "1.1")
    answers = [
        await sender.correct(ha_tinh, untouched["id"], item, checked=True),
        await sender.settle(ha_tinh, untouched, code="KH-1"),
        await sender.publish(ha_tinh, untouched),
        await client.post(f"{DOCUMENTS}/{untouched['id']}/preview", headers=ha_tinh),
    ]

    assert {answer.json()["code"] for answer in answers} == {"plan_document_unknown"}
