"""The doors of webhook endpoints and deliveries: own agency only, secrets once, changes with If-Match."""

import pytest

from kernel.clock import real_now
from kernel.ids import new_id
from services.notifications.event.rules import PublicEvent
from services.notifications.event.service import Publisher
from tests.notifications.builders import query
from tests.support import seal_all

DOORS = "/v1/webhook-endpoints"
BODY = {
    "url": "https://hatinh.example.vn/gcm",
    "event_types": ["deadline.overdue"],
    "plans": ["KH-167-HATINH"],
    "obligations": ["OHT-01"],
    "description": "Hệ thống điều hành",
}


@pytest.fixture
def snv(as_agency):
    return as_agency("HT-SNV")


@pytest.fixture
async def endpoint(client, snv):
    answer = await client.post(DOORS, json={"url": BODY["url"]}, headers=snv)
    return answer.json()


async def publish(database, *audience):
    event = PublicEvent(new_id(), "deadline.overdue", "s", {"obligation": "OHT-01"}, audience, real_now())
    async with database.transaction() as session:
        await Publisher(session).publish([event], real_now())
    await seal_all(database)
    return str(event.id)


async def test_a_new_endpoint_shows_its_secret_once(client, snv):
    answer = await client.post(DOORS, json=BODY, headers=snv)

    made = answer.json()
    read = await client.get(f"{DOORS}/{made['id']}", headers=snv)
    listed = await client.get(DOORS, headers=snv)
    assert answer.status_code == 201
    assert answer.headers["location"] == f"{DOORS}/{made['id']}"
    assert answer.headers["etag"] == read.headers["etag"]
    assert made.pop("secret").startswith("whsec_")
    assert read.json() == made
    assert listed.json() == {"items": [made], "next_cursor": None}
    assert {name: made[name] for name in BODY} == BODY
    assert (made["agency"], made["state"]) == ("HT-SNV", "enabled")


async def test_a_secret_is_kept_encrypted(client, snv, database):
    made = (await client.post(DOORS, json=BODY, headers=snv)).json()

    (row,) = await query(database, "select to_jsonb(e)::text as everything from endpoint e")
    assert made["secret"] not in row.everything
    assert made["secret"].removeprefix("whsec_") not in row.everything


async def test_a_client_limited_to_plans_never_touches_a_wider_endpoint(client, snv, as_agency, database):
    limited = as_agency("HT-SNV", plans=["KH-167-HATINH"])
    wide = (await client.post(DOORS, json={"url": BODY["url"]}, headers=snv)).json()["id"]
    other = {"url": BODY["url"], "plans": ["KH-167-HATINH", "QD-402-2020"]}
    wider = (await client.post(DOORS, json=other, headers=snv)).json()["id"]
    own = (await client.post(DOORS, json=BODY, headers=snv)).json()["id"]
    mine = {"url": "https://elsewhere.example.vn/", "state": "enabled"}

    for id in (wide, wider):
        tried = [
            await client.get(f"{DOORS}/{id}", headers=limited),
            await client.patch(f"{DOORS}/{id}", json=mine, headers={**limited, "If-Match": "*"}),
            await client.post(f"{DOORS}/{id}/secret/rotate", headers=limited),
            await client.post(f"{DOORS}/{id}/test", headers=limited),
            await client.post(f"{DOORS}/{id}/replay", json={}, headers=limited),
            await client.delete(f"{DOORS}/{id}", headers=limited),
        ]
        assert [answer.status_code for answer in tried] == [404] * 6
    listed = (await client.get(DOORS, headers=limited)).json()["items"]
    assert [one["id"] for one in listed] == [own]


async def test_a_client_limited_to_plans_reads_no_delivery_to_a_wider_endpoint(client, endpoint, snv, as_agency):
    limited = as_agency("HT-SNV", plans=["KH-167-HATINH"])
    delivery = (await client.post(f"{DOORS}/{endpoint['id']}/test", headers=snv)).json()["delivery"]

    path = f"/v1/deliveries/{delivery}"
    tried = [await client.get(path + rest, headers=limited) for rest in ("", "/attempts")]
    tried.append(await client.post(f"{path}/resend", headers=limited))
    assert [answer.status_code for answer in tried] == [404] * 3
    assert (await client.get("/v1/deliveries", headers=limited)).json()["items"] == []
    assert (await client.get(path, headers=snv)).status_code == 200


