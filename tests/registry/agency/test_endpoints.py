"""The doors of agencies, over the real application and the real database."""

import asyncio
import unicodedata
from datetime import datetime

import pytest

from kernel.clock import VIETNAM, BusinessClock
from services.registry.loading.service import load_registry
from tests.registry.conftest import DATA
from tests.registry.statements import counted_statements
from tests.support import set_business_time

AGENCIES = "/v1/agencies"

HA_TINH_JUSTICE = {
    "id": "HT-STP",
    "name_vi": "Sở Tư pháp tỉnh Hà Tĩnh",
    "name_en": "Department of Justice of Ha Tinh",
    "kind": "provincial_department",
    "parent": "UBND-P42",
    "province": "P42",
    "host_country": None,
    "city": None,
    "time_zone": "Asia/Ho_Chi_Minh",
    "version_from": None,
    "version_to": None,
    "aliases": ["Sở Tư pháp"],
    "codes": [],
    "relations": [],
    "valid_from": None,
    "valid_to": None,
    "exists": True,
    "confidence": "high",
    "note": None,
    "revision": 1,
}


def a_department(code, **changes):
    body = {
        "id": code,
        "name_vi": f"Sở thử nghiệm {code}",
        "name_en": f"Trial department {code}",
        "kind": "provincial_department",
        "parent": "UBND-P42",
        "province": "P42",
        "valid_from": "2026-01-01",
        "reason": "Thử nghiệm",
    }
    return body | changes


async def all_of(client, headers, **params):
    items, cursor = [], None
    while True:
        paged = {"limit": 40, **params} | ({"cursor": cursor} if cursor else {})
        answer = await client.get(AGENCIES, params=paged, headers=headers)
        assert answer.status_code == 200, answer.text
        items += answer.json()["items"]
        cursor = answer.json()["next_cursor"]
        if cursor is None:
            return items


async def ids_of(client, headers, **params):
    return [item["id"] for item in await all_of(client, headers, **params)]


# -- reading ----------------------------------------------------------------------------------------------


async def test_one_agency_is_read_with_all_that_is_known(client, reader):
    answer = await client.get(f"{AGENCIES}/HT-STP", headers=reader)

    assert answer.json() == HA_TINH_JUSTICE


async def test_a_mission_is_an_agency_with_host_country_city_and_its_own_zone(client, reader):
    mission = (await client.get(f"{AGENCIES}/M-CG-JP-FUK", headers=reader)).json()

    facts = ("kind", "host_country", "city", "time_zone", "name_vi")
    assert [mission[name] for name in facts] == [
        "consulate_general",
        "JP",
        "Fukuoka",
        "Asia/Tokyo",
        "Tổng Lãnh sự quán Việt Nam tại Fukuoka, Nhật Bản",
    ]


async def test_an_ended_agency_is_read_as_it_was_last(client, reader):
    labour = (await client.get(f"{AGENCIES}/BLDTBXH?as_of=2026-07-01", headers=reader)).json()

    assert (labour["exists"], labour["valid_to"]) == (False, "2025-02-28")
    (code,) = labour["codes"]
    assert (code["scheme"], code["code"], code["written"]) == ("qcvn102", "G07", ["G07", "000.00.00.G07"])
    assert (code["valid_to"], code["status"]) == ("2025-02-28", "seen_in_public_source")
    assert "MOLISA" in labour["aliases"]


@pytest.mark.parametrize(("day", "committees"), [("2025-06-30", 63), ("2025-07-01", 34), ("2026-11-14", 34)])
async def test_the_peoples_committees_are_those_of_the_day(client, reader, day, committees):
    found = await ids_of(client, reader, kind="provincial_peoples_committee", as_of=day)

    assert len(found) == len(set(found)) == committees


async def test_the_missions_abroad_are_all_listed_as_of_the_day(client, reader):
    kinds = ("embassy", "consulate_general", "permanent_mission", "economic_cultural_office")
    then = sum([len(await ids_of(client, reader, kind=kind, as_of="2025-06-30")) for kind in kinds])
    now = sum([len(await ids_of(client, reader, kind=kind, as_of="2026-07-01")) for kind in kinds])

    assert (then, now) == (99 - 3, 99)


