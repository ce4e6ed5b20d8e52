"""Plans, tasks, assigned duties and objectives from the reference files."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from services.registry.loading.store import LoadingStore
from services.registry.plan.reading import (
    derivations_of,
    duty_of,
    duty_parties_of,
    objective_of,
    plan_of,
    served_by,
    task_of,
    task_parties_of,
)
from services.registry.plan.tables import (
    AssignedDuty,
    AssignedDutyParty,
    GcmObjective,
    Plan,
    Task,
    TaskDerivation,
    TaskObjective,
    TaskParty,
)
from services.registry.reference import Counts, Line, read_lines

PLANS, DUTIES, OBJECTIVES = "plans.csv", "duties.csv", "gcm_objectives.csv"
TASKS = ("tasks_402.csv", "tasks_hatinh_167.csv", "tasks_kontum.csv", "tasks_actip_1957.csv")


async def load(session: AsyncSession, data_dir: Path, now: datetime) -> Counts:
    """Bring plans in. A plan is new when any line of its own, its tasks or its duties is."""
    loading = _PlanLoading(LoadingStore(session), data_dir)
    changed = [
        *await loading.plans(),
        *await loading.tasks(),
        *await loading.duties(),
        *await loading.objectives(),
    ]
    return Counts(loading.read, tuple(dict.fromkeys(changed)))


class _PlanLoading:
    def __init__(self, store: LoadingStore, data_dir: Path) -> None:
        self._store = store
        self._data_dir = data_dir
        self.read: dict[str, int] = {}

    async def plans(self) -> list[str]:
        fresh = sorted(await self._fresh(PLANS), key=lambda line: line["derives_from"])
        await self._store.put(Plan, [plan_of(line) for line in fresh])
        return [line["id"] for line in fresh]

    async def tasks(self) -> list[str]:
        fresh: list[Line] = []
        for file in TASKS:
            lines = self._read(file)
            places = {line["id"]: place for place, line in enumerate(lines, start=1)}
            taken = await self._store.take_fresh(file, lines)
            await self._store.put(Task, [task_of(line, places[line["id"]]) for line in taken])
            fresh += taken
        ids = [line["id"] for line in fresh]
        await self._store.replace(TaskParty, "task", ids, _all(task_parties_of, fresh))
        await self._store.replace(TaskDerivation, "task", ids, _all(derivations_of, fresh))
        return [line["instrument"] for line in fresh]

    async def duties(self) -> list[str]:
        lines = self._read(DUTIES)
        places = {line["id"]: place for place, line in enumerate(lines, start=1)}
        fresh = await self._store.take_fresh(DUTIES, lines)
        await self._store.put(AssignedDuty, [duty_of(line, places[line["id"]]) for line in fresh])
        ids = [line["id"] for line in fresh]
        await self._store.replace(AssignedDutyParty, "duty", ids, _all(duty_parties_of, fresh))
        return [line["instrument"] for line in fresh]

    async def objectives(self) -> list[str]:
        fresh = await self._fresh(OBJECTIVES, key="number")
        await self._store.put(GcmObjective, [objective_of(line) for line in fresh])
        numbers = [int(line["number"]) for line in fresh]
        rows = _all(served_by, fresh)
        await self._store.replace(TaskObjective, "objective", numbers, rows)
        return [row["task"].split("/")[0] for row in rows]

    async def _fresh(self, file: str, key: str = "id") -> list[Line]:
        return await self._store.take_fresh(file, self._read(file), key=key)

    def _read(self, file: str) -> list[Line]:
        lines = read_lines(self._data_dir, file)
        self.read[file] = len(lines)
        return lines


def _all(rows_of: Any, lines: Sequence[Line]) -> list[dict[str, Any]]:
    return [row for line in lines for row in rows_of(line)]
