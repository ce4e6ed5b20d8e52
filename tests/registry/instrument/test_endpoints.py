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


async def test_a_list_of_instruments_needs_three_statements_and_one_of_them_two(client, app, reader):
    with counted_statements(app) as listing:
        await client.get(f"{INSTRUMENTS}?limit=500&in_force=true&text=ke hoach", headers=reader)
    with counted_statements(app) as reading:
        await client.get(f"{INSTRUMENTS}/QD-402-2020", headers=reader)

    assert (len(listing), len(reading)) == (1, 2)


async def test_the_chain_goes_down_through_others(client, reader):
    law = (await client.get(f"{INSTRUMENTS}/LAW-GOV-2015", headers=reader)).json()

    depths = {link["id"]: link["depth"] for link in law["dependents"]}
    assert (depths["QD-402-2020"], depths["KH-167-HATINH"]) == (1, 2)
    assert list(depths.values()) == sorted(depths.values())


async def test_what_replaces_or_repeals_ends_an_instrument_from_its_day_on(client, reader, writer):
    old = an_instrument("QC-OLD", issued_on="2026-01-10", relation=None, based_on=[])
    other = an_instrument("QC-OTHER", issued_on="2026-01-11", relation=None, based_on=[])
    new = an_instrument(
        "QC-NEW",
        issued_on="2026-03-01",
        relation=None,
        based_on=["QD-402-2020"],
        changes=[
            {"instrument": "QC-OLD", "relation": "replaces", "effective_on": "2026-04-01"},
            {"instrument": "QC-OTHER", "relation": "repeals"},
        ],
    )
    for body in (old, other, new):
        assert (await client.post(INSTRUMENTS, json=body, headers=writer)).status_code == 201

    async def read(code, day):
        return (await client.get(f"{INSTRUMENTS}/{code}?as_of={day}", headers=reader)).json()

    states = [(await read("QC-OLD", day))["in_force"] for day in ("2026-01-09", "2026-03-31", "2026-04-01")]
    assert states == [False, True, False]
    assert [(await read("QC-OTHER", d))["in_force"] for d in ("2026-02-28", "2026-03-01")] == [True, False]
    assert (await read("QC-OLD", "2026-03-31"))["replaced_by"] == []
    ended = await read("QC-OLD", "2026-04-01")
    assert [(one["id"], one["effective_on"]) for one in ended["replaced_by"]] == [("QC-NEW", "2026-04-01")]
    assert [one["id"] for one in (await read("QC-OTHER", "2026-04-01"))["repealed_by"]] == ["QC-NEW"]
    shown = await read("QC-NEW", "2026-04-01")
    assert shown["based_on"] == ["QD-402-2020"]
    assert [(c["instrument"], c["relation"]) for c in shown["changes"]] == [
        ("QC-OLD", "replaces"),
        ("QC-OTHER", "repeals"),
    ]
    url = f"{INSTRUMENTS}?as_of=2026-04-01&text=QC-&in_force="
    found = {
        state: [i["id"] for i in (await client.get(url + state, headers=reader)).json()["items"]]
        for state in ("true", "false")
    }
    assert found == {"true": ["QC-NEW"], "false": ["QC-OLD", "QC-OTHER"]}


async def test_it_is_not_said_that_something_holds_when_its_source_says_otherwise(client, reader):
    async def state(code):
        return (await client.get(f"{INSTRUMENTS}/{code}", headers=reader)).json()["in_force"]

    assert await state("LAW-GOV-2015") is None, "the source says replaced, and nothing registered says by what"
    assert await state("KH-KONTUM-2020") is None, "its source has no date"
    assert await state("QD-402-2020") is True


async def test_an_entry_is_put_right_by_whoever_has_read_it(client, reader, writer, database):
    await client.post(INSTRUMENTS, json=an_instrument("KH-220-HATINH"), headers=writer)
    url = f"{INSTRUMENTS}/KH-220-HATINH"
    etag = (await client.get(url, headers=reader)).headers["ETag"]
    change = {"effective_on": "2026-04-01", "based_on": ["QD-402-2020"], "reason": "Điều 5"}

    unseen = await client.patch(url, json=change, headers=writer)
    changed = await client.patch(url, json=change, headers=writer | {"If-Match": etag})
    second = await client.patch(url, json=change, headers=writer | {"If-Match": etag})

    assert [unseen.status_code, changed.status_code, second.status_code] == [428, 200, 412]
    read = await client.get(url, headers=reader)
    assert (read.json(), read.headers["ETag"]) == (changed.json(), changed.headers["ETag"])
    assert (read.json()["effective_on"], read.json()["based_on"]) == ("2026-04-01", ["QD-402-2020"])
    logged = sa.select(event).where(event.c.subject == "KH-220-HATINH", event.c.type == "instrument.changed")
    async with database.transaction() as session:
        row = (await session.execute(logged)).one()
    assert (row.before["effective_on"], row.after["effective_on"], row.reason) == (None, "2026-04-01", "Điều 5")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"based_on": ["KH-230-HATINH"]}, "instrument_cycle"),
        ({"changes": [{"instrument": "KH-230-HATINH", "relation": "amends"}]}, "instrument_cycle"),
        ({"based_on": ["KH-231-HATINH", "NOTHING"]}, "instrument_reference_invalid"),
        ({"expires_on": "2026-01-01"}, "instrument_facts_invalid"),
        ({"changes": [{"instrument": "QD-402-2020", "relation": "amends"}]}, "instrument_facts_invalid"),
        ({"changes": [{"instrument": "QD-402-2020", "relation": "guides"}]}, "content_invalid"),
        ({"title_vi": None}, "content_invalid"),
        ({}, "content_invalid"),
    ],
)
async def test_an_entry_never_becomes_wrong(client, reader, writer, change, code):
    first = an_instrument("KH-230-HATINH", relation=None, based_on=["QD-402-2020"])
    on_it = an_instrument("KH-231-HATINH", relation="implements", based_on=["KH-230-HATINH"])
    for body in (first, on_it):
        await client.post(INSTRUMENTS, json=body, headers=writer)
    url = f"{INSTRUMENTS}/KH-230-HATINH"
    before = await client.get(url, headers=reader)
    if code == "instrument_cycle":
        change = {name: [_renamed(one) for one in value] for name, value in change.items()}

    answer = await client.patch(
        url, json=change | {"reason": "x"}, headers=writer | {"If-Match": before.headers["ETag"]}
    )

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.json()["detail"]
    assert (await client.get(url, headers=reader)).json() == before.json()


def _renamed(one):
    """The circle is closed through the instrument that stands on the changed one."""
    return {**one, "instrument": "KH-231-HATINH"} if isinstance(one, dict) else "KH-231-HATINH"


async def test_a_province_changes_only_what_it_issued(client, caller, reader):
    headers = caller("HT-SNGV", "registry:write")
    etag = (await client.get(f"{INSTRUMENTS}/QD-402-2020", headers=reader)).headers["ETag"]

    answer = await client.patch(
        f"{INSTRUMENTS}/QD-402-2020", json={"note": "x", "reason": "x"}, headers=headers | {"If-Match": etag}
    )

    assert (answer.status_code, answer.json()["code"]) == (403, "not_steward")
