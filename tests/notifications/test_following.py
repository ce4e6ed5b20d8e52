"""Following the feeds of registry and submissions, and telling only when no news is waiting."""

import asyncio
from datetime import timedelta

import httpx
import pytest

from kernel.clock import BusinessClock, real_now
from kernel.errors import ServiceSilent
from kernel.feed import FeedFollower
from kernel.http import ServiceClient
from kernel.ids import new_id
from kernel.jose import SigningKey
from services.notifications import tasks
from services.notifications.agency.service import RegistryFollower
from services.notifications.occurrence.service import SubmissionsFollower
from services.notifications.tasks import Telling
from tests.notifications.builders import (
    PUBLIC_URL,
    SEVEN,
    an_occurrence,
    fire,
    heard,
    query,
    scheduled,
    submitted,
    vn,
)


class Feed:
    """Another service's inside doors, as its process would answer."""

    def __init__(self, events):
        self.events, self.epoch, self.silent, self.page = events, "e1", False, 500
        self.agencies = []
        self.asked = 0

    def answer(self, request):
        if self.silent:
            raise httpx.ConnectError("nobody there")
        if request.url.path == "/internal/agencies":
            self.asked += 1
            return httpx.Response(200, json={"items": self.agencies})
        cursor = request.url.params.get("after")
        epoch, position = cursor.rsplit(":", 1) if cursor else (self.epoch, "0")
        if epoch != self.epoch:
            return httpx.Response(410, json={})
        page = self.events[int(position) : int(position) + self.page]
        reached = int(position) + len(page)
        return httpx.Response(200, json={"epoch": epoch, "next": f"{epoch}:{reached}", "events": page})


@pytest.fixture
def to(keys_dir):
    def client(feed, audience):
        return ServiceClient(
            "http://other",
            caller="notifications",
            audience=audience,
            signer=SigningKey.load(keys_dir / "service-notifications.pem"),
            transport=httpx.MockTransport(feed.answer),
        )

    return client


@pytest.fixture
def following(database, to):
    def follower(feed, now):
        return FeedFollower("submissions", to(feed, "submissions"), database, SubmissionsFollower(lambda: now))

    return follower


async def read_all(follower):
    while await follower.step():
        pass


async def test_the_feed_is_followed_page_by_page_to_its_end(following, database):
    feed = Feed(scheduled())
    feed.page = 3
    await read_all(following(feed, vn("2026-05-01T09:00")))

    (row,) = await query(database, "select count(*) as n from occurrence")
    assert row.n == 7


async def test_three_followers_at_once_handle_each_event_once(following, database):
    feed = Feed([*scheduled(), *(submitted(an_occurrence(agency)) for agency in SEVEN)])
    feed.page = 2
    await asyncio.gather(*(read_all(following(feed, vn("2026-05-01T09:00"))) for _ in range(3)))

    assert await heard(database) == {
        **{(agency, "deadline.met"): 1 for agency in SEVEN},
        ("HT-SNGV", "deadline.met"): 7,
    }


async def test_a_restored_log_is_read_again_and_doubles_nothing(following, database):
    now = vn("2026-07-05T09:00")
    feed = Feed([*scheduled(), submitted(an_occurrence("HT-SNV"))])
    follower = following(feed, now)
    await read_all(follower)
    await fire(database, now)
    before = await heard(database)
    feed.epoch = "e2"
    await read_all(follower)
    await fire(database, now)

    assert await heard(database) == before
    (row,) = await query(database, "select cursor from feed_cursor")
    assert row.cursor == "e2:8"


async def test_what_a_restored_log_no_longer_knows_is_owed_again(following, database):
    feed = Feed([*scheduled(), submitted(an_occurrence("HT-SNV"))])
    follower = following(feed, vn("2026-07-01T09:00"))
    await read_all(follower)
    feed.epoch, feed.events = "e2", feed.events[:-1]
    await read_all(follower)
    await fire(database, vn("2026-07-05T09:00"))

    assert (await heard(database))["HT-SNV", "deadline.overdue"] == 1


async def test_events_that_nobody_outside_may_see_are_left_out(following, database):
    event = {**scheduled(["HT-STP"])[0], "type": "cycle.closed"}
    await read_all(following(Feed([event]), vn("2026-05-01T09:00")))

    assert await query(database, "select id from event") == []
    assert await query(database, "select id from occurrence") == []


