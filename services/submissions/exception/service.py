"""Asking for extensions and waivers, deciding on them, and taking them back."""

from datetime import date, datetime
from uuid import UUID

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.callers import Caller
from kernel.clock import BusinessClock, end_of_day
from kernel.events import EventLog, NewEvent
from kernel.ids import new_id
from services.submissions.cycle.errors import OccurrenceNotFound
from services.submissions.cycle.sight import read_viewer
from services.submissions.cycle.store import CycleStore, Owed
from services.submissions.cycle.tables import State
from services.submissions.cycle.telling import Teller, dated
from services.submissions.cycle.viewer import Role, Viewer
from services.submissions.exception import rules, telling
from services.submissions.exception.errors import ExceptionNotFound, ExceptionPending, ExceptionSettled
from services.submissions.exception.store import ExceptionFilter, ExceptionStore, FoundException
from services.submissions.exception.tables import ExceptionState, Kind, OccurrenceException

Decided = dict[str, datetime | str | None]

log = structlog.get_logger()


class ExceptionService:
    """Extensions and waivers as reporters and recipients use them."""

    def __init__(self, *, session: AsyncSession, clock: BusinessClock, teller: Teller) -> None:
        self._session = session
        self._store = ExceptionStore(session)
        self._ledger = CycleStore(session)
        self._clock = clock
        self._teller = teller

    async def list_all(
        self, caller: Caller, wanted: ExceptionFilter, *, limit: int, after: UUID | None
    ) -> list[FoundException]:
        """Return one more than `limit` that the caller may see; of one occurrence when one is named."""
        viewer = await self._viewer(caller)
        if wanted.occurrence is not None:
            await self._get_owed(viewer, wanted.occurrence)
        return await self._store.list_all(viewer, wanted, limit=limit, after=after)

    async def get(self, caller: Caller, kind: Kind, exception: UUID) -> FoundException:
        """Return one that the caller may see."""
        return await self._get(await self._viewer(caller), kind, exception)

    async def ask(
        self, caller: Caller, kind: Kind, occurrence_id: UUID, reason: str, due_on: date | None = None
    ) -> FoundException:
        """Keep the reporter's request; what a recipient asks for is granted with it."""
        viewer = await self._viewer(caller)
        owed = await self._get_owed(viewer, occurrence_id)
        by_reporter = _is_reporter(viewer, owed)
        await self._store.lock(occurrence_id)
        rules.require_owed(owed[0], owed[1])
        if due_on is not None:
            rules.require_later(owed[0], owed[1], due_on, self._clock.today())
        pending = await self._store.find_pending(occurrence_id, kind)
        if pending is not None:
            raise ExceptionPending(pending)
        exception = self._request(caller, kind, occurrence_id, reason, due_on)
        await self._store.add(exception)
        found = (exception, *owed)
        if by_reporter:
            await self._tell(caller, telling.tell_asked(self._teller, owed, exception))
        else:
            found = await self._get(viewer, kind, exception.id)
            await self._grant(caller, found, due_on, None)
        log.info("exception_asked", kind=kind, exception_id=str(exception.id), granted=not by_reporter)
        return await self._get(viewer, kind, exception.id)

    async def grant(
        self, caller: Caller, kind: Kind, exception_id: UUID, due_on: date | None, reason: str | None
    ) -> FoundException:
        """Grant a request: the ledger follows at once."""
        viewer, found = await self._claim(caller, kind, exception_id)
        rules.require_owed(found[1], found[2])
        await self._grant(caller, found, due_on or found[0].asked_due_on, reason)
        return await self._get(viewer, kind, exception_id)

    async def refuse(self, caller: Caller, kind: Kind, exception_id: UUID, reason: str) -> FoundException:
        """Refuse a request; the date stays as it is."""
        viewer, found = await self._claim(caller, kind, exception_id)
        await self._store.change(
            found[0], state=ExceptionState.REFUSED, **self._decision(caller), decision_reason=reason
        )
        await self._tell(caller, telling.tell_settled(self._teller, found[1:], found[0], "refused", reason))
        return await self._get(viewer, kind, exception_id)

    async def withdraw(self, caller: Caller, kind: Kind, exception_id: UUID, reason: str) -> FoundException:
        """Take back: a request by the one who asked, a grant by the recipient."""
        viewer = await self._viewer(caller)
        by_reporter = _is_reporter(viewer, (await self._get(viewer, kind, exception_id))[1:])
        found = await self._hold(viewer, kind, exception_id)
        if by_reporter:
            rules.require_requested(found[0])
            told = telling.tell_settled(self._teller, found[1:], found[0], "withdrawn", reason)
            state = ExceptionState.WITHDRAWN
        elif found[0].state != ExceptionState.GRANTED:
            raise ExceptionSettled(found[0].state)
        else:
            told = await self._revoke(found, reason)
            state = ExceptionState.REVOKED
        ended = {"ended_at": self._clock(), "ended_by": caller.acting_agency, "ended_reason": reason}
        await self._store.change(found[0], state=state, **ended)
        await self._tell(caller, told)
        return await self._get(viewer, kind, exception_id)

    async def _viewer(self, caller: Caller) -> Viewer:
        return await read_viewer(self._session, caller, self._clock.today())

    async def _get_owed(self, viewer: Viewer, occurrence: UUID) -> Owed:
        owed = await self._ledger.find_occurrence(viewer, occurrence)
        if owed is None:
            raise OccurrenceNotFound()
        return owed

    async def _get(self, viewer: Viewer, kind: Kind, exception: UUID) -> FoundException:
        found = await self._store.find(viewer, kind, exception)
        if found is None:
            raise ExceptionNotFound(kind)
        return found

    async def _hold(self, viewer: Viewer, kind: Kind, exception: UUID) -> FoundException:
        """Hold the occurrence, so that one decision at a time is made about it, and read all anew."""
        await self._store.lock((await self._get(viewer, kind, exception))[1].id)
        return await self._get(viewer, kind, exception)

    async def _claim(self, caller: Caller, kind: Kind, exception: UUID) -> tuple[Viewer, FoundException]:
        """Find a request, prove the right to decide on it, and hold it."""
        viewer = await self._viewer(caller)
        found = await self._get(viewer, kind, exception)
        viewer.require_recipient(found[3], found[2])
        rules.require_other_hands(viewer, found[0])
        found = await self._hold(viewer, kind, exception)
        rules.require_requested(found[0])
        return viewer, found

    async def _grant(self, caller: Caller, found: FoundException, due_on: date | None, reason: str | None) -> None:
        exception, *_ = found
        decided: Decided = {"state": ExceptionState.GRANTED, **self._decision(caller), "decision_reason": reason}
        if exception.kind == Kind.WAIVER:
            told = await self._waive(caller, found, decided)
        else:
            assert due_on is not None, "an extension names its day when it is asked for"
            told = await self._extend(caller, found, decided, due_on)
        await self._tell(caller, told)

    async def _extend(self, caller: Caller, found: FoundException, decided: Decided, due_on: date) -> NewEvent:
        exception, occurrence, cycle, _ = found
        replaced = rules.require_later(occurrence, cycle, due_on, self._clock.today())
        before, due_at = dated(cycle, occurrence), end_of_day(due_on)
        await self._store.change(
            exception,
            **decided,
            due_on=due_on,
            due_at=due_at,
            replaced_due_on=replaced.due_on,
            replaced_overdue_after=replaced.overdue_after,
        )
        await self._store.change_occurrence(
            occurrence,
            extended_due_on=due_on,
            extended_due_at=due_at,
            extension_reason=exception.reason,
            extended_by=caller.acting_agency,
        )
        return telling.tell_extended(self._teller, found[1:], exception, before)

    async def _waive(self, caller: Caller, found: FoundException, decided: Decided) -> NewEvent:
        exception, occurrence, _, _ = found
        await self._store.change(exception, **decided, state_before=occurrence.state)
        await self._store.change_occurrence(
            occurrence,
            state=State.WAIVED,
            waived_at=self._clock(),
            waiver_code=rules.WAIVED_BY_RECIPIENT,
            waiver_reason=exception.reason,
            waived_by=caller.acting_agency,
        )
        return telling.tell_waived(self._teller, found[1:], exception)

    async def _revoke(self, found: FoundException, reason: str) -> NewEvent:
        exception, occurrence, cycle, _ = found
        if exception.kind == Kind.WAIVER:
            nothing = dict.fromkeys(("waived_at", "waiver_code", "waiver_reason", "waived_by"))
            state = exception.state_before or State.OWED
            await self._store.change_occurrence(occurrence, state=state, **nothing)
            return telling.tell_waiver_revoked(self._teller, found[1:], reason)
        granted = await self._store.list_granted(occurrence.id, Kind.EXTENSION)
        rules.require_revocable(exception, granted[0], occurrence, self._clock())
        before, standing = dated(cycle, occurrence), granted[1] if len(granted) > 1 else None
        await self._store.change_occurrence(
            occurrence,
            extended_due_on=standing.due_on if standing else None,
            extended_due_at=standing.due_at if standing else None,
            extension_reason=standing.reason if standing else None,
            extended_by=standing.decided_by if standing else None,
        )
        return telling.tell_extension_revoked(self._teller, found[1:], before, reason)

    def _request(
        self, caller: Caller, kind: Kind, occurrence: UUID, reason: str, due_on: date | None
    ) -> OccurrenceException:
        return OccurrenceException(
            id=new_id(),
            occurrence_id=occurrence,
            kind=kind,
            state=ExceptionState.REQUESTED,
            reason=reason,
            asked_at=self._clock(),
            asked_by=caller.acting_agency,
            asked_client=caller.client,
            asked_due_on=due_on,
        )

    def _decision(self, caller: Caller) -> Decided:
        return {
            "decided_at": self._clock(),
            "decided_by": caller.acting_agency,
            "decided_client": caller.client,
        }

    async def _tell(self, caller: Caller, event: NewEvent) -> None:
        await EventLog(self._session, self._clock).append(event, caller=caller)


def _is_reporter(viewer: Viewer, owed: Owed) -> bool:
    """Say whether the viewer asks as the reporter; else it must be the recipient. Each needs its own scope."""
    occurrence, cycle, obligation = owed
    if Role.REPORTER in viewer.roles(obligation, cycle, occurrence.agency):
        viewer.caller.require_scope("submissions:write")
        return True
    viewer.require_recipient(obligation, cycle)
    viewer.caller.require_scope("submissions:review")
    return False
