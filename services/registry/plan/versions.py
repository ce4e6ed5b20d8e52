"""Every statement about versions of plans: which one holds on a day, what it says, and the one that follows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registry.base import table_of
from services.registry.loading.store import LoadingStore
from services.registry.plan.content import PlanRows, content_of, duty_of_row
from services.registry.plan.drafts import DutyDraft, PlanDraft
from services.registry.plan.tables import (
    AssignedDuty,
    AssignedDutyParty,
    GcmObjective,
    Plan,
    PlanVersion,
    Task,
    TaskAddressee,
    TaskDerivation,
    TaskObjective,
    TaskParty,
)
from services.registry.validity import begins, days, ends
from services.registry.vietnamese import BYTE_ORDER

plan = table_of(Plan)
task = table_of(Task)
derivation = table_of(TaskDerivation)
serving = table_of(TaskObjective)
objective = table_of(GcmObjective)
duty = table_of(AssignedDuty)
duty_party = table_of(AssignedDutyParty)
version = table_of(PlanVersion)

FACTS = (
    version.c.plan,
    version.c.version,
    begins(version.c.valid).label("in_force_from"),
    ends(version.c.valid).label("in_force_to"),
    version.c.instrument,
    version.c.author,
    version.c.reason,
    version.c.published_at,
)


def _named(table: sa.Table, owner: sa.ColumnElement[bool], part: sa.ColumnElement[Any]) -> Any:
    shown = sa.func.jsonb_build_array(
        part, sa.func.coalesce(table.c.agency, table.c.agency_group), table.c.printed
    )
    ordered = sa.func.jsonb_agg(pg.aggregate_order_by(shown, table.c.place))
    return sa.select(sa.func.coalesce(ordered, sa.text("'[]'"), type_=pg.JSONB)).where(owner).scalar_subquery()


def _listed(column: sa.ColumnElement[Any], owner: sa.ColumnElement[bool]) -> Any:
    return sa.func.array(
        sa.select(column).where(owner).order_by(column).scalar_subquery(), type_=pg.ARRAY(sa.Text)
    )


party, addressee = table_of(TaskParty), table_of(TaskAddressee)
TASKS = sa.select(
    *task.columns,
    _named(party, party.c.task == task.c.id, party.c.part).label("parties"),
    _named(addressee, addressee.c.task == task.c.id, sa.null()).label("addressees"),
    _listed(derivation.c.derives_from, derivation.c.task == task.c.id).label("derives_from"),
    sa.func.array(
        sa.select(serving.c.objective)
        .where(serving.c.task == task.c.id)
        .order_by(serving.c.objective)
        .scalar_subquery(),
        type_=pg.ARRAY(sa.Integer),
    ).label("objectives"),
).order_by(task.c.place, task.c.id.collate(BYTE_ORDER))
DUTIES = sa.select(
    *duty.columns, _named(duty_party, duty_party.c.duty == duty.c.id, duty_party.c.part).label("parties")
).order_by(duty.c.place, duty.c.id.collate(BYTE_ORDER))


@dataclass(frozen=True, slots=True)
class Held:
    """The version of a plan that holds on a day. Its content is in the task tables where it is None here."""

    plan: str
    version: int
    content: PlanDraft | None


class VersionStore:
    """Reads and keeps versions of plans."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def read_held(self, day: date) -> dict[str, Held]:
        """Return the version of every plan that holds on a day; before the first one, the first."""
        held = (
            sa.select(version.c.plan, version.c.version, version.c.content)
            .ext(distinct_on(version.c.plan))
            .where(sa.or_(version.c.version == 1, begins(version.c.valid) <= day))
            .order_by(version.c.plan, version.c.version.desc())
        )
        return {
            row.plan: Held(row.plan, row.version, row.content and PlanDraft.model_validate(row.content))
            for row in await self._session.execute(held)
        }

    async def read_duties(self, held: Held) -> list[DutyDraft]:
        """Return the duties that a version gives in its body."""
        if held.content is not None:
            return held.content.duties
        rows = (await self._session.execute(DUTIES.where(duty.c.plan == held.plan))).all()
        return [duty_of_row(row) for row in rows]

    async def list_versions(self, plan_id: str) -> Sequence[Any]:
        """Return the published versions of a plan, oldest first."""
        listed = sa.select(*FACTS).where(version.c.plan == plan_id).order_by(version.c.version)
        return (await self._session.execute(listed)).all()

    async def read_content(self, plan_id: str, number: int) -> PlanDraft | None:
        """Return what one version says, None where there is no such version."""
        kept = sa.select(version.c.content).where(version.c.plan == plan_id, version.c.version == number)
        row = (await self._session.execute(kept)).one_or_none()
        if row is None:
            return None
        return await self.read_present(plan_id) if row.content is None else PlanDraft.model_validate(row.content)

    async def read_present(self, plan_id: str) -> PlanDraft:
        """Return what the task tables say of a plan."""
        facts = sa.select(
            *plan.columns, begins(plan.c.valid).label("valid_from"), ends(plan.c.valid).label("valid_to")
        )
        row = (await self._session.execute(facts.where(plan.c.id == plan_id))).one()
        in_plan = TASKS.where(task.c.plan == plan_id, task.c.removed_in.is_(None))
        tasks = (await self._session.execute(in_plan)).all()
        duties = (await self._session.execute(DUTIES.where(duty.c.plan == plan_id))).all()
        return content_of(row._mapping, tasks, duties)

    async def lock(self, plan_id: str) -> None:
        """Hold a plan, there or not yet, until the transaction ends: one version is published at a time."""
        held = sa.func.hashtextextended(f"plan/{plan_id}", 0)
        await self._session.execute(sa.select(sa.func.pg_advisory_xact_lock(held)))

    async def find_latest(self, plan_id: str) -> Any | None:
        """Return the facts of the newest version, None where nothing was published."""
        newest = sa.select(*FACTS).where(version.c.plan == plan_id).order_by(version.c.version.desc()).limit(1)
        return (await self._session.execute(newest)).one_or_none()

    async def find_steward(self, plan_id: str) -> str | None:
        """Return the steward of a published plan, None where nothing was published."""
        return (await self._session.execute(sa.select(plan.c.steward).where(plan.c.id == plan_id))).scalar()

    async def close(self, latest: Any, last_day: date, content: PlanDraft) -> None:
        """Let the newest version hold until a day, and keep its content with it."""
        its_row = sa.and_(version.c.plan == latest.plan, version.c.version == latest.version)
        closed = {"valid": days(latest.in_force_from, last_day), "content": content.model_dump(mode="json")}
        await self._session.execute(sa.update(version).where(its_row).values(closed))

    async def add(self, row: Mapping[str, Any], in_force_from: date | None) -> None:
        """Keep the facts of a new version that holds from a day on."""
        await self._session.execute(sa.insert(version).values(**row, valid=days(in_force_from, None)))

    async def put(self, plan_id: str, rows: PlanRows, number: int) -> None:
        """Let the task tables say what a new version says. A line that goes stays, marked with the version."""
        store = LoadingStore(self._session)
        await store.put(Plan, [rows.plan])
        await store.put(Task, rows.tasks)
        ids = [row["id"] for row in rows.tasks]
        going = sa.and_(task.c.plan == plan_id, task.c.removed_in.is_(None), task.c.id.not_in(ids))
        marking = sa.update(task).where(going).values(removed_in=number).returning(task.c.id)
        touched = [*ids, *(await self._session.execute(marking)).scalars()]
        for table, of_task in (
            (TaskParty, rows.parties),
            (TaskAddressee, rows.addressees),
            (TaskDerivation, rows.derivations),
            (TaskObjective, rows.objectives),
        ):
            await store.replace(table, "task", touched, of_task)
        await self._put_duties(plan_id, rows)

    async def _put_duties(self, plan_id: str, rows: PlanRows) -> None:
        of_plan = sa.select(duty.c.id).where(duty.c.plan == plan_id)
        await self._session.execute(sa.delete(duty_party).where(duty_party.c.duty.in_(of_plan)))
        await self._session.execute(sa.delete(duty).where(duty.c.plan == plan_id))
        store = LoadingStore(self._session)
        await store.put(AssignedDuty, rows.duties)
        await store.put(AssignedDutyParty, rows.duty_parties)

    async def list_task_ids(self, plan_id: str) -> set[str]:
        """Return the tasks of a plan as it is in force."""
        of_plan = sa.select(task.c.id).where(task.c.plan == plan_id, task.c.removed_in.is_(None))
        return set((await self._session.execute(of_plan)).scalars())

    async def list_objectives(self) -> set[int]:
        """Return the numbers of the objectives of the Global Compact."""
        return set((await self._session.execute(sa.select(objective.c.number))).scalars())

    async def read_derivations(self) -> dict[str, str | None]:
        """Return every plan and the plan that it derives from."""
        rows = await self._session.execute(sa.select(plan.c.id, plan.c.derives_from))
        return {row.id: row.derives_from for row in rows}

    async def list_referrers(self, plan_id: str) -> dict[str, list[str]]:
        """Return the tasks of a plan that tasks of other plans carry out, each with those."""
        below = task.alias("below")
        naming = (
            sa.select(derivation.c.derives_from, sa.func.array_agg(derivation.c.task).label("referrers"))
            .join(task, task.c.id == derivation.c.derives_from)
            .join(below, below.c.id == derivation.c.task)
            .where(task.c.plan == plan_id, below.c.plan != plan_id)
            .group_by(derivation.c.derives_from)
        )
        return {row.derives_from: sorted(row.referrers) for row in await self._session.execute(naming)}
