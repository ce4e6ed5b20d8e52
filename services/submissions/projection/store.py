"""The SQL of the copy of registry: differences only, in a handful of statements."""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.submissions.base import SubmissionsRow, table_of
from services.submissions.projection.tables import Agency, AgencySuccessor, Obligation, Task
from services.submissions.registry_schemas import RegistryCopy


class ProjectionStore:
    """Keeps the copy of registry."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def keep(self, copy: RegistryCopy) -> int:
        """Make the copy equal to what registry says; return how many rows that changed.

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
        return changed + await self._replace_successors(successors)

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

    async def _replace_successors(self, values: list[dict[str, Any]]) -> int:
        known = {tuple(row) for row in (await self._session.execute(sa.select(*_SUCCESSION))).all()}
        wanted = {(v["agency"], v["successor"], v["kind"], v["effective_on"]) for v in values}
        if known == wanted:
            return 0
        await self._session.execute(sa.delete(AgencySuccessor))
        if values:
            await self._session.execute(sa.insert(AgencySuccessor).values(values))
        return len(known ^ wanted)


_SUCCESSION = (
    col(AgencySuccessor.agency),
    col(AgencySuccessor.successor),
    col(AgencySuccessor.kind),
    col(AgencySuccessor.effective_on),
)


def _row(answer: Any) -> dict[str, Any]:
    values: dict[str, Any] = answer.model_dump()
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
