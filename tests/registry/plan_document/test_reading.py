"""A document is sent in, read by a job, and shown with everything that is open about it."""

import asyncio
from datetime import timedelta

import pytest

from services.registry.plan_document.reading import DocumentReader, read_in_child
from tests.registry.document.builders import seed_text
from tests.registry.plan_document.files import A_LETTER, annex_csv, annex_docx, annex_xlsx
from tests.registry.plan_document.sending import CSV, DOCUMENTS, DOCX, TEXT, XLSX
from tests.registry.statements import counted_statements


async def test_a_plan_is_read_into_a_proposal(client, bng, sender, ha_tinh_plan):
    answer = await sender.send(bng, ha_tinh_plan, filename="kế hoạch.txt")
    job = answer.headers["Location"]
    before = (await client.get(job, headers=bng)).json()
    assert await sender.read_next()
    after = (await client.get(job, headers=bng)).json()
    proposal = await sender.get(bng, answer.json()["id"])

    assert (answer.status_code, answer.json()["state"]) == (202, "reading")
    assert (before["state"], after["state"], after["progress"]) == ("queued", "done", 100)
    assert after["result"] == {"plan_document": proposal["id"]}
    assert (len(proposal["tasks"]), len(proposal["obligations"])) == (23, 9)
    assert proposal["settled"] == {
        "part": 0,
        "code": "KH-167-HATINH",
        "province": "P42",
        "steward": "HT-SNGV",
        "derives_from": "QD-402-2020",
        "valid_from": "2020-05-11",
        "valid_to": "2030-12-31",
        "note": None,
    }


async def test_every_item_has_its_source_and_what_it_was_read_as(client, bng, sender, ha_tinh_plan):
    proposal = await sent_before(client, bng, sender, ha_tinh_plan)
    task = next(one for one in proposal["tasks"] if one["content"]["code"] == "1.1")
    lines = ha_tinh_plan.split("\n")

    assert task["source"]["vi"] == f"dòng {task['line']}"
    assert lines[task["line"] - 1].strip() in task["source"]["text"]
    assert [(n["printed"], n["code"]) for n in task["content"]["leads"]] == [("Sở Ngoại vụ", "HT-SNGV")]
    assert task["read"]["leads"][0]["read_as"] == "HT-SNGV"
    assert (task["state"], task["confidence"], task["unresolved"]) == ("proposed", 1.0, 0)


async def test_the_instrument_names_its_registered_bases(client, bng, sender, ha_tinh_plan):
    facts = (await sent_before(client, bng, sender, ha_tinh_plan))["instrument"]["content"]

    assert (facts["number"], facts["doc_type"], facts["issued_on"]) == ("167/KH-UBND", "ke_hoach", "2020-05-11")
    assert facts["issuer"]["code"] == "UBND-P42"
    assert [(one["number"], one["instrument"]) for one in facts["based_on"]] == [
        ("402/QĐ-TTg", "QD-402-2020"),
        ("1378/BNG-LS", "CV-1378-2020"),
        ("322/SNgV-LSBG", "VB-322-HATINH"),
    ]


async def test_open_questions_are_told_in_both_languages_at_their_items(client, bng, sender, ha_tinh_plan):
    proposal = await sent_before(client, bng, sender, ha_tinh_plan)
    asked = [one for one in proposal["doubts"] if one["rule"] == "name_unresolved"]
    wrong = sum(one["severity"] == "error" for one in proposal["doubts"])

    assert asked
    assert all(one["value"] in one["message_vi"] and one["value"] in one["message_en"] for one in asked)
    assert all(one["pointer"].startswith("/content/") and one["item"] and one["line"] for one in asked)
    assert proposal["counts"]["errors"] == wrong > 0
    assert proposal["counts"]["unresolved_names"] == len(asked)


async def test_items_are_listed_by_what_is_left_to_do(client, bng, sender, ha_tinh_plan):
    proposal = await sent_before(client, bng, sender, ha_tinh_plan)
    url = f"{DOCUMENTS}/{proposal['id']}/items"

    open_ones = (await client.get(url, params={"unresolved": True}, headers=bng)).json()["items"]
    doubtful = (await client.get(url, params={"confidence_below": 0.8, "kind": "obligation"}, headers=bng)).json()
    walked, cursor = [], None
    while True:
        page = (
            await client.get(url, params={"limit": 10} | ({"cursor": cursor} if cursor else {}), headers=bng)
        ).json()
        walked += [one["id"] for one in page["items"]]
        if (cursor := page["next_cursor"]) is None:
            break

    assert {one["id"] for one in open_ones} == {
        one["item"] for one in proposal["doubts"] if one["rule"] == "name_unresolved"
    }
    assert doubtful["items"]
    assert all(one["confidence"] < 0.8 for one in doubtful["items"])
    assert len(walked) == len(set(walked)) == 1 + 23 + len(proposal["duties"]) + 9


