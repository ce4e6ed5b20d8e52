"""The SQL of drafts."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.submissions.base import table_of
from services.submissions.cycle.tables import Occurrence, State
from services.submissions.submission.tables import Draft


class DraftStore:
    """Every statement about drafts. A row is emptied and never removed, so that its version only grows."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, occurrence: UUID, *, lock: bool = False) -> Draft | None:
        """Return the draft of an occurrence; with `lock` nobody else changes it until the end."""
        query = sa.select(Draft).where(col(Draft.occurrence_id) == occurrence)
        if lock:
            key = sa.func.hashtextextended(f"draft/{occurrence}", 0)
            await self._session.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))
        fresh = query.execution_options(populate_existing=True)
        return (await self._session.execute(fresh)).scalar_one_or_none()

    async def keep(self, draft: Draft) -> None:
        """Write the draft as it is now."""
        values = draft.model_dump()
        kept = insert(table_of(Draft)).values(values)
        await self._session.execute(kept.on_conflict_do_update(index_elements=["occurrence_id"], set_=values))

    async def mark(self, occurrence: Occurrence, *, drafted: bool) -> None:
        """Write into the ledger whether an answer is being drafted."""
        before, after = (State.OWED, State.DRAFT) if drafted else (State.DRAFT, State.OWED)
        marked = sa.update(Occurrence).where(col(Occurrence.id) == occurrence.id, col(Occurrence.state) == before)
        await self._session.execute(marked.values(state=after))
