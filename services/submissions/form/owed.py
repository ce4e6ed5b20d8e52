"""What an occurrence asks of its reporter: the form, the plan, and the tasks that it leads or coordinates."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import array
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.callers import Caller
from kernel.prepared import Prepared
from services.submissions.checking.check import ReportContext
from services.submissions.checking.check_narrative import OwedTask
from services.submissions.cycle.errors import OccurrenceNotFound
from services.submissions.cycle.sight import CARRYING_ON, read_viewer
from services.submissions.cycle.store import CycleStore, Owed
from services.submissions.cycle.tables import Cycle, Occurrence
from services.submissions.cycle.viewer import Viewer
from services.submissions.disclosure.origin import find_hidden
from services.submissions.form.definition import FormDefinition
from services.submissions.form.previous import Previous, read_previous
from services.submissions.form.store import FormStore
from services.submissions.form.template_facts import TemplateFacts
from services.submissions.projection.tables import Agency, AgencySuccessor, Task


@dataclass(frozen=True, slots=True)
class OwedReport:
    """The form of an occurrence, and what of it is owed."""

    form: str | None
    form_version: int | None
    facts: TemplateFacts


class OwnLedger:
    """The service's own ledger, as one caller sees it."""

    def __init__(self, session: AsyncSession, caller: Caller, today: date) -> None:
        self._session = session
        self._caller = caller
        self._today = today

    async def get_owed(self, occurrence: UUID) -> OwedReport:
        """Return what an occurrence asks for, or refuse when the caller may not see it."""
        _, (owed, cycle, obligation) = await self._find(occurrence)
        names = sa.select(col(Agency.name_vi)).where(col(Agency.id) == owed.agency)
        facts = TemplateFacts(
            context=await read_context(self._session, obligation.plan, owed, cycle),
            obligation=obligation.id,
            period=cycle.period,
            day=cycle.period_end,
            due_on=owed.extended_due_on or cycle.due_on,
            agency=owed.agency,
            agency_name=(await self._session.execute(names)).scalar_one_or_none(),
        )
        return OwedReport(cycle.form, cycle.form_version, facts)

    async def find_previous(self, occurrence: UUID) -> Previous | None:
        """Return the figures that were accepted last, as far as the caller reads them."""
        viewer, owed = await self._find(occurrence)
        last, rows = await read_previous(self._session, viewer, owed)
        form = await FormStore(self._session).find_published(last.form, last.form_version) if last else None
        if last is None or form is None:
            return None
        definition = FormDefinition.model_validate(form.definition)
        hidden = await find_hidden(self._session, viewer, last.occurrence_id, last.agency, [definition])
        return Previous(definition, [row for row in rows if row.indicator not in hidden])

    async def _find(self, occurrence: UUID) -> tuple[Viewer, Owed]:
        viewer = await read_viewer(self._session, self._caller, self._today)
        found = await CycleStore(self._session).find_occurrence(viewer, occurrence)
        if found is None:
            raise OccurrenceNotFound()
        return viewer, found


async def read_context(session: AsyncSession, plan: str | None, owed: Occurrence, cycle: Cycle) -> ReportContext:
    """Return what is owed beyond the form: by which kind of agency, under which plan, on which tasks."""
    kind, tasks = await _kind_and_tasks(session, plan, owed.agency)
    return ReportContext(
        plan=plan, tasks=tasks, kind=kind, occurrence=str(owed.id), period=cycle.period, agency=owed.agency
    )


async def list_owed_tasks(session: AsyncSession, plan: str | None, agency: str) -> tuple[OwedTask, ...]:
    """Return the tasks of a plan that an agency leads or coordinates, in the order of the plan."""
    return (await _kind_and_tasks(session, plan, agency))[1]


async def _kind_and_tasks(
    session: AsyncSession, plan: str | None, agency: str
) -> tuple[str | None, tuple[OwedTask, ...]]:
    """One statement. Of an agency that carries no task now, those of its successors come: on each of them whoever
    finishes its report may say something, and need not, for some are the successor's own."""
    rows = await _KIND_AND_TASKS.read(session, plan=plan, agency=agency)
    own = [row for row in rows if row["own"]]
    told = sorted(own or (row for row in rows if row["id"] is not None), key=lambda row: _natural(row["code"]))
    tasks = (
        OwedTask(row["id"], row["title_vi"], row["title_en"] or row["title_vi"], row["leads"]) for row in told
    )
    return rows[0]["kind"], tuple(tasks)


def _kind_and_tasks_of() -> sa.Select[*tuple[Any, ...]]:
    agency = sa.bindparam("agency", type_=sa.Text)
    leads = agency == sa.any_(col(Task.leads))
    carries = sa.or_(leads, agency == sa.any_(col(Task.coordinators)))
    successors = _successors(agency)
    carried_on = sa.or_(col(Task.leads).op("&&")(successors), col(Task.coordinators).op("&&")(successors))
    one = sa.select(agency.label("id")).subquery()
    return (
        sa.select(
            col(Agency.kind),
            col(Task.id),
            col(Task.code),
            col(Task.title_vi),
            col(Task.title_en),
            leads.label("leads"),
            carries.label("own"),
        )
        .select_from(one)
        .outerjoin(Agency, col(Agency.id) == one.c.id)
        .outerjoin(Task, sa.and_(col(Task.plan) == sa.bindparam("plan"), sa.or_(carries, carried_on)))
    )


def _successors(agency: sa.ColumnElement[str]) -> sa.ScalarSelect[Any]:
    """Return the agencies that carry on what an agency was, directly or in turn."""
    carried = sa.select(agency.label("agency"), sa.cast(sa.null(), sa.Text).label("successor")).cte(
        "carried", recursive=True
    )
    following = sa.select(col(AgencySuccessor.agency), col(AgencySuccessor.successor)).join(
        carried, col(AgencySuccessor.agency) == sa.func.coalesce(carried.c.successor, carried.c.agency)
    )
    everyone = carried.union(following.where(col(AgencySuccessor.kind) == sa.any_(array(CARRYING_ON))))
    listed = sa.select(sa.func.array_agg(everyone.c.successor)).where(everyone.c.successor.is_not(None))
    return listed.scalar_subquery()


_KIND_AND_TASKS = Prepared(_kind_and_tasks_of())


def _natural(code: str) -> tuple[tuple[int, str], ...]:
    """Order 2.2 before 2.10."""
    return tuple((int(part) if part.isdecimal() else 0, part) for part in code.split("."))
