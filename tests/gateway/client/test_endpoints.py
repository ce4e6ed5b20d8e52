"""The doors of clients over real HTTP and a real database."""

import asyncio
import os
import stat
from datetime import UTC, datetime, timedelta

import asyncpg
import httpx
import pytest

from gateway.administrator import ensure_sandbox_admin, make_first_admin
from gateway.client.secrets import Pepper
from gateway.route.dispatcher import Dispatcher
from gateway.settings import GatewaySettings
from kernel.database import Database
from tests.gateway.conftest import get_token, register, wait_for_agencies

BODY = {"name": "Sở Nội vụ", "agency": "HT-SNV", "scopes": ["registry:read"]}


@pytest.fixture(scope="module", autouse=True)
async def _heard(gateway: Dispatcher, client: httpx.AsyncClient) -> None:
    await wait_for_agencies(gateway)


def key(made: dict) -> tuple[str, str]:
    return made["client_id"], made["client_secret"]


async def test_a_registered_client_can_say_who_it_is(client, admin):
    made = await register(client, admin, plans=["QD-402-2020"], scopes=["submissions:write", "registry:read"])
    token = await get_token(client, key(made))

    me = (await client.get("/v1/me", headers={"Authorization": f"Bearer {token}"})).json()

    assert [ability.pop("scope") for ability in me["may"]] == ["registry:read", "submissions:write"]
    assert all(ability["vi"] and ability["en"] and ability["doors"] for ability in me.pop("may"))
    assert me == {
        "client_id": made["client_id"],
        "name": "Sở Nội vụ",
        "agency": {"id": "HT-SNV", "name_vi": "Sở Nội vụ tỉnh Hà Tĩnh", "name_en": None},
        "scopes": ["registry:read", "submissions:write"],
        "plans": ["QD-402-2020"],
        "expires_at": None,
        "sandbox": True,
        "confidential": [],
    }


async def test_a_client_is_given_groups_of_confidential_indicators_and_a_token_may_ask_for_fewer(client, admin):
    group, other = "data:confidential:trafficking", "data:confidential:adoption"
    held = await register(client, admin, scopes=["data:read", group, other])
    every = await register(client, admin, scopes=["data:read", "data:confidential"])

    async def read_by(made: dict, **fields: str) -> list[str]:
        token = await get_token(client, key(made), **fields)
        me = (await client.get("/v1/me", headers={"Authorization": f"Bearer {token}"})).json()
        return [one["group"] for one in me["confidential"]]

    assert sorted(await read_by(held)) == ["adoption", "trafficking"]
    assert await read_by(held, scope=group) == ["trafficking"]
    assert await read_by(every, scope=f"data:read {group}") == ["trafficking"]
    assert {"trafficking", "adoption", "stateless"} < set(await read_by(every))
    fields = {"grant_type": "client_credentials", "scope": "data:confidential"}
    refused = await client.post("/oauth/token", data=fields, auth=key(held))
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_scope")


async def test_a_group_that_there_is_not_is_refused_with_those_that_there_are(client, admin):
    scopes = ["data:read", "data:confidential:tourism"]
    made = await register(client, admin)
    address, named = f"/v1/clients/{made['client_id']}", {**admin, "If-Match": "*"}
    answers = [
        await client.post("/v1/clients", json={**BODY, "scopes": scopes}, headers=admin),
        await client.patch(address, json={"scopes": scopes}, headers=named),
    ]

    for answer in answers:
        refusal = answer.json()
        assert (answer.status_code, refusal["code"]) == (422, "scope_unknown")
        assert refusal["errors"][0]["pointer"] == "/scopes/1"
        assert {"data:confidential", "data:confidential:trafficking"} < set(refusal["known"])
    described = (await client.get("/.well-known/oauth-authorization-server")).json()
    assert described["scopes_supported"] == answers[0].json()["known"]


async def test_the_secret_is_shown_once_and_kept_only_as_a_digest(client, admin, settings):
    answer = await client.post("/v1/clients", json=BODY, headers=admin)
    made = answer.json()
    read = await client.get(answer.headers["location"], headers=admin)
    database = await asyncpg.connect(settings.database_url)
    digests = await database.fetch("select digest from client_secret where client_id = $1", made["client_id"])
    await database.close()

    assert made["client_id"].startswith("ht-snv-")
    assert made["client_secret"].startswith("gcm_")
    assert read.json() == {name: value for name, value in made.items() if name != "client_secret"}
    assert read.headers["etag"] == answer.headers["etag"]
    assert [row["digest"] for row in digests] == [
        Pepper.load(settings.key_file("client-pepper")).digest(made["client_secret"])
    ]


