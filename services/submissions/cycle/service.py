"""Reading the ledger, opening cycles on request, and what the recipient may change in one."""

from datetime import date
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.callers import Caller
from kernel.clock import BusinessClock, end_of_day
from kernel.etags import etag_of, require_match
from kernel.events import EventLog
from kernel.ids import new_id
from services.submissions.cycle import rules
from services.submissions.cycle.changes import Reason
from services.submissions.cycle.errors import (
    AgenciesUnknown,
    CycleExists,
    CycleNotFound,
    ObligationNotFound,
    OccurrenceNotFound,
    ReportersGiven,
    ReportersUnknown,
)
from services.submissions.cycle.ledger_store import LedgerStore
from services.submissions.cycle.opening import FormShelf, open_cycle
from services.submissions.cycle.schemas import CycleCreate, CycleUpdate
from services.submissions.cycle.sight import read_viewer
from services.submissions.cycle.store import CycleFilter, CycleStore, OccurrenceFilter, Owed
from services.submissions.cycle.tables import Cycle, Origin
from services.submissions.cycle.telling import Teller, dated, new_occurrence
from services.submissions.cycle.viewer import Viewer
from services.submissions.projection.tables import Obligation
from services.submissions.registry_schemas import ReporterAnswer, ScheduleAnswer, ScheduleItem


