"""Contacts: who may see them, how they change, and that nothing of a person is left behind."""

import uuid

import pytest
import sqlalchemy as sa

from tests.registry.statements import counted_statements
from tests.support import bearer, service_token

URL = "/v1/agencies/HT-SNV/contacts"
BOTH = ("registry:read", "registry:write")


def a_contact(**changes):
    body = {
        "name": "Nguyễn Thị Ví Dụ",
        "role": "clerk",
        "email": "vi.du@hatinh.gov.vn",
        "valid_from": "2026-01-01",
    }
    return body | changes


@pytest.fixture
def own(caller):
    return caller("HT-SNV", *BOTH)


async def added(client, headers, **changes):
    answer = await client.post(URL, json=a_contact(**changes), headers=headers)
    assert answer.status_code == 201, answer.text
    return answer


async def test_an_agency_keeps_its_own_contacts(client, own):
    made = await added(client, own, email="A.B@HaTinh.Gov.VN", phone="0239 385 5555")

    contact = made.json()
    assert (contact["email"], contact["phone"], contact["language"]) == (
        "A.B@hatinh.gov.vn",
        "+842393855555",
        "vi",
    )
    read = await client.get(made.headers["Location"], headers=own)
    assert (read.json(), read.headers["ETag"]) == (contact, made.headers["ETag"])
    listed = await client.get(URL, params={"as_of": "2026-02-01"}, headers=own)
    assert contact in listed.json()["items"]
    before = await client.get(URL, params={"as_of": "2025-12-31"}, headers=own)
    assert contact not in before.json()["items"]


@pytest.mark.parametrize(
    ("agency", "scopes", "status"),
    [
        ("HT-SNV", BOTH, 200),
        ("HT-SNGV", BOTH, 200),
        ("BNG", BOTH, 200),
        ("HT-STP", (*BOTH, "admin"), 200),
        ("HT-STP", BOTH, 404),
        ("UBND-P42", BOTH, 404),
        ("KT-SNGV", BOTH, 404),
        ("HT-SNV", ("submissions:read",), 403),
    ],
)
async def test_only_the_agency_its_stewards_and_administrators_see_contacts(
    client, caller, own, agency, scopes, status
):
    place = (await added(client, own, email=f"{uuid.uuid4().hex}@a.vn")).headers["Location"]
    headers = caller(agency, *scopes)

    listed, read = await client.get(URL, headers=headers), await client.get(place, headers=headers)

    assert (listed.status_code, read.status_code) == (status, status)
    if status == 404:
        assert "@" not in listed.text + read.text
        written = await client.post(URL, json=a_contact(), headers=headers)
        removed = await client.delete(place, headers=headers)
        assert (written.status_code, removed.status_code) == (404, 404)


async def test_what_is_not_there_and_what_is_not_yours_look_the_same(client, caller, own):
    stranger = caller("HT-STP", *BOTH)
    place = (await added(client, own, email="same@a.vn")).headers["Location"]

    answers = [
        (await client.get(path, headers=stranger)).json()
        for path in (place, f"{URL}/{uuid.uuid4()}", f"/v1/agencies/NOBODY/contacts/{uuid.uuid4()}")
    ]

    assert len({(a["status"], a["code"], a["detail"]) for a in answers}) == 1


async def test_a_reader_changes_nothing(client, caller):
    answer = await client.post(URL, json=a_contact(), headers=caller("HT-SNV", "registry:read"))

    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")


async def test_a_contact_is_changed_by_who_read_it_last(client, own):
    made = await added(client, own, email="change@a.vn")
    place, etag = made.headers["Location"], made.headers["ETag"]

    without = await client.patch(place, json={"language": "en"}, headers=own)
    changed = await client.patch(place, json={"language": "en"}, headers=own | {"If-Match": etag})
    stale = await client.patch(place, json={"language": "vi"}, headers=own | {"If-Match": etag})

    assert [a.status_code for a in (without, changed, stale)] == [428, 200, 412]
    assert changed.json()["language"] == "en"


