"""What every door does, whichever service it belongs to."""

import asyncio
from pathlib import Path

import asyncpg
import httpx
import pytest
from cryptography.fernet import Fernet

from tests.support import bearer, internal_token, service_token

SCOPES = ("submissions:write",)


@pytest.fixture
def me(keys_dir: Path) -> dict[str, str]:
    return bearer(internal_token(keys_dir, "registry", scopes=SCOPES))


async def test_a_body_that_is_not_json_is_400(client: httpx.AsyncClient, me: dict[str, str]):
    answer = await client.post("/v1/notes", content=b"{", headers=me | {"Content-Type": "application/json"})

    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "bad_request"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


async def test_a_wrong_body_is_located(client: httpx.AsyncClient, me: dict[str, str]):
    answer = await client.post("/v1/notes", json={"number": "many", "extra": 1}, headers=me)

    assert answer.status_code == 422
    assert {(e["pointer"], e["rule"]) for e in answer.json()["errors"]} == {
        ("/text", "missing"),
        ("/number", "int_parsing"),
        ("/extra", "extra_forbidden"),
    }


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded"])
async def test_a_body_of_another_type_is_415(client: httpx.AsyncClient, me: dict[str, str], kind: str):
    answer = await client.post("/v1/notes", content=b'{"text": "a"}', headers=me | {"Content-Type": kind})

    assert (answer.status_code, answer.json()["code"]) == (415, "media_type_unsupported")


@pytest.mark.parametrize("body", [b'{"text": "\\u0000"}', b'{"text": "\\ud800"}'])
async def test_text_that_cannot_be_kept_is_422(client: httpx.AsyncClient, me: dict[str, str], body: bytes):
    answer = await client.post("/v1/notes", content=body, headers=me | {"Content-Type": "application/json"})

    assert answer.status_code in (400, 422)
    assert answer.json()["code"] in ("content_invalid", "bad_request")


async def test_an_unknown_query_parameter_is_refused(client: httpx.AsyncClient, me: dict[str, str]):
    answer = await client.get("/v1/notes?txt=a", headers=me)

    assert answer.status_code == 400
    assert answer.json()["code"] == "parameter_unknown"
    assert answer.json()["known"] == ["text"]


async def test_without_a_token_nobody_is_let_in(client: httpx.AsyncClient):
    answer = await client.get("/v1/notes")

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_a_token_for_another_service_is_refused(client: httpx.AsyncClient, keys_dir: Path):
    foreign = internal_token(keys_dir, "submissions", scopes=SCOPES)

    assert (await client.get("/v1/notes", headers=bearer(foreign))).status_code == 401


async def test_a_service_token_opens_no_public_door(client: httpx.AsyncClient, keys_dir: Path):
    foreign = service_token(keys_dir, "submissions", "registry")

    assert (await client.get("/v1/notes", headers=bearer(foreign))).status_code == 401


async def test_a_missing_scope_is_403(client: httpx.AsyncClient, keys_dir: Path):
    poor = bearer(internal_token(keys_dir, "registry", scopes=["data:read"]))

    answer = await client.get("/v1/notes", headers=poor)

    assert (answer.status_code, answer.json()["scope"]) == (403, "submissions:write")


async def test_an_unknown_path_and_a_wrong_method_are_problems(client: httpx.AsyncClient, me: dict[str, str]):
    missing = await client.get("/v1/nothing", headers=me)
    wrong = await client.delete("/v1/notes", headers=me)

    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "GET, POST")


async def test_head_answers_as_get_without_the_body(client: httpx.AsyncClient, me: dict[str, str]):
    got = await client.get("/v1/notes", headers=me)
    asked = await client.head("/v1/notes", headers=me)
    stranger = await client.head("/v1/notes")

    assert (asked.status_code, asked.content) == (200, b"")
    assert asked.headers["content-length"] == str(len(got.content))
    assert (stranger.status_code, stranger.content) == (401, b"")


async def test_a_large_body_is_413_whether_it_says_so_or_not(client: httpx.AsyncClient, me: dict[str, str]):
    async def chunks():
        for _ in range(30):
            yield b" " * 10_000

    told = await client.post("/v1/notes", content=b" " * 200_000, headers=me)
    streamed = await client.post("/v1/notes", content=chunks(), headers=me)

    assert (told.status_code, streamed.status_code) == (413, 413)


async def test_one_key_sent_200_times_at_once_has_one_effect(client: httpx.AsyncClient, me: dict[str, str]):
    headers = me | {"Idempotency-Key": "double-click"}
    text = {"text": "two hundred"}

    answers = await asyncio.gather(*(client.post("/v1/notes", json=text, headers=headers) for _ in range(200)))

    assert {a.status_code for a in answers} == {201}
    assert len({a.json()["id"] for a in answers}) == 1
    assert (await client.get("/v1/notes?text=two hundred", headers=me)).json() == {"count": 1}


async def test_a_key_with_another_body_is_422(client: httpx.AsyncClient, me: dict[str, str]):
    headers = me | {"Idempotency-Key": "reused"}
    await client.post("/v1/notes", json={"text": "one"}, headers=headers)

    answer = await client.post("/v1/notes", json={"text": "other"}, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")


async def test_a_key_belongs_to_its_client(client: httpx.AsyncClient, keys_dir: Path):
    def headers(name: str) -> dict[str, str]:
        token = internal_token(keys_dir, "registry", scopes=SCOPES, client=name)
        return bearer(token) | {"Idempotency-Key": "the-same"}

    first = await client.post("/v1/notes", json={"text": "mine"}, headers=headers("a"))
    second = await client.post("/v1/notes", json={"text": "mine"}, headers=headers("b"))

    assert first.json()["id"] != second.json()["id"]


async def test_decomposed_text_is_kept_composed(client: httpx.AsyncClient, me: dict[str, str]):
    await client.post("/v1/notes", json={"text": "Hà Tĩnh"}, headers=me)

    assert (await client.get("/v1/notes", params={"text": "Hà Tĩnh"}, headers=me)).json() == {"count": 1}


async def test_a_kept_answer_is_sealed_and_unreadable_once_the_key_is_gone(
    client: httpx.AsyncClient, app, me: dict[str, str], kernel_url: str
):
    headers = me | {"Idempotency-Key": "sealed"}
    first = await client.post("/v1/notes", json={"text": "sealed"}, headers=headers)
    database = await asyncpg.connect(kernel_url)
    kept = await database.fetchval("select body from idempotency_key where key = 'sealed'")
    await database.close()
    app.state.runtime.vault, known = Fernet(Fernet.generate_key()), app.state.runtime.vault

    lost = await client.post("/v1/notes", json={"text": "sealed"}, headers=headers)
    app.state.runtime.vault = known
    again = await client.post("/v1/notes", json={"text": "sealed"}, headers=headers)

    assert first.json()["id"].encode() not in kept
    assert (lost.status_code, lost.json()["code"]) == (409, "kept_answer_unreadable")
    assert (again.json(), again.headers["idempotency-replayed"]) == (first.json(), "true")
