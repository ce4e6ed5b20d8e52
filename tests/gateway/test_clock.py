"""The sandbox clock goes forward, everywhere or with a clear word about where not."""

from datetime import datetime, timedelta

import httpx
import pytest

from gateway.main import create_gateway
from gateway.settings import GatewaySettings
from kernel.clock import real_now
from tests.gateway.conftest import get_token, serving
from tests.gateway.upstream import Upstream

CLOCK = "/v1/sandbox/clock"


@pytest.fixture(autouse=True)
def _forget(upstream: Upstream) -> None:
    upstream.clock.clear()
    upstream.follows_clock = True


def later(**length: float) -> str:
    return (real_now() + timedelta(**length)).isoformat()


async def test_a_move_is_followed_by_every_service(client, admin, upstream: Upstream):
    answer = await client.post(CLOCK, json={"now": later(days=1)}, headers=admin)
    read = await client.get(CLOCK, headers=admin)

    assert answer.status_code == 200
    assert upstream.clock == [answer.json()["offset_seconds"]] * 3
    assert abs(answer.json()["offset_seconds"] - 86400) < 60
    assert read.json()["offset_seconds"] == answer.json()["offset_seconds"]
    assert datetime.fromisoformat(read.json()["now"]).utcoffset() == timedelta(hours=7)


async def test_the_clock_does_not_go_back(client, admin, upstream: Upstream):
    await client.post(CLOCK, json={"now": later(days=3)}, headers=admin)
    upstream.clock.clear()

    answer = await client.post(CLOCK, json={"now": later(days=2)}, headers=admin)

    assert (answer.status_code, answer.json()["code"]) == (409, "clock_goes_forward")
    assert upstream.clock == []


async def test_a_service_that_does_not_follow_is_named_and_the_move_can_be_repeated(
    client, admin, upstream: Upstream
):
    wanted = {"now": later(days=10)}
    upstream.follows_clock = False
    first = await client.post(CLOCK, json=wanted, headers=admin)
    upstream.follows_clock = True
    second = await client.post(CLOCK, json=wanted, headers=admin)
    third = await client.post(CLOCK, json=wanted, headers=admin)

    assert (first.status_code, first.json()["code"]) == (503, "clock_not_followed")
    assert first.json()["services"] == ["registry", "submissions", "notifications"]
    assert (second.status_code, third.status_code) == (200, 200)
    assert len(set(upstream.clock)) == 1
    assert len(upstream.clock) == 6


@pytest.mark.parametrize("now", ["2026-07-01T08:00:00", "2200-01-01T00:00:00Z", "tomorrow", None])
async def test_an_instant_that_is_none_is_refused(client, admin, now):
    assert (await client.post(CLOCK, json={"now": now}, headers=admin)).status_code == 422


async def test_outside_a_sandbox_there_is_no_such_door(settings: GatewaySettings, credentials):
    earnest = settings.model_copy(update={"sandbox": False})
    async with serving(create_gateway(earnest)) as url, httpx.AsyncClient(base_url=url, timeout=60) as client:
        header = {"Authorization": f"Bearer {await get_token(client, credentials)}"}
        answers = [await client.request(method, CLOCK, headers=header) for method in ("GET", "POST")]

    assert [answer.status_code for answer in answers] == [404, 404]
