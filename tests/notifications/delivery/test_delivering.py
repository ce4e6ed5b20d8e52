"""Deliveries to real receivers over HTTP: signed, retried, told apart, and each event once."""

import asyncio
import json
from contextlib import asynccontextmanager
from datetime import timedelta
from ipaddress import ip_network

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from standardwebhooks import Webhook

from kernel.clock import real_now
from kernel.ids import new_id
from services.notifications.delivery.rules import Answer
from services.notifications.delivery.sender import Sender
from services.notifications.delivery.store import DeliveryStore
from services.notifications.delivery.tasks import Deliverer, Limits
from services.notifications.endpoint.address import TargetPolicy
from services.notifications.endpoint.secrets import SecretBox
from services.notifications.event.rules import PublicEvent
from services.notifications.event.service import Publisher
from tests.notifications.builders import PUBLIC_URL, listening, query, until

HERE = TargetPolicy((ip_network("127.0.0.1/32"),))
DOORS = "/v1/webhook-endpoints"


@pytest.fixture
def box(keys_dir):
    return SecretBox.load(keys_dir / "webhook-keys")


@pytest.fixture
def working(database, box):
    """Run deliverers until the test has seen enough."""

    @asynccontextmanager
    async def run(workers=1, policy=HERE, seconds=2.0, resolver=None, limits=None):
        async with Sender(policy, timeout=timedelta(seconds=seconds), resolver=resolver) as sender:
            deliverers = [
                Deliverer(database, sender, box.open, business=real_now, public_url=PUBLIC_URL, limits=limits)
                for _ in range(workers)
            ]
            tasks = [asyncio.create_task(_repeat(one)) for one in deliverers]
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                for one in deliverers:
                    await one.__aexit__(None, None, None)

    return run


async def _repeat(deliverer):
    while True:
        if not await deliverer.step():
            await asyncio.sleep(0.02)


@pytest.fixture
def register(client, as_agency):
    async def make(url, agency="HT-SNV", **wanted):
        answer = await client.post(DOORS, json={"url": url, **wanted}, headers=as_agency(agency))
        assert answer.status_code == 201, answer.text
        return answer.json()

    return make


async def publish(database, *audiences, kind="deadline.overdue"):
    events = [
        PublicEvent(new_id(), kind, f"s-{n}", {"obligation": "OHT-01", "plan": "P"}, audience, real_now())
        for n, audience in enumerate(audiences)
    ]
    async with database.transaction() as session:
        await Publisher(session).publish(events, real_now())
    return [str(event.id) for event in events]


async def deliveries(database):
    return await query(
        database,
        "select d.*, a.status, a.error from delivery d left join attempt a"
        " on a.delivery = d.id and a.number = d.attempts order by d.id",
    )


async def settled(database):
    return all(row.state in ("delivered", "failed") for row in await deliveries(database))


async def hurry(database):
    """Let what waits for its next attempt be due now."""
    await query(database, "update delivery set next_at = now() where state = 'pending' returning id")


async def test_a_webhook_is_a_signed_cloud_event(working, register, receiver, database):
    endpoint = await register(receiver.url())
    (event_id,) = await publish(database, ("HT-SNV",))
    async with working():
        await until(lambda: settled(database))

    (got,) = receiver.received
    event = Webhook(endpoint["secret"]).verify(got.body, got.headers)
    assert got.headers["content-type"] == "application/cloudevents+json"
    assert got.headers["webhook-id"] == event["id"] == event_id
    assert event["type"] == "deadline.overdue"
    assert event["source"] == "/notifications"
    assert event["data"] == {"obligation": "OHT-01", "plan": "P", "audience": ["HT-SNV"]}
    assert abs(int(got.headers["webhook-timestamp"]) - real_now().timestamp()) < 10


async def test_three_workers_bring_thirty_events_once_each(working, register, receiver, database):
    await register(receiver.url())
    ids = await publish(database, *[("HT-SNV",)] * 30)
    async with working(workers=3):
        await until(lambda: settled(database))

    assert sorted(got.headers["webhook-id"] for got in receiver.received) == sorted(ids)
    assert {row.attempts for row in await deliveries(database)} == {1}


