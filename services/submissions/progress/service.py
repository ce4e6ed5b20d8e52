"""Reading how far the tasks of a plan have come: asked of registry, heard from reports, judged by rules."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.callers import Caller
from kernel.clock import BusinessClock
from services.submissions.checking.check_narrative import TASK_PREFIX
from services.submissions.cycle.sight import read_viewer
from services.submissions.progress.errors import PlanHasNoTasks
from services.submissions.progress.rules import Line, Voice, judge, natural, tasks_below, voice_of
from services.submissions.progress.schemas import StatementRead, TaskProgressRead
from services.submissions.progress.store import ProgressStore
from services.submissions.registry_client import Registry
from services.submissions.registry_schemas import DerivationAnswer, TaskAnswer


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose progress is read."""

    plan: str
    year: int
    task: str | None = None
    accepted_only: bool = False


class ProgressService:
    """Rolls up what yearly reports say about tasks."""

    def __init__(self, *, session: AsyncSession, clock: BusinessClock, registry: Registry) -> None:
        self._session, self._clock, self._registry = session, clock, registry

    def day_of(self, year: int) -> date:
        """Return the day whose leads are named: the last of the year, or today while the year runs."""
        return min(date(year, 12, 31), max(self._clock.today(), date(year, 1, 1)))

    async def read(self, caller: Caller, asked: Asked, *, limit: int, after: int) -> list[TaskProgressRead]:
        """Return one more than `limit` tasks after so many, in the order of the plan."""
        if not caller.may_see_plan(asked.plan):
            raise PlanHasNoTasks(asked.plan)
        tasks = await self._registry.list_tasks(self.day_of(asked.year))
        lines = lines_of(asked.plan, tasks, await self._registry.list_derivations())
        if not lines:
            raise PlanHasNoTasks(asked.plan)
        wanted = [line for line in lines if asked.task in (None, line.id, line.code)]
        page = wanted[after : after + limit + 1]
        today = self._clock.today()
        viewer = await read_viewer(self._session, caller, today)
        said = await ProgressStore(self._session).list_statements(
            viewer,
            sorted({task for line in page for task in (line.id, *line.derived)}),
            asked.year,
            today,
            accepted_only=asked.accepted_only,
        )
        return show_progress(page, said)


def lines_of(plan: str, tasks: Iterable[TaskAnswer], derivations: Iterable[DerivationAnswer]) -> list[Line]:
    """Return the tasks of a plan, and its headings that a derived plan carries out, in the order of the plan."""
    derived: dict[str, list[str]] = defaultdict(list)
    headings = {}
    for one in derivations:
        derived[one.derives_from].append(one.task)
        if one.plan == plan:
            headings[one.derives_from] = Line(
                one.derives_from, plan, one.code, one.title_vi, one.title_en, is_heading=True
            )
    leaves = {
        one.id: Line(one.id, plan, one.code, one.title_vi, one.title_en, one.leads, one.coordinators)
        for one in tasks
        if one.plan == plan
    }
    lines = {**headings, **leaves}.values() if leaves else ()
    return [
        replace(line, derived=tasks_below(line.id, derived))
        for line in sorted(lines, key=lambda line: natural(line.code))
    ]


def show_progress(lines: Sequence[Line], said: Iterable[Any]) -> list[TaskProgressRead]:
    """Return lines of a plan with what was said about each, and what it comes to."""
    about: dict[str, list[Any]] = defaultdict(list)
    for row in said:
        about[row.key.removeprefix(TASK_PREFIX)].append(row)
    return [_progress(line, [(t, row) for t in (line.id, *line.derived) for row in about[t]]) for line in lines]


def _progress(line: Line, said: Sequence[tuple[str, Any]]) -> TaskProgressRead:
    statements = [_statement(line, task, row) for task, row in said if row.value.get("status")]
    verdict = judge([(one.voice, one.status) for one in statements])
    heard = {a for one in statements if one.voice is Voice.LEAD for a in (one.agency, *one.carried_on_by)}
    return TaskProgressRead(
        task=line.id,
        code=line.code,
        title_vi=line.title_vi,
        title_en=line.title_en,
        is_heading=line.is_heading,
        leads=list(line.leads),
        coordinators=list(line.coordinators),
        carried_out_by=list(line.derived),
        status=verdict.status,
        disagreement=verdict.disagreement,
        counts=dict(verdict.counts),
        silent=[lead for lead in line.leads if lead not in heard],
        statements=statements,
    )


def _statement(line: Line, task: str, row: Any) -> StatementRead:
    return StatementRead(
        agency=row.agency,
        agency_name_vi=row.agency_name_vi,
        submitted_by=row.submitted_by,
        carried_on_by=sorted(row.heirs),
        voice=voice_of(line, task, (row.agency, *row.heirs)),
        task=task,
        status=row.value["status"],
        text=row.value.get("text"),
        evidence=row.value.get("evidence"),
        funding=row.value.get("funding"),
        submission=row.id,
        version=row.version,
        state=row.state,
        received_at=row.received_at,
        link=f"/v1/submissions/{row.id}",
    )
