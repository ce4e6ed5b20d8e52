"""Plans, tasks, assigned duties and objectives from the reference files."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from services.registry.loading.store import LoadingStore
from services.registry.plan.loading_store import (
    add_first_versions,
    forget_objectives,
    list_taken_over,
    read_issuers,
)
from services.registry.plan.reading import (
    derivations_of,
    duty_of,
    duty_parties_of,
    objective_of,
    plan_of,
    served_by,
    task_addressees_of,
    task_of,
    task_parties_of,
    version_of,
)
from services.registry.plan.tables import (
    AssignedDuty,
    AssignedDutyParty,
    GcmObjective,
    Plan,
    Task,
    TaskAddressee,
    TaskDerivation,
    TaskObjective,
    TaskParty,
)
from services.registry.reference import Counts, Line, read_lines

PLANS, DUTIES, OBJECTIVES = "plans.csv", "duties.csv", "gcm_objectives.csv"
TASKS = ("tasks_402.csv", "tasks_hatinh_167.csv", "tasks_kontum.csv", "tasks_actip_1957.csv")


async def load(session: AsyncSession, data_dir: Path, now: datetime) -> Counts:
    """Bring plans in, each as its first version. A plan is new when any line of it, its tasks or duties is.

    A plan that a steward has amended is the steward's: nothing of it is brought in any more.
    """
    loading = _PlanLoading(session, data_dir, now)
    changed = [
        *await loading.plans(),
        *await loading.tasks(),
        *await loading.duties(),
        *await loading.objectives(),
    ]
    return Counts(loading.read, tuple(dict.fromkeys(changed)))


class _PlanLoading:
    def __init__(self, session: AsyncSession, data_dir: Path, now: datetime) -> None:
        self._session = session
        self._store = LoadingStore(session)
        self._data_dir = data_dir
        self._now = now
        self._taken_over: frozenset[str] = frozenset()
        self.read: dict[str, int] = {}

    async def plans(self) -> list[str]:
        self._taken_over = await list_taken_over(self._session)
        fresh = sorted(await self._fresh(PLANS, "id"), key=lambda line: line["derives_from"])
        await self._store.put(Plan, [plan_of(line) for line in fresh])
        await add_first_versions(self._session, [version_of(line, self._now) for line in fresh])
        return [line["id"] for line in fresh]

    async def tasks(self) -> list[str]:
        fresh: list[Line] = []
        for file in TASKS:
            lines = self._read(file)
            places = {line["id"]: place for place, line in enumerate(lines, start=1)}
            taken = await self._store.take_fresh(file, self._ours(lines, "instrument"))
            await self._store.put(Task, [task_of(line, places[line["id"]]) for line in taken])
            fresh += taken
        ids = [line["id"] for line in fresh]
        issuers = await read_issuers(self._session)
        await self._store.replace(TaskParty, "task", ids, _all(task_parties_of, fresh))
        addressees = [row for li in fresh for row in task_addressees_of(li, issuers.get(li["instrument"]))]
        await self._store.replace(TaskAddressee, "task", ids, addressees)
        await self._store.replace(TaskDerivation, "task", ids, _all(derivations_of, fresh))
        return [line["instrument"] for line in fresh]

    async def duties(self) -> list[str]:
        lines = self._read(DUTIES)
        places = {line["id"]: place for place, line in enumerate(lines, start=1)}
        fresh = await self._store.take_fresh(DUTIES, self._ours(lines, "instrument"))
        await self._store.put(AssignedDuty, [duty_of(line, places[line["id"]]) for line in fresh])
        ids = [line["id"] for line in fresh]
        await self._store.replace(AssignedDutyParty, "duty", ids, _all(duty_parties_of, fresh))
        return [line["instrument"] for line in fresh]

    async def objectives(self) -> list[str]:
        fresh = await self._store.take_fresh(OBJECTIVES, self._read(OBJECTIVES), key="number")
        await self._store.put(GcmObjective, [objective_of(line) for line in fresh])
        numbers = [int(line["number"]) for line in fresh]
        rows = [row for row in _all(served_by, fresh) if _plan_of(row["task"]) not in self._taken_over]
        await forget_objectives(self._session, numbers, self._taken_over)
        await self._store.put(TaskObjective, rows)
        return [_plan_of(row["task"]) for row in rows]

    async def _fresh(self, file: str, plan: str) -> list[Line]:
        return await self._store.take_fresh(file, self._ours(self._read(file), plan))

    def _ours(self, lines: Sequence[Line], plan: str) -> list[Line]:
        """Leave out the lines of plans that a steward has amended: they are the steward's now."""
        return [line for line in lines if line[plan] not in self._taken_over]

    def _read(self, file: str) -> list[Line]:
        lines = read_lines(self._data_dir, file)
        self.read[file] = len(lines)
        return lines


def _all(rows_of: Any, lines: Sequence[Line]) -> list[dict[str, Any]]:
    return [row for line in lines for row in rows_of(line)]


def _plan_of(task: str) -> str:
    return task.split("/", 1)[0]