# -- registry -----------------------------------------------------------------------------------------------


def a_change(kind, audience=("*",), **data):
    return {
        "id": str(new_id()),
        "type": kind,
        "source": "/registry",
        "subject": "x",
        "time": "2026-07-01T08:00:00+07:00",
        "data": {**data, "audience": list(audience)},
    }


async def test_names_follow_registry_and_its_events_are_passed_on(database, to):
    feed = Feed([a_change("agency.changed", agency="HT-STP")])
    feed.agencies = [{"id": "HT-STP", "name_vi": "Sở Tư pháp", "name_en": "Justice", "kind": "x", "new": 1}]
    client = to(feed, "registry")
    follower = FeedFollower("registry", client, database, RegistryFollower(client))
    await read_all(follower)
    feed.events.append(a_change("plan.published", plan="P"))
    await read_all(follower)
    feed.events.append(a_change("succession.confirmed", succession="S20"))
    feed.agencies[0]["name_vi"] = "Sở Tư pháp tỉnh Hà Tĩnh"
    await read_all(follower)

    (row,) = await query(database, "select name_vi, name_en from agency")
    assert tuple(row) == ("Sở Tư pháp tỉnh Hà Tĩnh", "Justice")
    assert feed.asked == 2
    events = await query(database, "select type, audience from event order by id")
    assert [tuple(e) for e in events] == [
        ("agency.changed", ["*"]),
        ("plan.published", ["*"]),
        ("succession.confirmed", ["*"]),
    ]


# -- telling ------------------------------------------------------------------------------------------------


@pytest.fixture
def clock():
    return BusinessClock(vn("2026-07-01T08:00") - real_now())


async def test_news_is_read_before_anything_is_told(following, database, clock):
    feed = Feed(scheduled())
    follower = following(feed, vn("2026-07-01T08:00"))
    await read_all(follower)
    feed.events += [submitted(an_occurrence(agency)) for agency in SEVEN]
    feed.page = 1
    clock.offset = vn("2026-07-05T09:00") - real_now()
    telling = Telling(follower.step, database, clock, PUBLIC_URL)
    while await telling.step():
        pass

    assert {kind for _, kind in await heard(database)} == {"deadline.met"}


async def test_after_a_clock_jump_the_feed_gets_a_moment(following, database, clock, monkeypatch):
    monkeypatch.setattr(tasks, "CLOCK_MOVED_PAUSE", 0.4)
    feed = Feed(scheduled())
    telling = Telling(following(feed, vn("2026-07-01T08:00")).step, database, clock, PUBLIC_URL)
    while await telling.step():
        pass
    before = await heard(database)
    clock.offset += timedelta(days=4, hours=1)
    at_once = await telling.step()
    jumped = await heard(database)
    feed.events += [submitted(an_occurrence("HT-SNV"))]
    await asyncio.sleep(0.5)
    while await telling.step():
        pass

    assert (at_once, jumped) == (False, before)
    counts = await heard(database)
    assert counts["HT-STP", "deadline.overdue"] == 1
    assert ("HT-SNV", "deadline.overdue") not in counts


async def test_a_silent_submissions_holds_reminders_back_for_a_while_only(database, clock, monkeypatch):
    monkeypatch.setattr(tasks, "SILENCE_BORNE", 0.3)

    async def silent():
        raise ServiceSilent("submissions")

    await query(
        database,
        "insert into occurrence (id, obligation, cycle, period, agency, recipients, via, next_level, due_on,"
        " title_vi, title_en, history, state) values (uuidv7(), 'O', 'c', '2026', 'A', '{}', '{}', '{}',"
        " '2026-07-01', 't', 't', false, 'owed') returning id",
    )
    await query(
        database,
        "insert into reminder select uuidv7(), id, id::text, cycle, obligation, null, period, agency, 'reporter',"
        " 'due', '', due_on, 0, 'deadline.due', '2026-07-01T00:00Z', 'planned' from occurrence returning id",
    )
    telling = Telling(silent, database, clock, PUBLIC_URL)
    early = await telling.step()
    await asyncio.sleep(0.4)
    late = await telling.step()

    assert (early, late) == (False, True)
    assert await heard(database) == {("A", "deadline.due"): 1}
