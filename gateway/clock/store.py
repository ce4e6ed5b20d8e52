"""Every statement about the sandbox clock's last move."""

from datetime import datetime, timedelta

from sqlalchemy.dialects.postgresql import insert

from gateway.clock.tables import SandboxClock
from kernel.database import Database


class ClockStore:
    """Reads and keeps the last move; each in a transaction of its own, for services are asked in between."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find_last(self) -> SandboxClock | None:
        """Return the last move, if there was one."""
        async with self._database.transaction() as session:
            return await session.get(SandboxClock, 1)

    async def keep(self, asked_for: datetime, offset: timedelta) -> None:
        """Keep a move as the last one."""
        row = {"asked_for": asked_for, "clock_offset": offset}
        kept = insert(SandboxClock).values(id=1, **row).on_conflict_do_update(index_elements=["id"], set_=row)
        async with self._database.transaction() as session:
            await session.exec(kept)