async def test_a_list_shows_nobody_who_does_not_exist_on_the_day(client, reader):
    before = await ids_of(client, reader, kind="ministry", as_of="2025-02-28")
    after = await ids_of(client, reader, kind="ministry", as_of="2025-03-01")

    assert {"BLDTBXH", "BKHDT"} <= set(before)
    assert {"BNNMT", "BDTTG"} <= set(after)
    assert not {"BLDTBXH", "BKHDT"} & set(after)
    assert not {"BNNMT", "BDTTG"} & set(before)
    assert (len(before), len(after)) == (18, 14)


async def test_a_list_is_in_vietnamese_order_whatever_the_page_size(client, reader):
    params = {"kind": "provincial_peoples_committee", "as_of": "2026-01-01"}
    small = await all_of(client, reader, **params, limit=5)
    whole = await all_of(client, reader, **params, limit=500)

    assert small == whole
    names = [item["name_vi"].removeprefix("Ủy ban nhân dân ") for item in whole]
    assert names[:4] == [
        "thành phố Cần Thơ",
        "thành phố Đà Nẵng",
        "thành phố Hà Nội",
        "thành phố Hải Phòng",
    ]
    provinces = [name.removeprefix("tỉnh ") for name in names if name.startswith("tỉnh ")]
    assert provinces[:6] == ["An Giang", "Bắc Ninh", "Cà Mau", "Cao Bằng", "Đắk Lắk", "Điện Biên"]


@pytest.mark.parametrize(
    "text", ["so tu phap tinh ha tinh", "SỞ TƯ PHÁP TỈNH HÀ TĨNH", "justice of ha tinh", "ht-stp"]
)
async def test_a_text_is_found_without_accents_and_case(client, reader, text):
    assert await ids_of(client, reader, text=text) == ["HT-STP"]


async def test_a_decomposed_text_finds_the_same(client, reader):
    text = unicodedata.normalize("NFD", "Sở Tư pháp tỉnh Hà Tĩnh")

    assert await ids_of(client, reader, text=text) == ["HT-STP"]


async def test_other_names_are_searched_too(client, reader):
    assert await ids_of(client, reader, text="molisa", as_of="2020-05-11") == ["BLDTBXH"]
    assert await ids_of(client, reader, text="bo ldtbxh", as_of="2026-05-11") == []


async def test_percent_and_underscore_are_plain_characters_in_a_search(client, reader):
    assert await ids_of(client, reader, text="%") == []
    assert await ids_of(client, reader, text="_") == []


async def test_lists_are_narrowed_by_parent_and_province(client, reader):
    under = await ids_of(client, reader, parent="UBND-P42", as_of="2026-07-01")
    within = await ids_of(client, reader, province="P42", as_of="2026-07-01")

    assert set(under) == {"HT-SNGV", "HT-STP", "HT-SGDDT", "HT-SNV", "HT-STC", "HT-SKHCN"}
    assert set(under) < set(within)
    assert {"HT-CAT", "UBND-P42"} <= set(within)


async def test_the_default_day_is_today_by_the_business_clock(client, app, reader):
    offset = app.state.runtime.clock.offset
    try:
        set_business_time(app, datetime(2025, 6, 30, 23, 59, tzinfo=VIETNAM))
        assert len(await ids_of(client, reader, kind="provincial_peoples_committee")) == 63
        set_business_time(app, datetime(2025, 7, 1, 0, 1, tzinfo=VIETNAM))
        assert len(await ids_of(client, reader, kind="provincial_peoples_committee")) == 34
    finally:
        app.state.runtime.clock.offset = offset


@pytest.mark.parametrize("query", ["limit=1", "limit=500", "text=so&limit=500", "kind=ministry"])
async def test_a_list_needs_at_most_three_statements(client, app, reader, query):
    with counted_statements(app) as sent:
        answer = await client.get(f"{AGENCIES}?{query}", headers=reader)

    assert answer.status_code == 200
    assert 1 <= len(sent) <= 3, sent


