"""The doors of webhook endpoints; each agency manages its own."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from fastapi import Request, Response

from kernel.etags import IfMatch, conditional
from kernel.idempotency import Once
from kernel.paging import Cursor, Limit, Page, cut, read_cursor
from kernel.web import Router
from services.notifications.dependencies import EndpointRows, Endpoints, Manager
from services.notifications.endpoint.schemas import (
    EndpointCreate,
    EndpointCreated,
    EndpointRead,
    EndpointUpdate,
    ReplayFrom,
    ReplayRead,
    SecretRotate,
    TestRead,
    shown,
)
from services.notifications.endpoint.service import version_of

router = Router(prefix="/v1/webhook-endpoints", tags=["webhook endpoints"])


@router.post("", status_code=201, response_model=EndpointCreated)
async def register(
    body: EndpointCreate, manager: Manager, endpoints: Endpoints, response: Response, _: Once
) -> dict[str, Any]:
    """Register an address for events. The answer shows the signing secret, once.

    Events come as POST with Standard Webhooks headers and a CloudEvents body; answer 2xx within 15 seconds.
    """
    row, secret = await endpoints.register(manager, body)
    response.headers["Location"] = f"/v1/webhook-endpoints/{row.id}"
    response.headers["ETag"] = version_of(row)
    return {**shown(row), "secret": secret}


@router.get("", response_model=Page[EndpointRead])
async def list_endpoints(
    manager: Manager, rows: EndpointRows, limit: Limit = 50, cursor: Cursor = None
) -> dict[str, Any]:
    """List the endpoints of the caller's agency, oldest first."""
    key = read_cursor(cursor, UUID)
    found = await rows.list_of(manager, after=key[0] if key else None, limit=limit + 1)
    items, following = cut(found, limit, lambda row: (str(row.id),))
    return {"items": [shown(row) for row in items], "next_cursor": following}


@router.get("/{id}", response_model=EndpointRead)
async def get_endpoint(id: UUID, manager: Manager, rows: EndpointRows, request: Request) -> Response:
    """Read one endpoint; its ETag is what a change needs as If-Match."""
    row = await rows.get(manager, id)
    return conditional(request, shown(row), str(row.id), row.version)


@router.patch("/{id}", response_model=EndpointRead)
async def change(
    id: UUID,
    body: EndpointUpdate,
    manager: Manager,
    endpoints: Endpoints,
    if_match: IfMatch,
    response: Response,
) -> dict[str, Any]:
    """Change an endpoint, disable it, or enable it again; waiting deliveries then go on."""
    row = await endpoints.change(manager, id, body, if_match)
    response.headers["ETag"] = version_of(row)
    return shown(row)


@router.delete("/{id}", status_code=204)
async def delete(id: UUID, manager: Manager, endpoints: Endpoints) -> None:
    """Delete an endpoint. Its deliveries stay readable; nothing more is sent."""
    await endpoints.delete(manager, id)


@router.post("/{id}/secret/rotate", response_model=EndpointCreated)
async def rotate(
    id: UUID, manager: Manager, endpoints: Endpoints, _: Once, body: SecretRotate | None = None
) -> dict[str, Any]:
    """Give the endpoint a new secret, shown once. During the overlap both secrets sign."""
    overlap = timedelta(hours=(body or SecretRotate()).overlap_hours)
    row, secret = await endpoints.rotate(manager, id, overlap)
    return {**shown(row), "secret": secret}


@router.post("/{id}/test", status_code=202, response_model=TestRead)
async def test(id: UUID, manager: Manager, endpoints: Endpoints, _: Once) -> dict[str, Any]:
    """Send an `endpoint.tested` event to this endpoint, whatever types it asked for."""
    event, delivery = await endpoints.test(manager, id)
    return {"event": event, "delivery": delivery}


@router.post("/{id}/replay", status_code=202, response_model=ReplayRead)
async def replay(id: UUID, body: ReplayFrom, manager: Manager, endpoints: Endpoints, _: Once) -> dict[str, Any]:
    """Bring every event that the endpoint wants again, from a cursor on; ids stay the same."""
    queued, following = await endpoints.replay(manager, id, body.after)
    return {"queued": queued, "next_cursor": following}
