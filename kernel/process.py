"""The commands that every service package has: `api`, `worker`, `migrate`, `openapi`."""

import asyncio
import gc
import signal
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import uvicorn
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from kernel.logging import configure_logging
from kernel.metrics import metrics_response
from kernel.migrations import upgrade
from kernel.runtime import Runtime, open_runtime
from kernel.settings import ServiceSettings
from kernel.web import readiness
from kernel.worker import Loop, run_loops

WORKER_PORT_OFFSET = 100

Work = Callable[[Runtime], AbstractAsyncContextManager[Sequence[Loop]]]
"""Opens what a worker needs and gives its loops."""


@dataclass(frozen=True)
class Service:
    """One service package, as its `__main__` describes it."""

    name: str
    settings: Callable[[], ServiceSettings]
    create_app: Callable[[Any], ASGIApp]
    migrations: Path
    work: Work | None = None
    openapi: Callable[[], dict[str, Any]] | None = None
    commands: dict[str, Callable[[Any, list[str]], None]] = field(default_factory=dict)


def main(service: Service, argv: list[str] | None = None) -> None:
    """Run one command of a service."""
    args = sys.argv[1:] if argv is None else argv
    commands: dict[str, Callable[[Any, list[str]], None]] = {
        "api": lambda settings, _: _serve(service, settings),
        "worker": lambda settings, _: asyncio.run(_run_worker(service, settings)),
        "migrate": lambda settings, _: upgrade(service.migrations, settings.database_url),
        "openapi": lambda settings, _: _print_openapi(service, settings),
        **service.commands,
    }
    if not args or args[0] not in commands:
        sys.exit(f"usage: python -m <package> {' | '.join(commands)}")
    settings = service.settings()
    configure_logging(service.name, settings.log_level)
    commands[args[0]](settings, args[1:])


def _serve(service: Service, settings: ServiceSettings) -> None:
    app = service.create_app(settings)
    look_for_garbage_seldom()
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=5,
    )


def look_for_garbage_seldom() -> None:
    """Leave what is loaded alone, and look for cycles of references less often: most answers make none."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def openapi_text(document: dict[str, Any]) -> str:
    """Return an OpenAPI document as it is kept in docs/api."""
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode() + "\n"


def openapi_of(service: Service, settings: ServiceSettings) -> dict[str, Any]:
    """Return the OpenAPI document of a service's public doors."""
    if service.openapi is not None:
        return service.openapi()
    app = service.create_app(settings)
    assert isinstance(app, FastAPI)
    return app.openapi()


def _print_openapi(service: Service, settings: ServiceSettings) -> None:
    sys.stdout.write(openapi_text(openapi_of(service, settings)))


async def _run_worker(service: Service, settings: ServiceSettings) -> None:
    if service.work is None:
        sys.exit(f"{service.name} has no worker")
    async with open_runtime(service.name, settings) as runtime, service.work(runtime) as loops:
        gc.freeze()
        async with _health_server(runtime, settings.port):
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
