"""The OAuth doors over real HTTP."""

import asyncio

import httpx
import pytest

from gateway.main import create_gateway
from gateway.route.dispatcher import Dispatcher
from gateway.settings import GatewaySettings
from kernel.jose import KeySet, verify
from tests.gateway.conftest import get_token, register, serving, wait_for_agencies

GRANT = {"grant_type": "client_credentials"}


@pytest.fixture(scope="module", autouse=True)
async def _heard(gateway: Dispatcher, client: httpx.AsyncClient) -> None:
    await wait_for_agencies(gateway)


async def test_a_client_gets_a_token_by_either_way(client, credentials):
    by_basic = await client.post("/oauth/token", data=GRANT, auth=credentials)
    fields = {"client_id": credentials[0], "client_secret": credentials[1]}
    by_form = await client.post("/oauth/token", data={**GRANT, **fields, "scope": "admin"})

    assert by_basic.status_code == by_form.status_code == 200
    assert by_basic.headers["cache-control"] == "no-store"
    assert by_basic.json() | {"access_token": ""} == {
        "access_token": "",
        "token_type": "Bearer",
        "expires_in": 600,
        "scope": "registry:read registry:write submissions:read submissions:write submissions:review "
        "notifications:manage data:read data:confidential admin",
    }
    assert by_form.json()["scope"] == "admin"


async def test_anyone_can_check_a_token_with_the_published_keys(client, admin_token):
    keys = KeySet((await client.get("/.well-known/jwks.json")).json()["keys"])
    issuer = "http://gateway.test"

    claims = verify(admin_token, keys, typ="at+jwt", issuer=issuer, audience=issuer)

    assert claims["sub"] == claims["client_id"] == "sandbox-admin"
    assert claims["agency"] == "BNG"
    assert set(claims) >= {"iss", "aud", "exp", "iat", "jti", "scope"}


async def test_the_metadata_names_every_oauth_door(client):
    described = (await client.get("/.well-known/oauth-authorization-server")).json()

    assert described["issuer"] == "http://gateway.test"
    assert described["token_endpoint"] == "http://gateway.test/oauth/token"
    assert described["grant_types_supported"] == ["client_credentials"]
    assert "admin" in described["scopes_supported"]


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"grant_type": "password", "username": "a", "password": "b"}, 400, "unsupported_grant_type"),
        ({}, 400, "invalid_request"),
        ({**GRANT, "scope": "everything"}, 400, "invalid_scope"),
    ],
)
async def test_a_wrong_request_gets_an_oauth_error(client, credentials, form, status, error):
    answer = await client.post("/oauth/token", data={"x": "y", **form}, auth=credentials)

    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("wrong", [("sandbox-admin", "gcm_wrong"), ("nobody", "x"), ("nobody", "é")])
async def test_wrong_credentials_are_an_invalid_client(client, wrong):
    answer = await client.post("/oauth/token", data=GRANT, auth=wrong)

    assert answer.status_code == 401
    assert answer.json()["error"] == "invalid_client"
    assert answer.headers["www-authenticate"].startswith("Basic ")


async def test_no_credentials_are_an_invalid_client(client):
    answer = await client.post("/oauth/token", data=GRANT)

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


async def test_a_json_body_is_no_oauth_request(client, credentials):
    answer = await client.post("/oauth/token", json=GRANT, auth=credentials)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


async def test_a_revoked_token_opens_nothing_at_once(client, credentials):
    token = await get_token(client, credentials)
    header = {"Authorization": f"Bearer {token}"}
    before = await client.get("/v1/me", headers=header)

    revoked = await client.post("/oauth/revoke", data={"token": token}, auth=credentials)
    after = await client.get("/v1/me", headers=header)

    assert (before.status_code, revoked.status_code, after.status_code) == (200, 200, 401)
    assert after.json()["code"] == "unauthenticated"
    assert 'error="invalid_token"' in after.headers["www-authenticate"]


async def test_another_gateway_knows_of_a_revocation_within_a_second(
    client, credentials, settings: GatewaySettings
):
    token = await get_token(client, credentials)
    header = {"Authorization": f"Bearer {token}"}
    async with serving(create_gateway(settings)) as url, httpx.AsyncClient(base_url=url, timeout=60) as other:
        before = await other.get("/v1/me", headers=header)
        await client.post("/oauth/revoke", data={"token": token}, auth=credentials)
        await asyncio.sleep(1)
        after = await other.get("/v1/me", headers=header)

    assert (before.status_code, after.status_code) == (200, 401)


async def test_a_gateway_that_starts_later_knows_of_a_revocation_from_the_start(
    client, credentials, settings: GatewaySettings
):
    token = await get_token(client, credentials)
    await client.post("/oauth/revoke", data={"token": token}, auth=credentials)

    async with serving(create_gateway(settings)) as url, httpx.AsyncClient(base_url=url, timeout=60) as other:
        answer = await other.get("/v1/me", headers={"Authorization": f"Bearer {token}"})

    assert answer.status_code == 401


async def test_revoking_what_is_no_token_succeeds(client, credentials):
    answer = await client.post("/oauth/revoke", data={"token": "x.y.z"}, auth=credentials)

    assert (answer.status_code, answer.content) == (200, b"")


async def test_a_client_cannot_revoke_another_ones_token(client, credentials, admin, admin_token):
    made = await register(client, admin)
    own = (made["client_id"], made["client_secret"])

    answer = await client.post("/oauth/revoke", data={"token": admin_token}, auth=own)

    assert (answer.status_code, answer.json()["error"]) == (400, "unauthorized_client")
    assert (await client.get("/v1/me", headers=admin)).status_code == 200


async def test_introspection_tells_the_owner_and_administrators_and_nobody_else(
    client, credentials, admin, admin_token
):
    made = await register(client, admin)
    own = (made["client_id"], made["client_secret"])
    token = await get_token(client, own)

    by_owner = await client.post("/oauth/introspect", data={"token": token}, auth=own)
    by_admin = await client.post("/oauth/introspect", data={"token": token}, auth=credentials)
    foreign = await client.post("/oauth/introspect", data={"token": admin_token}, auth=own)
    nonsense = await client.post("/oauth/introspect", data={"token": "x"}, auth=own)

    assert by_owner.json() == by_admin.json()
    assert by_owner.json()["active"] is True
    assert by_owner.json()["agency"] == "HT-SNV"
    assert foreign.json() == nonsense.json() == {"active": False}


async def test_a_large_form_is_refused_before_it_is_read_whole(client):
    async def endless():
        for _ in range(100):
            yield b"x" * 10_000

    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await client.post("/oauth/token", content=endless(), headers=kind)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