async def test_a_file_with_a_letter_and_a_plan_has_two_parts_and_the_plan_is_chosen(client, bng, sender):
    proposal = await sender.read(bng, seed_text("000"))

    assert [(part["number"], part["tasks"]) for part in proposal["parts"]] == [
        ("1692/VP-VHXH", 0),
        ("402/QĐ-TTg", 69),
    ]
    assert (proposal["settled"]["part"], proposal["settled"]["code"]) == (1, "QD-402-2020")
    assert proposal["instrument"]["content"]["number"] == "402/QĐ-TTg"
    assert "number_differs" in {one["rule"] for one in proposal["doubts"]}

    settled = await sender.settle(bng, proposal, part=0)

    assert (settled.json()["settled"]["part"], settled.json()["tasks"]) == (0, [])
    assert settled.json()["instrument"]["content"]["issuer"]["code"] == "KG-VP"


async def test_a_text_that_is_no_instrument_has_nothing_to_publish(bng, sender):
    proposal = await sender.read(bng, seed_text("003"))

    assert (proposal["state"], proposal["parts"], proposal["tasks"]) == ("proposed", [], [])
    assert {one["rule"] for one in proposal["doubts"]} >= {"nothing_to_publish", "code_missing"}


@pytest.mark.parametrize(
    ("kind", "content", "where"),
    [(DOCX, annex_docx, "bảng"), (XLSX, annex_xlsx, "trang tính"), (CSV, annex_csv, "dòng")],
)
async def test_tables_of_every_kind_of_file_are_read_alike(bng, sender, kind, content, where):
    proposal = await sender.read(bng, content(), kind, province="P42")
    tasks = {one["content"]["code"]: one for one in proposal["tasks"]}
    first = tasks["1.1"]["content"]

    assert list(tasks) == ["1.1", "1.2"]
    assert [name["code"] for name in first["leads"]] == ["HT-SNGV"]
    assert [name["code"] for name in first["coordinators"]] == ["HT-CAT"]
    assert (first["result_vi"], first["timeframe"]["starts_in"]) == ("Hội nghị, tập huấn", 2026)
    assert tasks["1.1"]["source"]["vi"].startswith(where)


async def test_both_unicode_forms_are_read_alike(client, bng, sender, ha_tinh_plan):
    import unicodedata

    composed = await sent_before(client, bng, sender, ha_tinh_plan)
    decomposed = await sender.read(bng, unicodedata.normalize("NFD", ha_tinh_plan))

    assert [one["content"] for one in decomposed["tasks"]] == [one["content"] for one in composed["tasks"]]


# -- the same file, and who may see it ------------------------------------------------------------------------


async def test_the_same_file_of_one_agency_is_one_document(client, bng, ha_tinh, sender, ha_tinh_plan):
    first = await sent_before(client, bng, sender, ha_tinh_plan)
    again = await sender.send(bng, ha_tinh_plan, filename="other.txt")
    others = await sender.send(ha_tinh, ha_tinh_plan)
    assert await sender.read_next()

    assert (again.status_code, again.json()["id"]) == (200, first["id"])
    assert "Location" not in again.headers
    assert others.status_code == 202
    assert others.json()["id"] != first["id"]


async def test_eight_uploads_of_one_file_at_once_are_one_document_and_one_job(bng, sender, database):
    answers = await asyncio.gather(*(sender.send(bng, A_LETTER) for _ in range(8)))
    ids = {answer.json()["id"] for answer in answers}

    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [202]
    assert len(ids) == 1
    assert await sender.read_next()
    assert not await sender.read_next()


async def test_a_document_is_its_agencys_own(client, bng, ha_tinh, caller, sender, ha_tinh_plan):
    document = await sent_before(client, bng, sender, ha_tinh_plan)
    job = document["job"]
    admin = caller("BTP", "registry:read", "admin")
    urls = [f"{DOCUMENTS}/{document['id']}{path}" for path in ("", "/items", "/items/t1", "/corrections", "/file")]

    foreign = [(await client.get(url, headers=ha_tinh)).json()["code"] for url in urls]
    seen = [(await client.get(url, headers=admin)).status_code for url in urls]
    listed = (await client.get(DOCUMENTS, headers=ha_tinh)).json()["items"]

    assert foreign == ["plan_document_unknown"] * 5
    assert (await client.get(f"/v1/jobs/{job}", headers=ha_tinh)).json()["code"] == "job_unknown"
    assert seen == [200] * 5
    assert {one["agency"] for one in listed} <= {"HT-SNGV"}


async def test_only_stewards_send_documents(client, caller, sender):
    reader = await sender.send(caller("BNG", "registry:read"), A_LETTER)
    nobody = await sender.send(caller("BTP", "registry:read", "registry:write"), A_LETTER)

    assert (reader.status_code, reader.json()["code"]) == (403, "scope_missing")
    assert (nobody.status_code, nobody.json()["code"]) == (403, "not_steward")


