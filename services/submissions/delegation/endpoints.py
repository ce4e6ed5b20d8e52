"""The doors of delegated review."""

from datetime import date
from uuid import UUID

from fastapi import Response

from kernel.idempotency import Once
from kernel.paging import Cursor, Limit, Page, cut, read_cursor
from kernel.web import Router
from services.submissions.delegation.rules import is_running
from services.submissions.delegation.schemas import DelegationCreate, DelegationEnd, DelegationRead
from services.submissions.delegation.tables import ReviewDelegation
from services.submissions.dependencies import Delegations, Reader, Reviewer, TheParts

router = Router(prefix="/v1/review-delegations", tags=["reviews"])


@router.post("", status_code=201)
async def delegate_review(
    body: DelegationCreate,
    caller: Reviewer,
    _: Once,
    delegations: Delegations,
    parts: TheParts,
    response: Response,
) -> DelegationRead:
    """Let another agency review what is owed to yours under an obligation or a plan, for a time.

    The delegate sees these reports and accepts or returns them. Everything else stays with the recipient; who
    prepared a report reviews it no more as a delegate than as a recipient.
    """
    made = await delegations.make(caller, body)
    response.headers["Location"] = f"/v1/review-delegations/{made.id}"
    return _shown(made, parts.clock.today())


@router.get("")
async def list_delegations(
    caller: Reader, delegations: Delegations, parts: TheParts, limit: Limit = 50, cursor: Cursor = None
) -> Page[DelegationRead]:
    """List the delegations that your agency made or was given, newest first."""
    (after,) = read_cursor(cursor, UUID) or (None,)
    rows = await delegations.list_all(caller, limit=limit, after=after)
    page, following = cut(rows, limit, lambda row: (row.id,))
    return Page(items=[_shown(one, parts.clock.today()) for one in page], next_cursor=following)


@router.get("/{delegation}")
async def get_delegation(
    delegation: UUID, caller: Reader, delegations: Delegations, parts: TheParts
) -> DelegationRead:
    """Read one delegation."""
    return _shown(await delegations.get(caller, delegation), parts.clock.today())


@router.post("/{delegation}/end")
async def end_delegation(
    delegation: UUID,
    body: DelegationEnd,
    caller: Reviewer,
    _: Once,
    delegations: Delegations,
    parts: TheParts,
) -> DelegationRead:
    """End a delegation at once: the recipient takes it back, or the delegate gives it back. Decisions stay."""
    return _shown(await delegations.end(caller, delegation, body.reason), parts.clock.today())


def _shown(one: ReviewDelegation, today: date) -> DelegationRead:
    return DelegationRead(**one.model_dump(exclude={"made_by"}), running=is_running(one, today))
