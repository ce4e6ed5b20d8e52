"""The shell of every service's API: strict doors, problems, health."""

from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter, FastAPI, Request
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import Query
from fastapi.routing import APIRoute
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import JSONResponse, Response

from kernel import sandbox
from kernel.callers import ServiceTokenReader, TokenReader
from kernel.clock import in_vietnam, real_now
from kernel.envelope import Envelope
from kernel.errors import BadRequest
from kernel.idempotency import Replay, keep_answer
from kernel.metrics import metrics_response
from kernel.problems import ProblemRead, answer_problems
from kernel.runtime import Runtime, open_runtime
from kernel.settings import ServiceSettings

Extend = Callable[[FastAPI, Runtime], AbstractAsyncContextManager[None]]
"""What a service opens beside the runtime when its API starts."""


class UnknownParameter(BadRequest):
    """A query parameter that this door does not know."""

    code = "parameter_unknown"
    title = "A query parameter is not known here"

    def __init__(self, unknown: Sequence[str], known: Sequence[str]) -> None:
        super().__init__(
            f"Not known here: {', '.join(unknown)}.",
            errors=[{"parameter": name, "rule": "parameter_unknown"} for name in unknown],
            known=list(known),
        )


class Door(APIRoute):
    """A route that refuses unknown query parameters and keeps the answer for an idempotency key."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        known = _query_names(self)

        async def handler(request: Request) -> Response:
            unknown = sorted(set(request.query_params) - known)
            if unknown:
                raise UnknownParameter(unknown, sorted(known))
            try:
                response = await handle(request)
            except Replay as replay:
                return replay.response()
            return await keep_answer(request, response)

        return handler


def _query_names(route: APIRoute) -> set[str]:
    fields = get_flat_params(route.dependant)
    return {field.alias for field in fields if isinstance(field.field_info, Query)}


class Router(APIRouter):
    """An APIRouter whose routes are doors."""

    def __init__(self, **options: Any) -> None:
        super().__init__(route_class=Door, **options)


def create_app(
    service: str,
    settings: ServiceSettings,
    routers: Sequence[APIRouter],
    *,
    title: str,
    description: str,
    extend: Extend | None = None,
    uploads: Sequence[str] = (),
) -> FastAPI:
    """Build a service's API. The runtime is opened when it starts and stands in `app.state.runtime`.

    `uploads` are the paths whose doors take bodies of up to `max_upload_bytes`."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_runtime(service, settings) as runtime:
            app.state.runtime = runtime
            app.state.token_reader = TokenReader(service, runtime.internal_keys)
            app.state.service_token_reader = ServiceTokenReader(service, runtime.service_keys)
            if extend is None:
                yield
                return
            async with extend(app, runtime):
                yield

    app = FastAPI(
        title=title,
        description=description,
        version="1",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        responses={"default": {"description": "A problem document (RFC 9457).", "model": ProblemRead}},
    )
    for router in (*routers, _health(service), *([sandbox.router] if settings.sandbox else [])):
        app.include_router(router)
    answer_problems(app)
    limits = dict.fromkeys(uploads, settings.max_upload_bytes)
    app.add_middleware(Envelope, max_body_bytes=settings.max_body_bytes, uploads=limits)
    return app


def _health(service: str) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/livez")
    async def livez() -> dict[str, str]:
        return {"status": "alive", "service": service}

    @router.get("/readyz")
    async def readyz(request: Request) -> JSONResponse:
        return await readiness(request.app.state.runtime)

    @router.get("/metrics")
    async def metrics() -> Response:
        return metrics_response()

    return router


async def readiness(runtime: Runtime) -> JSONResponse:
    """Say whether this process can work: it reaches its database, and finds there what it needs."""
    try:
        async with runtime.database.transaction() as session:
            await session.execute(sa.text("select 1"))
        missing = await runtime.find_missing()
    except (SQLAlchemyError, OSError):
        missing = "database_silent"
    if missing:
        return JSONResponse({"status": missing, "service": runtime.service}, status_code=503)
    state = {"status": "ready", "service": runtime.service, "real_time": in_vietnam(real_now())}
    return JSONResponse({**state, "business_time": in_vietnam(runtime.clock())})
