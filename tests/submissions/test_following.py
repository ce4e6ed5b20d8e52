"""Following registry's feed: the copy and the cursor move together, and silence changes nothing."""

from datetime import date

import httpx
import pytest

from kernel.errors import ServiceSilent
from kernel.feed import FeedFollower
from kernel.http import ServiceClient
from kernel.jose import SigningKey
from services.submissions.projection.follower import RegistryFollower
from services.submissions.registry_schemas import SuccessorAnswer
from tests.submissions.fake_registry import a_cycle, an_agency, an_obligation, owed_by

EPOCH = "01a20187-4fa7-76ec-9bcd-4c3c81cb6347"
EVENT = {"type": "agency.changed", "data": {"agency": "BNV", "audience": ["*"]}, "position": 1}


def a_follower(service, keys_dir, event=EVENT):
    def feed(request: httpx.Request) -> httpx.Response:
        if service.registry.silent:
            return httpx.Response(503)
        position = int(request.url.params.get("after", ":0").rsplit(":", 1)[1])
        events = [event] if position < event["position"] else []
        return httpx.Response(200, json={"epoch": EPOCH, "next": f"{EPOCH}:{event['position']}", "events": events})

    runtime = service.app.state.runtime
    client = ServiceClient(
        "http://registry",
        caller="submissions",
        audience="registry",
        signer=SigningKey.load(keys_dir / "service-submissions.pem"),
        transport=httpx.MockTransport(feed),
    )
    handler = RegistryFollower(registry=service.registry, clock=runtime.clock, database=runtime.database)
    return FeedFollower("registry", client, runtime.database, handler), handler


async def test_an_event_brings_the_present_state_and_the_cursor_in_one_step(service, keys_dir):
    follower, _ = a_follower(service, keys_dir)
    service.registry.silent = True
    with pytest.raises(ServiceSilent):
        await follower.step()
    before = await service.sql("select count(*) from feed_cursor")
    service.registry.silent = False
    service.registry.agencies.append(an_agency("BNV", name_vi="Bộ Nội vụ"))
    moved = [await follower.step(), await follower.step()]
    cursor = await service.sql("select cursor from feed_cursor where source = 'registry'")

    assert before[0]["count"] == 0
    assert moved == [True, False]
    assert cursor[0]["cursor"] == f"{EPOCH}:1"
    assert (await service.sql("select name_vi from agency where id = 'BNV'"))[0]["name_vi"] == "Bộ Nội vụ"


async def test_a_published_plan_brings_the_occurrences_of_its_obligations(service, keys_dir):
    """A plan comes with its duties in one event; nothing tells of each obligation by itself."""
    told = {"plan": "KH-35-2026-QT", "version": 1, "obligations": ["OQT-01"], "audience": ["*"]}
    follower, _ = a_follower(service, keys_dir, {"type": "plan.published", "data": told, "position": 2})
    half = date(2026, 7, 1), date(2026, 12, 31)
    service.registry.obligations.append(an_obligation("OQT-01", plan="KH-35-2026-QT", instrument="KH-35-2026-QT"))
    service.registry.schedule.append(
        a_cycle("OQT-01", "2026-S2", *half, due_on=date(2027, 1, 4), reporters=owed_by("HT-SNV"))
    )
    before = await service.sql("select count(*) from cycle where obligation = 'OQT-01'")
    assert await follower.step()
    assert await service.roll()
    occurrence = await service.occurrence("OQT-01", "2026-S2", "HT-SNV")
    scheduled = await service.events("occurrence.scheduled", occurrence["id"])

    assert before[0]["count"] == 0
    assert (occurrence["state"], occurrence["due_on"]) == ("owed", "2027-01-04")
    assert len(scheduled) == 1


async def test_the_first_copy_is_made_once(service, keys_dir):
    _, handler = a_follower(service, keys_dir)

    assert await handler.copy_first() is False
    await service.sql("update horizon set copied_at = null")
    assert await handler.copy_first() is True
    assert await handler.copy_first() is False


async def test_the_copy_takes_over_changes_and_forgets_only_tasks(service):
    gone = service.registry.tasks.pop()
    removed = service.registry.agencies.pop()
    service.registry.agencies.append(
        an_agency(
            "TTG",
            name_vi="Thủ tướng",
            valid_to=date(2026, 1, 1),
            successors=(SuccessorAnswer(agency="BNG", kind="rename", effective_on=date(2026, 1, 2)),),
        )
    )
    service.registry.agencies = list({one.id: one for one in service.registry.agencies}.values())
    await service.follow()
    service.registry.tasks.append(gone)
    kept = await service.sql("select id from agency where id = $1", removed.id)
    successors = await service.sql("select agency, successor from agency_successor order by 1")
    tasks = await service.sql("select count(*) from task")

    assert len(kept) == 1
    assert ("TTG", "BNG") in {(row["agency"], row["successor"]) for row in successors}
    assert tasks[0]["count"] == 0
