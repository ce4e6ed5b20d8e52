"""What the commands `api`, `worker` and `openapi` do: serve an application, repeat a worker's loops."""

import asyncio
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pkgutil import resolve_name
from typing import Any

import orjson
import uvicorn
import uvloop
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kernel.metrics import metrics_response
from kernel.process import Service, look_for_garbage_seldom
from kernel.runtime import Runtime, open_runtime
from kernel.settings import ServiceSettings
from kernel.web import readiness
from kernel.worker import Loop, run_loops

NOT_STARTED = 3
"""Exit code of a server that could not start, as uvicorn gives it."""

Work = Callable[[Runtime], AbstractAsyncContextManager[Sequence[Loop]]]


def serve(service: Service, settings: ServiceSettings) -> None:
    """Answer requests until told to stop."""
    config = uvicorn.Config(
        resolve_name(service.app)(settings),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=5,
    )
    server = _Server(config)
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        sys.exit(NOT_STARTED)


class _Server(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and leave alone what was loaded by then, such as every published form."""
        await super().startup(sockets)
        look_for_garbage_seldom()


def work(service: Service, settings: ServiceSettings) -> None:
    """Repeat the loops of a worker until told to stop."""
    if service.work is None:
        sys.exit(f"{service.name} has no worker")
    open_work: Work = resolve_name(service.work)
    uvloop.run(_run_worker(service.name, settings, open_work))


def print_openapi(service: Service, settings: ServiceSettings) -> None:
    """Print the OpenAPI document of the public doors as it is kept in docs/api."""
    if service.openapi is not None:
        document = resolve_name(service.openapi)()
    else:
        app = resolve_name(service.app)(settings)
        assert isinstance(app, FastAPI)
        document = app.openapi()
    sys.stdout.write(orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode() + "\n")


async def _run_worker(name: str, settings: ServiceSettings, open_work: Work) -> None:
    async with (
        open_runtime(name, settings) as runtime,
        open_work(runtime) as loops,
        _health_server(runtime, settings.port),
    ):
        look_for_garbage_seldom()
        await _until_told(run_loops(loops))


async def _until_told(work: Any) -> None:
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(work)
    for told in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(told, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        return


@asynccontextmanager
async def _health_server(runtime: Runtime, port: int) -> AsyncIterator[None]:
    """Serve /livez, /readyz and /metrics of a worker; `port` is the worker's own."""

    async def livez(_: Request) -> Response:
        return JSONResponse({"status": "alive", "service": runtime.service, "role": "worker"})

    async def readyz(_: Request) -> Response:
        return await readiness(runtime)

    async def metrics(_: Request) -> Response:
        return metrics_response()

    app = Starlette(routes=[Route("/livez", livez), Route("/readyz", readyz), Route("/metrics", metrics)])
    config = uvicorn.Config(app, host=runtime.settings.host, port=port, log_config=None, access_log=False)
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]  # the worker handles them
    task = asyncio.create_task(server.serve())
    try:
        yield
    finally:
        server.should_exit = True
        await task
