"""What must not work, tried from outside: clear problems, nothing kept, nothing answers 500."""

import asyncio
import socket
from collections.abc import AsyncIterator

import httpx
import pytest

from deploy.demo.actor import Actor, wait_for
from deploy.demo.narrator import Narrator
from deploy.demo.receiver import Receiver
from deploy.demo.scenario import CORRECTED_CSV, RIGHT_CSV
from deploy.demo.story import Story, prepared_story
from deploy.stack import Stack
from tests.support import internal_token


@pytest.fixture(scope="module")
async def story(stack: Stack) -> AsyncIterator[Story]:
    narrator = Narrator(aloud=False)
    async with prepared_story(stack.url, stack.admin_credentials(), Receiver(port=9), narrator) as story:
        yield story


async def _occurrence(actor: Actor) -> dict:
    found: list[dict] = []

    async def opened() -> bool:
        found[:] = [
            o
            for o in await actor.list("/v1/occurrences", agency=actor.agency, obligation="OHT-01")
            if o["period"] == "2026-S1"
        ]
        return bool(found)

    await wait_for("the occurrence is open", opened)
    return found[0]


async def _send(actor: Actor, occurrence: str, body: bytes, kind: str = "text/csv", **params) -> httpx.Response:
    query = {"occurrence": occurrence, "form_version": 1, **params}
    return await actor.ask("POST", "/v1/submissions", params=query, content=body, headers={"Content-Type": kind})


async def _state(actor: Actor, occurrence: str) -> str:
    return (await actor.get(f"/v1/occurrences/{occurrence}"))["state"]


def _is_problem(answer: httpx.Response, status: int, code: str | None = None) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    body = answer.json()
    assert body["status"] == status
    assert {"type", "title", "code", "detail", "instance", "request_id"} <= set(body)
    if code is not None:
        assert body["code"] == code


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "é"])
async def test_no_token_or_a_wrong_one_is_401(outside: httpx.AsyncClient, token: str):
    headers = {"Authorization": f"Bearer {token}".encode()} if token else {}

    _is_problem(await outside.get("/v1/agencies", headers=headers), 401)


async def test_a_revoked_token_is_dead_within_a_second(stack: Stack, outside: httpx.AsyncClient):
    credentials = stack.admin_credentials()
    form = {"grant_type": "client_credentials"}
    token = (await outside.post("/oauth/token", data=form, auth=credentials)).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    assert (await outside.get("/v1/agencies", headers=headers)).status_code == 200

    revoked = await outside.post("/oauth/revoke", data={"token": token}, auth=credentials)
    await asyncio.sleep(1)

    assert revoked.status_code == 200
    _is_problem(await outside.get("/v1/agencies", headers=headers), 401)


async def test_an_internal_token_opens_nothing_from_outside(stack: Stack, outside: httpx.AsyncClient):
    forged = internal_token(stack.installation.keys, "registry", scopes=["admin", "registry:read"])

    _is_problem(await outside.get("/v1/agencies", headers={"Authorization": f"Bearer {forged}"}), 401)


async def test_inside_doors_do_not_exist_outside(story: Story):
    for path in ("/internal/feed", "/internal/agencies", "/v1/../internal/feed", "/v1/%2e%2e/internal/feed"):
        answer = await story.admin.ask("GET", path)
        assert answer.status_code in (400, 404), (path, answer.text)


async def test_another_agencys_occurrence_looks_like_none(story: Story):
    mine = await _occurrence(story.actors["HT-STP"])
    stranger = story.actors["HT-STC"]

    _is_problem(await stranger.ask("GET", f"/v1/occurrences/{mine['id']}"), 404, "not_found")
    _is_problem(await _send(stranger, mine["id"], RIGHT_CSV.encode()), 404, "not_found")
    assert await stranger.list("/v1/occurrences", agency="HT-STP") == []


async def test_unknown_codes_and_duplicates_are_all_found_and_located(story: Story):
    actor = story.actors["HT-STP"]
    mine = await _occurrence(actor)
    body = {
        "occurrence": mine["id"],
        "form_version": 1,
        "observations": [
            {"indicator": "LABOUR.OUT.FLOW", "dimensions": {"sex": "female", "partner_country": "JP"}, "value": 1},
            {"indicator": "LABOUR.OUT.FLOW", "dimensions": {"sex": "female", "partner_country": "JP"}, "value": 2},
            {"indicator": "LABOUR.UP.FLOW", "dimensions": {}, "value": 3},
            {"indicator": "LABOUR.OUT.FLOW", "dimensions": {"sex": "blue", "partner_country": "ZZ"}, "value": 4},
        ],
    }

    answer = await actor.ask("POST", "/v1/submissions", json=body)

    _is_problem(answer, 422)
    wrong = {(e["rule"], e["pointer"]) for e in answer.json()["errors"] if e["severity"] == "error"}
    assert wrong == {
        ("key_repeated", "/observations/1/indicator"),
        ("indicator_unknown", "/observations/2/indicator"),
        ("code_unknown", "/observations/3/dimensions/sex"),
        ("code_unknown", "/observations/3/dimensions/partner_country"),
    }
    assert await _state(actor, mine["id"]) == "owed"


