"""Other names, codes and relations over time; changes and corrections as two different acts; circles."""

import asyncio

import pytest

AGENCIES = "/v1/agencies"


def a_department(code, **changes):
    body = {
        "id": code,
        "name_vi": f"Sở thử {code}",
        "name_en": f"Trial {code}",
        "kind": "provincial_department",
        "parent": "UBND-P42",
        "province": "P42",
        "valid_from": "2026-01-01",
        "reason": "Thử nghiệm",
    }
    return body | changes


async def made(client, writer, code, **changes):
    answer = await client.post(AGENCIES, json=a_department(code, **changes), headers=writer)
    assert answer.status_code == 201, answer.text
    return answer.headers["ETag"]


async def etag_of(client, reader, code):
    return (await client.get(f"{AGENCIES}/{code}", headers=reader)).headers["ETag"]


async def changed(client, writer, code, *, tail="", **body):
    headers = writer | {"If-Match": await etag_of(client, writer, code)}
    send = client.post if tail else client.patch
    return await send(f"{AGENCIES}/{code}{tail}", json={"reason": "Nghị quyết 2"} | body, headers=headers)


async def on(client, reader, code, day):
    return (await client.get(f"{AGENCIES}/{code}?as_of={day}", headers=reader)).json()


async def history_of(client, reader, code):
    return (await client.get(f"{AGENCIES}/{code}/history", headers=reader)).json()


async def test_names_codes_and_relations_hold_from_a_day_on_and_before_stays(client, reader, writer):
    await made(client, writer, "HT-T1", aliases=["Sở T"], codes=[{"scheme": "qcvn102", "code": "000.00.71.H71"}])

    answer = await changed(
        client,
        writer,
        "HT-T1",
        valid_from="2026-06-01",
        aliases=["Sở T", "ST mới"],
        codes=[{"scheme": "qcvn102", "code": "H71.72"}],
        relations=[{"kind": "functional", "agency": "BNV"}, {"kind": "line", "agency": "BNG"}],
    )

    assert answer.status_code == 200, answer.text
    before, after = (
        await on(client, reader, "HT-T1", "2026-05-31"),
        await on(client, reader, "HT-T1", "2026-06-01"),
    )
    assert (before["aliases"], after["aliases"]) == (["Sở T"], ["ST mới", "Sở T"])
    assert [c["code"] for c in before["codes"]] == ["H71.71"]
    assert [(c["code"], c["valid_from"]) for c in after["codes"]] == [("H71.72", "2026-06-01")]
    assert before["relations"] == []
    assert after["relations"] == [{"kind": "functional", "agency": "BNV"}, {"kind": "line", "agency": "BNG"}]
    spans = (await history_of(client, reader, "HT-T1"))["aliases"]
    assert [(s["value"], s["valid_from"], s["valid_to"]) for s in spans] == [
        (["ST mới"], "2026-06-01", None),
        (["Sở T"], "2026-01-01", None),
    ]


async def test_a_new_name_is_found_from_its_day_only(client, reader, writer):
    await made(client, writer, "HT-T2")
    await changed(client, writer, "HT-T2", valid_from="2026-06-01", aliases=["Xyzzy mới"])

    async def found(day):
        answer = await client.get(AGENCIES, params={"text": "xyzzy", "as_of": day}, headers=reader)
        return [item["id"] for item in answer.json()["items"]]

    assert (await found("2026-05-31"), await found("2026-06-01")) == ([], ["HT-T2"])


async def test_a_change_before_a_known_change_ends_where_that_begins(client, reader, writer):
    await made(client, writer, "HT-T3")
    await changed(client, writer, "HT-T3", valid_from="2026-09-01", aliases=["Sau"])
    await changed(client, writer, "HT-T3", valid_from="2026-06-01", aliases=["Giữa"])

    days = ("2026-05-31", "2026-06-01", "2026-08-31", "2026-09-01")
    assert [(await on(client, reader, "HT-T3", day))["aliases"] for day in days] == [
        [],
        ["Giữa"],
        ["Giữa"],
        ["Sau"],
    ]


