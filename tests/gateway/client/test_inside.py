"""The gateway's inside door: registry learns which systems an agency runs, and nobody else does."""

from tests.gateway.conftest import register, wait_for_agencies
from tests.support import bearer, service_token

DOOR = "/internal/clients"


async def test_registry_learns_ids_and_names_and_nothing_else(client, admin, gateway, keys_dir):
    await wait_for_agencies(gateway)
    made = await register(client, admin, name="Cổng báo cáo", agency="HT-SNV")
    registry = bearer(service_token(keys_dir, "registry", "gateway"))

    found = (await client.get(DOOR, params={"agency": "HT-SNV"}, headers=registry)).json()
    nobody = (await client.get(DOOR, params={"agency": "BNG-X"}, headers=registry)).json()

    assert {"id": made["client_id"], "name": "Cổng báo cáo"} in found["items"]
    assert {name for item in found["items"] for name in item} == {"id", "name"}
    assert nobody == {"items": []}


async def test_an_administrator_a_stranger_and_another_service_stay_out(client, admin, keys_dir):
    strangers = [{}, admin, bearer(service_token(keys_dir, "submissions", "gateway"))]
    answers = [await client.get(DOOR, params={"agency": "HT-SNV"}, headers=one) for one in strangers]

    assert [answer.status_code for answer in answers] == [401] * 3