async def test_the_registration_is_in_the_event_log_with_who_did_it(client, admin, settings):
    made = await register(client, admin)
    database = await asyncpg.connect(settings.database_url)
    row = await database.fetchrow("select * from event where subject = $1", made["client_id"])
    await database.close()

    assert (row["type"], row["client"], row["agency"]) == ("client.registered", "sandbox-admin", "BNG")
    assert made["client_secret"] not in str(dict(row))


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"agency": "NO-SUCH"}, "agency_unknown", "/agency"),
        ({"expires_at": "2020-01-01T00:00:00+07:00"}, "expiry_past", "/expires_at"),
        ({"expires_at": "2030-01-01T00:00:00"}, "content_invalid", "/expires_at"),
        ({"scopes": []}, "content_invalid", "/scopes"),
        ({"scopes": ["everything"]}, "content_invalid", "/scopes/0"),
        ({"scopes": ["admin", "admin"]}, "content_invalid", "/scopes"),
        ({"name": ""}, "content_invalid", "/name"),
        ({"name": "a\x00b"}, "content_invalid", "/name"),
        ({"unknown": 1}, "content_invalid", "/unknown"),
    ],
)
async def test_a_wrong_registration_is_refused_with_its_place(client, admin, changes, code, pointer):
    answer = await client.post("/v1/clients", json={**BODY, **changes}, headers=admin)

    assert answer.status_code == 422
    assert answer.json()["code"] == code
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]


async def test_names_are_kept_composed(client, admin):
    made = await register(client, admin, name="Sở Nội vụ")

    assert made["name"] == "Sở Nội vụ"


async def test_an_idempotency_key_registers_once_and_keeps_the_secret_sealed(client, admin, settings):
    headers = {**admin, "Idempotency-Key": "register-1"}
    answers = await asyncio.gather(*(client.post("/v1/clients", json=BODY, headers=headers) for _ in range(5)))
    shown = [answer.json() for answer in answers]
    database = await asyncpg.connect(settings.database_url)
    kept = await database.fetchval("select body from idempotency_key where key = 'register-1'")
    await database.close()

    assert {answer.status_code for answer in answers} == {201}
    assert len({one["client_id"] for one in shown}) == 1
    assert len({one["client_secret"] for one in shown}) == 1
    assert shown[0]["client_secret"].encode() not in kept
    assert shown[0]["client_id"].encode() not in kept