async def test_without_the_scope_nothing_is_managed(client, as_agency):
    answer = await client.post(DOORS, json=BODY, headers=as_agency("HT-SNV", "submissions:read"))

    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")


async def test_another_agencys_endpoint_is_not_there(client, endpoint, as_agency, database):
    other = as_agency("HT-STP")
    path = f"{DOORS}/{endpoint['id']}"
    await publish(database, "HT-SNV")
    (delivery,) = await query(database, "select id from delivery")
    answers = [
        await client.get(path, headers=other),
        await client.patch(path, json={}, headers={**other, "If-Match": "*"}),
        await client.delete(path, headers=other),
        await client.post(f"{path}/secret/rotate", headers=other),
        await client.post(f"{path}/test", headers=other),
        await client.post(f"{path}/replay", json={}, headers=other),
        await client.get(f"/v1/deliveries/{delivery.id}", headers=other),
        await client.get(f"/v1/deliveries/{delivery.id}/attempts", headers=other),
        await client.post(f"/v1/deliveries/{delivery.id}/resend", headers=other),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert (await client.get(DOORS, headers=other)).json()["items"] == []
    assert (await client.get("/v1/deliveries", headers=other)).json()["items"] == []


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"url": "https://10.0.0.1/"}, 422, "webhook_target_refused"),
        ({"url": "ftp://example.vn/"}, 422, "webhook_target_refused"),
        ({"url": "not an address"}, 422, "webhook_target_refused"),
        ({"url": None}, 422, "content_invalid"),
        ({"event_types": ["deadline.missed"]}, 422, "event_type_unknown"),
        ({"secret": "mine"}, 422, "content_invalid"),
        ({"description": "x" * 501}, 422, "content_invalid"),
        ({"description": "a\x00b"}, 422, "content_invalid"),
    ],
)
async def test_a_wrong_endpoint_is_refused(client, snv, change, status, code):
    answer = await client.post(DOORS, json={**BODY, **change}, headers=snv)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_client_bound_to_plans_never_gets_events_of_others(client, as_agency):
    bound = as_agency("HT-SNV", plans=["KH-167-HATINH"])
    closed = await client.post(DOORS, json={**BODY, "plans": ["QD-402-2020"]}, headers=bound)
    made = await client.post(DOORS, json={**BODY, "plans": []}, headers=bound)

    assert (closed.status_code, closed.json()["code"]) == (422, "plan_not_open")
    assert made.json()["plans"] == ["KH-167-HATINH"]


async def test_a_change_needs_the_version_that_was_read(client, snv, endpoint):
    path = f"{DOORS}/{endpoint['id']}"
    etag = (await client.get(path, headers=snv)).headers["etag"]
    without = await client.patch(path, json={"description": "mới"}, headers=snv)
    changed = await client.patch(path, json={"description": "mới"}, headers={**snv, "If-Match": etag})
    stale = await client.patch(path, json={"description": "khác"}, headers={**snv, "If-Match": etag})

    assert [without.status_code, changed.status_code, stale.status_code] == [428, 200, 412]
    assert changed.json()["description"] == "mới"
    assert changed.headers["etag"] == (await client.get(path, headers=snv)).headers["etag"]


async def test_a_read_that_changed_nothing_is_304(client, snv, endpoint):
    path = f"{DOORS}/{endpoint['id']}"
    etag = (await client.get(path, headers=snv)).headers["etag"]

    assert (await client.get(path, headers={**snv, "If-None-Match": etag})).status_code == 304


