"""The doors of contacts. Personal data: nobody but the agency, its stewards and administrators gets through."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request
from starlette.responses import Response

from kernel.etags import IfMatch, conditional
from kernel.idempotency import Once
from kernel.paging import Cursor, Limit, Page
from kernel.web import Router
from services.registry.contact.dependencies import Contacts, Keeper, Teller
from services.registry.contact.schemas import ContactCreate, ContactRead, ContactUpdate
from services.registry.contact.service import etag
from services.registry.dependencies import AsOf, Reader, Writer

router = Router(prefix="/v1/agencies/{agency}/contacts", tags=["contacts"])
internal_router = Router(include_in_schema=False)


@router.get("")
async def list_contacts(
    agency: str,
    _: Reader,
    keeper: Keeper,
    contacts: Contacts,
    as_of: AsOf,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[ContactRead]:
    """List who of an agency is told on a day. For the agency itself, its stewards and administrators."""
    return await contacts.list_contacts(agency, as_of, keeper, cursor, limit)


@router.post("", status_code=201)
async def add_contact(
    agency: str,
    body: ContactCreate,
    writer: Writer,
    keeper: Keeper,
    contacts: Contacts,
    once: Once,
    response: Response,
) -> ContactRead:
    """Add someone who is to be told."""
    added = await contacts.add(agency, body, keeper, writer)
    response.headers["Location"] = f"/v1/agencies/{agency}/contacts/{added.id}"
    response.headers["ETag"] = etag(added)
    return added


@router.get("/{contact}", response_model=ContactRead)
async def get_contact(
    agency: str, contact: UUID, request: Request, _: Reader, keeper: Keeper, contacts: Contacts
) -> Response:
    """Read one contact."""
    found = await contacts.get(agency, contact, keeper)
    return conditional(request, found.model_dump(mode="json"), str(found.id), found.revision)


@router.patch("/{contact}")
async def change_contact(
    agency: str,
    contact: UUID,
    body: ContactUpdate,
    if_match: IfMatch,
    writer: Writer,
    keeper: Keeper,
    contacts: Contacts,
    response: Response,
) -> ContactRead:
    """Change a contact. Earlier values are not kept."""
    changed = await contacts.change(agency, contact, body, if_match, keeper, writer)
    response.headers["ETag"] = etag(changed)
    return changed


@router.delete("/{contact}", status_code=204)
async def remove_contact(
    agency: str, contact: UUID, writer: Writer, keeper: Keeper, contacts: Contacts
) -> Response:
    """Remove a person's data for good. The log keeps that it was done, and nothing of the person."""
    await contacts.remove(agency, contact, keeper, writer)
    return Response(status_code=204)


@internal_router.get("/internal/contacts")
async def contacts_to_tell(
    _: Teller, contacts: Contacts, agency: Annotated[list[str], Query(min_length=1, max_length=500)]
) -> dict[str, Any]:
    """Whom of some agencies notifications may tell today."""
    return {"items": await contacts.list_told(agency)}