async def test_a_reader_who_has_it_gets_304(client, reader):
    first = await client.get(f"{AGENCIES}/BNG", headers=reader)
    again = await client.get(f"{AGENCIES}/BNG", headers=reader | {"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.content) == (304, b"")


# -- chains -----------------------------------------------------------------------------------------------


async def test_what_an_agency_became_is_followed_along_confirmed_successions(client, reader):
    chain = (await client.get(f"{AGENCIES}/BLDTBXH/successors?on=2026-07-01", headers=reader)).json()

    assert chain["carried_by"] == ["BNV"]
    near = {(link["successor"], link["kind"]) for link in chain["items"] if link["depth"] == 1}
    assert near == {("BNV", "merge"), ("BGDDT", "transfer"), ("BYT", "transfer")}


async def test_a_succession_counts_from_its_day(client, reader):
    chain = (await client.get(f"{AGENCIES}/BLDTBXH/successors?on=2025-02-28", headers=reader)).json()

    assert (chain["items"], chain["carried_by"]) == ([], ["BLDTBXH"])


async def test_a_proposed_succession_leads_nowhere(client, reader):
    chain = (await client.get(f"{AGENCIES}/TCTK/successors?on=2026-07-01", headers=reader)).json()

    assert (chain["items"], chain["carried_by"]) == ([], [])


async def test_what_an_agency_was_made_from_is_followed_backwards(client, reader):
    chain = (await client.get(f"{AGENCIES}/UBND-P51-2025/predecessors?on=2026-07-01", headers=reader)).json()

    assert [link["predecessor"] for link in chain["items"]] == ["UBND-P51", "UBND-P62"]
    assert chain["items"][1]["name_vi"] == "Ủy ban nhân dân tỉnh Kon Tum"


# -- writing ----------------------------------------------------------------------------------------------


async def test_a_new_agency_is_kept_found_and_told(client, reader, writer, inside):
    made = await client.post(AGENCIES, json=a_department("HT-SVH", aliases=["Sở VH"]), headers=writer)

    assert made.status_code == 201, made.text
    assert made.headers["Location"] == f"{AGENCIES}/HT-SVH"
    read = await client.get(f"{AGENCIES}/HT-SVH", headers=reader)
    assert read.json() == made.json()
    assert read.headers["ETag"] == made.headers["ETag"]
    assert "HT-SVH" in await ids_of(client, reader, text="so vh", as_of="2026-01-01")
    assert "HT-SVH" not in await ids_of(client, reader, text="so vh", as_of="2025-12-31")


async def test_a_code_is_never_used_twice(client, writer):
    answer = await client.post(AGENCIES, json=a_department("BNG"), headers=writer)

    assert (answer.status_code, answer.json()["code"]) == (409, "agency_exists")


async def test_a_name_is_kept_composed(client, writer):
    name = unicodedata.normalize("NFD", "Sở Đối ngoại thử nghiệm")

    made = await client.post(AGENCIES, json=a_department("HT-NFD", name_vi=name), headers=writer)

    assert made.json()["name_vi"] == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"parent": "NOBODY"}, "/parent"),
        ({"parent": "BLDTBXH"}, "/parent"),
        ({"province": "P999"}, "/province"),
        ({"province": "P62"}, "/province"),
    ],
)
async def test_parent_and_province_exist_on_all_days_of_a_version(client, writer, change, pointer):
    answer = await client.post(AGENCIES, json=a_department("HT-WRONG", **change), headers=writer)

    assert (answer.status_code, answer.json()["code"]) == (422, "agency_reference_invalid")
    assert answer.json()["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize(
    "change",
    [
        {"id": "ht-small"},
        {"kind": "club"},
        {"name_vi": ""},
        {"name_vi": "x\u0000y"},
        {"valid_from": "2026-02-30"},
        {"valid_from": 20260101},
        {"valid_from": "9999-12-31"},
        {"valid_to": "2025-12-31"},
        {"time_zone": "Asia/Hanoi"},
        {"host_country": "LA"},
        {"kind": "embassy"},
        {"colour": "red"},
    ],
)
async def test_a_body_that_is_wrong_is_refused(client, writer, change):
    answer = await client.post(AGENCIES, json=a_department("HT-WRONG", **change), headers=writer)

    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_change_is_a_new_version_and_the_days_before_keep_theirs(client, reader, writer):
    await client.post(AGENCIES, json=a_department("HT-DOI"), headers=writer)
    etag = (await client.get(f"{AGENCIES}/HT-DOI", headers=reader)).headers["ETag"]
    change = {"valid_from": "2026-06-01", "name_vi": "Sở đổi tên", "reason": "Nghị quyết 1"}

    changed = await client.patch(f"{AGENCIES}/HT-DOI", json=change, headers=writer | {"If-Match": etag})

    assert changed.status_code == 200, changed.text
    names = [
        (await client.get(f"{AGENCIES}/HT-DOI?as_of={day}", headers=reader)).json()["name_vi"]
        for day in ("2026-05-31", "2026-06-01")
    ]
    assert names == ["Sở thử nghiệm HT-DOI", "Sở đổi tên"]
    history = (await client.get(f"{AGENCIES}/HT-DOI/history", headers=reader)).json()["items"]
    assert [(v["valid_from"], v["valid_to"], v["reason"]) for v in history] == [
        ("2026-01-01", "2026-05-31", "Thử nghiệm"),
        ("2026-06-01", None, "Nghị quyết 1"),
    ]


