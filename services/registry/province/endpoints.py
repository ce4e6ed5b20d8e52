"""The inside door for provincial units; never routed by the gateway."""

from typing import Any

from kernel.database import Session
from kernel.web import Router
from services.registry.dependencies import InsideReader
from services.registry.province.store import list_units

router = Router(include_in_schema=False)


@router.get("/internal/provinces")
async def provinces(_: InsideReader, session: Session) -> dict[str, Any]:
    """Every provincial unit with its days, and what followed it: figures are carried from map to map with it."""
    return {"items": [dict(row) for row in await list_units(session)]}
