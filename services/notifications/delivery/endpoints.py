"""The doors of deliveries: what was brought to the agency's endpoints, and bringing it again."""

from typing import Any, Literal
from uuid import UUID

from fastapi import Request, Response

from kernel.etags import conditional
from kernel.idempotency import Once
from kernel.paging import Cursor, Limit, Page, cut, read_cursor
from kernel.web import Router
from services.notifications.delivery.journal import DeliveryFilter
from services.notifications.delivery.schemas import AttemptRead, DeliveryRead, shown, shown_attempt
from services.notifications.dependencies import Deliveries, Manager, Resends

router = Router(prefix="/v1/deliveries", tags=["deliveries"])
State = Literal["pending", "sending", "delivered", "failed"]


@router.get("", response_model=Page[DeliveryRead])
async def list_deliveries(
    manager: Manager,
    deliveries: Deliveries,
    endpoint: UUID | None = None,
    event: UUID | None = None,
    state: State | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List the deliveries of the caller's agency, newest first."""
    key = read_cursor(cursor, UUID)
    wanted = DeliveryFilter(endpoint=endpoint, event=event, state=state)
    before = key[0] if key else None
    rows = await deliveries.list_of(manager, wanted, before=before, limit=limit + 1)
    items, following = cut(rows, limit, lambda row: (str(row.id),))
    return {"items": [shown(row) for row in items], "next_cursor": following}


@router.get("/{id}", response_model=DeliveryRead)
async def get_delivery(id: UUID, manager: Manager, deliveries: Deliveries, request: Request) -> Response:
    """Read one delivery."""
    return conditional(request, shown(await deliveries.get(manager, id)))


@router.get("/{id}/attempts", response_model=Page[AttemptRead])
async def list_attempts(
    id: UUID, manager: Manager, deliveries: Deliveries, limit: Limit = 50, cursor: Cursor = None
) -> dict[str, Any]:
    """List the attempts of a delivery in order: what was answered, and how fast."""
    await deliveries.get(manager, id)
    key = read_cursor(cursor, int)
    rows = await deliveries.list_attempts(id, after=key[0] if key else 0, limit=limit + 1)
    items, following = cut(rows, limit, lambda row: (row.number,))
    return {"items": [shown_attempt(row) for row in items], "next_cursor": following}


@router.post("/{id}/resend", status_code=202, response_model=DeliveryRead)
async def resend(id: UUID, manager: Manager, resends: Resends, _: Once) -> dict[str, Any]:
    """Bring a delivery again, now, under the same webhook-id and with all its tries before it."""
    return shown(await resends.resend(manager, id))
