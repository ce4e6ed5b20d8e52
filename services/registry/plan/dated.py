"""The lines of plans as of a day: from the task tables where they hold the version of the day, else from the
content that the version kept."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from services.registry.plan.drafts import DutyDraft, PartyDraft, PlanDraft
from services.registry.plan.errors import PlanUnknown, TaskUnknown
from services.registry.plan.filters import TaskFilter
from services.registry.plan.store import PlanStore
from services.registry.plan.tables import TaskKind, TaskPart
from services.registry.plan.versions import Held, VersionStore


class PastRow:
    """A line as a version that is no longer in force has it; it reads like a row."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self._mapping = facts

    def __getattr__(self, name: str) -> Any:
        try:
            return self._mapping[name]
        except KeyError as error:
            raise AttributeError(name) from error


class DatedTasks:
    """Reads plans and their lines as of a day."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self.store = PlanStore(session)
        self._versions = VersionStore(session)

    async def read_held(self, day: date) -> dict[str, Held]:
        """Return the version of every plan that holds on a day."""
        return await self._versions.read_held(day)

    async def list_lines(
        self,
        plan: str,
        day: date,
        wanted: TaskFilter,
        after: tuple[Any, ...] | None,
        limit: int,
        groups: Collection[str],
    ) -> Sequence[Any]:
        """Return up to `limit` lines of a plan in the printed order, after a sort key. `groups` mean groups."""
        held = await self.read_held(day)
        if plan not in held:
            raise PlanUnknown(plan)
        past = past_of(held)
        if plan not in past:
            rows = await self.store.list_tasks(plan, wanted, after, limit)
            return [_corrected(row, past) for row in rows] if past else rows
        lines = await self._past_lines([plan], past, groups)
        beyond = (row for row in lines if after is None or (row.place, row.id) > tuple(after))
        return [row for row in beyond if wanted.matches(row)][:limit]

    async def get_line(self, plan: str, code: str, day: date, groups: Collection[str]) -> Any:
        """Return a line of a plan; one that has gone by the day as it was last, with the version without it."""
        code = code.removeprefix(f"{plan}/")
        held = await self.read_held(day)
        if plan not in held:
            raise PlanUnknown(plan)
        past = past_of(held)
        now = await self.store.get_line(plan, code)
        if plan in past:
            line = next((one for one in await self._past_lines([plan], past, groups) if one.code == code), None)
            if line is not None:
                return line
        elif now.removed_in is None:
            return _corrected(now, past) if past else now
        if now.removed_in is None or now.removed_in > held[plan].version:
            raise TaskUnknown(plan, code)
        return await self._last_seen(plan, code, now.removed_in, groups)

    async def list_duties(self, plan: str, day: date) -> list[DutyDraft]:
        """Return the duties that a plan gives in its body, outside its numbered tasks."""
        held = await self.read_held(day)
        if plan not in held:
            raise PlanUnknown(plan)
        return await self._versions.read_duties(held[plan])

    async def list_leaf_tasks(self, day: date, groups: Collection[str]) -> list[Any]:
        """Return the leaf tasks of all plans."""
        past = past_of(await self.read_held(day))
        rows = await self.store.list_leaf_tasks()
        if not past:
            return list(rows)
        present = [_corrected(row, past) for row in rows if row.plan not in past]
        return [*present, *(row for row in await self._past_lines(list(past), past, groups) if row.is_leaf)]

    async def _last_seen(self, plan: str, code: str, removed_in: int, groups: Collection[str]) -> PastRow:
        """Return a line as the last version that has it says."""
        content = await self._versions.read_content(plan, removed_in - 1)
        past = {plan: Held(plan, removed_in - 1, content)}
        lines = await self._past_lines([plan], past, groups)
        line = next(one for one in lines if one.code == code)
        return PastRow({**line._mapping, "removed_in": removed_in})

    async def _past_lines(
        self, plans: Sequence[str], past: Mapping[str, Held], groups: Collection[str]
    ) -> list[PastRow]:
        beside = {row.id: row for row in await self.store.list_beside(plans)}
        return [line for plan in plans for line in _lines_of(plan, _content(past[plan]), beside, groups, past)]


def past_of(held: Mapping[str, Held]) -> dict[str, Held]:
    """Return the plans whose version of the day is not the one in the task tables."""
    return {plan: one for plan, one in held.items() if one.content is not None}


def _content(held: Held) -> PlanDraft:
    assert held.content is not None
    return held.content


def _corrected(row: Any, past: Mapping[str, Held]) -> PastRow:
    return PastRow({**row._mapping, "carried_out_by": _carried_out_by(row.id, row.carried_out_by, past)})


def _carried_out_by(task: str, now: Sequence[str], past: Mapping[str, Held]) -> list[str]:
    """Say which tasks of derived plans carried a task out, by the versions of the day."""
    found = [one for one in now if one.split("/", 1)[0] not in past]
    for plan, held in past.items():
        found += [f"{plan}/{line.code}" for line in _content(held).tasks if task in line.derives_from]
    return sorted(found)


def _lines_of(
    plan: str,
    content: PlanDraft,
    beside: Mapping[str, Any],
    groups: Collection[str],
    past: Mapping[str, Held],
) -> Iterator[PastRow]:
    parents = {task.parent for task in content.tasks}
    for place, task in enumerate(content.tasks, start=1):
        id_ = f"{plan}/{task.code}"
        now = beside.get(id_)
        timeframe = task.timeframe
        yield PastRow(
            {
                **task.model_dump(exclude={"timeframe", "leads", "coordinators", "addressees"}),
                "id": id_,
                "plan": plan,
                "place": place,
                "parent": f"{plan}/{task.parent}" if task.parent else None,
                "section": task.section or task.code.split(".", 1)[0],
                "timeframe_vi": timeframe.printed_vi,
                "timeframe_mode": timeframe.mode,
                "timeframe_note": timeframe.note,
                **timeframe.model_dump(exclude={"printed_vi", "mode", "note"}),
                "parties": [
                    *_parties(TaskPart.COORDINATOR, task.coordinators, groups),
                    *_parties(TaskPart.LEAD, task.leads, groups),
                ],
                "addressees": [(code, is_group) for _, code, is_group in _parties("", task.addressees, groups)],
                "requests": now.requests if now else [],
                "is_leaf": task.kind is not TaskKind.HEADING and task.code not in parents,
                "carried_out_by": _carried_out_by(id_, now.carried_out_by if now else [], past),
                "removed_in": None,
            }
        )


def _parties(part: str, parties: Sequence[PartyDraft], groups: Collection[str]) -> list[tuple[str, str, bool]]:
    return [(str(part), party.code, party.code in groups) for party in parties if party.code]


def past_plan(row: Any, content: PlanDraft) -> PastRow:
    """Return a plan as a version that is no longer in force has it."""
    lines = Counter(task.kind for task in content.tasks)
    parents = {task.parent for task in content.tasks}
    leaves = [one for one in content.tasks if one.kind is not TaskKind.HEADING and one.code not in parents]
    facts = content.model_dump(exclude={"tasks", "duties"})
    return PastRow({**row._mapping, **facts, "lines": dict(lines), "leaf_tasks": len(leaves)})
