"""The SQL of rolling the ledger: cycles and occurrences written in bulk. Reads for callers stand in store.py."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.submissions.base import table_of
from services.submissions.cycle.changes import NO_LONGER_OWED
from services.submissions.cycle.tables import Cycle, Horizon, Occurrence, Origin, State
from services.submissions.projection.tables import Agency, Obligation

LEDGER_LOCK = 7_105_421  # any constant: one transaction at a time opens cycles


class LedgerStore:
    """Writes the ledger."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def lock(self) -> None:
        """Keep everyone else from opening cycles until the transaction ends."""
        await self._session.execute(sa.select(sa.func.pg_advisory_xact_lock(LEDGER_LOCK)))

    async def horizon(self) -> Horizon:
        """Return how far the ledger has been rolled."""
        query = sa.select(Horizon).execution_options(populate_existing=True)
        horizon: Horizon = (await self._session.execute(query)).scalar_one()
        return horizon

    async def keep_horizon(self, **values: Any) -> None:
        """Write how far the ledger has been rolled."""
        await self._session.execute(sa.update(Horizon).values(values))

    async def obligations(self) -> dict[str, Obligation]:
        """Return all obligations by code."""
        rows = await self._session.execute(sa.select(Obligation))
        return {obligation.id: obligation for obligation in rows.scalars()}

    async def list_scheduled(self, start: date, end: date) -> list[tuple[Cycle, list[Occurrence]]]:
        """Return the cycles that follow from the schedule and fall due, or else end, between two days."""
        anchor = sa.func.coalesce(Cycle.due_on, Cycle.period_end)
        wanted = sa.select(Cycle).where(
            col(Cycle.origin) == Origin.SCHEDULE,
            sa.or_(anchor.between(start, end), col(Cycle.date_set_by).is_not(None)),
        )
        cycles = (await self._session.execute(wanted)).scalars().all()
        return await self.with_occurrences(cycles)

    async def list_formless(self) -> list[Cycle]:
        """Return the open cycles without a form whose obligation has been given one since."""
        wanted = (
            sa.select(Cycle)
            .join(Obligation, col(Obligation.id) == col(Cycle.obligation))
            .where(col(Cycle.form).is_(None), col(Cycle.closed_at).is_(None), col(Obligation.form).is_not(None))
        )
        return list((await self._session.execute(wanted)).scalars())

    async def with_occurrences(self, cycles: Sequence[Cycle]) -> list[tuple[Cycle, list[Occurrence]]]:
        """Return cycles with their occurrences."""
        owed = sa.select(Occurrence).where(col(Occurrence.cycle_id).in_([cycle.id for cycle in cycles]))
        grouped: dict[UUID, list[Occurrence]] = {cycle.id: [] for cycle in cycles}
        for occurrence in (await self._session.execute(owed)).scalars():
            grouped[occurrence.cycle_id].append(occurrence)
        return [(cycle, grouped[cycle.id]) for cycle in cycles]

    async def known_cycles(self, obligations: Collection[str]) -> set[tuple[str, str]]:
        """Return obligation and period of every cycle that these obligations have."""
        wanted = sa.select(col(Cycle.obligation), col(Cycle.period)).where(col(Cycle.obligation).in_(obligations))
        return {(row.obligation, row.period) for row in await self._session.execute(wanted)}

    async def find_cycle(self, obligation: str, period: str) -> Cycle | None:
        """Return the cycle of a period, if it is open already."""
        wanted = sa.select(Cycle).where(col(Cycle.obligation) == obligation, col(Cycle.period) == period)
        return (await self._session.execute(wanted)).scalar_one_or_none()

    async def known_agencies(self, agencies: Sequence[str]) -> set[str]:
        """Return those of the agencies that registry knows."""
        wanted = sa.select(col(Agency.id)).where(col(Agency.id).in_(agencies))
        return set((await self._session.execute(wanted)).scalars())

    async def add_all(self, rows: Sequence[Cycle] | Sequence[Occurrence]) -> None:
        """Insert new cycles or occurrences in one statement."""
        if rows:
            connection = await self._session.connection()
            table = table_of(type(rows[0]))
            await connection.execute(sa.insert(table), [row.model_dump() for row in rows])

    async def change_cycle(self, cycle: Cycle, **values: Any) -> None:
        """Write new facts of a cycle; its version moves on."""
        changed = sa.update(Cycle).where(col(Cycle.id) == cycle.id)
        await self._session.execute(changed.values(version=Cycle.version + 1, **values))

    async def withdraw(self, occurrences: Sequence[UUID], now: datetime, reason: str) -> set[UUID]:
        """Waive occurrences that are no longer owed; return those that were not answered meanwhile."""
        if not occurrences:
            return set()
        withdrawn = (
            sa.update(Occurrence)
            .where(col(Occurrence.id).in_(occurrences), col(Occurrence.state).in_((State.OWED, State.DRAFT)))
            .values(
                state=State.WAIVED,
                waived_at=now,
                waiver_code=NO_LONGER_OWED,
                waiver_reason=reason,
                waived_by="registry",
            )
            .returning(col(Occurrence.id))
            .execution_options(synchronize_session=False)
        )
        return set((await self._session.execute(withdrawn)).scalars())

    async def reinstate(self, occurrences: Sequence[UUID]) -> None:
        """Take back the withdrawal of occurrences that are owed again."""
        nothing = dict.fromkeys(("waived_at", "waiver_code", "waiver_reason", "waived_by"))
        await self._change(occurrences, state=State.OWED, **nothing)

    async def change_duty(self, occurrence: UUID, duty: str) -> None:
        """Write which printed reporter's duty the agency carries."""
        await self._change([occurrence], duty=duty)

    async def _change(self, occurrences: Sequence[UUID], **values: Any) -> None:
        if occurrences:
            changed = sa.update(Occurrence).where(col(Occurrence.id).in_(occurrences))
            await self._session.execute(changed.values(values))