async def test_an_event_goes_only_to_endpoints_that_want_it_and_may_see_it(register, receiver, database):
    await register(receiver.url("/other-agency"), agency="HT-STP")
    await register(receiver.url("/other-type"), event_types=["deadline.due"])
    await register(receiver.url("/other-plan"), plans=["Q"])
    await register(receiver.url("/other-duty"), obligations=["OHT-02"])
    wanted = await register(receiver.url("/wanted"), plans=["P"], obligations=["OHT-01", "OHT-02"])
    await publish(database, ("HT-SNV",))

    assert [str(row.endpoint) for row in await deliveries(database)] == [wanted["id"]]


async def test_a_failure_is_tried_again_under_the_same_id(working, register, receiver, database):
    endpoint = await register(receiver.url())
    receiver.answers["/hook"] = [{"status": 500, "text": "đang bảo trì"}]
    (event_id,) = await publish(database, ("HT-SNV",))
    async with working():
        await until(lambda: receiver.received)
        await until(lambda: _waiting(database))
        (waiting,) = await deliveries(database)
        await hurry(database)
        await until(lambda: settled(database))

    assert timedelta(seconds=3) < waiting.next_at - real_now() + timedelta(seconds=2) < timedelta(seconds=10)
    assert [got.headers["webhook-id"] for got in receiver.received] == [event_id] * 2
    assert receiver.received[0].body == receiver.received[1].body
    for got in receiver.received:
        Webhook(endpoint["secret"]).verify(got.body, got.headers)
    tries = await query(database, "select number, status, error, answer, address from attempt order by number")
    assert [tuple(row) for row in tries] == [
        (1, 500, "refused_by_receiver", "đang bảo trì", "127.0.0.1"),
        (2, 204, None, "", "127.0.0.1"),
    ]


async def _waiting(database):
    return all(row.state == "pending" and row.attempts for row in await deliveries(database))


async def test_retry_after_is_honoured(working, register, receiver, database):
    await register(receiver.url())
    receiver.answers["/hook"] = [{"status": 503, "headers": {"Retry-After": "420"}}]
    await publish(database, ("HT-SNV",))
    async with working():
        await until(lambda: _waiting(database))

    (row,) = await deliveries(database)
    assert timedelta(seconds=410) < row.next_at - real_now() < timedelta(seconds=420 * 1.2)


async def test_410_disables_the_endpoint_and_its_owner_hears_of_it(working, register, receiver, database):
    gone = await register(receiver.url("/gone"))
    await register(receiver.url("/well"))
    receiver.answers["/gone"] = {"status": 410}
    await publish(database, ("HT-SNV",))
    async with working():
        await until(lambda: settled(database))
        await until(lambda: len(receiver.of("/well")) == 2)

    (row,) = await query(database, "select state, disabled_reason from endpoint where url like '%/gone'")
    assert tuple(row) == ("disabled", "gone")
    assert len(receiver.of("/gone")) == 1
    told = json.loads(receiver.of("/well")[1].body)
    assert (told["type"], told["data"]["endpoint"]) == ("endpoint.disabled", gone["id"])
    (item,) = await query(database, "select i.agency, e.type from inbox_item i join event e on e.id = i.event")
    assert tuple(item) == ("HT-SNV", "endpoint.disabled")


async def test_a_redirect_is_not_followed(working, register, receiver, database):
    await register(receiver.url("/moved"))
    receiver.answers["/moved"] = {"status": 302, "headers": {"Location": receiver.url("/inside")}}
    await publish(database, ("HT-SNV",))
    async with working():
        await until(lambda: _waiting(database))

    assert receiver.of("/inside") == []
    (row,) = await deliveries(database)
    assert (row.state, row.status, row.error) == ("pending", 302, "redirect_not_followed")


async def test_a_hanging_endpoint_delays_no_other(working, register, receiver, database):
    async def hang(_: web.Request) -> web.Response:
        await asyncio.sleep(30)
        return web.Response()

    await register(receiver.url("/hanging"), agency="HT-STP")
    await register(receiver.url("/well"))
    receiver.answers["/hanging"] = hang
    await publish(database, *[("HT-STP",)] * 40, *[("HT-SNV",)] * 40)
    begun = asyncio.get_running_loop().time()
    async with working(seconds=20, limits=Limits(capacity=16, per_endpoint=4)):
        await until(lambda: len(receiver.of("/well")) == 40, seconds=8)

    assert len(receiver.of("/hanging")) == 4
    assert max(got.at for got in receiver.of("/well")) - begun < 8


