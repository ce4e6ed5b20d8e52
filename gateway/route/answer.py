"""What the caller gets: a service's answer as it flows, or a problem."""

import asyncio
from collections.abc import Iterable

import orjson
import structlog
from starlette.types import Receive, Send

from gateway.route.headers import pass_out
from gateway.route.upstream import Answer
from kernel.errors import Problem

GATHERED = 64 * 1024
LINGER_SECONDS = 5.0

log = structlog.get_logger()


async def pass_answer(answer: Answer, extra: Iterable[tuple[bytes, bytes]], receive: Receive, send: Send) -> None:
    """Send a service's answer on, in one piece when it is small, piece by piece otherwise."""
    headers = pass_out(answer.headers)
    start = {"type": "http.response.start", "status": answer.status, "headers": [*headers, *extra]}
    async with answer:
        if answer.length is not None and answer.length <= GATHERED:
            body = await answer.read()
            await send(start)
            await send({"type": "http.response.body", "body": body})
            return
        await send(start)
        await _stream(answer, receive, send)


async def _stream(answer: Answer, receive: Receive, send: Send) -> None:
    gone = asyncio.create_task(_until_gone(receive))
    try:
        async for chunk in answer.chunks():
            if gone.done():
                return  # leaving closes the connection to the service: it need not go on for nobody
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    except (ConnectionError, TimeoutError) as error:
        # The head is out: the only honest sign left is a connection that ends too early.
        log.warning("answer_broke_off", error=repr(error)[:200])
    finally:
        gone.cancel()


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def send_problem(
    problem: Problem,
    *,
    instance: str,
    request_id: str,
    extra: Iterable[tuple[bytes, bytes]],
    receive: Receive,
    send: Send,
    head_only: bool,
) -> None:
    """Send a refusal. When the body was refused unread, read on a moment so that the caller sees the answer."""
    body = orjson.dumps(problem.body(instance, request_id), default=str)
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(body)).encode()),
        *((name.lower().encode(), value.encode()) for name, value in problem.headers.items()),
        *extra,
    ]
    closing = problem.status in (408, 413)
    if closing:
        headers = [*(field for field in headers if field[0] != b"connection"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    shown = b"" if head_only else body
    await send({"type": "http.response.body", "body": shown, "more_body": closing})
    if closing:
        await _linger(receive)
        await send({"type": "http.response.body", "body": b""})


async def _linger(receive: Receive) -> None:
    try:
        async with asyncio.timeout(LINGER_SECONDS):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect" or not message.get("more_body", False):
                    return
    except TimeoutError:
        return
