"""Naming reviewers for a time, and ending that."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.callers import Caller
from kernel.clock import BusinessClock
from kernel.events import EventLog, NewEvent
from kernel.ids import new_id
from services.submissions.cycle.errors import AgenciesUnknown
from services.submissions.cycle.sight import read_viewer
from services.submissions.delegation import rules
from services.submissions.delegation.errors import DelegationNotFound, NothingToDelegate
from services.submissions.delegation.schemas import DelegationCreate
from services.submissions.delegation.store import DelegationStore
from services.submissions.delegation.tables import ReviewDelegation


class DelegationService:
    """Keeps who reviews in whose stead."""

    def __init__(self, *, session: AsyncSession, clock: BusinessClock) -> None:
        self._session = session
        self._store = DelegationStore(session)
        self._clock = clock

    async def make(self, caller: Caller, body: DelegationCreate) -> ReviewDelegation:
        """Let another agency review what is owed to the caller's own."""
        viewer = await read_viewer(self._session, caller, self._clock.today())
        if not await self._store.receives(viewer, body.obligation, body.plan):
            raise NothingToDelegate(body.obligation or body.plan or "")
        rules.require_another(viewer.agency, body.delegate)
        rules.require_fitting_days(body.valid_from, body.valid_to, self._clock.today())
        if not await self._store.is_agency(body.delegate):
            raise AgenciesUnknown([body.delegate])
        made = ReviewDelegation(
            id=new_id(),
            recipient=viewer.agency,
            **body.model_dump(),
            made_at=self._clock(),
            made_by=caller.client,
        )
        await self._store.add(made)
        await self._tell(caller, made, "review_delegation.made", made.reason)
        return made

    async def list_all(self, caller: Caller, *, limit: int, after: UUID | None) -> list[ReviewDelegation]:
        """Return one more than `limit` delegations that the caller's agency made or was given."""
        return await self._store.list_all(caller.acting_agency, limit=limit, after=after)

    async def get(self, caller: Caller, delegation: UUID) -> ReviewDelegation:
        """Return one that the caller's agency made or was given."""
        found = await self._store.find(caller.acting_agency, delegation)
        if found is None:
            raise DelegationNotFound()
        return found

    async def end(self, caller: Caller, delegation: UUID, reason: str) -> ReviewDelegation:
        """End one at once: the recipient takes it back, or the delegate gives it back."""
        found = await self._store.find(caller.acting_agency, delegation, lock=True)
        if found is None:
            raise DelegationNotFound()
        rules.require_running(found, self._clock.today())
        await self._store.end(found, self._clock(), reason)
        await self._tell(caller, found, "review_delegation.ended", reason)
        return await self.get(caller, delegation)

    async def _tell(self, caller: Caller, one: ReviewDelegation, type_: str, reason: str) -> None:
        told = NewEvent(
            type=type_,
            subject=str(one.id),
            data={"delegation": str(one.id), "obligation": one.obligation, "plan": one.plan},
            audience=[one.recipient, one.delegate],
            after={
                "recipient": one.recipient,
                "delegate": one.delegate,
                "delegate_client": one.delegate_client,
                "valid_from": one.valid_from.isoformat(),
                "valid_to": one.valid_to.isoformat(),
            },
            reason=reason,
        )
        await EventLog(self._session, self._clock).append(told, caller=caller)
