"""The gateway's one inside door: registry asks, when a succession is proposed, which systems an agency runs.

It stands on the public port, for the gateway has no other; registry's own token is what opens it.
"""

from typing import Annotated, Any

from fastapi import Depends, Query

from gateway.client.store import ClientStore
from kernel.callers import requires_service
from kernel.database import Session
from kernel.paging import MAX_LIMIT
from kernel.web import Router

router = Router(include_in_schema=False)

Registry = Annotated[str, Depends(requires_service("registry"))]


@router.get("/internal/clients")
async def clients_of(
    _: Registry, session: Session, agency: Annotated[str, Query(min_length=1, max_length=80)]
) -> dict[str, Any]:
    """Ids and names of the systems that are bound to an agency; never a secret, nothing else about them."""
    rows = await ClientStore(session).list_page(None, agency, MAX_LIMIT)
    return {"items": [{"id": row.id, "name": row.name} for row in rows]}
