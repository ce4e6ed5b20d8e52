"""Every statement about plans, their tasks and their stewards."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registry.agency.snapshot import read_snapshot
from services.registry.agency.tables import AgencyVersion
from services.registry.base import table_of
from services.registry.group.tables import TaskRequest
from services.registry.instrument.tables import Instrument
from services.registry.keyset import page_of
from services.registry.plan.errors import PlanUnknown, TaskUnknown
from services.registry.plan.filters import IS_LEAF, PRESENT, TaskFilter
from services.registry.plan.stewards import Stewardship, stewards_on
from services.registry.plan.tables import (
    GcmObjective,
    Plan,
    Task,
    TaskAddressee,
    TaskDerivation,
    TaskObjective,
    TaskParty,
)
from services.registry.succession.states import SuccessionState
from services.registry.succession.tables import Succession
from services.registry.validity import begins, ends
from services.registry.vietnamese import BYTE_ORDER

plan = table_of(Plan)
task = table_of(Task)
party = table_of(TaskParty)
derivation = table_of(TaskDerivation)
serving = table_of(TaskObjective)
objective = table_of(GcmObjective)
instrument = table_of(Instrument)
version = table_of(AgencyVersion)
succession = table_of(Succession)
request = table_of(TaskRequest)
addressee = table_of(TaskAddressee)
derived = plan.alias("derived")


def _listed(column: sa.ColumnElement[Any], *conditions: sa.ColumnElement[bool]) -> Any:
    ordered = sa.func.array_agg(pg.aggregate_order_by(column, column))
    return sa.select(sa.func.coalesce(ordered, sa.cast([], pg.ARRAY(column.type)))).where(*conditions)


LINES = (
    sa.select(task.c.plan, task.c.kind, sa.func.count().label("lines"))
    .where(PRESENT)
    .group_by(task.c.plan, task.c.kind)
    .subquery("by_kind")
)
PLANS = sa.select(
    plan.c.id,
    instrument.c.number,
    instrument.c.title_vi,
    instrument.c.title_en,
    instrument.c.issuer,
    instrument.c.issued_on,
    plan.c.steward,
    plan.c.derives_from,
    _listed(derived.c.id, derived.c.derives_from == plan.c.id).scalar_subquery().label("derived_plans"),
    begins(plan.c.valid).label("valid_from"),
    ends(plan.c.valid).label("valid_to"),
    sa.select(
        sa.func.coalesce(sa.func.jsonb_object_agg(LINES.c.kind, LINES.c.lines), sa.text("'{}'"), type_=pg.JSONB)
    )
    .where(LINES.c.plan == plan.c.id)
    .scalar_subquery()
    .label("lines"),
    sa.select(sa.func.count())
    .where(task.c.plan == plan.c.id, PRESENT, IS_LEAF)
    .scalar_subquery()
    .label("leaf_tasks"),
    plan.c.funding_vi,
    plan.c.funding_en,
    plan.c.note,
).join(instrument, instrument.c.id == plan.c.id)


def _collected(table: sa.Table, *shown: Any, order: Any) -> Any:
    named = sa.func.coalesce(table.c.agency, table.c.agency_group)
    item = sa.func.jsonb_build_array(*shown, named, table.c.agency_group.is_not(None))
    items = sa.func.jsonb_agg(pg.aggregate_order_by(item, *order))
    return (
        sa.select(sa.func.coalesce(items, sa.text("'[]'"), type_=pg.JSONB))
        .where(table.c.task == task.c.id)
        .scalar_subquery()
    )


PARTIES = _collected(party, party.c.part, order=(party.c.part, party.c.place))
ADDRESSEES = _collected(addressee, order=(addressee.c.place,))
REQUESTS = (
    sa.select(
        sa.func.coalesce(
            sa.func.jsonb_agg(
                pg.aggregate_order_by(
                    sa.func.jsonb_build_object(
                        *("id", request.c.id, "agency", request.c.agency, "agency_group", request.c.agency_group),
                        *("requested_by", request.c.requested_by, "reason", request.c.reason),
                        *("document", request.c.document),
                        *("valid_from", begins(request.c.valid), "valid_to", ends(request.c.valid)),
                    ),
                    request.c.valid,
                    request.c.id,
                )
            ),
            sa.text("'[]'"),
            type_=pg.JSONB,
        )
    )
    .where(request.c.task == task.c.id)
    .scalar_subquery()
)
CARRIED_OUT_BY = _listed(derivation.c.task, derivation.c.derives_from == task.c.id).scalar_subquery()
TASKS = sa.select(
    *task.columns,
    PARTIES.label("parties"),
    ADDRESSEES.label("addressees"),
    REQUESTS.label("requests"),
    IS_LEAF.label("is_leaf"),
    _listed(derivation.c.derives_from, derivation.c.task == task.c.id).scalar_subquery().label("derives_from"),
    CARRIED_OUT_BY.label("carried_out_by"),
    _listed(serving.c.objective, serving.c.task == task.c.id).scalar_subquery().label("objectives"),
)


CHAIN = sa.text(
    """
    with recursive up as (
        select derives_from as id, 1 as depth from task_derivation where task = :task
        union
        select d.derives_from, up.depth + 1 from up join task_derivation d on d.task = up.id where up.depth < 20
    ), down as (
        select task as id, 1 as depth from task_derivation where derives_from = :task
        union
        select d.task, down.depth + 1 from down join task_derivation d on d.derives_from = down.id
        where down.depth < 20
    ), nearest as (
        select 'derives_from' as side, id, min(depth) as depth from up group by id
        union all
        select 'carried_out_by', id, min(depth) from down group by id
    )
    select n.side, t.id as task, t.plan, t.title_vi, t.title_en, n.depth
    from nearest n join task t on t.id = n.id
    where t.removed_in is null
    order by n.depth, t.plan collate "C", t.place
    """
)


class PlanStore:
    """Reads plans and tasks."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def list_plans(self, only: Collection[str], after: tuple[Any, ...] | None, limit: int) -> Sequence[Any]:
        """Return up to `limit` plans by code, after a sort key; all, or only these."""
        found = PLANS.where(plan.c.id.in_(only)) if only else PLANS
        page = page_of(found, (plan.c.id.collate(BYTE_ORDER),), after, limit)
        return (await self.session.execute(page)).all()

    async def get(self, plan_id: str) -> Any:
        """Return a plan, or refuse."""
        row = (await self.session.execute(PLANS.where(plan.c.id == plan_id))).one_or_none()
        if row is None:
            raise PlanUnknown(plan_id)
        return row

    async def require(self, plan_id: str) -> None:
        """Refuse a code that no plan has."""
        if (await self.session.execute(sa.select(plan.c.id).where(plan.c.id == plan_id))).one_or_none() is None:
            raise PlanUnknown(plan_id)

    async def list_tasks(
        self, plan_id: str, wanted: TaskFilter, after: tuple[Any, ...] | None, limit: int
    ) -> Sequence[Any]:
        """Return up to `limit` lines of a plan as it is in force now, in the printed order, after a sort key."""
        found = TASKS.where(task.c.plan == plan_id, *wanted.conditions())
        page = page_of(found, (task.c.place, task.c.id.collate(BYTE_ORDER)), after, limit)
        return (await self.session.execute(page)).all()

    async def get_task(self, plan_id: str, code: str) -> Any:
        """Return a line of a plan as it is in force now, by its code or by its whole id, or refuse."""
        row = await self.get_line(plan_id, code.removeprefix(f"{plan_id}/"))
        if row.removed_in is not None:
            raise TaskUnknown(plan_id, code)
        return row

    async def get_line(self, plan_id: str, code: str) -> Any:
        """Return a line that a plan has or once had, or refuse."""
        found = TASKS.where(task.c.plan == plan_id, task.c.code == code)
        row = (await self.session.execute(found)).one_or_none()
        if row is None:
            raise TaskUnknown(plan_id, code)
        return row

    async def list_chain(self, task_id: str) -> Sequence[Any]:
        """Return what a task carries out and what carries it out, nearest first."""
        return (await self.session.execute(CHAIN, {"task": task_id})).all()

    async def list_objectives(self) -> Sequence[Any]:
        """Return the objectives of the Global Compact with the tasks in force that serve them."""
        tasks = sa.func.array_agg(pg.aggregate_order_by(task.c.id, task.c.plan, task.c.place))
        served = (
            sa.select(sa.func.coalesce(tasks, sa.cast([], pg.ARRAY(sa.Text))))
            .join(serving, serving.c.task == task.c.id)
            .where(serving.c.objective == objective.c.number, PRESENT)
            .scalar_subquery()
        )
        found = sa.select(*objective.columns, served.label("tasks")).order_by(objective.c.number)
        return (await self.session.execute(found)).all()

    async def list_beside(self, plans: Sequence[str]) -> Sequence[Any]:
        """Return what is kept beside the versions of plans: requests, and what carries their lines out now."""
        beside = sa.select(task.c.id, REQUESTS.label("requests"), CARRIED_OUT_BY.label("carried_out_by"))
        return (await self.session.execute(beside.where(task.c.plan.in_(plans)))).all()

    async def list_leaf_tasks(self) -> Sequence[Any]:
        """Return the leaf tasks of all plans as they are in force now."""
        leaves = TASKS.where(PRESENT, IS_LEAF).order_by(task.c.plan.collate(BYTE_ORDER), task.c.place)
        return (await self.session.execute(leaves)).all()


class StewardStore:
    """Reads which plans an agency is steward of."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def list_stewardships(self, agency: str, day: date) -> list[Stewardship]:
        """Return the plans that an agency is steward of on a day, by itself or by succession, and its province."""
        followed = sa.exists().where(
            succession.c.predecessor == plan.c.steward, succession.c.state == SuccessionState.CONFIRMED
        )
        province = sa.select(sa.func.max(version.c.province)).where(version.c.agency == agency).scalar_subquery()
        held = sa.select(
            plan.c.id,
            plan.c.derives_from,
            plan.c.steward,
            followed.label("is_followed"),
            province.label("province"),
        )
        rows = (await self._session.execute(held)).all()
        mine = [row for row in rows if row.steward == agency]
        if any(row.is_followed for row in rows):
            snapshot = await read_snapshot(self._session)
            mine = [row for row in rows if agency in stewards_on(row.id, row.steward, day, snapshot)]
        return [Stewardship(row.id, row.derives_from is None, row.province) for row in mine]