@pytest.mark.parametrize(
    "change",
    [
        {"email": None, "phone": None},
        {"email": "no-address"},
        {"email": "a@b"},
        {"email": "a@b.vn\nBcc: c@d.vn"},
        {"email": "x" * 250 + "@a.vn"},
        {"phone": "call me"},
        {"role": "boss"},
        {"language": "fr"},
        {"name": ""},
        {"valid_from": "2026-02-29"},
        {"valid_to": "2025-12-31"},
        {"title": "x"},
    ],
)
async def test_a_contact_that_is_wrong_is_refused(client, own, change):
    answer = await client.post(URL, json=a_contact(**change), headers=own)

    assert answer.status_code == 422, answer.text


async def test_one_address_is_told_once_for_a_role_on_any_day(client, own):
    await added(client, own, email="once@a.vn", valid_to="2026-06-30")

    overlapping = await client.post(URL, json=a_contact(email="once@a.vn", valid_from="2026-06-30"), headers=own)

    assert (overlapping.status_code, overlapping.json()["code"]) == (422, "contact_repeated")
    assert overlapping.json()["errors"][0]["pointer"] == "/email"
    await added(client, own, email="once@a.vn", valid_from="2026-07-01")
    await added(client, own, email="once@a.vn", role="leader")


async def test_a_removed_person_leaves_nothing_but_the_fact(client, own, database, capsys):
    capsys.readouterr()
    made = await added(client, own, name="Người Bị Xóa", email="gone@a.vn", phone="0912345678")
    place = made.headers["Location"]
    await client.patch(place, json={"email": "gone2@a.vn"}, headers=own | {"If-Match": made.headers["ETag"]})

    removed = await client.delete(place, headers=own)

    assert (removed.status_code, removed.content) == (204, b"")
    assert (await client.get(place, headers=own)).status_code == 404
    personal = ("Người Bị Xóa", "gone@a.vn", "gone2@a.vn", "912345678")
    async with database.transaction() as session:
        contact = place.rsplit("/", 1)[1]
        told = sa.text("select e::text as line, data->>'act' as act, agency from event e where subject = :contact")
        lines = (await session.execute(told, {"contact": contact})).all()
        rows = sa.text("select t::text from contact t where t::text like '%gone%'")
        assert (await session.execute(rows)).all() == []
    assert [line.act for line in lines] == ["added", "changed", "removed"]
    assert {line.agency for line in lines} == {"HT-SNV"}
    assert not [one for one in personal for line in lines if one in line.line]
    logged = capsys.readouterr().out
    assert "answered" in logged
    assert not [one for one in personal if one in logged]


async def test_contacts_are_in_no_list_that_others_read(client, caller, own, reader):
    await added(client, own, email="hidden@a.vn")

    for path in ("/v1/agencies/HT-SNV", "/v1/agencies/HT-SNV/history", "/v1/agencies?text=so noi vu"):
        assert "hidden@a.vn" not in (await client.get(path, headers=reader)).text


async def test_notifications_alone_learns_whom_to_tell(client, keys_dir, own, caller):
    await added(client, own, email="told@a.vn")
    await added(client, own, email="later@a.vn", valid_from="2090-01-01")
    path = "/internal/contacts?agency=HT-SNV&agency=HT-STP"

    told = await client.get(path, headers=bearer(service_token(keys_dir, "notifications", "registry")))
    others = [
        await client.get(path, headers=bearer(service_token(keys_dir, name, "registry")))
        for name in ("submissions", "gateway")
    ]

    items = told.json()["items"]
    assert "told@a.vn" in [item["email"] for item in items]
    assert "later@a.vn" not in [item["email"] for item in items]
    assert set(items[0]) == {"contact", "agency", "name", "role", "language", "email", "phone"}
    assert [a.status_code for a in (*others, await client.get(path, headers=own))] == [401, 401, 401]


async def test_a_list_of_contacts_needs_few_statements(client, app, own):
    with counted_statements(app) as sent:
        answer = await client.get(URL, headers=own)

    assert answer.status_code == 200
    assert len(sent) <= 3, sent


async def test_the_same_key_adds_one_contact(client, own):
    headers = own | {"Idempotency-Key": "contact-1"}

    answers = [await client.post(URL, json=a_contact(email="key@a.vn"), headers=headers) for _ in range(2)]

    assert {a.status_code for a in answers} == {201}
    assert len({a.json()["id"] for a in answers}) == 1
