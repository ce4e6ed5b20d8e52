"""The doors of the audit."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from pydantic import AwareDatetime, BaseModel, Field

from kernel.callers import AnyCaller
from kernel.database import Session
from kernel.paging import Cursor, Limit, Page, cut, read_cursor
from kernel.web import Router
from services.submissions.audit.service import AuditFilter, AuditService
from services.submissions.cycle.schemas import Instant

router = Router(prefix="/v1/audit", tags=["audit"])

Position = Annotated[int, Query(ge=1, le=2**62)]


class AuditRead(BaseModel):
    """One thing that happened: who, what, before, after and why."""

    id: UUID
    position: int | None
    type: str
    subject: str
    occurred_at: Instant
    client: str | None
    agency: str | None
    on_behalf_of: str | None
    request_id: str | None
    data: dict[str, Any]
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    reason: str | None


class ChainRead(BaseModel):
    """Whether the log is as it was written."""

    first: int
    last: int
    intact: bool
    broken_at: int | None
    hash: str | None = Field(
        description="Of the last event, over everything before it. Noted elsewhere, it shows later on whether the"
        " end of the log was cut off or written anew."
    )


@router.get("")
async def list_audit(
    caller: AnyCaller,
    session: Session,
    subject: Annotated[str | None, Query(max_length=200)] = None,
    type: Annotated[str | None, Query(max_length=100)] = None,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[AuditRead]:
    """List what happened, newest first. For administrators, and for stewards about their plans."""
    (after,) = read_cursor(cursor, UUID) or (None,)
    wanted = AuditFilter(subject=subject, type=type, since=since, until=until)
    rows = await AuditService(session).list_events(caller, wanted, limit=limit, after=after)
    page, following = cut(rows, limit, lambda row: (row.id,))
    return Page(items=[_shown(row) for row in page], next_cursor=following)


def _shown(row: Any) -> AuditRead:
    """Return an event without the content hash that it seals: small counts could be tried against it."""
    read = AuditRead.model_validate(row, from_attributes=True)
    if read.after is not None:
        read.after = {name: told for name, told in read.after.items() if name != "content_sha256"}
    return read


@router.get("/verify")
async def verify_audit(
    caller: AnyCaller,
    session: Session,
    first: Position = 1,
    last: Position | None = None,
    since: Annotated[AwareDatetime | None, Query(alias="from", description="From this instant on.")] = None,
    until: Annotated[AwareDatetime | None, Query(alias="to", description="Before this instant.")] = None,
) -> ChainRead:
    """Check the hash chain over a range, of positions or of time: a changed or missing event shows.

    A range of time is checked from its first to its last event, whatever lies between. One call checks at most
    10,000 positions; go on after `last`.
    """
    audit = AuditService(session)
    if since is not None or until is not None:
        first, last = await audit.find_range(caller, since, until, first)
    begin, end, broken = await audit.verify(caller, first, last)
    mark = await audit.hash_at(end)
    return ChainRead(first=begin, last=end, intact=broken is None, broken_at=broken, hash=mark)
