"""What an occurrence asks of its reporter: the form, the plan, and the tasks that it leads or coordinates."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.callers import Caller
from services.submissions.checking.check import ReportContext
from services.submissions.checking.check_narrative import OwedTask
from services.submissions.cycle.errors import OccurrenceNotFound
from services.submissions.cycle.sight import read_viewer
from services.submissions.cycle.store import CycleStore
from services.submissions.projection.tables import Task


@dataclass(frozen=True, slots=True)
class OwedReport:
    """The form of an occurrence, and what of it is owed."""

    form: str | None
    form_version: int | None
    context: ReportContext


class OwnLedger:
    """The service's own ledger, as one caller sees it."""

    def __init__(self, session: AsyncSession, caller: Caller, today: date) -> None:
        self._session = session
        self._caller = caller
        self._today = today

    async def get_owed(self, occurrence: UUID) -> OwedReport:
        """Return what an occurrence asks for, or refuse when the caller may not see it."""
        viewer = await read_viewer(self._session, self._caller, self._today)
        found = await CycleStore(self._session).find_occurrence(viewer, occurrence)
        if found is None:
            raise OccurrenceNotFound()
        owed, cycle, obligation = found
        tasks = await list_owed_tasks(self._session, obligation.plan, owed.agency)
        return OwedReport(cycle.form, cycle.form_version, ReportContext(plan=obligation.plan, tasks=tasks))


async def list_owed_tasks(session: AsyncSession, plan: str | None, agency: str) -> tuple[OwedTask, ...]:
    """Return the tasks of a plan that an agency leads or coordinates, in the order of the plan."""
    leads = sa.literal(agency) == sa.any_(col(Task.leads))
    coordinates = sa.literal(agency) == sa.any_(col(Task.coordinators))
    query = sa.select(
        col(Task.id), col(Task.code), col(Task.title_vi), col(Task.title_en), leads.label("leads")
    ).where(col(Task.plan) == plan, sa.or_(leads, coordinates))
    rows = sorted((await session.execute(query)).all(), key=lambda row: _natural(row.code))
    return tuple(OwedTask(row.id, row.title_vi, row.title_en or row.title_vi, row.leads) for row in rows)


def _natural(code: str) -> tuple[tuple[int, str], ...]:
    """Order 2.2 before 2.10."""
    return tuple((int(part) if part.isdecimal() else 0, part) for part in code.split("."))
