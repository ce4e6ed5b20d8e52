"""A steward takes in the collective expression of a new document."""

import asyncio

import pytest

GROUPS = "/v1/agency-groups"
OF_HA_TINH = {
    "id": "G-SN-HT",
    "expression_vi": "Các sở, ngành cấp tỉnh",
    "expression_en": "Provincial departments and sectors",
    "province": "P42",
    "words": ["provincial_departments", "sectors"],
    "membership": "by_kind",
    "variants_vi": ["Các sở, ngành"],
}


async def members_on(client, reader, group, day):
    answer = await client.get(f"{GROUPS}/{group}/members?as_of={day}&limit=500", headers=reader)
    return {item["agency"] for item in answer.json()["items"]}


async def test_a_new_group_means_the_kinds_of_its_words_on_each_day(client, reader, writer):
    made = await client.post(GROUPS, json=OF_HA_TINH, headers=writer)
    shown = await client.get(f"{GROUPS}/G-SN-HT", headers=reader)

    assert made.status_code == 201, made.text
    assert made.headers["location"] == f"{GROUPS}/G-SN-HT"
    assert shown.json() == made.json()
    assert shown.headers["etag"] == made.headers["etag"]
    before, after = [await members_on(client, reader, "G-SN-HT", day) for day in ("2025-02-28", "2025-03-01")]
    assert {"HT-SLDTBXH", "HT-SNV"} <= before
    assert "HT-SLDTBXH" not in after
    assert {"HT-SNV", "HT-CAT"} <= after
    assert {one.split("-")[0] for one in after} == {"HT"}


async def test_a_listed_group_takes_members_by_hand(client, writer, reader):
    group = {**OF_HA_TINH, "id": "G-LQ-HT", "words": [], "membership": "listed"}
    await client.post(GROUPS, json=group, headers=writer)
    listing = {"agency": "HT-SYT", "valid_from": "2026-01-01", "reason": "Theo phân công"}
    unknown = await client.post(f"{GROUPS}/G-LQ-HT/listings", json=listing, headers=writer)
    listed = await client.post(f"{GROUPS}/G-LQ-HT/listings", json={**listing, "agency": "HT-SNV"}, headers=writer)

    assert unknown.status_code == 422
    assert listed.status_code == 201, listed.text
    assert await members_on(client, reader, "G-LQ-HT", "2026-02-01") == {"HT-SNV"}


async def test_what_is_wrong_is_said_all_at_once(client, writer):
    wrong = {**OF_HA_TINH, "id": "G-WRONG", "province": "P99", "words": ["provincial_departments", "moon", "sun"]}
    answer = await client.post(GROUPS, json=wrong, headers=writer)
    nobody = await client.post(GROUPS, json={**OF_HA_TINH, "id": "G-NO", "words": ["press"]}, headers=writer)

    assert (answer.status_code, answer.json()["code"]) == (422, "agency_group_invalid")
    assert [(one["pointer"], one["value"]) for one in answer.json()["errors"]] == [
        ("/words/1", "moon"),
        ("/words/2", "sun"),
        ("/province", "P99"),
    ]
    assert [one["rule"] for one in nobody.json()["errors"]] == ["means_somebody"]


@pytest.mark.parametrize("code", ["g-small", "HT-SNV", "G-", "G-Ạ", "G-A/B"])
async def test_a_code_that_is_no_groups_is_refused(client, writer, code):
    answer = await client.post(GROUPS, json={**OF_HA_TINH, "id": code}, headers=writer)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/id"


async def test_of_several_who_make_the_same_group_one_does(client, writer):
    group = {**OF_HA_TINH, "id": "G-RACE-HT"}
    answers = await asyncio.gather(*(client.post(GROUPS, json=group, headers=writer) for _ in range(4)))

    assert sorted(one.status_code for one in answers) == [201, 409, 409, 409]
    assert {one.json()["code"] for one in answers if one.status_code == 409} == {"agency_group_exists"}


async def test_only_stewards_make_groups_and_only_for_their_own_province(client, caller, reader):
    provincial = caller("HT-SNGV", "registry:read", "registry:write")
    own = await client.post(GROUPS, json={**OF_HA_TINH, "id": "G-OWN-HT"}, headers=provincial)
    national = await client.post(
        GROUPS, json={**OF_HA_TINH, "id": "G-ALL", "province": None, "words": ["ministries"]}, headers=provincial
    )
    nobody = caller("HT-SNV", "registry:read", "registry:write")
    other = await client.post(GROUPS, json={**OF_HA_TINH, "id": "G-OTHER"}, headers=nobody)
    reading = await client.post(GROUPS, json={**OF_HA_TINH, "id": "G-READER"}, headers=reader)

    assert [one.status_code for one in (own, national, other, reading)] == [201, 403, 403, 403]
