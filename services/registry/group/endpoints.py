"""The doors of agency groups, of the members that stewards list, and of what leads of tasks ask."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request
from starlette.responses import Response

from kernel.etags import IfMatch, conditional, etag_of
from kernel.idempotency import Once
from kernel.paging import Cursor, Limit, Page
from kernel.web import Router
from services.registry.dependencies import AsOf, Groups, Reader, StewardHere, Writer
from services.registry.group.dependencies import Listings, Requests
from services.registry.group.membership_schemas import (
    EndingUpdate,
    ListingCreate,
    ListingRead,
    RequestCreate,
    RequestRead,
)
from services.registry.group.schemas import GroupCreate, GroupRead, MemberPage

router = Router(prefix="/v1/agency-groups", tags=["agency groups"])
request_router = Router(prefix="/v1/plans", tags=["plans"])
"""Comes before the plans' own doors: a code of a task may have slashes, and would swallow the rest."""

REQUESTS = "/{plan}/tasks/{code:path}/requests"
OfTask = Annotated[
    str | None,
    Query(
        max_length=100,
        description="Id of a task: whom its lead asked counts too.",
        examples=["QD-402-2020/1.1"],
    ),
]


@router.get("")
async def list_groups(_: Reader, groups: Groups, cursor: Cursor = None, limit: Limit = 50) -> Page[GroupRead]:
    """List the collective expressions that documents use."""
    return await groups.list_groups(cursor, limit)


@router.post("", status_code=201)
async def create_group(
    body: GroupCreate,
    writer: Writer,
    steward: StewardHere,
    groups: Groups,
    once: Once,
    response: Response,
) -> GroupRead:
    """Take in a collective expression of a new document. Its own stewards only; a code is never used again."""
    added = await groups.add(body, steward, writer)
    response.headers["Location"] = f"/v1/agency-groups/{added.id}"
    response.headers["ETag"] = etag_of(added.model_dump(mode="json"))
    return added


@router.get("/{group}", response_model=GroupRead)
async def get_group(group: str, request: Request, _: Reader, groups: Groups) -> Response:
    """Read one collective expression."""
    return conditional(request, (await groups.get(group)).model_dump(mode="json"))


@router.get("/{group}/members")
async def list_members(
    group: str,
    reader: Reader,
    groups: Groups,
    as_of: AsOf,
    task: OfTask = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> MemberPage:
    """List whom a group means on a day. A listed member that has ended is carried by its successor."""
    return await groups.list_members(reader, group, task, as_of, cursor, limit)


@router.get("/{group}/listings")
async def list_listings(
    group: str, _: Reader, listings: Listings, cursor: Cursor = None, limit: Limit = 50
) -> Page[ListingRead]:
    """List the members that stewards ever listed in a group, ended ones too, in the order of their first days."""
    return await listings.list_listings(group, cursor, limit)


@router.post("/{group}/listings", status_code=201)
async def create_listing(
    group: str,
    body: ListingCreate,
    writer: Writer,
    steward: StewardHere,
    listings: Listings,
    once: Once,
    response: Response,
) -> ListingRead:
    """List a member of an open group, from a day on, with the reason. Stewards only."""
    added = await listings.add(group, body, steward, writer)
    response.headers["Location"] = f"/v1/agency-groups/{group}/listings/{added.id}"
    response.headers["ETag"] = etag_of(added.model_dump(mode="json"))
    return added


@router.get("/{group}/listings/{listing}", response_model=ListingRead)
async def get_listing(group: str, listing: UUID, request: Request, _: Reader, listings: Listings) -> Response:
    """Read one listed member."""
    return conditional(request, (await listings.get(group, listing)).model_dump(mode="json"))


@router.patch("/{group}/listings/{listing}")
async def end_listing(
    group: str,
    listing: UUID,
    body: EndingUpdate,
    if_match: IfMatch,
    writer: Writer,
    steward: StewardHere,
    listings: Listings,
    response: Response,
) -> ListingRead:
    """End a listed membership with a day and a reason. Nothing is deleted."""
    ended = await listings.end(group, listing, body, if_match, steward, writer)
    response.headers["ETag"] = etag_of(ended.model_dump(mode="json"))
    return ended


@request_router.get(REQUESTS)
async def list_requests(
    plan: str, code: str, reader: Reader, requests: Requests, cursor: Cursor = None, limit: Limit = 50
) -> Page[RequestRead]:
    """List whom the lead of a task ever asked to take part, in the order of the first days."""
    return await requests.list_requests(reader, plan, code, cursor, limit)


@request_router.post(REQUESTS, status_code=201)
async def create_request(
    plan: str,
    code: str,
    body: RequestCreate,
    writer: Writer,
    steward: StewardHere,
    requests: Requests,
    once: Once,
    response: Response,
) -> RequestRead:
    """Ask an agency to take part in a task. The task's lead, or its plan's steward in the lead's name."""
    added = await requests.add(writer, steward, plan, code, body)
    response.headers["Location"] = f"/v1/plans/{plan}/tasks/{code}/requests/{added.id}"
    response.headers["ETag"] = etag_of(added.model_dump(mode="json"))
    return added


@request_router.get(REQUESTS + "/{request_id}", response_model=RequestRead)
async def get_request(
    plan: str, code: str, request_id: UUID, request: Request, reader: Reader, requests: Requests
) -> Response:
    """Read one request."""
    return conditional(request, (await requests.get(reader, plan, code, request_id)).model_dump(mode="json"))


@request_router.patch(REQUESTS + "/{request_id}")
async def end_request(
    plan: str,
    code: str,
    request_id: UUID,
    body: EndingUpdate,
    if_match: IfMatch,
    writer: Writer,
    steward: StewardHere,
    requests: Requests,
    response: Response,
) -> RequestRead:
    """End a request with a day and a reason: the lead that asked, who leads now, or the steward."""
    ended = await requests.end(writer, steward, plan, code, request_id, body, if_match)
    response.headers["ETag"] = etag_of(ended.model_dump(mode="json"))
    return ended
