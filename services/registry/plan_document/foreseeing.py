"""What a document would bring: the next cycles of its obligations, and what of the plan above it would cover."""

from collections.abc import Collection
from datetime import timedelta
from itertools import islice

from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.clock import BusinessClock
from services.registry.calendar.store import CalendarStore
from services.registry.obligation.cycles import Cycle, Register
from services.registry.obligation.duty import Duty, duty_of
from services.registry.obligation.schemas import written
from services.registry.obligation.service import ObligationService
from services.registry.obligation.store import ObligationStore
from services.registry.obligation.writing import ObligationDraft, obligation_row, party_rows
from services.registry.plan.coverage import PlanLine, find_counterparts
from services.registry.plan.filters import TaskFilter
from services.registry.plan.store import PlanStore
from services.registry.plan_document.drafting import Drafts
from services.registry.plan_document.publish_schemas import (
    ForeseenCoverageRead,
    ForeseenObligationRead,
    NextCycleRead,
)

AHEAD = timedelta(days=731)
MOST_CYCLES = 4


class Foresight:
    """Reads what is, and reckons with what would be."""

    def __init__(self, session: AsyncSession, clock: BusinessClock) -> None:
        self._session = session
        self._clock = clock

    async def next_cycles(self, drafts: Drafts, wrong: Collection[str | None]) -> list[ForeseenObligationRead]:
        """Return the obligations with the cycles that fall due in the next two years; none where it is wrong."""
        sound = {item: draft for item, draft in drafts.obligations.items() if item not in wrong}
        if not sound:
            return []
        service = ObligationService(
            store=ObligationStore(self._session),
            calendar=CalendarStore(self._session),
            session=self._session,
            clock=self._clock,
        )
        register, _ = await service.read_register()
        new = {draft.id: _duty(draft, register) for draft in sound.values()}
        foreseen = register.proposed(duties={**register.duties, **new})
        span = self._clock.today(), self._clock.today() + AHEAD
        return [
            ForeseenObligationRead(
                item=item,
                obligation=draft.id,
                title_vi=draft.title_vi,
                next_cycles=[
                    _shown(cycle) for cycle in islice(foreseen.cycles_between(*span, [draft.id]), MOST_CYCLES)
                ],
            )
            for item, draft in sound.items()
        ]

    async def coverage(self, drafts: Drafts) -> ForeseenCoverageRead | None:
        """Say which tasks of the plan above would be carried out by this plan alone."""
        if drafts.plan is None or drafts.plan.derives_from is None:
            return None
        above = drafts.plan.derives_from
        named = {one for task in drafts.plan.tasks for one in task.derives_from}
        rows = await PlanStore(self._session).list_tasks(above, TaskFilter(), None, 10_000)
        lines = [PlanLine(r.id, r.parent, r.is_leaf, (r.id,) if r.id in named else ()) for r in rows]
        found = find_counterparts(lines)
        uncovered = [task for task, counterparts in found.items() if not counterparts]
        return ForeseenCoverageRead(
            plan=above, tasks=len(found), covered=len(found) - len(uncovered), uncovered=uncovered
        )


def _duty(draft: ObligationDraft, register: Register) -> Duty:
    agencies = register.snapshot.agencies
    row = {**obligation_row(draft, agencies), "valid_from": draft.valid_from, "valid_to": draft.valid_to}
    return duty_of(row, party_rows(draft, agencies), {**draft.deadline.columns(), "version": 1})


def _shown(cycle: Cycle) -> NextCycleRead:
    return NextCycleRead(
        period=cycle.period.label,
        due_on=cycle.deadline.due_on,
        due_at=written(cycle.deadline.due_at),
        reporters=list(cycle.owing.agencies),
        orphaned=list(cycle.owing.orphaned),
    )