async def test_a_hand_saved_file_is_understood(story: Story):
    """BOM, semicolons, Windows line ends, decomposed Vietnamese, trailing blanks."""
    actor = story.actors["HT-STC"]
    mine = await _occurrence(actor)
    rows = [
        "indicator;sex;partner_country;value;status;reason",
        "LABOUR.OUT.FLOW;female;JP; 1.234,0 ;;",
        "LABOUR.OUT.FLOW;male;JP;7,0;;",
        "LABOUR.OUT.FLOW;male;KR;;not_available;Chưa đối chiếu",
    ]
    body = b"\xef\xbb\xbf" + "\r\n".join(rows).encode()

    answer = await _send(actor, mine["id"], body)

    assert answer.status_code == 201, answer.text
    kept = await actor.list(f"/v1/submissions/{answer.json()['id']}/observations")
    assert {(o["value"], o["status"], o["reason"]) for o in kept} == {
        (1234, "value", None),
        (7, "value", None),
        (None, "not_available", "Chưa đối chiếu"),
    }


async def test_two_gigabytes_are_refused_before_they_are_read(stack: Stack, story: Story):
    token = await story.actors["HT-SNV"]._fresh_token()

    def send_head() -> bytes:
        with socket.create_connection(("127.0.0.1", stack.installation.port), timeout=10) as connection:
            connection.sendall(
                b"POST /v1/submissions HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\n"
                + f"Authorization: Bearer {token}\r\nContent-Length: {2 * 1024**3}\r\n\r\n".encode()
            )
            return connection.recv(4096)

    answer = await asyncio.to_thread(send_head)

    assert b" 413 " in answer.split(b"\r\n")[0]


async def test_one_key_200_times_at_once_is_one_submission(story: Story):
    actor = story.actors["HT-SNV"]
    mine = await _occurrence(actor)

    async def send() -> httpx.Response:
        return await actor.ask(
            "POST",
            "/v1/submissions",
            params={"occurrence": mine["id"], "form_version": 1},
            content=CORRECTED_CSV.encode(),
            headers={"Content-Type": "text/csv", "Idempotency-Key": "two-hundred"},
        )

    answers = await asyncio.gather(*(send() for _ in range(200)))

    assert {a.status_code for a in answers} == {201}
    assert len({a.json()["id"] for a in answers}) == 1
    assert (await actor.get(f"/v1/occurrences/{mine['id']}"))["submission"] == answers[0].json()["id"]


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.1/hook",
        "http://169.254.169.254/latest",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::a00:1]/",
        "ftp://example.org/",
        "not an address",
    ],
)
async def test_a_webhook_target_inside_somebodys_network_is_refused(story: Story, url: str):
    body = {"url": url, "event_types": ["deadline.due"]}

    _is_problem(await story.actors["HT-SNV"].ask("POST", "/v1/webhook-endpoints", json=body), 422)


async def test_submissions_are_taken_while_registry_and_notifications_are_away(stack: Stack, story: Story):
    actor = story.actors["HT-SKHCN"]
    mine = await _occurrence(actor)
    away = ("registry", "registry-worker", "notifications", "notifications-worker")
    await stack.stop(*away)
    try:
        token = await actor._fresh_token()
        async with httpx.AsyncClient(base_url=stack.url, trust_env=False) as client:
            silent = await client.get("/v1/agencies", headers={"Authorization": f"Bearer {token}"})
        answer = await _send(actor, mine["id"], RIGHT_CSV.encode())
    finally:
        stack.start(*away)
        await stack.wait_until_ready(*away)

    _is_problem(silent, 503, "service_silent")
    assert "retry-after" in silent.headers
    assert answer.status_code == 201, answer.text

    async def told() -> bool:
        return await _is_told(story.actors["HT-SNGV"], answer.json()["id"])

    await wait_for("the recipient hears of it afterwards", told)


async def _is_told(actor: Actor, submission: str) -> bool:
    page = await actor.get("/v1/events", params={"type": "submission.received", "limit": 500})
    return any(event["data"]["submission"] == submission for event in page["items"])
