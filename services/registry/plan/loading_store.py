"""The statements that loading plans needs beyond putting rows where they belong."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registry.base import table_of
from services.registry.instrument.tables import Instrument
from services.registry.plan.reading import LOADER
from services.registry.plan.tables import PlanVersion, Task, TaskObjective

version = table_of(PlanVersion)
instrument = table_of(Instrument)
task = table_of(Task)
serving = table_of(TaskObjective)


async def list_taken_over(session: AsyncSession) -> frozenset[str]:
    """Return the plans of which a steward has published a version."""
    published = sa.select(version.c.plan).where(version.c.author != LOADER).distinct()
    return frozenset((await session.execute(published)).scalars())


async def add_first_versions(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Keep the first versions of plans that have none yet."""
    if rows:
        await session.execute(insert(version).values(list(rows)).on_conflict_do_nothing())


async def read_issuers(session: AsyncSession) -> dict[str, str]:
    """Return who issued each instrument."""
    rows = await session.execute(sa.select(instrument.c.id, instrument.c.issuer))
    return {row.id: row.issuer for row in rows if row.issuer}


async def forget_objectives(session: AsyncSession, numbers: Collection[int], but: Collection[str]) -> None:
    """Forget which tasks serve these objectives, but for tasks of some plans."""
    others = sa.select(task.c.id).where(task.c.plan.not_in(but))
    going = sa.delete(serving).where(serving.c.objective.in_(numbers), serving.c.task.in_(others))
    await session.execute(going)