class LedgerService:
    """The ledger as callers use it."""

    def __init__(
        self,
        *,
        session: AsyncSession,
        clock: BusinessClock,
        live_from: date,
        forms: FormShelf,
        teller: Teller,
    ) -> None:
        self._session = session
        self._store = CycleStore(session)
        self._clock = clock
        self._live_from = live_from
        self._forms = forms
        self._teller = teller

    async def viewer(self, caller: Caller) -> Viewer:
        """Return the caller with the agencies it stands for today."""
        return await read_viewer(self._session, caller, self._clock.today())

    async def list_occurrences(
        self, caller: Caller, wanted: OccurrenceFilter, *, limit: int, after: tuple[date, UUID] | None
    ) -> list[tuple[Owed, date]]:
        """Return one more than `limit` occurrences that the caller may see."""
        viewer = await self.viewer(caller)
        return await self._store.list_occurrences(viewer, wanted, self._clock(), limit=limit, after=after)

    async def get_occurrence(self, viewer: Viewer, occurrence: UUID) -> Owed:
        """Return one occurrence that the viewer may see."""
        owed = await self._store.find_occurrence(viewer, occurrence)
        if owed is None:
            raise OccurrenceNotFound()
        return owed

    async def list_cycles(
        self, caller: Caller, wanted: CycleFilter, *, limit: int, after: tuple[date, UUID] | None
    ) -> list[tuple[Cycle, Obligation]]:
        """Return one more than `limit` cycles that the caller may see."""
        return await self._store.list_cycles(await self.viewer(caller), wanted, limit=limit, after=after)

    async def get_cycle(self, caller: Caller, cycle: UUID) -> tuple[Cycle, Obligation]:
        """Return one cycle that the caller may see."""
        found = await self._store.find_cycle(await self.viewer(caller), cycle)
        if found is None:
            raise CycleNotFound()
        return found

    async def open(self, caller: Caller, body: CycleCreate, schedule: ScheduleAnswer) -> tuple[Cycle, Obligation]:
        """Open a cycle on request: an ad hoc, irregular or one-off one, or one of the past."""
        obligation = await self._get_obligation_to_open(caller, body.obligation)
        ledger = LedgerStore(self._session)
        await ledger.lock()
        item = await self._planned(body, obligation, schedule)
        known = await ledger.find_cycle(obligation.id, item.period)
        if known is not None:
            raise CycleExists(known.id)
        history = (item.due_on or item.period_end) < self._live_from
        await self._forms.refresh(self._session)
        cycle = open_cycle(
            item,
            obligation,
            self._forms,
            schedule.calendar_version,
            Origin.REQUEST,
            self._clock(),
            history=history,
        )
        if body.due_on is not None:
            cycle.date_set_by, cycle.date_reason = caller.acting_agency, body.reason
        owed = [new_occurrence(new_id(), cycle, r.agency, r.duty) for r in item.reporters]
        await ledger.add_all([cycle])
        await ledger.add_all(owed)
        told = [
            self._teller.tell("occurrence.scheduled", obligation, cycle, one, cause=body.reason) for one in owed
        ]
        await EventLog(self._session, self._clock).append(*told, caller=caller)
        return cycle, obligation

    async def _get_obligation_to_open(self, caller: Caller, code: str) -> Obligation:
        """Only a recipient or the steward opens cycles; to all others the obligation is not there."""
        viewer = await self.viewer(caller)
        obligation = await self._store.find_obligation(code)
        if obligation is None or not rules.may_open(viewer, obligation):
            raise ObligationNotFound(code)
        return obligation

    async def _planned(self, body: CycleCreate, obligation: Obligation, schedule: ScheduleAnswer) -> ScheduleItem:
        item = next(iter(schedule.items), None)
        if item is None:
            above = [obligation.next_level] if obligation.next_level else []
            known = await LedgerStore(self._session).known_agencies(above)
            item = rules.plan_on_request(obligation, body.period, sorted(known))
        if item.reporters and body.reporters and obligation.kind == rules.PERIODIC:
            raise ReportersGiven(obligation.id, body.period)
        if body.reporters or not item.reporters:
            item = await self._with_reporters(item, body)
        if body.opens_on is not None:
            item = item.model_copy(update={"opens_on": body.opens_on})
        return rules.with_date(item, body.due_on, self._clock.today())

    async def _with_reporters(self, item: ScheduleItem, body: CycleCreate) -> ScheduleItem:
        named = list(dict.fromkeys(body.reporters or ()))
        if not named:
            raise ReportersUnknown(body.obligation, body.period)
        unknown = set(named) - await LedgerStore(self._session).known_agencies(named)
        if unknown:
            raise AgenciesUnknown(sorted(unknown))
        return item.model_copy(update={"reporters": tuple(ReporterAnswer(agency=one, duty=one) for one in named)})

    async def change(
        self, caller: Caller, cycle_id: UUID, body: CycleUpdate, if_match: str
    ) -> tuple[Cycle, Obligation]:
        """Set a date where the rule gives none, close, or reopen."""
        viewer = await self.viewer(caller)
        found = await self._store.find_cycle(viewer, cycle_id, lock=True)
        if found is None:
            raise CycleNotFound()
        cycle, obligation = found
        viewer.require_recipient(obligation, cycle)
        require_match(if_match, etag_of(str(cycle.id), cycle.version))
        if body.due_on is not None:
            await self._set_date(caller, cycle, obligation, body.due_on, body.reason)
        if body.closed is not None:
            await self._close(caller, cycle, obligation, body.closed, body.reason)
        return cycle, obligation

    async def _set_date(
        self, caller: Caller, cycle: Cycle, obligation: Obligation, due_on: date, reason: str
    ) -> None:
        rules.require_settable(cycle, due_on, self._clock.today())
        owed = [one for one in await self._store.list_owed(cycle.id) if one.waived_at is None]
        before = {one.id: dated(cycle, one) for one in owed}
        due_at = end_of_day(due_on)
        await LedgerStore(self._session).change_cycle(
            cycle,
            due_on=due_on,
            due_at=due_at,
            overdue_after=due_at,
            date_set_by=caller.acting_agency,
            date_reason=reason,
        )
        told = [
            self._teller.tell(
                "occurrence.rescheduled",
                obligation,
                cycle,
                one,
                reason=Reason.DATE_SET,
                before=before[one.id],
                cause=reason,
            )
            for one in owed
        ]
        await EventLog(self._session, self._clock).append(*told, caller=caller)

    async def _close(
        self, caller: Caller, cycle: Cycle, obligation: Obligation, closed: bool, reason: str
    ) -> None:
        rules.require_other_state(cycle, closed)
        was_closed_at = cycle.closed_at
        closed_at = self._clock() if closed else None
        await LedgerStore(self._session).change_cycle(cycle, closed_at=closed_at)
        told = self._teller.tell_cycle(obligation, cycle, was_closed_at, reason)
        await EventLog(self._session, self._clock).append(told, caller=caller)
