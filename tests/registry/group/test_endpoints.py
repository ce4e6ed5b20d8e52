"""The doors of agency groups: whom an expression means on a day."""

import pytest
import sqlalchemy as sa

from tests.registry.statements import counted_statements

GROUPS = "/v1/agency-groups"


async def members_of(client, headers, group, day):
    answer = await client.get(f"{GROUPS}/{group}/members?as_of={day}&limit=500", headers=headers)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["total"] == len(body["items"])
    return [item["agency"] for item in body["items"]]


async def test_thirty_groups_are_listed_in_vietnamese_order(client, reader):
    items = (await client.get(f"{GROUPS}?limit=500", headers=reader)).json()["items"]
    first = (await client.get(f"{GROUPS}?limit=7", headers=reader)).json()
    rest = (await client.get(f"{GROUPS}?limit=500&cursor={first['next_cursor']}", headers=reader)).json()["items"]

    assert len(items) == 30
    assert first["items"] + rest == items


async def test_a_group_is_read_with_its_words_and_the_kinds_they_mean(client, reader):
    group = (await client.get(f"{GROUPS}/G-BCD", headers=reader)).json()

    assert group["words"] == ["agencies", "ministries", "provinces"]
    assert group["agency_kinds"] == [
        "government_agency",
        "ministerial_agency",
        "ministry",
        "provincial_peoples_committee",
    ]
    assert (group["membership"], group["on_lead_request"]) == ("by_kind", False)


@pytest.mark.parametrize(
    ("group", "day", "members"),
    [
        ("G-UBND-TINH", "2025-06-30", 63),
        ("G-UBND-TINH", "2025-07-01", 34),
        ("G-BCD", "2026-11-14", 17 + 3 + 34),
        ("G-CQDD", "2026-07-01", 99),
        ("G-DV-HT", "2026-06-30", 8),
        ("G-CTXH-KT", "2024-01-01", 1),
        ("G-SBNDT-KT", "2025-07-01", 0),
        ("G-BCD-YC", "2026-07-01", 0),
        ("G-BCT-LQ", "2026-07-01", 0),
        ("G-DN", "2026-07-01", 0),
        ("G-COQUAN-TW", "2026-07-01", 0),
    ],
)
async def test_a_group_means_those_of_the_day(client, reader, group, day, members):
    found = await members_of(client, reader, group, day)

    assert len(found) == len(set(found)) == members


async def test_the_units_of_ha_tinh_are_its_departments_and_branches(client, reader):
    found = await members_of(client, reader, "G-DV-HT", "2026-06-30")

    assert set(found) == {
        "HT-SNGV", "HT-STP", "HT-SGDDT", "HT-SNV", "HT-STC", "HT-SKHCN", "HT-CAT", "HT-BCHBP",
    }  # fmt: skip


async def test_an_open_group_has_whom_a_steward_listed_and_a_successor_carries_an_ended_one(
    client, reader, database
):
    listing = sa.text(
        "insert into group_member (agency_group, agency, valid, reason, listed_by) values"
        " ('G-BN-TC-LQ', 'BLDTBXH', '[2020-11-30,)', 'Theo 1957', 'BCA'),"
        " ('G-BN-TC-LQ', 'BTTTT', '[2020-11-30,2022-01-01)', 'Theo 1957', 'BCA'),"
        " ('G-BN-TC-LQ', 'TCTK', '[2020-11-30,)', 'Theo 1957', 'BCA')"
    )
    async with database.transaction() as session:
        await session.execute(listing)
    url = f"{GROUPS}/G-BN-TC-LQ/members"

    before = (await client.get(f"{url}?as_of=2021-06-30", headers=reader)).json()
    after = (await client.get(f"{url}?as_of=2026-06-30", headers=reader)).json()

    assert {item["agency"] for item in before["items"]} == {"BLDTBXH", "BTTTT", "TCTK"}
    assert [(i["agency"], i["printed"], i["source"]) for i in after["items"]] == [("BNV", "BLDTBXH", "listed")]
    assert after["orphaned"] == ["TCTK"]


async def test_members_are_paged(client, reader):
    whole = await members_of(client, reader, "G-CQDD", "2026-07-01")
    found, cursor = [], ""
    while cursor is not None:
        tail = f"&cursor={cursor}" if cursor else ""
        page = (
            await client.get(f"{GROUPS}/G-CQDD/members?as_of=2026-07-01&limit=30{tail}", headers=reader)
        ).json()
        found += [item["agency"] for item in page["items"]]
        cursor = page["next_cursor"]
        assert page["total"] == 99

    assert found == whole


@pytest.mark.parametrize("path", ["", "/G-CQDD/members", "/G-UBND-TINH/members?limit=500"])
async def test_a_list_needs_at_most_three_statements(client, app, reader, path):
    with counted_statements(app) as sent:
        answer = await client.get(GROUPS + path, headers=reader)

    assert answer.status_code == 200
    assert 1 <= len(sent) <= 3, sent


@pytest.mark.parametrize("tail", ["", "/members"])
async def test_an_unknown_group_is_404(client, reader, tail):
    answer = await client.get(f"{GROUPS}/G-NOBODY{tail}", headers=reader)

    assert (answer.status_code, answer.json()["code"]) == (404, "agency_group_unknown")


async def test_nobody_reads_groups_without_a_token_or_scope(client, caller):
    without = await client.get(GROUPS)
    wrong = await client.get(GROUPS, headers=caller("BNG", "submissions:read"))

    assert [without.status_code, wrong.status_code] == [401, 403]