async def test_a_deleted_endpoint_is_not_there_and_gets_nothing(client, snv, endpoint, database):
    await publish(database, "HT-SNV")
    deleted = await client.delete(f"{DOORS}/{endpoint['id']}", headers=snv)
    await publish(database, "HT-SNV")

    assert deleted.status_code == 204
    assert (await client.get(f"{DOORS}/{endpoint['id']}", headers=snv)).status_code == 404
    assert len((await client.get("/v1/deliveries", headers=snv)).json()["items"]) == 1


async def test_the_same_key_registers_one_endpoint(client, snv):
    headers = {**snv, "Idempotency-Key": "register-1"}
    first = await client.post(DOORS, json=BODY, headers=headers)
    second = await client.post(DOORS, json=BODY, headers=headers)

    assert first.json() == second.json()
    assert len((await client.get(DOORS, headers=snv)).json()["items"]) == 1


async def test_an_agency_has_room_for_fifty_endpoints(client, snv, database):
    await client.post(DOORS, json=BODY, headers=snv)
    await query(
        database,
        "insert into endpoint select (jsonb_populate_record(e, jsonb_build_object('id', uuidv7()))).*"
        " from endpoint e, generate_series(1, 49) returning id",
    )
    answer = await client.post(DOORS, json=BODY, headers=snv)

    assert (answer.status_code, answer.json()["code"]) == (409, "endpoint_limit_reached")


async def test_a_list_goes_on_from_its_cursor(client, snv):
    made = [(await client.post(DOORS, json=BODY, headers=snv)).json()["id"] for _ in range(3)]
    first = (await client.get(DOORS, params={"limit": 2}, headers=snv)).json()
    second = (await client.get(DOORS, params={"limit": 2, "cursor": first["next_cursor"]}, headers=snv)).json()

    assert [one["id"] for one in first["items"] + second["items"]] == made
    assert second["next_cursor"] is None


async def test_a_test_goes_to_its_endpoint_only_even_when_it_asked_for_other_types(client, snv, database):
    await client.post(DOORS, json={"url": BODY["url"]}, headers=snv)
    tested = (await client.post(DOORS, json=BODY, headers=snv)).json()
    answer = await client.post(f"{DOORS}/{tested['id']}/test", headers=snv)

    (row,) = await query(database, "select id, event, endpoint, event_type from delivery")
    assert answer.status_code == 202
    assert answer.json() == {"event": str(row.event), "delivery": str(row.id)}
    assert (str(row.endpoint), row.event_type) == (tested["id"], "endpoint.tested")


async def test_a_disabled_endpoint_takes_neither_test_nor_replay(client, snv, endpoint):
    path = f"{DOORS}/{endpoint['id']}"
    await client.patch(path, json={"state": "disabled"}, headers={**snv, "If-Match": "*"})
    answers = [
        await client.post(f"{path}/test", headers=snv),
        await client.post(f"{path}/replay", json={}, headers=snv),
    ]

    assert {answer.json()["code"] for answer in answers} == {"endpoint_disabled"}
    assert (await client.get(path, headers=snv)).json()["disabled_reason"] == "by_owner"


async def test_a_replay_brings_what_the_endpoint_may_see_again(client, snv, database):
    seen = [await publish(database, "HT-SNV") for _ in range(3)]
    await publish(database, "HT-STP")
    page = (await client.get("/v1/events", params={"limit": 1}, headers=snv)).json()
    endpoint = (await client.post(DOORS, json={"url": BODY["url"]}, headers=snv)).json()
    body = {"after": page["next_cursor"]}
    first = await client.post(f"{DOORS}/{endpoint['id']}/replay", json=body, headers=snv)
    again = await client.post(f"{DOORS}/{endpoint['id']}/replay", json=body, headers=snv)

    rows = await query(database, "select event from delivery order by id")
    assert first.json() == again.json() == {"queued": 2, "next_cursor": None}
    assert [str(row.event) for row in rows] == seen[1:]


