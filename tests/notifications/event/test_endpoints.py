"""The outside feed: in order, only what the caller may see, waiting when there is nothing yet."""

import asyncio
import time

import pytest

from kernel.clock import real_now
from kernel.events import begin_new_epoch
from kernel.ids import new_id
from services.notifications.event import reading, store
from services.notifications.event.rules import EVENT_TYPES, PublicEvent
from services.notifications.event.service import Publisher
from tests.notifications.builders import follow, scheduled, vn
from tests.support import seal_all

EVENTS = "/v1/events"


async def publish(database, *audiences, kind="deadline.overdue", plan="P"):
    events = [PublicEvent(new_id(), kind, "s", {"plan": plan}, audience, real_now()) for audience in audiences]
    async with database.transaction() as session:
        await Publisher(session).publish(events, real_now())
    await seal_all(database)
    return [str(event.id) for event in events]


def ids(answer):
    return [item["id"] for item in answer.json()["items"]]


async def test_an_agency_reads_what_it_may_see_and_what_everyone_may_see(client, as_agency, database):
    own, _other, shared, everyone = await publish(database, ("HT-SNV",), ("HT-STP",), ("HT-STP", "HT-SNV"), ("*",))

    answer = await client.get(EVENTS, headers=as_agency("HT-SNV", "submissions:read"))
    assert ids(answer) == [own, shared, everyone]


async def test_an_event_of_submissions_keeps_its_id_time_and_source(client, as_agency, database):
    (event,) = scheduled(["HT-STP"])
    await follow(database, [event], vn("2026-07-01T08:00"))
    await seal_all(database)

    (item,) = (await client.get(EVENTS, headers=as_agency("HT-SNGV"))).json()["items"]
    position = item.pop("position")
    assert position >= 1
    assert item == event


async def test_a_reader_goes_on_from_its_cursor_and_nothing_comes_twice(client, as_agency, database):
    snv = as_agency("HT-SNV")
    published = await publish(database, *[("HT-SNV",), ("HT-STP",)] * 5)
    read, after = [], {}
    for _ in range(4):
        answer = await client.get(EVENTS, params={"limit": 2, **after}, headers=snv)
        read += ids(answer)
        after = {"after": answer.json()["next_cursor"]}

    later = await publish(database, ("HT-SNV",))
    assert read == published[::2]
    assert ids(await client.get(EVENTS, params=after, headers=snv)) == later


async def test_a_reader_of_few_events_moves_on_through_those_of_others(client, as_agency, database, monkeypatch):
    monkeypatch.setattr(store, "WINDOW", 3)
    monkeypatch.setattr(reading, "WINDOW", 3)
    await publish(database, *[("HT-STP",)] * 10)
    (mine,) = await publish(database, ("HT-SNV",))

    assert ids(await client.get(EVENTS, headers=as_agency("HT-SNV"))) == [mine]


async def test_types_can_be_chosen_and_unknown_ones_are_refused(client, as_agency, database):
    snv = as_agency("HT-SNV")
    await publish(database, ("HT-SNV",))
    wanted = await publish(database, ("HT-SNV",), kind="deadline.met")
    chosen = await client.get(EVENTS, params={"type": ["deadline.met", "deadline.due"]}, headers=snv)
    unknown = await client.get(EVENTS, params={"type": "deadline.missed"}, headers=snv)

    assert ids(chosen) == wanted
    assert (unknown.status_code, unknown.json()["code"]) == (422, "event_type_unknown")


async def test_a_client_bound_to_plans_sees_only_their_events(client, as_agency, database):
    await publish(database, ("HT-SNV",), plan="OTHER")
    mine = await publish(database, ("HT-SNV",), plan="P")

    assert ids(await client.get(EVENTS, headers=as_agency("HT-SNV", plans=["P"]))) == mine


async def test_a_reader_waits_and_is_answered_as_soon_as_something_comes(client, as_agency, database):
    async def later():
        await asyncio.sleep(0.7)
        return await publish(database, ("HT-SNV",))

    begun = time.monotonic()
    answer, published = await asyncio.gather(
        client.get(EVENTS, params={"wait": 20}, headers=as_agency("HT-SNV")), later()
    )

    assert ids(answer) == published
    assert time.monotonic() - begun < 5


async def test_a_reader_that_waited_in_vain_gets_an_empty_page(client, as_agency):
    begun = time.monotonic()
    answer = await client.get(EVENTS, params={"wait": 0.6}, headers=as_agency("HT-SNV"))

    assert ids(answer) == []
    assert 0.5 < time.monotonic() - begun < 5


async def test_a_cursor_of_before_a_restore_is_gone(client, as_agency, database):
    snv = as_agency("HT-SNV")
    await publish(database, ("HT-SNV",))
    cursor = (await client.get(EVENTS, headers=snv)).json()["next_cursor"]
    async with database.transaction() as session:
        await begin_new_epoch(session)
    answer = await client.get(EVENTS, params={"after": cursor}, headers=snv)

    assert (answer.status_code, answer.json()["code"]) == (410, "feed_reset")


@pytest.mark.parametrize("after", ["x", "1:2", "01a201ae-adb1-7557-ac31-9a591e2c3033:-1", ":"])
async def test_a_cursor_that_is_none_is_refused(client, as_agency, after):
    answer = await client.get(EVENTS, params={"after": after}, headers=as_agency("HT-SNV"))

    assert (answer.status_code, answer.json()["code"]) == (400, "feed_cursor_invalid")


async def test_every_type_of_event_says_what_it_means(client, as_agency):
    answer = await client.get("/v1/event-types", headers=as_agency("HT-SNV", "submissions:read"))

    listed = answer.json()["items"]
    assert [one["type"] for one in listed] == [one.type for one in EVENT_TYPES]
    assert all(one["meaning_vi"].endswith(".") and one["meaning_en"].endswith(".") for one in listed)
