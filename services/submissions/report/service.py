"""Writing reports: what the plan is, what is known, and what that says."""

import asyncio
from datetime import date

from kernel.callers import Caller
from kernel.clock import BusinessClock
from kernel.database import Database
from services.submissions.form.shelf import FormShelf
from services.submissions.progress.rules import Line
from services.submissions.progress.service import lines_of
from services.submissions.registry_client import Registry
from services.submissions.registry_schemas import PlanAnswer
from services.submissions.report.content import Document
from services.submissions.report.errors import ReportNotFound
from services.submissions.report.kinds import Kind
from services.submissions.report.reading import FactsReader
from services.submissions.report.speech import Speech
from services.submissions.report.store import Wanted
from services.submissions.report.writing import write


class ReportService:
    """Writes reports for those whom they concern."""

    def __init__(self, *, database: Database, clock: BusinessClock, registry: Registry, forms: FormShelf) -> None:
        self._database, self._clock, self._registry, self._forms = database, clock, registry, forms

    async def write(self, caller: Caller, kind: Kind, wanted: Wanted, speech: Speech) -> Document:
        """Return the document of a report, or refuse."""
        plan, lines = await self._ask_registry(wanted)
        async with self._database.transaction() as session:
            await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            reader = FactsReader(session=session, clock=self._clock, forms=self._forms)
            facts = await reader.read(caller, kind, wanted, plan, lines)
        return await asyncio.to_thread(write, facts, speech)

    async def _ask_registry(self, wanted: Wanted) -> tuple[PlanAnswer, list[Line]]:
        plans = {plan.id: plan for plan in await self._registry.list_plans()}
        if wanted.plan not in plans:
            raise ReportNotFound()
        last = date(wanted.years[-1], 12, 31)
        tasks = await self._registry.list_tasks(min(last, max(self._clock.today(), last.replace(month=1, day=1))))
        return plans[wanted.plan], lines_of(wanted.plan, tasks, await self._registry.list_derivations())
