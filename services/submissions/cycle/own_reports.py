"""Reports that an agency opens for itself: a notice of difficulties, a proposal. Nobody asks for them."""

from datetime import date

from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.callers import Caller
from kernel.clock import BusinessClock
from kernel.events import EventLog
from kernel.ids import new_id
from services.submissions.cycle import rules
from services.submissions.cycle.errors import CycleClosed, ObligationNotFound, OccurrenceExists
from services.submissions.cycle.ledger_store import LedgerStore
from services.submissions.cycle.opening import FormShelf, open_cycle
from services.submissions.cycle.sight import read_viewer
from services.submissions.cycle.store import CycleStore, Owed
from services.submissions.cycle.tables import Cycle, Origin
from services.submissions.cycle.telling import Teller, new_occurrence
from services.submissions.projection.tables import Obligation
from services.submissions.registry_schemas import ScheduleAnswer, ScheduleItem

OPENED = "Opened by the reporter."


class OwnReports:
    """Opens ad hoc reports for those whom the registry names as their reporters."""

    def __init__(
        self, *, session: AsyncSession, clock: BusinessClock, live_from: date, forms: FormShelf, teller: Teller
    ) -> None:
        self._session = session
        self._store = CycleStore(session)
        self._ledger = LedgerStore(session)
        self._clock = clock
        self._live_from = live_from
        self._forms = forms
        self._teller = teller

    async def open(self, caller: Caller, code: str, schedule: ScheduleAnswer) -> Owed:
        """Open a report of the caller's own; the cycle of its period is shared with all who open one for it."""
        viewer = await read_viewer(self._session, caller, self._clock.today())
        obligation = await self._store.find_obligation(code)
        item = next(iter(schedule.items), None)
        mine = [one for one in item.reporters if one.agency in viewer.stands_for] if item else []
        if obligation is None or item is None or not mine or not caller.may_see_plan(obligation.plan):
            raise ObligationNotFound(code)
        rules.require_ad_hoc(obligation)
        await self._ledger.lock()
        cycle = await self._cycle(item, obligation, schedule.calendar_version)
        known = {one.agency: one.id for one in await self._store.list_owed(cycle.id)}
        if mine[0].agency in known:
            raise OccurrenceExists(known[mine[0].agency])
        occurrence = new_occurrence(new_id(), cycle, mine[0].agency, mine[0].duty)
        await self._ledger.add_all([occurrence])
        told = self._teller.tell("occurrence.scheduled", obligation, cycle, occurrence, cause=OPENED)
        await EventLog(self._session, self._clock).append(told, caller=caller)
        found = await self._store.find_occurrence(viewer, occurrence.id)
        assert found is not None
        return found

    async def _cycle(self, item: ScheduleItem, obligation: Obligation, calendar_version: str | None) -> Cycle:
        known = await self._ledger.find_cycle(obligation.id, item.period)
        if known is not None and known.closed_at is not None:
            raise CycleClosed(known.period, known.closed_at)
        if known is not None:
            return known
        await self._forms.refresh(self._session)
        history = (item.due_on or item.period_end) < self._live_from
        origin, now = Origin.REQUEST, self._clock()
        cycle = open_cycle(item, obligation, self._forms, calendar_version, origin, now, history=history)
        await self._ledger.add_all([cycle])
        return cycle