async def test_the_file_comes_back_byte_for_byte_and_is_never_shown(client, bng, sender, ha_tinh_plan):
    document = await sent_before(client, bng, sender, ha_tinh_plan)
    answer = await client.get(f"{DOCUMENTS}/{document['id']}/file", headers=bng)

    assert answer.content == ha_tinh_plan.encode()
    assert answer.headers["Content-Disposition"].startswith(
        "attachment; filename*=UTF-8''k%E1%BA%BF%20ho%E1%BA%A1ch"
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_reads_take_few_statements(app, client, bng, sender, ha_tinh_plan):
    document = await sent_before(client, bng, sender, ha_tinh_plan)
    counts = {}
    for path in ("", f"/{document['id']}", f"/{document['id']}/items", f"/{document['id']}/corrections"):
        with counted_statements(app) as sent:
            assert (await client.get(DOCUMENTS + path, headers=bng)).status_code == 200
        counts[path] = len(sent)

    assert max(counts.values()) <= 3, counts


async def test_an_unchanged_proposal_is_not_sent_again(client, bng, sender, ha_tinh_plan):
    document = await sent_before(client, bng, sender, ha_tinh_plan)
    headers = {**bng, "If-None-Match": document["etag"]}

    assert (await client.get(f"{DOCUMENTS}/{document['id']}", headers=headers)).status_code == 304


# -- the worker -----------------------------------------------------------------------------------------------


async def test_a_process_apart_reads_what_this_one_reads(app, bng, sender, database, ha_tinh_plan):
    here = await sender.read(bng, ha_tinh_plan + "\n\n")
    answer = await sender.send(bng, ha_tinh_plan + "\n\n\n")
    assert await DocumentReader(database, app.state.runtime.clock).step()
    apart = await sender.get(bng, answer.json()["id"])

    assert [one["content"] for one in apart["tasks"]] == [one["content"] for one in here["tasks"]]
    assert apart["doubts"] == here["doubts"]


async def test_what_a_killed_worker_left_is_read_once_by_the_next(app, client, bng, sender, database):
    """The first worker dies while it reads; the second takes over when the lease is through."""
    answer = await sender.send(bng, A_LETTER + "một")
    clock = app.state.runtime.clock
    began = asyncio.Event()

    async def never_ends(order, content):
        began.set()
        await asyncio.sleep(60)

    dying = asyncio.create_task(DocumentReader(database, clock, lease=timedelta(0), read=never_ends).step())
    await began.wait()
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    assert await sender.read_next()
    assert not await sender.read_next()
    job = (await client.get(answer.headers["Location"], headers=bng)).json()

    assert job["state"] == "done"
    assert (await sender.get(bng, answer.json()["id"]))["state"] == "proposed"


async def test_a_slow_worker_whose_lease_is_over_keeps_nothing(app, client, bng, sender, database):
    answer = await sender.send(bng, A_LETTER + "hai")
    clock = app.state.runtime.clock
    began, may_end = asyncio.Event(), asyncio.Event()

    async def late(order, content):
        began.set()
        await may_end.wait()
        return {"refused": {"code": "late", "title": "late", "detail": "late"}}

    slow = asyncio.create_task(DocumentReader(database, clock, lease=timedelta(0), read=late).step())
    await began.wait()
    assert await sender.read_next()
    may_end.set()
    await slow

    assert (await sender.get(bng, answer.json()["id"]))["state"] == "proposed"


async def test_a_file_that_ends_every_process_is_given_up(app, client, bng, sender, database):
    answer = await sender.send(bng, A_LETTER + "ba")
    clock = app.state.runtime.clock

    async def dies(order, content):
        raise asyncio.CancelledError

    for _ in range(3):
        with pytest.raises(asyncio.CancelledError):
            await DocumentReader(database, clock, lease=timedelta(0), read=dies).step()
    assert await sender.read_next()
    document = await sender.get(bng, answer.json()["id"])
    job = (await client.get(answer.headers["Location"], headers=bng)).json()

    assert (document["state"], document["problem"]["code"]) == ("refused", "document_not_readable")
    assert (job["state"], job["problem"]["code"]) == ("failed", "document_not_readable")


async def test_reading_is_ended_when_it_takes_too_long():
    outcome = await read_in_child({"content_type": TEXT, "known": [], "province": None}, b"x", seconds=0.01)

    assert outcome["refused"]["code"] == "document_read_too_slow"


async def test_a_cancelled_reading_keeps_nothing_and_can_be_asked_for_again(client, bng, sender):
    text = A_LETTER + "bốn"
    answer = await sender.send(bng, text)
    cancelled = await client.post(answer.headers["Location"] + "/cancel", headers=bng)
    twice = await client.post(answer.headers["Location"] + "/cancel", headers=bng)
    assert not await sender.read_next()
    refused = await sender.get(bng, answer.json()["id"])
    again = await sender.read(bng, text)

    assert cancelled.json()["state"] == "cancelled"
    assert (twice.status_code, twice.json()["code"]) == (409, "job_finished")
    assert (refused["state"], refused["problem"]["code"]) == ("refused", "document_reading_cancelled")
    assert (again["id"], again["state"]) == (refused["id"], "proposed")


async def sent_before(client, headers, sender, text):
    """Return the document of a file that an earlier test sent, or send it now."""
    answer = await sender.send(headers, text)
    if answer.status_code == 202:
        assert await sender.read_next()
    return await sender.get(headers, answer.json()["id"])