async def test_a_change_and_a_correction_are_two_acts(client, reader, writer):
    await made(client, writer, "HT-T4")
    await changed(client, writer, "HT-T4", valid_from="2026-06-01", name_en="Renamed")

    corrected = await changed(
        client,
        writer,
        "HT-T4",
        tail="/corrections",
        version_from="2026-01-01",
        name_en="Never wrong",
        reason="Nhập sai",
    )

    assert corrected.status_code == 200, corrected.text
    names = [(await on(client, reader, "HT-T4", day))["name_en"] for day in ("2026-05-31", "2026-06-01")]
    assert names == ["Never wrong", "Renamed"]
    acts = (await history_of(client, reader, "HT-T4"))["changes"]
    assert [(a["act"], a["holds_from"], a["reason"], a["author"]) for a in acts] == [
        ("created", "2026-01-01", "Thử nghiệm", "BNG"),
        ("changed", "2026-06-01", "Nghị quyết 2", "BNG"),
        ("corrected", "2026-01-01", "Nhập sai", "BNG"),
    ]
    assert (acts[2]["before"], acts[2]["after"]) == ({"name_en": "Trial HT-T4"}, {"name_en": "Never wrong"})


async def test_a_day_that_was_recorded_wrongly_is_corrected_with_its_neighbour(client, reader, writer):
    await made(client, writer, "HT-T5")
    await changed(client, writer, "HT-T5", valid_from="2026-06-01", name_en="Renamed")

    answer = await changed(
        client, writer, "HT-T5", tail="/corrections", version_from="2026-06-01", valid_from="2026-07-01"
    )

    assert answer.status_code == 200, answer.text
    items = (await history_of(client, reader, "HT-T5"))["items"]
    assert [(v["valid_from"], v["valid_to"]) for v in items] == [
        ("2026-01-01", "2026-06-30"),
        ("2026-07-01", None),
    ]


async def test_an_end_that_was_a_mistake_is_taken_back(client, reader, writer):
    await made(client, writer, "HT-T6", aliases=["T6"])
    await changed(client, writer, "HT-T6", valid_to="2026-06-30")
    assert (await on(client, reader, "HT-T6", "2026-07-01"))["exists"] is False

    await changed(client, writer, "HT-T6", tail="/corrections", version_from="2026-01-01", valid_to=None)

    again = await on(client, reader, "HT-T6", "2026-07-01")
    assert (again["exists"], again["aliases"]) == (True, ["T6"])
    assert [a["act"] for a in (await history_of(client, reader, "HT-T6"))["changes"]] == [
        "created",
        "ended",
        "corrected",
    ]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"version_from": "2025-01-01", "name_en": "x"}, 409, "version_day_invalid"),
        ({"version_from": "2026-01-01", "name_en": "Trial HT-T7"}, 422, "nothing_to_change"),
        ({"version_from": "2026-01-01"}, 422, "content_invalid"),
        ({"version_from": "2026-01-01", "name_en": None}, 422, "content_invalid"),
        ({"version_from": "2026-01-01", "valid_to": "2025-12-31"}, 409, "version_day_invalid"),
        ({"version_from": "2026-01-01", "parent": "BLDTBXH"}, 422, "agency_reference_invalid"),
        ({"version_from": "2026-02-29", "name_en": "x"}, 422, "content_invalid"),
    ],
)
async def test_a_correction_that_corrects_nothing_is_refused(client, reader, writer, body, status, code):
    if (await client.get(f"{AGENCIES}/HT-T7", headers=reader)).status_code == 404:
        await made(client, writer, "HT-T7")

    answer = await changed(client, writer, "HT-T7", tail="/corrections", **body)

    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


