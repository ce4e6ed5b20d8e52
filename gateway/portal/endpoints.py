"""The doors of the portal: open to everyone."""

from dataclasses import asdict
from typing import Annotated, Any, Literal

import orjson
from fastapi import Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from gateway.dependencies import OpenGate
from gateway.portal.merging import Document, merge
from gateway.portal.pages import BROWSER, FILES, PAGE_HEADERS, problems_page, read_file
from gateway.settings import ROOT, GatewaySettings
from kernel.errors import NotFound
from kernel.web import Router

router = Router(tags=["portal"])
hidden = Router(include_in_schema=False)

DESCRIBED = ("registry", "submissions", "notifications")


class ServiceStatus(BaseModel):
    """How one service is doing, and what that means for whoever reports."""

    service: str
    state: Literal["accepting", "read_only", "down"]
    vi: str
    en: str


class Status(BaseModel):
    """How the platform is doing."""

    state: Annotated[
        Literal["accepting", "read_only", "down"], Field(description="Of submissions: can reports come in?")
    ]
    services: list[ServiceStatus]


@router.get("/v1/status")
async def status(gate: OpenGate) -> Status:
    """Say how each service is doing, with its meaning."""
    services = [ServiceStatus(**asdict(state)) for state in await gate.status.read()]
    taking_in = next(one for one in services if one.service == "submissions")
    return Status(state=taking_in.state, services=services)


@hidden.get("/")
async def landing(request: Request) -> JSONResponse:
    """Show the way to whoever comes without knowing it."""
    base = request.app.state.runtime.settings.public_url.rstrip("/")
    ways = {"docs": "/docs", "openapi": "/openapi.json", "token": "/oauth/token", "status": "/v1/status"}
    return JSONResponse({"name": "GCM Hub", **{name: base + path for name, path in ways.items()}})


@hidden.get("/openapi.json")
async def openapi_document(request: Request) -> Response:
    """The one OpenAPI document of all services."""
    state = request.app.state
    if not hasattr(state, "openapi_bytes"):
        settings = state.runtime.settings
        documents = {"gateway": request.app.openapi(), **_read_documents(settings)}
        state.openapi_bytes = orjson.dumps(
            merge(documents, state.gate.groups, public_url=settings.public_url.rstrip("/"))
        )
    return Response(state.openapi_bytes, media_type="application/json")


def _read_documents(settings: GatewaySettings) -> dict[str, Document]:
    paths = {name: settings.api_documents / f"{name}.json" for name in DESCRIBED}
    return {name: orjson.loads(path.read_bytes()) for name, path in paths.items() if path.exists()}


@hidden.get("/docs")
async def browser() -> Response:
    """The API browser."""
    return Response(BROWSER, media_type="text/html", headers=PAGE_HEADERS)


@hidden.get("/docs/problems")
async def problems() -> Response:
    """Every refusal and its code."""
    path = ROOT / "docs" / "problems.md"
    text = path.read_text() if path.exists() else "No list of problems is installed."
    return Response(problems_page(text), media_type="text/html", headers=PAGE_HEADERS)


@hidden.get("/docs/{name}")
async def browser_file(name: str) -> Response:
    """One file of the API browser."""
    kind = FILES.get(name)
    if kind is None:
        raise NotFound()
    headers: dict[str, Any] = {**PAGE_HEADERS, "Cache-Control": "public, max-age=86400"}
    return Response(read_file(name), media_type=kind, headers=headers)
