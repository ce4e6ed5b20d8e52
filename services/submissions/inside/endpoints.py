"""The inside door for open occurrences: registry looks at it when a succession is proposed, and keeps no copy."""

from typing import Annotated, Any

from fastapi import Depends, Query

from kernel.callers import requires_service
from kernel.database import Session
from kernel.web import Router
from services.submissions.inside.store import list_open

router = Router(include_in_schema=False)

Registry = Annotated[str, Depends(requires_service("registry"))]


@router.get("/internal/open-occurrences")
async def open_occurrences(
    _: Registry, session: Session, agency: Annotated[str, Query(min_length=1, max_length=40)]
) -> dict[str, Any]:
    """What an agency owes and has not answered, or has to correct, in cycles that are not closed."""
    return {"items": [dict(row._mapping) for row in await list_open(session, agency)]}
