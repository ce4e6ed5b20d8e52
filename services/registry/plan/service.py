"""The stories of plans: which there are, their tasks as of a day, and what is carried out below."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from kernel.callers import Caller
from kernel.paging import MAX_LIMIT, Page, cut, read_cursor
from services.registry.agency.rules import Place, RegistrySnapshot, holds
from services.registry.agency.snapshot import read_snapshot
from services.registry.plan.body_schemas import (
    AssignedDutiesRead,
    AssignedDutyRead,
    ObjectiveRead,
    ObjectivesRead,
)
from services.registry.plan.coverage import Counterpart, PlanLine, find_counterparts
from services.registry.plan.dated import DatedTasks, past_plan
from services.registry.plan.drafts import DutyDraft, PartyDraft
from services.registry.plan.errors import PlanUnknown
from services.registry.plan.filters import PartFilter, TaskFilter
from services.registry.plan.parties import Reading, place_in, read_parties, read_party
from services.registry.plan.schemas import (
    CounterpartRead,
    CoverageRead,
    CoveredTaskRead,
    PartyRead,
    PlanRead,
    TaskChainRead,
    TaskPage,
    TaskRead,
    TimeframeRead,
)
from services.registry.plan.stewards import stewards_on
from services.registry.plan.tables import DutyPart, TaskPart
from services.registry.plan.versions import Held


class PlanService:
    """Says what is to be done, and by whom on a day."""

    def __init__(self, *, dated: DatedTasks) -> None:
        self._dated = dated
        self._store = dated.store

    async def list_plans(self, caller: Caller, day: date, cursor: str | None, limit: int) -> Page[PlanRead]:
        """Return a page of the plans that a client is open to."""
        rows = await self._store.list_plans(caller.plans, read_cursor(cursor, str), limit + 1)
        page, next_cursor = cut(rows, limit, lambda row: (row.id,))
        held = await self._dated.read_held(day)
        snapshot = await read_snapshot(self._store.session)
        return Page(items=[_plan(row, held[row.id], day, snapshot) for row in page], next_cursor=next_cursor)

    async def get(self, caller: Caller, plan: str, day: date) -> PlanRead:
        """Return one plan as of a day."""
        _require_open(caller, plan)
        row = await self._store.get(plan)
        held = await self._dated.read_held(day)
        return _plan(row, held[plan], day, await read_snapshot(self._store.session))

    async def list_tasks(
        self,
        caller: Caller,
        plan: str,
        day: date,
        wanted: TaskFilter,
        part_of: PartFilter,
        cursor: str | None,
        limit: int,
    ) -> TaskPage:
        """Return a page of a plan's lines, with who carries them on a day."""
        _require_open(caller, plan)
        snapshot = await read_snapshot(self._store.session)
        after = read_cursor(cursor, int, str)
        most = LONGEST_PLAN if part_of else limit + 1
        rows = await self._dated.list_lines(plan, day, wanted, after, most, snapshot.groups)
        if part_of:
            reading = Reading(day, snapshot)
            rows = [row for row in rows if part_of.matches(row, reading, day)][: limit + 1]
        page, next_cursor = cut(rows, limit, lambda row: (row.place, row.id))
        items = [_task(row, day, snapshot) for row in page]
        return TaskPage(plan=plan, as_of=day, items=items, next_cursor=next_cursor)

    async def get_task(self, caller: Caller, plan: str, code: str, day: date) -> TaskRead:
        """Return one line of a plan, with who carries it on a day."""
        _require_open(caller, plan)
        snapshot = await read_snapshot(self._store.session)
        return _task(await self._dated.get_line(plan, code, day, snapshot.groups), day, snapshot)

    async def get_chain(self, caller: Caller, plan: str, code: str) -> TaskChainRead:
        """Return what a task carries out, and what carries it out, as the plans are in force now."""
        _require_open(caller, plan)
        await self._store.require(plan)
        task = (await self._store.get_task(plan, code)).id
        links = [row for row in await self._store.list_chain(task) if caller.may_see_plan(row.plan)]
        sides = {
            side: [
                {name: value for name, value in row._mapping.items() if name != "side"}
                for row in links
                if row.side == side
            ]
            for side in ("derives_from", "carried_out_by")
        }
        return TaskChainRead.model_validate({"task": task, **sides})

    async def list_duties(self, caller: Caller, plan: str, day: date) -> AssignedDutiesRead:
        """Return the duties that a plan gives in its body, with who carries them on a day."""
        _require_open(caller, plan)
        snapshot = await read_snapshot(self._store.session)
        duties = await self._dated.list_duties(plan, day)
        items = [_duty(plan, one, day, snapshot) for one in duties]
        return AssignedDutiesRead(plan=plan, as_of=day, items=items)

    async def list_objectives(self, caller: Caller) -> ObjectivesRead:
        """Return the objectives of the Global Compact with the tasks that serve them."""
        items = [
            ObjectiveRead.model_validate(
                {
                    **row._mapping,
                    "tasks": [one for one in row.tasks if caller.may_see_plan(one.split("/", 1)[0])],
                }
            )
            for row in await self._store.list_objectives()
        ]
        return ObjectivesRead(items=items)

    async def get_coverage(
        self, caller: Caller, plan: str, day: date, by: str | None, *, covered: bool | None
    ) -> CoverageRead:
        """Say which tasks of a plan are carried out in the plans that derive from it, or in one of them."""
        _require_open(caller, plan)
        derived = (await self._store.get(plan)).derived_plans
        if by is not None and by not in derived:
            raise PlanUnknown(by)
        rows = await self._dated.list_lines(plan, day, TaskFilter(), None, LONGEST_PLAN, ())
        counterparts = find_counterparts(
            [PlanLine(row.id, row.parent, row.is_leaf, _within(row.carried_out_by, by)) for row in rows]
        )
        items = [_covered(row, counterparts[row.id]) for row in rows if row.is_leaf]
        carried = sum(item.covered for item in items)
        return CoverageRead(
            plan=plan,
            as_of=day,
            derived_plans=derived if by is None else [by],
            tasks=len(items),
            covered=carried,
            uncovered=len(items) - carried,
            items=[item for item in items if covered in (None, item.covered)],
        )


