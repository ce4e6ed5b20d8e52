"""The doors of successions."""

from typing import Annotated

from fastapi import Query, Request
from starlette.responses import Response

from kernel.etags import conditional
from kernel.paging import Cursor, Limit, Page
from kernel.web import Router
from services.registry.dependencies import Reader, Successions
from services.registry.succession.schemas import SuccessionRead
from services.registry.succession.states import SuccessionState

router = Router(prefix="/v1/successions", tags=["successions"])


@router.get("")
async def list_successions(
    _: Reader,
    successions: Successions,
    state: Annotated[SuccessionState | None, Query()] = None,
    predecessor: Annotated[str | None, Query(max_length=40, examples=["BLDTBXH"])] = None,
    successor: Annotated[str | None, Query(max_length=40)] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[SuccessionRead]:
    """List who followed whom, oldest first."""
    wanted = {"state": state, "predecessor": predecessor, "successor": successor}
    return await successions.list_successions(wanted, cursor, limit)


@router.get("/{succession}", response_model=SuccessionRead)
async def get_succession(succession: str, request: Request, _: Reader, successions: Successions) -> Response:
    """Read one succession."""
    return conditional(request, (await successions.get(succession)).model_dump(mode="json"))