async def test_an_endpoint_that_fails_is_tried_one_at_a_time(working, register, receiver, database):
    async def hang(_: web.Request) -> web.Response:
        await asyncio.sleep(30)
        return web.Response()

    await register(receiver.url("/hanging"))
    await query(database, "update endpoint set failures = 1 returning id")
    receiver.answers["/hanging"] = hang
    await publish(database, *[("HT-SNV",)] * 5)
    async with working(seconds=20):
        await until(lambda: receiver.received)
        await asyncio.sleep(0.5)

    assert len(receiver.received) == 1


async def test_a_receiver_that_says_nothing_within_the_time_limit_has_failed(
    working, register, receiver, database
):
    async def hang(_: web.Request) -> web.Response:
        await asyncio.sleep(30)
        return web.Response()

    await register(receiver.url())
    receiver.answers["/hook"] = hang
    await publish(database, ("HT-SNV",))
    async with working(seconds=0.3):
        await until(lambda: _waiting(database))

    (row,) = await deliveries(database)
    assert (row.status, row.error) == (None, "timed_out")


async def test_only_the_beginning_of_a_long_answer_is_kept(working, register, receiver, database):
    await register(receiver.url())
    receiver.answers["/hook"] = {"status": 200, "body": b"x" * 5_000_000}
    await publish(database, ("HT-SNV",))
    async with working():
        await until(lambda: settled(database))

    (row,) = await query(database, "select length(answer) as kept from attempt")
    assert row.kept == 4096


async def test_while_a_secret_is_rotated_both_sign(working, register, receiver, database, client, as_agency):
    old = await register(receiver.url())
    new = (await client.post(f"{DOORS}/{old['id']}/secret/rotate", headers=as_agency("HT-SNV"))).json()
    await publish(database, ("HT-SNV",))
    async with working():
        await until(lambda: settled(database))

    (got,) = receiver.received
    assert len(got.headers["webhook-signature"].split()) == 2
    for secret in (old["secret"], new["secret"]):
        Webhook(secret).verify(got.body, got.headers)


async def test_after_the_overlap_only_the_new_secret_signs(
    working, register, receiver, database, client, as_agency
):
    old = await register(receiver.url())
    path = f"{DOORS}/{old['id']}/secret/rotate"
    answer = await client.post(path, json={"overlap_hours": 0}, headers=as_agency("HT-SNV"))
    await publish(database, ("HT-SNV",))
    async with working():
        await until(lambda: settled(database))

    (got,) = receiver.received
    Webhook(answer.json()["secret"]).verify(got.body, got.headers)
    assert len(got.headers["webhook-signature"].split()) == 1


async def test_after_every_try_the_owner_hears_that_it_was_given_up(working, register, receiver, database):
    bad = await register(receiver.url("/bad"), event_types=["deadline.overdue"])
    await register(receiver.url("/notices"), event_types=["delivery.exhausted", "endpoint.disabled"])
    receiver.answers["/bad"] = {"status": 500}
    await publish(database, ("HT-SNV",))
    await query(database, "update delivery set attempts = 9, tries = 9 returning id")
    async with working():
        await until(lambda: receiver.of("/notices"))

    told = json.loads(receiver.of("/notices")[0].body)
    assert told["type"] == "delivery.exhausted"
    assert told["data"]["endpoint"] == bad["id"]
    assert told["data"]["attempts"] == 10
    assert told["data"]["link"].startswith(PUBLIC_URL)
    (row,) = await query(database, "select state from endpoint where url like '%/bad'")
    assert row.state == "enabled"


async def test_an_endpoint_that_exhausts_again_and_again_is_disabled(working, register, receiver, database):
    await register(receiver.url("/bad"))
    receiver.answers["/bad"] = {"status": 500}
    await publish(database, *[("HT-SNV",)] * 4)
    await query(database, "update delivery set attempts = 9, tries = 9 returning id")
    async with working():
        await until(lambda: settled(database))

    (row,) = await query(database, "select state, disabled_reason from endpoint")
    assert tuple(row) == ("disabled", "exhausted")
    events = await query(database, "select type, count(*) as n from event group by type order by type")
    assert [tuple(row) for row in events] == [
        ("deadline.overdue", 4),
        ("delivery.exhausted", 4),
        ("endpoint.disabled", 1),
    ]
    assert len(await deliveries(database)) == 4


