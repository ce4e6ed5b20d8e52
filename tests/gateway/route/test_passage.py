"""The way through, over real HTTP to a real small service behind the gateway."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from jose import jwt

from gateway.main import create_gateway
from gateway.route.dispatcher import Dispatcher
from gateway.settings import GatewaySettings
from kernel.callers import INTERNAL_ISSUER, INTERNAL_TOKEN_TYP
from kernel.jose import KeySet, verify
from tests.gateway.conftest import get_token, register, serving, wait_for_agencies
from tests.gateway.upstream import Upstream


def sent(answer: httpx.Response) -> dict[str, list[str]]:
    """The header fields that the service got, by name."""
    fields: dict[str, list[str]] = {}
    for name, value in answer.json()["headers"]:
        fields.setdefault(name, []).append(value)
    return fields


async def raw(url: str, request: bytes, *, wait: float = 30) -> bytes:
    """Send bytes as they are, and return what comes back until the other side closes."""
    host, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(request)
    await writer.drain()
    try:
        async with asyncio.timeout(wait):
            return await reader.read()
    finally:
        writer.close()


async def test_a_service_gets_an_internal_token_for_itself_and_not_the_callers(
    client, admin, admin_token, settings
):
    answer = await client.get("/v1/agencies", headers=admin)
    fields = sent(answer)
    token = fields["authorization"][0].removeprefix("Bearer ")
    keys = KeySet.load(settings.key_file("internal.jwks.json"))

    claims = verify(token, keys, typ=INTERNAL_TOKEN_TYP, issuer=INTERNAL_ISSUER, audience="registry")

    assert len(fields["authorization"]) == 1
    assert token != admin_token
    assert (claims["sub"], claims["client_id"], claims["agency"]) == ("sandbox-admin", "sandbox-admin", "BNG")
    assert "admin" in claims["scope"].split()
    assert 0 < claims["exp"] - claims["iat"] <= 60


async def test_an_internal_token_is_used_again_for_its_audience_only(client, admin):
    first, second = [sent(await client.get("/v1/agencies", headers=admin)) for _ in range(2)]
    other = sent(await client.get("/v1/submissions/1", headers=admin))

    assert first["authorization"] == second["authorization"]
    assert other["authorization"] != first["authorization"]
    audience = jwt.get_unverified_claims(other["authorization"][0].removeprefix("Bearer "))["aud"]
    assert audience == "submissions"


async def test_an_internal_token_never_outlives_the_access_token(client, admin, gateway: Dispatcher):
    await wait_for_agencies(gateway)
    from datetime import UTC, datetime, timedelta

    soon = datetime.now(UTC) + timedelta(seconds=20)
    made = await register(client, admin, expires_at=soon.isoformat())
    own = {"Authorization": f"Bearer {await get_token(client, (made['client_id'], made['client_secret']))}"}

    token = sent(await client.get("/v1/agencies", headers=own))["authorization"][0].removeprefix("Bearer ")

    assert jwt.get_unverified_claims(token)["exp"] <= soon.timestamp()


async def test_what_a_caller_says_about_itself_does_not_come_through(client, admin):
    lies = {
        "X-Client-Id": "root",
        "X-Agency": "BCA",
        "X-On-Behalf-Of": "BCA",
        "X-Forwarded-For": "10.0.0.1",
        "X-Forwarded-Host": "evil",
        "Forwarded": "for=10.0.0.1",
        "X-Real-IP": "10.0.0.1",
        "X-Remote-User": "root",
        "Cookie": "a=b",
        "Proxy-Authorization": "Basic eA==",
        "TE": "trailers",
        "Connection": "keep-alive, If-Match",
        "If-Match": '"named in Connection"',
        "Accept-Language": "en",
    }

    fields = sent(await client.get("/v1/agencies", headers={**admin, **lies}))

    assert set(fields) == {
        "host", "accept", "accept-encoding", "accept-language", "user-agent", "authorization", "x-request-id",
        "traceparent",
    }  # fmt: skip
    assert "gateway.test" not in fields["host"][0]


async def test_the_request_id_and_the_trace_go_all_the_way_through(client, admin):
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    answer = await client.get("/v1/agencies", headers={**admin, "X-Request-ID": "mine-1", "traceparent": trace})

    assert answer.headers.get_list("x-request-id") == ["mine-1"]
    assert sent(answer)["x-request-id"] == ["mine-1"]
    assert sent(answer)["traceparent"] == [trace]


async def test_a_bad_request_id_and_trace_are_replaced(client, admin):
    answer = await client.get("/v1/agencies", headers={**admin, "X-Request-ID": "a b", "traceparent": "x"})

    assert answer.headers["x-request-id"] == sent(answer)["x-request-id"][0] != "a b"
    assert sent(answer)["traceparent"][0].startswith("00-")


async def test_hop_by_hop_fields_of_an_answer_stay_behind(client, admin):
    answer = await client.get("/v1/agencies?do=hop", headers=admin)

    assert "x-secret-hop" not in answer.headers
    assert "keep-alive" not in answer.headers
    assert answer.headers["etag"] == '"abc"'
    assert answer.headers.get_list("set-kept") == ["a", "b"]
    assert len(answer.headers.get_list("date")) == 1


async def test_path_query_and_status_come_through_as_they_are(client, admin):
    path = "/v1/plans/QD-402-2020/tasks/QD-402-2020%2F2.1?a=1&a=%2F&q=S%E1%BB%9F"
    echoed = (await client.get(path, headers=admin)).json()
    refused = await client.post("/v1/submissions?do=refuse", json={}, headers=admin)

    assert f"{echoed['path']}?{echoed['query']}" == path
    assert (refused.status_code, refused.json()) == (422, {"code": "content_invalid"})


async def test_a_head_request_comes_through(client, admin, upstream: Upstream):
    answer = await client.head("/v1/agencies", headers=admin)

    assert (answer.status_code, answer.content) == (200, b"")
    assert upstream.calls[-1]["method"] == "HEAD"


@pytest.mark.parametrize("size", [1, 60_000, 900_000])
async def test_a_body_comes_through_whole(client, admin, size: int):
    body = b"0123456789" * (size // 10) + b"x"
    echoed = (await client.post("/v1/submissions", content=body, headers=admin)).json()

    assert echoed["length"] == len(body)
    assert echoed["sha256"] == hashlib.sha256(body).hexdigest()
    assert ["content-length", str(len(body))] in echoed["headers"]


async def test_a_body_of_unknown_length_flows_through_while_it_is_sent(client, admin, upstream: Upstream):
    upstream.received = 0
    seen: list[int] = []

    async def slowly() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b"x" * 1000
            for _ in range(1000):
                if upstream.received >= 1000 * (len(seen) + 1):
                    break
                await asyncio.sleep(0.01)
            seen.append(upstream.received)

    echoed = (await client.post("/v1/submissions", content=slowly(), headers=admin)).json()

    assert seen == [1000, 2000, 3000]
    assert echoed["length"] == 3000


async def test_an_upload_may_take_longer_than_a_service_may_be_silent(client, admin):
    async def slowly() -> AsyncIterator[bytes]:
        for _ in range(10):
            yield b"x" * 10_000
            await asyncio.sleep(0.35)

    answer = await client.post("/v1/submissions", content=slowly(), headers=admin)

    assert answer.json()["length"] == 100_000


async def test_an_answer_flows_through_while_it_is_made(client, admin, upstream: Upstream):
    upstream.left.clear()
    pieces = []
    async with client.stream("GET", "/v1/data?do=drip", headers=admin) as answer:
        async for piece in answer.aiter_raw():
            pieces.append(piece)
            upstream.left.set()  # the second piece is sent only after the first arrived here

    assert pieces[0] == b"first\n"
    assert b"".join(pieces) == b"first\nsecond\nthird\n"


async def test_a_caller_who_leaves_stops_the_service(client, admin, upstream: Upstream):
    upstream.left.clear()
    async with client.stream("GET", "/v1/data?do=endless", headers=admin) as answer:
        async for _ in answer.aiter_raw():
            break

    async with asyncio.timeout(30):
        await upstream.left.wait()


async def test_a_caller_who_leaves_in_the_middle_of_a_body_leaves_no_whole_request(
    gateway_address, admin_token, upstream: Upstream
):
    upstream.left.clear()
    before = len(upstream.calls)
    head = f"POST /v1/submissions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {admin_token}\r\n"
    host, port = gateway_address.removeprefix("http://").split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(head.encode() + b"Content-Length: 500000\r\n\r\n" + b"x" * 100_000)
    await writer.drain()
    await asyncio.sleep(0.1)
    writer.close()

    async with asyncio.timeout(30):
        await upstream.left.wait()
    assert len(upstream.calls) == before


async def test_too_large_a_body_is_refused_before_it_is_read(gateway_address, admin_token, upstream: Upstream):
    before = len(upstream.calls)
    head = f"POST /v1/submissions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {admin_token}\r\n"
    answer = await raw(gateway_address, head.encode() + b"Content-Length: 2000000000\r\n\r\nxxx")

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b'"code":"body_too_large"' in answer
    assert b"connection: close" in answer
    assert len(upstream.calls) == before


async def test_a_caller_that_sends_too_much_without_waiting_still_reads_why(client, admin):
    for path, limit in (("/v1/imports", 1_000_000), ("/v1/submissions", 3_000_000)):
        answer = await client.post(path, content=b"x" * 5_000_000, headers=admin)

        assert (answer.status_code, answer.json()["limit_bytes"]) == (413, limit)


async def test_a_report_may_be_larger_than_other_bodies(client, admin):
    content = b"x" * 2_000_000
    report = await client.post("/v1/submissions", content=content, headers=admin)
    other = await client.post("/v1/submissions/1/accept", content=content, headers=admin)

    assert (report.status_code, other.status_code) == (200, 413)
    assert report.json()["sha256"] == hashlib.sha256(content).hexdigest()


async def test_a_body_of_unknown_length_is_counted(client, admin, upstream: Upstream):
    before = len(upstream.calls)

    async def much() -> AsyncIterator[bytes]:
        for _ in range(30):
            yield b"x" * 50_000

    answer = await client.post("/v1/imports", content=much(), headers=admin)

    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert len(upstream.calls) == before


async def test_our_own_doors_take_no_large_body_either(client, admin):
    answer = await client.post("/v1/clients", content=b"x" * 1_100_000, headers=admin)

    assert answer.status_code == 413


async def test_a_body_that_stops_coming_is_refused(gateway_address, admin_token):
    head = f"POST /v1/submissions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {admin_token}\r\n"
    answer = await raw(gateway_address, head.encode() + b"Content-Length: 100\r\n\r\nxxx")

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b'"code":"body_stalled"' in answer


async def test_a_silent_service_is_a_504_that_warns_of_repeating(client, admin):
    answer = await client.get("/v1/agencies?do=silent", headers=admin)

    assert (answer.status_code, answer.json()["code"]) == (504, "service_slow")
    assert answer.json()["service"] == "registry"
    assert answer.headers["retry-after"]


async def test_an_answer_that_breaks_off_is_not_passed_as_whole(client, admin):
    with pytest.raises(httpx.RemoteProtocolError):
        await client.get("/v1/agencies?do=break", headers=admin)


async def test_a_service_that_is_down_is_a_503_with_retry_after(settings: GatewaySettings, credentials):
    down = settings.model_copy(update={"registry_url": "http://127.0.0.1:1"})
    async with serving(create_gateway(down)) as url, httpx.AsyncClient(base_url=url, timeout=60) as client:
        header = {"Authorization": f"Bearer {await get_token(client, credentials)}"}
        read = await client.get("/v1/agencies", headers=header)
        wrote = await client.post("/v1/agencies", content=b"x" * 200_000, headers=header)
        other = await client.get("/v1/submissions/1", headers=header)

    for answer in (read, wrote):
        assert (answer.status_code, answer.json()["code"]) == (503, "service_silent")
        assert answer.headers["retry-after"] == "2"
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["service"] == "registry"
    assert other.status_code == 200


class Closing:
    """A server that closes each connection without an answer, the first `times` times."""

    def __init__(self, times: int) -> None:
        self.times = times
        self.asked = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self.asked += 1
        if self.asked > self.times:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
            await writer.drain()
        writer.close()


@pytest.mark.parametrize(
    ("method", "times", "status", "asked"),
    [("GET", 1, 200, 2), ("GET", 5, 503, 2), ("POST", 1, 503, 1), ("PUT", 1, 503, 1), ("DELETE", 1, 503, 1)],
)
async def test_only_what_changes_nothing_is_tried_again_and_once(
    settings: GatewaySettings, credentials, method, times, status, asked
):
    closing = Closing(times)
    server = await asyncio.start_server(closing, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    moved = settings.model_copy(update={"notifications_url": f"http://127.0.0.1:{port}"})
    async with serving(create_gateway(moved)) as url, httpx.AsyncClient(base_url=url, timeout=60) as client:
        header = {"Authorization": f"Bearer {await get_token(client, credentials)}"}
        answer = await client.request(method, "/v1/inbox", headers=header)
    server.close()

    assert (answer.status_code, closing.asked) == (status, asked)


@pytest.mark.parametrize(
    ("header", "error"),
    [
        ({}, False),
        ({"Authorization": "Basic eDp5"}, False),
        ({"Authorization": "Bearer"}, True),
        ({"Authorization": "Bearer x.y.z"}, True),
        ({"Authorization": "Bearer " + "x" * 5000}, True),
    ],
)
async def test_without_a_good_token_nothing_is_passed(client, upstream: Upstream, header, error):
    before = len(upstream.calls)
    answer = await client.get("/v1/agencies", headers=header)

    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert answer.headers["www-authenticate"].startswith("Bearer ")
    assert ('error="invalid_token"' in answer.headers["www-authenticate"]) is error
    assert len(upstream.calls) == before


async def test_an_internal_token_opens_nothing_from_outside(client, admin):
    internal = sent(await client.get("/v1/agencies", headers=admin))["authorization"][0]

    for path in ("/v1/agencies", "/v1/me"):
        assert (await client.get(path, headers={"Authorization": internal})).status_code == 401


@pytest.mark.parametrize(
    "path",
    [
        "/internal/feed",
        "/internal/clock",
        "/internal/agencies",
        "/metrics",
        "/nothing",
        "/v1/nothing",
        "/v1/jobs/x_1",
    ],
)
async def test_inside_doors_are_not_there_from_outside(client, admin, path):
    answer = await client.get(path, headers=admin)

    assert (answer.status_code, answer.json()["code"]) == (404, "path_unknown")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "target",
    [
        b"/v1/agencies/../../internal/feed",
        b"/v1/agencies/%2e%2e/%2e%2e/internal/feed",
        b"/v1/agencies/..%2f..%2finternal/feed",
        b"/v1/%2e%2e/internal/feed",
        b"//internal/feed",
        b"/v1/agencies\\..\\internal",
        b"/v1/agencies/%zz",
        b"/v1/agencies/%ff",
        b"/v1/agencies/\xff",
        b"/v1/agencies?q=\xff",
        b"/v1/agencies/a%0d%0ab",
        b"*",
    ],
)
async def test_no_spelling_of_a_path_leads_inside(gateway_address, admin_token, upstream: Upstream, target: bytes):
    before = len(upstream.calls)
    request = b"GET " + target + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer "
    answer = await raw(gateway_address, request + admin_token.encode() + b"\r\n\r\n")

    assert answer.split(b" ")[1] in (b"400", b"404"), answer
    assert len(upstream.calls) == before


@pytest.mark.parametrize(
    "lines",
    [
        "Authorization: Bearer {token}\r\nAuthorization: Bearer {token}\r\n",
        "Authorization: Bearer {token}\r\nContent-Length: 1\r\nContent-Length: 2\r\n",
        "Authorization: Bearer {token}\r\nContent-Length: 1\r\nContent-Length: 1\r\n",
        "Authorization: Bearer {token}\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n",
        "Authorization: Bearer {token}\r\nContent-Length: -1\r\n",
        "Authorization: Bearer {token}\r\nContent-Length: 1e3\r\n",
    ],
)
async def test_two_readings_of_one_request_are_refused(
    gateway_address, admin_token, upstream: Upstream, lines: str
):
    before = len(upstream.calls)
    head = "POST /v1/submissions HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + lines.format(token=admin_token)
    answer = await raw(gateway_address, head.encode() + b"\r\nx")

    assert answer.startswith(b"HTTP/1.1 400 "), answer
    assert len(upstream.calls) == before


async def test_methods_that_no_service_has_are_refused(gateway_address, admin_token):
    for method in ("TRACE", "CONNECT", "PROPFIND"):
        head = f"{method} /v1/agencies HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        answer = await raw(gateway_address, head.encode())
        assert answer.split(b" ")[1] in (b"400", b"405"), answer


async def test_our_own_doors_and_those_behind_us_answer_to_head(client, admin):
    ours = await client.head("/v1/me", headers=admin)
    whole = await client.get("/v1/me", headers=admin)
    behind = await client.head("/v1/agencies", headers=admin)

    assert (ours.status_code, ours.content, ours.headers["content-length"]) == (200, b"", str(len(whole.content)))
    assert (behind.status_code, behind.content) == (200, b"")


async def test_the_receipt_keys_and_calendars_need_no_token(client, upstream: Upstream):
    keys = await client.get("/.well-known/receipt-jwks.json", headers={"Authorization": "Bearer nonsense"})
    calendar = await client.get("/calendars/abc.ics")

    assert (keys.status_code, calendar.status_code) == (200, 200)
    assert "authorization" not in sent(keys)


async def test_a_client_that_is_too_fast_is_told_when_to_come_back(settings: GatewaySettings, credentials):
    slow = settings.model_copy(update={"rate_limit_per_minute": 1, "rate_limit_burst": 3})
    async with serving(create_gateway(slow)) as url, httpx.AsyncClient(base_url=url, timeout=60) as client:
        header = {"Authorization": f"Bearer {await get_token(client, credentials)}"}
        answers = [await client.get(path, headers=header) for path in ("/v1/agencies", "/v1/me") * 2]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer.headers["ratelimit"] for answer in answers] == [
        '"client";r=2;t=1',
        '"client";r=1;t=1',
        '"client";r=0;t=1',
        f'"client";r=0;t={answers[3].headers["retry-after"]}',
    ]
    assert answers[0].headers["ratelimit-policy"] == '"client";q=1;w=60;qu="requests"'
    assert 1 <= int(answers[3].headers["retry-after"]) <= 60
    assert answers[3].json()["code"] == "rate_limited"


async def test_many_at_once_get_each_their_own_answer(client, admin):
    async def ask(number: int) -> Any:
        body = str(number).encode() * 50
        answer = await client.post(f"/v1/submissions?n={number}", content=body, headers=admin)
        return answer.json()["query"], answer.json()["sha256"] == hashlib.sha256(body).hexdigest()

    answers = await asyncio.gather(*(ask(number) for number in range(200)))

    assert answers == [(f"n={number}", True) for number in range(200)]


async def test_every_door_asks_who_is_there(client, gateway: Dispatcher):
    open_doors = {
        "/oauth/token", "/oauth/revoke", "/oauth/introspect", "/.well-known/jwks.json",
        "/.well-known/oauth-authorization-server", "/v1/status",
    }  # fmt: skip
    doors = [
        (method.upper(), path.replace("{client_id}", "x"))
        for path, methods in gateway.app.openapi()["paths"].items()
        for method in methods
        if path not in open_doors
    ]

    answers = {door: (await client.request(*door, json={})).status_code for door in doors}

    assert len(answers) >= 8
    assert set(answers.values()) == {401}, answers


async def test_our_own_doors_behind_the_dispatcher_read_internal_tokens_only(
    gateway: Dispatcher, client, admin_token
):
    transport = httpx.ASGITransport(gateway.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://inside") as inside:
        answer = await inside.get("/v1/me", headers={"Authorization": f"Bearer {admin_token}"})

    assert answer.status_code == 401