async def test_clients_are_listed_page_by_page(client, admin):
    for _ in range(3):
        await register(client, admin, agency="HT-SLDTBXH")
    ids, cursor = [], None
    while True:
        params = {"limit": 2, "agency": "HT-SLDTBXH"} | ({"cursor": cursor} if cursor else {})
        page = (await client.get("/v1/clients", params=params, headers=admin)).json()
        ids += [one["client_id"] for one in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert len(ids) == 3
    assert ids == sorted(ids)
    assert "client_secret" not in page["items"][0]


async def test_a_bad_cursor_is_refused(client, admin):
    answer = await client.get("/v1/clients?cursor=x", headers=admin)

    assert (answer.status_code, answer.json()["code"]) == (400, "cursor_invalid")


async def test_an_unknown_client_is_not_found(client, admin):
    for answer in (
        await client.get("/v1/clients/nobody", headers=admin),
        await client.post("/v1/clients/nobody/secret/rotate", headers=admin),
        await client.patch("/v1/clients/nobody", json={}, headers={**admin, "If-Match": "*"}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "client_not_found")


async def test_a_disabled_client_loses_its_tokens_at_once_and_gets_none(client, admin):
    made = await register(client, admin)
    own = {"Authorization": f"Bearer {await get_token(client, key(made))}"}
    address = f"/v1/clients/{made['client_id']}"
    etag = (await client.get(address, headers=admin)).headers["etag"]

    off = await client.patch(address, json={"enabled": False}, headers={**admin, "If-Match": etag})
    with_old_token = await client.get("/v1/me", headers=own)
    refused = await client.post("/oauth/token", data={"grant_type": "client_credentials"}, auth=key(made))
    on = await client.patch(address, json={"enabled": True}, headers={**admin, "If-Match": off.headers["etag"]})
    still_dead = await client.get("/v1/me", headers=own)
    new = await client.get("/v1/me", headers={"Authorization": f"Bearer {await get_token(client, key(made))}"})

    assert (off.status_code, off.json()["enabled"], on.json()["enabled"]) == (200, False, True)
    assert (with_old_token.status_code, refused.status_code, still_dead.status_code) == (401, 401, 401)
    assert new.status_code == 200


async def test_a_lost_scope_kills_old_tokens_and_a_gained_one_does_not(client, admin):
    made = await register(client, admin, scopes=["registry:read", "data:read"])
    own = {"Authorization": f"Bearer {await get_token(client, key(made))}"}
    address = f"/v1/clients/{made['client_id']}"
    more = {"scopes": ["registry:read", "data:read", "submissions:read"]}
    gained = await client.patch(address, json=more, headers={**admin, "If-Match": "*"})
    after_gain = await client.get("/v1/me", headers=own)
    await client.patch(address, json={"scopes": ["registry:read"]}, headers={**admin, "If-Match": "*"})
    after_loss = await client.get("/v1/me", headers=own)

    assert gained.status_code == 200
    assert (after_gain.status_code, after_loss.status_code) == (200, 401)


async def test_a_change_names_the_version_it_is_based_on(client, admin):
    made = await register(client, admin)
    address = f"/v1/clients/{made['client_id']}"
    etag = (await client.get(address, headers=admin)).headers["etag"]

    without = await client.patch(address, json={"name": "x"}, headers=admin)
    right = await client.patch(address, json={"name": "x"}, headers={**admin, "If-Match": etag})
    stale = await client.patch(address, json={"name": "y"}, headers={**admin, "If-Match": etag})
    null = await client.patch(address, json={"name": None}, headers={**admin, "If-Match": "*"})

    assert [a.status_code for a in (without, right, stale, null)] == [428, 200, 412, 422]


async def test_of_two_changes_at_once_one_is_stale(client, admin):
    made = await register(client, admin)
    address = f"/v1/clients/{made['client_id']}"
    etag = (await client.get(address, headers=admin)).headers["etag"]
    headers = {**admin, "If-Match": etag}

    answers = await asyncio.gather(
        *(client.patch(address, json={"name": f"n{n}"}, headers=headers) for n in range(6))
    )

    assert sorted(a.status_code for a in answers) == [200] + [412] * 5


async def test_two_secrets_work_during_the_grace_and_never_three(client, admin):
    made = await register(client, admin)
    address = f"/v1/clients/{made['client_id']}/secret/rotate"
    second = (await client.post(address, json={"grace_hours": 48}, headers=admin)).json()
    both = [made["client_secret"], second["client_secret"]]
    statuses = [await status(client, made["client_id"], secret) for secret in both]
    third = (await client.post(address, headers=admin)).json()
    after = [await status(client, made["client_id"], secret) for secret in [*both, third["client_secret"]]]

    ends = datetime.fromisoformat(second["previous_expires_at"]) - datetime.now(UTC)
    assert timedelta(hours=47, minutes=50) < ends <= timedelta(hours=48)
    assert statuses == [200, 200]
    assert after == [401, 200, 200]


async def test_a_rotation_without_grace_ends_the_old_secret_and_its_tokens_now(client, admin):
    made = await register(client, admin)
    own = {"Authorization": f"Bearer {await get_token(client, key(made))}"}

    await client.post(f"/v1/clients/{made['client_id']}/secret/rotate", json={"grace_hours": 0}, headers=admin)

    assert await status(client, *key(made)) == 401
    assert (await client.get("/v1/me", headers=own)).status_code == 401


async def status(client: httpx.AsyncClient, client_id: str, secret: str) -> int:
    form = {"grant_type": "client_credentials"}
    return (await client.post("/oauth/token", data=form, auth=(client_id, secret))).status_code


async def test_an_expired_client_gets_no_token_and_a_token_never_outlives_its_client(client, admin):
    soon = datetime.now(UTC) + timedelta(seconds=6)
    made = await register(client, admin, expires_at=soon.isoformat())
    form = {"grant_type": "client_credentials"}
    answer = await client.post("/oauth/token", data=form, auth=key(made))
    await asyncio.sleep(6.1)

    assert answer.json()["expires_in"] <= 6
    own = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    assert (await client.get("/v1/me", headers=own)).status_code == 401
    assert await status(client, *key(made)) == 401


async def test_the_last_use_is_remembered(client, admin):
    made = await register(client, admin)
    before = (await client.get(f"/v1/clients/{made['client_id']}", headers=admin)).json()["last_used_at"]
    await get_token(client, key(made))
    after = (await client.get(f"/v1/clients/{made['client_id']}", headers=admin)).json()["last_used_at"]

    assert before is None
    assert abs(datetime.fromisoformat(after) - datetime.now(UTC)) < timedelta(minutes=1)


async def test_clients_are_for_administrators_only(client, admin):
    made = await register(client, admin)
    own = {"Authorization": f"Bearer {await get_token(client, key(made))}"}

    for method, path in [("GET", "/v1/clients"), ("POST", "/v1/clients"), ("POST", "/v1/sandbox/clock")]:
        answer = await client.request(method, path, json={}, headers=own)
        assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing"), path


async def test_the_sandbox_file_is_private_and_kept_while_it_fits(settings: GatewaySettings, tmp_path, empty_url):
    database = Database(empty_url, pool_size=1)
    pepper = Pepper.load(settings.key_file("client-pepper"))
    file = tmp_path / "admin.json"
    before = os.umask(0)

    first = await ensure_sandbox_admin(database, pepper, file, public_url="http://x")
    content = file.read_text()
    again = await ensure_sandbox_admin(database, pepper, file, public_url="http://x")
    kept = file.read_text()
    file.write_text("{")
    repaired = await ensure_sandbox_admin(database, pepper, file, public_url="http://x")
    os.umask(before)

    assert (first, again, repaired) == (True, False, True)
    assert content == kept
    assert file.read_text() not in (content, "{")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    await database.close()


async def test_the_first_administrator_is_made_once(settings: GatewaySettings, empty_url):
    database = Database(empty_url, pool_size=1)
    pepper = Pepper.load(settings.key_file("client-pepper"))

    first = await make_first_admin(database, pepper, name="Quản trị", agency="BNG")
    second = await make_first_admin(database, pepper, name="Quản trị", agency="BNG")
    await database.close()

    assert first is not None
    assert first[0].startswith("bng-")
    assert second is None
