"""The doors of agency groups."""

from fastapi import Request
from starlette.responses import Response

from kernel.etags import conditional
from kernel.paging import Cursor, Limit, Page
from kernel.web import Router
from services.registry.dependencies import AsOf, Groups, Reader
from services.registry.group.schemas import GroupRead, MemberPage

router = Router(prefix="/v1/agency-groups", tags=["agency groups"])


@router.get("")
async def list_groups(_: Reader, groups: Groups, cursor: Cursor = None, limit: Limit = 50) -> Page[GroupRead]:
    """List the collective expressions that documents use."""
    return await groups.list_groups(cursor, limit)


@router.get("/{group}", response_model=GroupRead)
async def get_group(group: str, request: Request, _: Reader, groups: Groups) -> Response:
    """Read one collective expression."""
    return conditional(request, (await groups.get(group)).model_dump(mode="json"))


@router.get("/{group}/members")
async def list_members(
    group: str, _: Reader, groups: Groups, as_of: AsOf, cursor: Cursor = None, limit: Limit = 50
) -> MemberPage:
    """List whom a group means on a day. A listed member that has ended is carried by its successor."""
    return await groups.list_members(group, as_of, cursor, limit)
