"""A day that the Government moves: seen beforehand, kept only while that still holds, told, and taken back."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from services.registry.obligation.draft import MONTHLY_DRAFT
from tests.support import set_business_time

OFF = {
    "day": "2026-10-20",
    "kind": "public_holiday",
    "name_vi": "Nghỉ thử",
    "name_en": "Trial day off",
    "source": "Công văn thử nghiệm",
    "confidence": "verified",
    "reason": "Nghỉ theo công văn",
}


@pytest.fixture(autouse=True)
def first_of_july(client, app):
    set_business_time(app, datetime(2026, 7, 1, 1, tzinfo=UTC))


@pytest.fixture(scope="module")
async def rolling(client, caller):
    """A monthly report that is due on the 20th and moves to the next working day."""
    deadline = {**MONTHLY_DRAFT["deadline"], "roll": "following"}
    body = {**MONTHLY_DRAFT, "id": "N-ROLL", "deadline": deadline, "valid_from": "2026-01-01", "reason": "thử"}
    headers = caller("BNG", "registry:read", "registry:write")
    made = await client.post("/v1/obligations", json=body, headers=headers)
    assert made.status_code == 201, made.text
    return made.json()["id"]


async def preview(client, reader, **changes):
    answer = await client.post("/v1/calendar-overrides/preview", json={**OFF, **changes}, headers=reader)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def kept(client, writer, **changes):
    return await client.post("/v1/calendar-overrides", json={**OFF, **changes}, headers=writer)


async def due_of(client, reader, obligation, period):
    path = f"/v1/obligations/{obligation}/explain"
    return (await client.get(path, params={"period": period}, headers=reader)).json()["due_on"]


async def test_the_preview_says_what_the_override_then_does_and_keeps_nothing(client, reader, writer, rolling):
    seen = await preview(client, reader)
    (move,) = [item for item in seen["items"] if item["obligation"] == rolling]
    still = await due_of(client, reader, rolling, move["period"])
    made = await kept(client, writer, calendar_version=seen["calendar_version"])

    assert (move["change"], move["old"]["due_on"], move["new"]["due_on"]) == ("moved", OFF["day"], "2026-10-21")
    assert seen["changed"] == len(seen["items"])
    assert still == OFF["day"]
    assert made.status_code == 201, made.text
    assert await due_of(client, reader, rolling, move["period"]) == "2026-10-21"

    taken_back = await kept(client, writer, kind="statutory_day", reason="Thu hồi công văn")
    assert taken_back.status_code == 201
    assert await due_of(client, reader, rolling, move["period"]) == OFF["day"]
    assert (await preview(client, reader, kind="statutory_day"))["items"] == []


async def test_a_preview_that_no_longer_holds_keeps_nothing(client, reader, writer):
    seen = await preview(client, reader, day="2026-08-18")
    await kept(client, writer, day="2026-08-19")
    late = await kept(client, writer, day="2026-08-18", calendar_version=seen["calendar_version"])
    params = {"from": "2026-08-18", "to": "2026-08-18"}
    listed = (await client.get("/v1/calendar-overrides", params=params, headers=reader)).json()["items"]

    assert late.status_code == 412
    assert late.json()["calendar_version"] != seen["calendar_version"]
    assert listed == []


async def test_a_moved_day_is_told_with_its_author_and_reason(client, writer, database):
    number = (await kept(client, writer, day="2026-08-20")).json()["number"]
    told = sa.text(
        "select agency, subject, data, reason from event where type = 'calendar.changed' order by id desc"
    )
    async with database.transaction() as session:
        newest = (await session.execute(told)).first()

    assert (newest.agency, newest.subject) == ("BNG", "2026-08-20")
    assert newest.data == {"day": "2026-08-20", "override": number}
    assert OFF["reason"] in newest.reason


async def test_a_year_that_nobody_announced_yet_is_provisional_until_it_is(client, reader, writer):
    span = {"from": "2031-01-01", "to": "2031-12-31"}
    before = (await client.get("/v1/working-days", params=span, headers=reader)).json()
    days = [f"2031-01-{day}" for day in (20, 21, 22, 23, 24)]
    for day in days:
        assert (await kept(client, writer, day=day)).status_code == 201
    after = (await client.get("/v1/working-days", params=span, headers=reader)).json()

    assert before["provisional_years"] == [2031]
    assert {day["confidence"] for day in before["items"]} == {"medium"}
    assert after["provisional_years"] == []
    assert before["working_days"] - after["working_days"] in range(1, 6)


async def test_who_only_reads_may_preview_but_what_cannot_be_is_refused(client, reader):
    bad = await client.post("/v1/calendar-overrides/preview", json={**OFF, "day": "2026-02-29"}, headers=reader)
    nobody = await client.post("/v1/calendar-overrides/preview", json=OFF)

    assert (bad.status_code, bad.json()["code"]) == (422, "content_invalid")
    assert nobody.status_code == 401
