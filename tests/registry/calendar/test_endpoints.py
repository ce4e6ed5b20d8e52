"""The doors of the calendar on a loaded registry."""

import csv
from pathlib import Path

import pytest
import sqlalchemy as sa

DATA = Path(__file__).resolve().parents[3] / "data"
SATURDAY = {
    "day": "2026-12-19",
    "kind": "make_up_working_day",
    "name_vi": "Làm bù",
    "name_en": "Make-up working day",
    "source": "Công văn thử nghiệm",
    "confidence": "verified",
    "reason": "Làm bù cho ngày nghỉ hoán đổi",
}


async def working_days(client, reader, first, last):
    params = {"from": first, "to": last}
    answer = await client.get("/v1/working-days", params=params, headers=reader)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_the_new_year_days_of_2026_are_as_the_government_ordered(client, reader):
    told = await working_days(client, reader, "2025-12-31", "2026-01-11")
    works = [day["on"][-2:] for day in told["items"] if day["is_working"]]

    assert works == ["31", "05", "06", "07", "08", "09", "10"]
    assert told["working_days"] == 7
    assert told["next_cursor"] is None
    assert told["items"][2] == {
        "on": "2026-01-02",
        "is_working": False,
        "kind": "swapped_day_off",
        "name_vi": "Nghỉ hoán đổi",
        "name_en": "Swapped day off",
        "source": "press: 12729/VPCP-KGVX of 2025-12-25",
        "confidence": "high",
    }


async def test_every_line_of_the_holiday_file_counts(client, reader):
    with (DATA / "holidays_vn.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    told = [
        *(await working_days(client, reader, "2024-01-01", "2025-12-31"))["items"],
        *(await working_days(client, reader, "2026-01-01", "2027-12-31"))["items"],
    ]
    kinds = {day["on"]: (day["kind"], day["confidence"]) for day in told}

    assert len(rows) == 61
    assert all(kinds[row["date"]] == (row["kind"], row["confidence"]) for row in rows)


async def test_overrides_are_listed_with_source_and_confidence(client, reader):
    params = {"from": "2026-01-01", "to": "2026-01-31", "limit": 2}
    page = (await client.get("/v1/calendar-overrides", params=params, headers=reader)).json()
    rest = await client.get(
        "/v1/calendar-overrides", params={**params, "cursor": page["next_cursor"]}, headers=reader
    )

    assert [one["day"] for one in page["items"]] == ["2026-01-01", "2026-01-02"]
    assert [one["day"] for one in rest.json()["items"]] == ["2026-01-10"]
    assert page["items"][1]["author"] == "loader"
    assert page["items"][1]["counts"] is True


async def test_a_new_override_counts_at_once_and_the_old_one_stays_listed(client, reader, writer):
    before = await working_days(client, reader, SATURDAY["day"], SATURDAY["day"])
    added = await client.post("/v1/calendar-overrides", json=SATURDAY, headers=writer)
    made = await working_days(client, reader, SATURDAY["day"], SATURDAY["day"])
    taken_back = {**SATURDAY, "kind": "ordinary_day"}
    await client.post("/v1/calendar-overrides", json=taken_back, headers=writer)
    after = await working_days(client, reader, SATURDAY["day"], SATURDAY["day"])

    assert added.status_code == 201, added.text
    assert added.json()["author"] == "BNG"
    assert [told["items"][0]["is_working"] for told in (before, made, after)] == [False, True, False]
    assert len({told["calendar_version"] for told in (before, made, after)}) == 3
    assert made["calendar_version"].endswith(f"+{added.json()['number']}")
    listed = (await client.get(added.headers["location"], headers=reader)).json()["items"]
    assert [(one["kind"], one["counts"]) for one in listed] == [
        ("make_up_working_day", False),
        ("ordinary_day", True),
    ]


async def test_the_same_key_keeps_one_override(client, reader, writer):
    headers = {**writer, "Idempotency-Key": "one-day"}
    body = {**SATURDAY, "day": "2026-12-26"}
    first = await client.post("/v1/calendar-overrides", json=body, headers=headers)
    again = await client.post("/v1/calendar-overrides", json=body, headers=headers)

    params = {"from": body["day"], "to": body["day"]}
    listed = (await client.get("/v1/calendar-overrides", params=params, headers=reader)).json()["items"]
    assert first.json() == again.json()
    assert len(listed) == 1


async def test_an_override_tells_of_the_deadlines_that_roll(client, writer, database):
    async with database.transaction() as session:
        await session.execute(
            sa.text(
                "insert into deadline_rule select obligation, 2, period_window, parts, series_years, period_iso,"
                " wording, operator, month, day, year_offset, fixed_year, days_after, counts_working_days,"
                " with_obligation, 'following', 'test', 'test', recorded_at from deadline_rule"
                " where obligation = 'O402-02'"
            )
        )
    body = {**SATURDAY, "day": "2026-11-14"}
    added = (await client.post("/v1/calendar-overrides", json=body, headers=writer)).json()
    told = sa.text(
        "select subject, data, reason from event where type = 'obligation.changed'"
        " and after->>'calendar_override' = :n"
        " order by subject"
    )
    async with database.transaction() as session:
        rows = (await session.execute(told, {"n": str(added["number"])})).all()

    assert [row.subject for row in rows] == ["O402-02", "O402-09"]
    assert rows[0].data == {"obligation": "O402-02"}
    assert SATURDAY["reason"] in rows[0].reason


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kind": "party"}, "content_invalid"),
        ({"source": ""}, "content_invalid"),
        ({"reason": ""}, "content_invalid"),
        ({"day": "19/12/2026"}, "content_invalid"),
        ({"colour": "red"}, "content_invalid"),
        ({"name_vi": "\x00"}, "content_invalid"),
    ],
)
async def test_an_override_that_cannot_be_is_refused(client, writer, change, code):
    answer = await client.post("/v1/calendar-overrides", json={**SATURDAY, **change}, headers=writer)

    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_only_national_stewards_move_days(client, caller, reader):
    provincial = caller("HT-SNGV", "registry:read", "registry:write")
    answers = [
        await client.post("/v1/calendar-overrides", json=SATURDAY, headers=headers)
        for headers in (reader, provincial)
    ]

    assert [answer.json()["code"] for answer in answers] == ["scope_missing", "not_steward"]


@pytest.mark.parametrize(
    "params", [{}, {"from": "2026-01-02", "to": "2026-01-01"}, {"from": "2020-01-01", "to": "2026-01-01"}]
)
async def test_a_span_that_cannot_be_is_refused(client, reader, params):
    assert (await client.get("/v1/working-days", params=params, headers=reader)).status_code == 422


@pytest.mark.parametrize("table", ["calendar_override", "deadline_rule"])
async def test_what_was_computed_with_is_never_changed(client, database, table):
    with pytest.raises(sa.exc.DBAPIError, match="never changed"):
        async with database.transaction() as session:
            await session.execute(sa.text(f"update {table} set reason = 'x'"))


async def test_taking_an_override_back_can_be_previewed(client, reader):
    body = {**SATURDAY, "kind": "statutory_day", "day": "2026-01-02"}
    answer = await client.post("/v1/calendar-overrides/preview", json=body, headers=reader)

    assert answer.status_code == 200, answer.text
    assert answer.json()["calendar_version"]
