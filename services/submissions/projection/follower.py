"""Following registry: any event of its feed means: read the present state again."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
import structlog
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.clock import BusinessClock
from kernel.database import Database
from services.submissions.cycle.tables import Horizon
from services.submissions.projection.store import ProjectionStore
from services.submissions.registry_client import Registry
from services.submissions.registry_schemas import RegistryCopy

log = structlog.get_logger()


class RegistryFollower:
    """Handles batches of registry's feed: the copy and the cursor move in one transaction."""

    def __init__(self, *, registry: Registry, clock: BusinessClock, database: Database) -> None:
        self._registry = registry
        self._clock = clock
        self._database = database

    async def prepare(self, events: Sequence[dict[str, Any]]) -> RegistryCopy:
        """Read the present state, before any transaction is open."""
        return await self._registry.copy(self._clock.today())

    async def apply(self, session: AsyncSession, events: Sequence[dict[str, Any]], prepared: RegistryCopy) -> None:
        """Keep what was read. The ledger is behind until it is rolled again."""
        await self._keep(session, prepared)

    async def copy_first(self) -> bool:
        """Copy registry once before its feed says anything; say whether that was needed."""
        async with self._database.transaction() as session:
            copied_at = (await session.execute(sa.select(col(Horizon.copied_at)))).scalar_one()
        if copied_at is not None:
            return False
        prepared = await self._registry.copy(self._clock.today())
        if not prepared.obligations:
            return False
        async with self._database.transaction() as session:
            await self._keep(session, prepared)
        return True

    async def _keep(self, session: AsyncSession, copy: RegistryCopy) -> None:
        changed = await ProjectionStore(session).keep(copy, self._clock.today())
        moved = sa.update(Horizon).values(copied_at=self._clock(), copies=Horizon.copies + 1)
        await session.execute(moved)
        log.info("registry_copied", agencies=len(copy.agencies), obligations=len(copy.obligations), rows=changed)
