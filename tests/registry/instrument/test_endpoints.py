"""The doors of instruments: what they stand on, what amends them, a new one."""

import pytest
import sqlalchemy as sa

from kernel.tables import event
from tests.registry.statements import counted_statements

INSTRUMENTS = "/v1/instruments"


def an_instrument(code, **changes):
    body = {
        "id": code,
        "number": "210/KH-UBND",
        "doc_type": "ke_hoach",
        "issuer": "UBND-P42",
        "issued_on": "2026-03-16",
        "title_vi": "Sửa đổi kế hoạch",
        "title_en": "Amends the plan",
        "relation": "amends",
        "based_on": ["KH-167-HATINH"],
    }
    return body | changes


async def test_all_instruments_are_listed_by_code(client, app, reader):
    with counted_statements(app) as sent:
        items = (await client.get(f"{INSTRUMENTS}?limit=500", headers=reader)).json()["items"]

    assert len(items) == 47
    assert [item["id"] for item in items] == sorted(item["id"] for item in items)
    assert len(sent) <= 3


async def test_pages_are_the_list(client, reader):
    whole = (await client.get(f"{INSTRUMENTS}?limit=500", headers=reader)).json()["items"]
    first = (await client.get(f"{INSTRUMENTS}?limit=20", headers=reader)).json()
    rest = (await client.get(f"{INSTRUMENTS}?limit=500&cursor={first['next_cursor']}", headers=reader)).json()

    assert first["items"] + rest["items"] == whole


async def test_instruments_are_found_by_number_title_type_and_issuer(client, reader):
    async def found(query):
        items = (await client.get(f"{INSTRUMENTS}?limit=500&{query}", headers=reader)).json()["items"]
        return {item["id"] for item in items}

    assert await found("text=402/qd") == {"QD-402-2020"}
    assert await found("text=tinh ha tinh") == {"KH-167-HATINH"}
    assert await found("doc_type=nghi_dinh") == {
        "ND-09-2019",
        "ND-47-2020",
        "ND-278-2025",
        "ND-28-2025",
        "ND-150-2025",
    }
    assert await found("issuer=HT-SNGV") == {"VB-322-HATINH"}


async def test_an_instrument_shows_all_that_it_stands_on_nearest_first(client, reader):
    plan = (await client.get(f"{INSTRUMENTS}/KH-167-HATINH", headers=reader)).json()

    assert plan["based_on"] == ["QD-402-2020", "CV-1378-2020", "VB-322-HATINH"]
    chain = {link["id"]: link["depth"] for link in plan["legal_basis"]}
    assert chain == {
        "QD-402-2020": 1,
        "CV-1378-2020": 1,
        "VB-322-HATINH": 1,
        "GCM-2018": 2,
        "QD-1676-2018": 2,
        "TTR-5165-2019": 2,
        "CV-556-2020": 2,
        "CV-898-2020": 2,
        "LAW-GOV-2015": 2,
    }


async def test_an_instrument_shows_what_amends_it_and_what_stands_on_it(client, reader):
    law = (await client.get(f"{INSTRUMENTS}/LAW-GOV-2015", headers=reader)).json()

    assert [link["id"] for link in law["amended_by"]] == ["LAW-GOV-2019"]
    assert {link["id"] for link in law["cited_by"]} == {"QD-402-2020", "QD-1957-2020"}


async def test_a_new_instrument_is_kept_with_its_basis(client, reader, writer):
    made = await client.post(INSTRUMENTS, json=an_instrument("KH-210-HATINH"), headers=writer)

    assert made.status_code == 201, made.text
    assert made.headers["Location"] == f"{INSTRUMENTS}/KH-210-HATINH"
    assert (await client.get(f"{INSTRUMENTS}/KH-210-HATINH", headers=reader)).json() == made.json()
    amended = (await client.get(f"{INSTRUMENTS}/KH-167-HATINH", headers=reader)).json()["amended_by"]
    assert [link["id"] for link in amended] == ["KH-210-HATINH"]


async def test_who_registered_an_instrument_is_in_the_log(client, caller, database):
    headers = caller("BCA", "registry:write", client="bca-system")
    await client.post(INSTRUMENTS, json=an_instrument("KH-212-HATINH"), headers=headers)

    logged = sa.select(event).where(event.c.subject == "KH-212-HATINH")
    async with database.transaction() as session:
        row = (await session.execute(logged)).one()
    assert (row.type, row.client, row.agency) == ("instrument.registered", "bca-system", "BCA")
    assert row.after["number"] == "210/KH-UBND"


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"id": "QD-402-2020"}, 409, "instrument_exists"),
        ({"issuer": "NOBODY"}, 422, "instrument_reference_invalid"),
        ({"based_on": ["NOTHING"]}, 422, "instrument_reference_invalid"),
        ({"based_on": ["KH-NEW"]}, 422, "instrument_reference_invalid"),
        ({"relation": "likes"}, 422, "content_invalid"),
        ({"colour": "red"}, 422, "content_invalid"),
    ],
)
async def test_an_instrument_that_is_wrong_is_refused(client, writer, change, status, code):
    answer = await client.post(INSTRUMENTS, json=an_instrument("KH-NEW", **change), headers=writer)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_provincial_steward_registers_what_its_province_issues(client, caller):
    headers = caller("HT-SNGV", "registry:write")

    own = await client.post(INSTRUMENTS, json=an_instrument("KH-211-HATINH"), headers=headers)
    other = await client.post(INSTRUMENTS, json=an_instrument("QD-1-2026", issuer="TTG"), headers=headers)

    assert [own.status_code, other.status_code] == [201, 403]


async def test_an_unknown_instrument_is_404(client, reader):
    answer = await client.get(f"{INSTRUMENTS}/QD-0", headers=reader)

    assert (answer.status_code, answer.json()["code"]) == (404, "instrument_unknown")