async def test_a_change_without_if_match_is_428_and_a_stale_one_412(client, reader, writer):
    await client.post(AGENCIES, json=a_department("HT-CU"), headers=writer)
    etag = (await client.get(f"{AGENCIES}/HT-CU", headers=reader)).headers["ETag"]
    change = {"valid_from": "2026-06-01", "name_en": "Renamed", "reason": "x"}
    url = f"{AGENCIES}/HT-CU"

    without = await client.patch(url, json=change, headers=writer)
    first = await client.patch(url, json=change, headers=writer | {"If-Match": etag})
    stale = await client.patch(
        url, json=change | {"valid_from": "2026-07-01", "name_en": "Z"}, headers=writer | {"If-Match": etag}
    )

    assert [without.status_code, first.status_code, stale.status_code] == [428, 200, 412]
    assert stale.json()["code"] == "version_stale"


async def test_of_two_changes_at_once_one_is_stale(client, reader, writer):
    await client.post(AGENCIES, json=a_department("HT-HAI"), headers=writer)
    etag = (await client.get(f"{AGENCIES}/HT-HAI", headers=reader)).headers["ETag"]
    changes = [
        {"valid_from": f"2026-0{month}-01", "name_en": f"In month {month}", "reason": "x"} for month in range(2, 6)
    ]

    answers = await asyncio.gather(
        *(client.patch(f"{AGENCIES}/HT-HAI", json=body, headers=writer | {"If-Match": etag}) for body in changes)
    )

    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412]


async def test_an_agency_ends_and_its_successor_question_stays_open(client, reader, writer):
    await client.post(AGENCIES, json=a_department("HT-HET"), headers=writer)
    etag = (await client.get(f"{AGENCIES}/HT-HET", headers=reader)).headers["ETag"]

    ended = await client.patch(
        f"{AGENCIES}/HT-HET",
        json={"valid_to": "2026-03-31", "reason": "Giải thể"},
        headers=writer | {"If-Match": etag},
    )

    assert (ended.status_code, ended.json()["valid_to"]) == (200, "2026-03-31")
    chain = (await client.get(f"{AGENCIES}/HT-HET/successors?on=2026-04-01", headers=reader)).json()
    assert chain["carried_by"] == []
    assert "HT-HET" not in await ids_of(client, reader, province="P42", as_of="2026-04-01")


async def test_an_agency_with_others_under_it_cannot_end(client, reader, writer):
    etag = (await client.get(f"{AGENCIES}/UBND-P42", headers=reader)).headers["ETag"]

    answer = await client.patch(
        f"{AGENCIES}/UBND-P42",
        json={"valid_to": "2026-03-31", "reason": "x"},
        headers=writer | {"If-Match": etag},
    )

    assert (answer.status_code, answer.json()["code"]) == (409, "agency_still_named")


