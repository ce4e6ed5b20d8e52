"""The SQL of the copy of registry: differences only, in a handful of statements."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.submissions.base import SubmissionsRow, table_of
from services.submissions.cycle.sight import CARRYING_ON
from services.submissions.projection.tables import (
    Agency,
    AgencySuccessor,
    Obligation,
    Province,
    ProvinceSuccessor,
    ReportReader,
    Task,
)
from services.submissions.registry_schemas import ProvinceAnswer, RegistryCopy


class ProjectionStore:
    """Keeps the copy of registry."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def keep(self, copy: RegistryCopy, today: date) -> int:
        """Make the copy equal to what registry says today; return how many rows that changed.

        Agencies and obligations are never removed, for the ledger stands on them.
        """
        successors = [
            {"agency": agency.id, "successor": s.agency, "kind": s.kind, "effective_on": s.effective_on}
            for agency in copy.agencies
            for s in agency.successors
        ]
        changed = await self._upsert(Agency, [a.model_dump(exclude={"successors"}) for a in copy.agencies])
        changed += await self._upsert(Obligation, [_row(one) for one in copy.obligations])
        changed += await self._upsert(Task, [_row(one) for one in copy.tasks])
        changed += await self._forget(Task, copy.tasks)
        changed += await self._keep_provinces(copy.provinces)
        changed += await self._replace(AgencySuccessor, successors)
        await self._note_readers(today)
        return changed

    async def _note_readers(self, today: date) -> None:
        """Keep who comes to read whose reports. A day that is over is never moved, nor one that becomes later."""
        day = sa.func.greatest(
            col(AgencySuccessor.effective_on), col(Agency.valid_to) + 1, today + timedelta(days=1)
        )
        found = (
            sa.select(col(AgencySuccessor.agency), col(AgencySuccessor.successor), sa.func.min(day))
            .join(Agency, col(Agency.id) == col(AgencySuccessor.agency))
            .where(col(AgencySuccessor.kind).in_(CARRYING_ON), col(Agency.valid_to).is_not(None))
            .group_by(col(AgencySuccessor.agency), col(AgencySuccessor.successor))
        )
        table = table_of(ReportReader)
        arriving = insert(table).from_select(["agency", "successor", "since"], found)
        since = arriving.excluded.since
        await self._session.execute(
            arriving.on_conflict_do_update(
                index_elements=[table.c.agency, table.c.successor],
                set_={"since": since},
                where=since < table.c.since,
            )
        )

    async def _keep_provinces(self, provinces: Sequence[ProvinceAnswer]) -> int:
        successors = [
            {"province": one.id, "successor": s.province, "kind": s.kind, "effective_on": s.effective_on}
            for one in provinces
            for s in one.successors
        ]
        changed = await self._upsert(Province, [one.model_dump(exclude={"successors"}) for one in provinces])
        return changed + await self._replace(ProvinceSuccessor, successors)

    async def _upsert(self, row: type[SubmissionsRow], values: Sequence[dict[str, Any]]) -> int:
        table: sa.Table = table_of(row)
        if not values:
            return 0
        arriving = insert(table)
        others = {c.name: arriving.excluded[c.name] for c in table.columns if not c.primary_key}
        differs = sa.or_(*(table.c[name].is_distinct_from(value) for name, value in others.items()))
        upsert = arriving.on_conflict_do_update(
            index_elements=list(table.primary_key.columns), set_=others, where=differs
        )
        result = await self._session.execute(upsert.values(list(values)).returning(table.c.id))
        return len(result.all())

    async def _forget(self, row: type[Task], present: Iterable[Any]) -> int:
        gone = sa.delete(row).where(col(row.id).not_in([one.id for one in present]))
        return len((await self._session.execute(gone.returning(sa.literal(1)))).all())

    async def _replace(self, row: type[SubmissionsRow], values: list[dict[str, Any]]) -> int:
        """Make a table whose columns are all its key hold exactly these rows."""
        table = table_of(row)
        known = {tuple(found) for found in (await self._session.execute(sa.select(table))).all()}
        wanted = {tuple(value[column.name] for column in table.columns) for value in values}
        if known == wanted:
            return 0
        await self._session.execute(sa.delete(table))
        if values:
            await self._session.execute(sa.insert(table).values(values))
        return len(known ^ wanted)


def _row(answer: Any) -> dict[str, Any]:
    values: dict[str, Any] = answer.model_dump()
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