LONGEST_PLAN = 20 * MAX_LIMIT


def _require_open(caller: Caller, plan: str) -> None:
    if not caller.may_see_plan(plan):
        raise PlanUnknown(plan)


def _within(tasks: Sequence[str], plan: str | None) -> tuple[str, ...]:
    return tuple(task for task in tasks if plan in (None, task.split("/", 1)[0]))


def _covered(row: Any, counterparts: Sequence[Counterpart]) -> CoveredTaskRead:
    return CoveredTaskRead(
        task=row.id,
        code=row.code,
        title_vi=row.title_vi,
        title_en=row.title_en,
        covered=bool(counterparts),
        counterparts=[
            CounterpartRead(plan=one.task.split("/", 1)[0], task=one.task, through=one.through)
            for one in counterparts
        ],
    )


def _plan(kept: Any, held: Held, day: date, snapshot: RegistrySnapshot) -> PlanRead:
    row = kept if held.content is None else past_plan(kept, held.content)
    carried_by = stewards_on(row.id, row.steward, day, snapshot)
    return PlanRead(
        **row._mapping,
        version=held.version,
        steward_carried_by=list(carried_by),
        steward_orphaned=not carried_by,
        in_force=holds(row.valid_from, row.valid_to, day),
    )


def _task(row: Any, day: date, snapshot: RegistrySnapshot) -> TaskRead:
    facts: Mapping[str, Any] = row._mapping
    leads = read_parties(row.id, row.parties, TaskPart.LEAD, day, snapshot)
    return TaskRead.model_validate(
        {
            **{name: facts[name] for name in TaskRead.model_fields if name in facts},
            "timeframe": _timeframe(row),
            "leads": leads,
            "addressees": [
                read_party(code, is_group, day, snapshot, place_in(row.id, "addressee"))
                for code, is_group in row.addressees
            ],
            "coordinators": read_parties(row.id, row.parties, TaskPart.COORDINATOR, day, snapshot, row.requests),
            "led_by_ended": any(not lead["exists"] for lead in leads),
            "orphaned": any(lead["orphaned"] for lead in leads),
        }
    )


def _duty(plan: str, duty: DutyDraft, day: date, snapshot: RegistrySnapshot) -> AssignedDutyRead:
    def read(parties: Sequence[PartyDraft], part: str) -> list[PartyRead]:
        place = Place("duty", f"{plan}/{duty.ref}", part)
        return [
            PartyRead.model_validate(read_party(one.code, one.code in snapshot.groups, day, snapshot, place))
            for one in parties
            if one.code
        ]

    return AssignedDutyRead(
        ref=duty.ref,
        title_vi=duty.title_vi,
        title_en=duty.title_en,
        part=duty.part,
        actors=read(duty.actors, duty.part),
        coordinators=read(duty.coordinators, DutyPart.COORDINATOR),
        note=duty.note,
    )


def _timeframe(row: Any) -> TimeframeRead:
    return TimeframeRead(
        printed_vi=row.timeframe_vi,
        mode=row.timeframe_mode,
        starts_in=row.starts_in,
        ends_in=row.ends_in,
        review_mode=row.review_mode,
        review_starts_in=row.review_starts_in,
        review_ends_in=row.review_ends_in,
        period_iso=row.period_iso,
        note=row.timeframe_note,
    )