async def test_loading_again_leaves_a_stewards_change_alone(client, reader, writer, database):
    etag = (await client.get(f"{AGENCIES}/HT-SNGV", headers=reader)).headers["ETag"]
    change = {"valid_from": "2026-06-01", "name_en": "Foreign Affairs Office of Ha Tinh", "reason": "x"}
    await client.patch(f"{AGENCIES}/HT-SNGV", json=change, headers=writer | {"If-Match": etag})

    await load_registry(database, DATA, BusinessClock())

    history = (await client.get(f"{AGENCIES}/HT-SNGV/history", headers=reader)).json()["items"]
    assert len(history) == 2


async def test_the_same_idempotency_key_makes_one_agency(client, writer):
    headers = writer | {"Idempotency-Key": "HT-ONE-1"}

    answers = await asyncio.gather(
        *(client.post(AGENCIES, json=a_department("HT-ONE"), headers=headers) for _ in range(4))
    )

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1


# -- rights -----------------------------------------------------------------------------------------------


async def test_nobody_reads_without_a_token(client):
    assert (await client.get(AGENCIES)).status_code == 401


async def test_a_token_without_the_scope_is_refused(client, caller):
    read = await client.get(AGENCIES, headers=caller("BNG", "submissions:read"))
    write = await client.post(AGENCIES, json=a_department("HT-NO"), headers=caller("BNG", "registry:read"))

    assert (read.status_code, read.json()["code"]) == (403, "scope_missing")
    assert (write.status_code, write.json()["code"]) == (403, "scope_missing")


@pytest.mark.parametrize(
    ("agency", "scopes", "status"),
    [
        ("BCA", ("registry:write",), 201),
        ("HT-SNGV", ("registry:write",), 201),
        ("KT-SNGV", ("registry:write",), 403),
        ("HT-STP", ("registry:write",), 403),
        ("HT-STP", ("registry:write", "admin"), 201),
    ],
)
async def test_stewards_write_and_a_provincial_one_in_its_own_province(client, caller, agency, scopes, status):
    code = f"HT-BY-{agency}-{len(scopes)}"

    answer = await client.post(AGENCIES, json=a_department(code), headers=caller(agency, *scopes))

    assert answer.status_code == status, answer.text


async def test_a_provincial_steward_changes_nothing_outside_its_province(client, caller):
    headers = caller("HT-SNGV", "registry:write", "registry:read")
    etag = (await client.get(f"{AGENCIES}/BYT", headers=headers)).headers["ETag"]
    change = {"valid_from": "2026-06-01", "name_en": "x", "reason": "x"}

    answer = await client.patch(f"{AGENCIES}/BYT", json=change, headers=headers | {"If-Match": etag})

    assert (answer.status_code, answer.json()["code"]) == (403, "not_steward")


# -- refusals ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tail", ["", "/history", "/successors", "/predecessors"])
async def test_an_unknown_agency_is_404_with_its_code(client, reader, tail):
    answer = await client.get(f"{AGENCIES}/NOBODY{tail}", headers=reader)

    assert (answer.status_code, answer.json()["code"]) == (404, "agency_unknown")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("colour=red", 400, "parameter_unknown"),
        ("as_of=yesterday", 422, "content_invalid"),
        ("as_of=20250630", 422, "content_invalid"),
        ("as_of=2025-02-30", 422, "content_invalid"),
        ("as_of=2025-06-30T00:00:00", 422, "content_invalid"),
        ("kind=club", 422, "content_invalid"),
        ("limit=0", 422, "content_invalid"),
        ("limit=501", 422, "content_invalid"),
        ("cursor=nonsense", 400, "cursor_invalid"),
        ("text=" + "x" * 201, 422, "content_invalid"),
        ("text=%00", 400, "bad_request"),
    ],
)
async def test_a_query_that_is_wrong_is_refused(client, reader, query, status, code):
    answer = await client.get(f"{AGENCIES}?{query}", headers=reader)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