async def test_a_delivery_can_be_brought_again(client, snv, endpoint, database):
    event = await publish(database, "HT-SNV")
    await query(database, "update delivery set state = 'failed', attempts = 10, tries = 10 returning id")
    (listed,) = (await client.get("/v1/deliveries", params={"state": "failed"}, headers=snv)).json()["items"]
    answer = await client.post(f"/v1/deliveries/{listed['id']}/resend", headers=snv)

    (row,) = await query(database, "select state, attempts, tries from delivery")
    assert answer.status_code == 202
    assert (answer.json()["event"], answer.json()["state"]) == (event, "pending")
    assert tuple(row) == ("pending", 10, 0)


async def test_a_delivery_under_way_is_not_brought_twice(client, snv, endpoint, database):
    await publish(database, "HT-SNV")
    (row,) = await query(database, "update delivery set state = 'sending' returning id")
    answer = await client.post(f"/v1/deliveries/{row.id}/resend", headers=snv)

    assert (answer.status_code, answer.json()["code"]) == (409, "delivery_under_way")


async def test_attempts_are_listed_in_order(client, snv, endpoint, database):
    await publish(database, "HT-SNV")
    await query(
        database,
        "insert into attempt (delivery, number, started_at, took_ms, status, error, answer)"
        " select id, n, now(), 12, 500, 'refused_by_receiver', 'bận' from delivery, generate_series(1, 3) n"
        " returning number",
    )
    (delivery,) = (await client.get("/v1/deliveries", headers=snv)).json()["items"]
    path = f"/v1/deliveries/{delivery['id']}/attempts"
    first = (await client.get(path, params={"limit": 2}, headers=snv)).json()
    rest = (await client.get(path, params={"cursor": first["next_cursor"]}, headers=snv)).json()

    assert [one["number"] for one in first["items"] + rest["items"]] == [1, 2, 3]
    assert first["items"][0]["answer"] == "bận"


@pytest.mark.parametrize("path", [DOORS, "/v1/deliveries", "/v1/reminders", "/v1/inbox"])
@pytest.mark.parametrize("params", [{"limit": 0}, {"limit": 501}, {"cursor": "???"}, {"page": 2}])
async def test_a_wrong_question_is_refused(client, snv, path, params):
    answer = await client.get(path, params=params, headers=snv)

    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_every_door_asks_who_is_there(app, client):
    doors = [(method, path) for path, methods in app.openapi()["paths"].items() for method in methods]
    filled = "01a201ae-adb1-7557-ac31-9a591e2c3033"
    answers = {}
    for method, path in doors:
        real = path.replace("{id}", filled).replace("{obligation}", "OHT-01")
        answers[method, path] = (await client.request(method, real, json={})).status_code

    assert len(answers) > 15
    assert set(answers.values()) == {401}, answers


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (DOORS, b'{"url": "https://x.vn/", "event_types": ["\\ud800"]}'),
        (DOORS, b'{"url": "https://x.vn/", "description": "\\ud800"}'),
        (DOORS, b'{"url": "https://\\ud800.vn/"}'),
        (DOORS, b'{"url": 5}'),
        (DOORS, b"[]"),
        (DOORS, b"{"),
        (DOORS, b"\xff"),
        ("/v1/inbox/read", b'{"ids": ["x"]}'),
        ("/v1/inbox/read", b'{"all": true}'),
    ],
)
async def test_a_body_that_makes_no_sense_is_a_problem_and_no_fault(client, snv, path, body):
    answer = await client.post(path, content=body, headers={**snv, "Content-Type": "application/json"})

    assert answer.status_code in (400, 422), answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("position", [2**63 - 1, 2**63 - 2, 10**30])
async def test_a_position_beyond_all_is_no_fault(client, snv, endpoint, position):
    epoch = (await client.get("/v1/events", headers=snv)).json()["next_cursor"].rsplit(":", 1)[0]
    after = f"{epoch}:{position}"
    read = await client.get("/v1/events", params={"after": after}, headers=snv)
    replayed = await client.post(f"{DOORS}/{endpoint['id']}/replay", json={"after": after}, headers=snv)

    assert read.status_code in (200, 400, 422)
    assert replayed.status_code in (202, 400, 422)
