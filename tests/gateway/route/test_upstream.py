"""The way to one service, against servers that behave as HTTP/1.1 allows, and as it does not."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest

from gateway.route.body import Body
from gateway.route.errors import ServiceSlow
from gateway.route.table import Owner
from gateway.route.upstream import Service
from gateway.settings import GatewaySettings
from kernel.errors import BadRequest, ServiceSilent

Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
SHORT = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@asynccontextmanager
async def a_service(behave: Behaviour, **settings: Any) -> AsyncIterator[Service]:
    """Give the way to a server; its behaviour is called for each connection, which ends with it."""
    tasks = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.append(asyncio.current_task())
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                await behave(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    given = GatewaySettings(**{"upstream_read_seconds": 1, "upstream_connections": 4} | settings)
    service = Service(Owner.REGISTRY, f"http://127.0.0.1:{port}", given)
    try:
        yield service
    finally:
        service.close()
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def a_body(chunks: list[bytes], length: int | None) -> Body:
    """Return a body that comes in these chunks, which are taken off the list, and then nothing more."""

    async def receive() -> Any:
        return {"type": "http.request", "body": chunks.pop() if chunks else b"", "more_body": bool(chunks)}

    return Body(receive, length, limit=10**9, stall=5)


async def ask(service: Service, method: str = "GET", body: Body | None = None) -> tuple[int, bytes]:
    async with await service.send(method, "/x", [(b"a", b"b")], body) as answer:
        return answer.status, await answer.read()


async def test_requests_after_each_other_use_one_connection():
    connections, asked = 0, []

    async def behave(reader, writer):
        nonlocal connections
        connections += 1
        for _ in range(5):
            asked.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(SHORT)

    async with a_service(behave) as service:
        answers = [await ask(service) for _ in range(5)]

    assert answers == [(200, b"ok")] * 5
    assert connections == 1
    assert asked[0].startswith(b"GET /x HTTP/1.1\r\nHost: 127.0.0.1:")
    assert asked[0].endswith(b"\r\na: b\r\n\r\n")


async def test_no_more_connections_are_open_than_allowed_and_all_get_through():
    open_now = most = 0

    async def behave(reader, writer):
        nonlocal open_now, most
        open_now += 1
        most = max(most, open_now)
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(0.01)
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok")
        open_now -= 1

    async with a_service(behave) as service:
        answers = await asyncio.gather(*(ask(service) for _ in range(40)))

    assert answers == [(200, b"ok")] * 40
    assert most <= 4


@pytest.mark.parametrize(
    ("said", "status", "body"),
    [
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\nX: 1\r\n\r\n", 200, b"ab"),
        (b"HTTP/1.1 200 OK\r\n\r\nuntil the end", 200, b"until the end"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204, b""),
        (b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na", 200, b"a"),
    ],
)
async def test_every_way_to_end_an_answer_is_understood(said, status, body):
    async def behave(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(said)

    async with a_service(behave) as service:
        assert await ask(service) == (status, body)


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    ],
)
async def test_an_answer_that_is_not_whole_is_no_answer(said):
    async def behave(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(said)

    async with a_service(behave) as service:
        with pytest.raises(ServiceSilent):
            await ask(service, "POST")


async def test_an_answer_to_head_has_no_body_and_the_connection_is_used_again():
    connections = 0

    async def behave(reader, writer):
        nonlocal connections
        connections += 1
        for _ in range(3):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n")

    async with a_service(behave) as service:
        answers = [await ask(service, "HEAD") for _ in range(3)]

    assert answers == [(200, b"")] * 3
    assert connections == 1


@pytest.mark.parametrize(("method", "told"), [("GET", b"ok"), ("HEAD", b"")])
@pytest.mark.parametrize("pause", [0, 0.05])
async def test_what_comes_unasked_ends_the_connection(method, told, pause):
    async def behave(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(SHORT)
        await asyncio.sleep(pause)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nunsafe")
        await asyncio.sleep(5)

    async with a_service(behave) as service:
        for _ in range(3):
            assert await ask(service, method) == (200, told)
            await asyncio.sleep(0.1)


@pytest.mark.parametrize("length", [None, 300_000])
async def test_a_service_may_answer_before_it_read_the_body(length):
    async def behave(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 422 No\r\nContent-Length: 2\r\n\r\nno")
        await asyncio.sleep(5)

    async with a_service(behave) as service, asyncio.timeout(4):
        assert await ask(service, "POST", a_body([b"x" * 30_000] * 1000, length)) == (422, b"no")


async def test_a_service_that_takes_nothing_is_too_slow_and_little_lies_here():
    chunks = [b"x" * 100_000] * 1000

    async def behave(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        reader._transport.pause_reading()
        await asyncio.sleep(5)

    async with a_service(behave) as service, asyncio.timeout(4):
        with pytest.raises(ServiceSlow):
            await ask(service, "POST", a_body(chunks, None))

    assert len(chunks) > 900


async def test_of_an_answer_that_nobody_takes_little_lies_here():
    written = 0

    async def behave(reader, writer):
        nonlocal written
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 200000000\r\n\r\n")
        for _ in range(2000):
            writer.write(b"x" * 100_000)
            await writer.drain()
            written += 100_000

    async with a_service(behave) as service, await service.send("GET", "/x", [], None) as answer:
        await asyncio.sleep(0.5)
        before = written
        taken = 0
        async for chunk in answer.chunks():
            assert len(chunk) < 2_000_000
            taken += len(chunk)

    assert before < 30_000_000
    assert taken == 200_000_000


async def test_a_field_that_would_end_the_head_is_refused():
    async def behave(reader, writer):
        pytest.fail("nothing is sent")

    async with a_service(behave) as service:
        for value in (b"a\r\nx-client-id: admin", b"a\nb", b"a\0"):
            with pytest.raises(BadRequest):
                await service.send("GET", "/x", [(b"a", value)], None)
