"""Rolling the ledger: every cycle that falls due in the next 18 months is open, with one occurrence a reporter."""

from datetime import date, timedelta

import structlog

from kernel.clock import BusinessClock
from kernel.database import Database
from kernel.events import EventLog, NewEvent
from kernel.ids import new_id
from services.submissions.cycle.applying import ChangeApplication
from services.submissions.cycle.changes import Schedule, find_changes
from services.submissions.cycle.ledger_store import LedgerStore
from services.submissions.cycle.opening import FormShelf, open_cycle
from services.submissions.cycle.tables import Cycle, Occurrence, Origin
from services.submissions.cycle.telling import Teller, new_occurrence
from services.submissions.projection.calendar import CalendarCopy
from services.submissions.projection.tables import Obligation
from services.submissions.registry_client import Registry
from services.submissions.registry_schemas import ScheduleAnswer, ScheduleItem

HORIZON_MONTHS = 18
MARGIN = timedelta(days=92)
"""The schedule is asked a little wider than the horizon, so that a date that moves across its edge is seen."""
LOOK_BACK = timedelta(days=366)

log = structlog.get_logger()


class HorizonRoller:
    """Keeps the ledger in step with registry's schedule and with the business clock."""

    def __init__(
        self,
        *,
        database: Database,
        registry: Registry,
        clock: BusinessClock,
        live_from: date,
        forms: FormShelf,
        teller: Teller,
    ) -> None:
        self._database = database
        self._registry = registry
        self._clock = clock
        self._live_from = live_from
        self._forms = forms
        self._teller = teller

    async def roll(self) -> bool:
        """Roll once when the day or the copy of registry moved on; say whether there was anything to do."""
        today = self._clock.today()
        async with self._database.transaction() as session:
            horizon = await LedgerStore(session).horizon()
        if horizon.copied_at is None:
            return False
        if horizon.rolled_on == today and horizon.rolled_copies == horizon.copies:
            return False
        start = first_day(self._live_from, horizon.rolled_on, today)
        end = add_months(today, HORIZON_MONTHS)
        answer = await self._registry.list_schedule(start - MARGIN, end + MARGIN)
        unusual = await self._registry.list_unusual_days(today, end)
        async with self._database.transaction() as session:
            store = LedgerStore(session)
            await store.lock()
            await self._forms.refresh(session)
            await CalendarCopy(session).keep(unusual, today)
            events = await self._agree(store, answer, start, end)
            await EventLog(session, self._clock).append(*events)
            await store.keep_horizon(
                rolled_on=today,
                rolled_to=end,
                calendar_version=answer.calendar_version,
                rolled_copies=horizon.copies,
            )
        log.info("horizon_rolled", until=end.isoformat(), events=len(events))
        return True

    async def find_missing(self) -> str | None:
        """Name what readers would miss: before the ledger is rolled first, nothing seems to be owed."""
        async with self._database.transaction() as session:
            horizon = await LedgerStore(session).horizon()
        return None if horizon.rolled_on else "ledger_not_rolled"

    async def _agree(self, store: LedgerStore, answer: ScheduleAnswer, start: date, end: date) -> list[NewEvent]:
        obligations = await store.obligations()
        await self._give_forms(store, obligations)
        items = {(i.obligation, i.period): i for i in answer.items if i.obligation in obligations}
        kept = await store.list_scheduled(start, end)
        changes = find_changes(
            kept, Schedule(answer.calendar_version, items, answer.calendar_changes), self._clock.today()
        )
        occurrences = {cycle.id: owed for cycle, owed in kept}
        events: list[NewEvent] = []
        for change in changes:
            obligation = obligations[change.cycle.obligation]
            apply = ChangeApplication(store, obligation, answer.calendar_version, self._teller, self._clock())
            events += await apply.run(change, occurrences[change.cycle.id])
        opened = [item for item in items.values() if start <= anchor_of(item) <= end]
        return events + await self._open(store, obligations, opened, answer.calendar_version)

    async def _give_forms(self, store: LedgerStore, obligations: dict[str, Obligation]) -> None:
        """An open cycle that had no form takes the one that its obligation has been given; one never changes."""
        for cycle in await store.list_formless():
            form = obligations[cycle.obligation].form
            version = self._forms.find_version(form, cycle.period_end) if form else None
            if version is not None:
                await store.change_cycle(cycle, form=form, form_version=version)

    async def _open(
        self,
        store: LedgerStore,
        obligations: dict[str, Obligation],
        items: list[ScheduleItem],
        calendar_version: str | None,
    ) -> list[NewEvent]:
        known = await store.known_cycles({item.obligation for item in items})
        cycles: list[Cycle] = []
        owed: list[Occurrence] = []
        events: list[NewEvent] = []
        for item in items:
            if (item.obligation, item.period) in known:
                continue
            obligation = obligations[item.obligation]
            cycle = open_cycle(item, obligation, self._forms, calendar_version, Origin.SCHEDULE, self._clock())
            rows = [new_occurrence(new_id(), cycle, r.agency, r.duty) for r in item.reporters]
            cycles.append(cycle)
            owed += rows
            events += [self._teller.tell("occurrence.scheduled", obligation, cycle, row) for row in rows]
        await store.add_all(cycles)
        await store.add_all(owed)
        return events


def first_day(live_from: date, rolled_on: date | None, today: date) -> date:
    """Return the first day that rolling looks at: from `live_from` on, but no further back than is needed."""
    return live_from if rolled_on is None else max(live_from, min(rolled_on, today) - LOOK_BACK)


def anchor_of(item: ScheduleItem) -> date:
    """Return the day that places a cycle in time: its due day, else the end of its period."""
    return item.due_on or item.period_end


def add_months(day: date, count: int) -> date:
    """Return the day so many months later; the last of the month when that day is not there."""
    years, month = divmod(day.month - 1 + count, 12)
    first = date(day.year + years, month + 1, 1)
    following = date(first.year + month // 11, (month + 1) % 12 + 1, 1)
    return first + timedelta(days=min(day.day, (following - first).days) - 1)
