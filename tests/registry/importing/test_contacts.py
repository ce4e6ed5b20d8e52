"""Contacts from a spreadsheet, and that an import keeps nothing of a person for long."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from kernel.clock import real_now
from services.registry.importing.store import ImportStore
from tests.registry.importing.builders import IMPORTS, XLSX, a_csv, a_workbook, apply, preview, rows_of, rules

BOTH = ("registry:read", "registry:write")


def a_person(**changes):
    row = {"agency": "HT-SNV", "name": "Trần Văn Mẫu", "role": "clerk", "email": "mau@hatinh.gov.vn"}
    return row | changes


@pytest.fixture
def own(caller):
    return caller("HT-SNV", *BOTH)


async def contacts_of(client, headers, agency="HT-SNV"):
    return (await client.get(f"/v1/agencies/{agency}/contacts", headers=headers)).json()["items"]


async def test_contacts_are_added_and_changed_and_stay_as_they_are(client, own):
    content = a_csv(a_person(), a_person(role="Đầu mối", email="", phone="0239 3855 555", language="English"))
    made = await preview(client, own, content, kind="contacts")
    assert made.json()["counts"]["create"] == 2
    assert await contacts_of(client, own) == []

    assert (await apply(client, own, made)).status_code == 200

    kept = {c["role"]: c for c in await contacts_of(client, own)}
    assert kept["focal_point"]["phone"] == "+842393855555"
    assert (kept["focal_point"]["language"], kept["clerk"]["language"]) == ("en", "vi")
    again = await preview(client, own, content, kind="contacts")
    assert again.json()["counts"]["unchanged"] == 2
    renamed = await preview(client, own, a_csv(a_person(name="Lê Thị Mới")), kind="contacts")
    assert (await rows_of(client, own, renamed))[0]["change"]["differs"] == ["name"]
    assert (await apply(client, own, renamed)).status_code == 200
    assert "Lê Thị Mới" in [c["name"] for c in await contacts_of(client, own)]


@pytest.mark.parametrize(
    ("changes", "rule", "column"),
    [
        ({"agency": "NOBODY"}, "agency_unknown", "agency"),
        ({"agency": "HT-STP"}, "not_steward", "agency"),
        ({"name": ""}, "value_missing", "name"),
        ({"role": "boss"}, "value_invalid", "role"),
        ({"language": "fr"}, "value_invalid", "language"),
        ({"email": "no mail"}, "value_invalid", "email"),
        ({"email": "", "phone": "call"}, "value_invalid", "phone"),
        ({"email": ""}, "unreachable", "email"),
        ({"valid_from": "2026-03-01", "valid_to": "2026-02-01"}, "day_invalid", "valid_to"),
    ],
)
async def test_a_row_that_is_wrong_is_rejected(client, own, changes, rule, column):
    made = await preview(client, own, a_csv(a_person(**changes)), kind="contacts")

    (row,) = await rows_of(client, own, made)
    assert row["outcome"] == "rejected"
    assert (rule, column) in [(f["rule"], f["column"]) for f in row["findings"]]


async def test_the_same_person_twice_is_rejected(client, own):
    made = await preview(
        client, own, a_csv(a_person(email="twice@a.vn"), a_person(email="twice@a.vn")), kind="contacts"
    )

    assert [rules(row) for row in await rows_of(client, own, made)] == [[], ["row_repeated"]]


async def test_a_number_that_lost_its_nought_is_a_phone_again(client, own):
    sheet = [["Cơ quan", "Họ và tên", "Vai trò", "Điện thoại"], ["HT-SNV", "Một Người", "Văn thư", 912345678]]

    made = await preview(client, own, a_workbook(("S", sheet)), kind="contacts", media=XLSX)

    assert made.json()["counts"]["create"] == 1
    await apply(client, own, made)
    assert "+84912345678" in [c["phone"] for c in await contacts_of(client, own)]


async def test_what_was_applied_leaves_no_person_in_the_import_or_the_log(client, own, database):
    made = await preview(client, own, a_csv(a_person(name="Người Riêng", email="rieng@a.vn")), kind="contacts")
    await apply(client, own, made)

    (row,) = await rows_of(client, own, made)
    assert row["cells"] == {}
    async with database.transaction() as session:
        for table in ("event", "bulk_import_row", "bulk_import"):
            found = sa.text(f"select count(*) from {table} t where t::text like '%rieng@a.vn%'")
            assert (await session.execute(found)).scalar_one() == 0, table


async def test_imports_are_forgotten_in_time(client, own, database):
    made = await preview(client, own, a_csv(a_person(email="old@a.vn")), kind="contacts")
    url = f"{IMPORTS}/{made.json()['id']}"

    async with database.transaction() as session:
        await ImportStore(session).forget(real_now() + timedelta(days=6))
    assert (await client.get(url, headers=own)).status_code == 200
    async with database.transaction() as session:
        await ImportStore(session).forget(real_now() + timedelta(days=8))

    assert (await client.get(url, headers=own)).status_code == 404