async def test_nobody_stands_under_itself_on_any_day(client, writer):
    """A stands under B from June; B under A would be a circle from June on, though not today."""
    await made(client, writer, "HT-A")
    await made(client, writer, "HT-B")
    await changed(client, writer, "HT-A", valid_from="2027-06-01", parent="HT-B")

    near = await changed(client, writer, "HT-B", valid_from="2026-12-01", parent="HT-A")
    itself = await changed(client, writer, "HT-B", valid_from="2026-12-01", parent="HT-B")

    assert (near.status_code, near.json()["code"]) == (422, "agency_parent_circle")
    assert near.json()["errors"][0]["pointer"] == "/parent"
    assert near.json()["circle_from"] == "2027-06-01"
    assert itself.status_code == 422


async def test_two_stewards_at_once_cannot_close_a_circle(client, writer):
    await made(client, writer, "HT-C")
    await made(client, writer, "HT-D")

    answers = await asyncio.gather(
        changed(client, writer, "HT-C", valid_from="2026-06-01", parent="HT-D"),
        changed(client, writer, "HT-D", valid_from="2026-06-01", parent="HT-C"),
    )

    assert sorted(answer.status_code for answer in answers) == [200, 422]


async def test_a_second_change_of_a_far_day_is_stale_too(client, writer):
    """What is shown today stays the same; the revision tells that something was changed."""
    await made(client, writer, "HT-T8")
    await changed(client, writer, "HT-T8", valid_from="2027-01-01", name_en="First")
    etag = await etag_of(client, writer, "HT-T8")
    bodies = [{"valid_from": f"2028-0{month}-01", "name_en": f"M{month}", "reason": "x"} for month in (1, 2)]

    answers = [
        await client.patch(f"{AGENCIES}/HT-T8", json=body, headers=writer | {"If-Match": etag}) for body in bodies
    ]

    assert [answer.status_code for answer in answers] == [200, 412]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"codes": [{"scheme": "qcvn102", "code": "G09"}]}, "/codes/0"),
        ({"relations": [{"kind": "functional", "agency": "NOBODY"}]}, "/relations/0/agency"),
        ({"relations": [{"kind": "functional", "agency": "BLDTBXH"}]}, "/relations/0/agency"),
    ],
)
async def test_what_another_has_or_nobody_is_is_refused_with_its_place(client, reader, writer, body, pointer):
    if (await client.get(f"{AGENCIES}/HT-T9", headers=reader)).status_code == 404:
        await made(client, writer, "HT-T9")

    answer = await changed(client, writer, "HT-T9", valid_from="2026-06-01", **body)

    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize(
    "body",
    [
        {"codes": [{"scheme": "gso", "code": "42"}]},
        {"codes": [{"scheme": "qcvn102", "code": "nothing"}]},
        {"codes": [{"scheme": "qcvn102", "code": "H01"}, {"scheme": "qcvn102", "code": "000.00.00.H01"}]},
        {"aliases": ["A", "A"]},
        {"relations": [{"kind": "line", "agency": "BNG"}, {"kind": "line", "agency": "BCA"}]},
        {"valid_to": "2026-12-31", "aliases": ["A"]},
    ],
)
async def test_lists_that_contradict_themselves_are_refused(client, writer, body):
    answer = await client.patch(
        f"{AGENCIES}/BNG", json={"reason": "x", **body}, headers=writer | {"If-Match": '"x"'}
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "content_invalid"), answer.text


async def test_all_that_is_not_there_is_named_at_once(client, writer):
    answer = await client.post(
        AGENCIES, json=a_department("HT-TX", parent="NOBODY", province="P999"), headers=writer
    )

    assert {error["pointer"] for error in answer.json()["errors"]} == {"/parent", "/province"}


async def test_an_agency_ends_with_its_names_and_codes(client, reader, writer):
    await made(client, writer, "HT-TY", aliases=["TY"], codes=[{"scheme": "qcvn102", "code": "H73"}])

    ended = await changed(client, writer, "HT-TY", valid_to="2026-06-30")

    assert ended.status_code == 200, ended.text
    history = await history_of(client, reader, "HT-TY")
    assert [span["valid_to"] for span in (*history["aliases"], *history["codes"])] == ["2026-06-30"] * 2
    await made(client, writer, "HT-TZ", valid_from="2026-07-01", codes=[{"scheme": "qcvn102", "code": "H73"}])