async def test_a_worker_that_died_has_used_an_attempt_and_another_takes_over(
    working, register, receiver, database
):
    await register(receiver.url())
    await publish(database, ("HT-SNV",))
    async with database.transaction() as session:
        await DeliveryStore(session).claim(real_now(), limit=10, per_endpoint=4)
    async with working():
        await asyncio.sleep(0.5)
        during_lease = len(receiver.received)
        await query(database, "update delivery set next_at = now() returning id")
        await until(lambda: settled(database))

    assert during_lease == 0
    tries = await query(database, "select number, status, error from attempt order by number")
    assert [tuple(row) for row in tries] == [(1, None, "worker_lost"), (2, 204, None)]


async def test_an_attempt_whose_lease_was_lost_does_not_decide(working, register, receiver, database):
    from services.notifications.delivery.rules import DeliveryState, Outcome
    from services.notifications.delivery.service import DeliveryRecorder
    from services.notifications.delivery.store import Sent

    await register(receiver.url())
    await publish(database, ("HT-SNV",))
    async with database.transaction() as session:
        (first,) = await DeliveryStore(session).claim(real_now(), limit=10, per_endpoint=4)
    await query(database, "update delivery set next_at = now() returning id")
    async with working():
        await until(lambda: settled(database))
    late = Sent(first.id, first.endpoint, first.attempts, Answer(status=500), Outcome(DeliveryState.FAILED))
    async with database.transaction() as session:
        await DeliveryRecorder(session, PUBLIC_URL).record([late], real_now(), real_now())

    (row,) = await deliveries(database)
    assert (row.state, row.attempts) == ("delivered", 2)


class _Lying(AbstractResolver):
    """A name server that says a public name stands for an inside address."""

    def __init__(self, address: str) -> None:
        self._address = address

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        return [ResolveResult(hostname=host, host=self._address, port=port, family=2, proto=0, flags=0)]

    async def close(self) -> None:
        return None


async def test_a_name_that_turns_out_to_be_inside_is_refused_when_the_socket_opens(working, register, database):
    async with listening() as inside:
        await register(f"https://hook.example.vn:{inside.port}/hook")
        await publish(database, ("HT-SNV",))
        async with working(policy=TargetPolicy(), resolver=_Lying("127.0.0.1")):
            await until(lambda: _waiting(database))

    (row,) = await deliveries(database)
    assert (row.status, row.error) == (None, "address_refused")
    assert inside.received == []


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:{port}/", "http://0x7f.1:{port}/", "http://[::ffff:127.0.0.1]:{port}/"]
)
async def test_a_literal_inside_address_is_refused_when_the_socket_opens(url):
    async with listening() as inside, Sender(TargetPolicy(), timeout=timedelta(seconds=2)) as sender:
        answer = await sender.send(url.format(port=inside.port), b"{}", {})

    assert (answer.status, answer.error) == (None, "address_refused")
    assert inside.received == []


async def test_http_is_spoken_to_allowed_networks_only():
    policy = TargetPolicy((ip_network("10.0.0.0/8"),))
    async with Sender(policy, timeout=timedelta(seconds=2), resolver=_Lying("93.184.216.34")) as sender:
        answer = await sender.send("http://hook.example.vn/", b"{}", {})

    assert answer.error == "address_refused"


async def test_an_endpoint_that_is_not_there_is_tried_again(working, register, database):
    async with listening() as receiver:
        url = receiver.url()
    await register(url)
    await publish(database, ("HT-SNV",))
    async with working():
        await until(lambda: _waiting(database))

    (row,) = await deliveries(database)
    assert row.error == "connection_failed"


async def test_what_waits_for_a_disabled_endpoint_goes_on_when_it_is_enabled(
    working, register, receiver, database, client, as_agency
):
    endpoint = await register(receiver.url())
    await publish(database, ("HT-SNV",))
    await query(database, "update endpoint set state = 'disabled' returning id")
    path = f"{DOORS}/{endpoint['id']}"
    async with working():
        await asyncio.sleep(0.5)
        before = len(receiver.received)
        etag = (await client.get(path, headers=as_agency("HT-SNV"))).headers["etag"]
        headers = {**as_agency("HT-SNV"), "If-Match": etag}
        answer = await client.patch(path, json={"state": "enabled"}, headers=headers)
        await until(lambda: settled(database))

    assert (before, answer.status_code, len(receiver.received)) == (0, 200, 1)
