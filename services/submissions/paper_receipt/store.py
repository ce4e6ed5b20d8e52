"""The SQL of back-filled receipts, and what they write into the ledger."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.submissions.base import table_of
from services.submissions.cycle.sight import sees_occurrence
from services.submissions.cycle.tables import Cycle, Occurrence, State
from services.submissions.cycle.viewer import Viewer
from services.submissions.paper_receipt.tables import PaperReceipt, ReceiptState
from services.submissions.projection.tables import Obligation
from services.submissions.submission.tables import Draft

FoundReceipt = tuple[PaperReceipt, Occurrence, Cycle, Obligation]


class PaperReceiptStore:
    """Keeps receipts of reports that came outside this platform."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def list_all(
        self,
        viewer: Viewer,
        occurrence: UUID | None,
        state: ReceiptState | None,
        *,
        limit: int,
        after: UUID | None,
    ) -> list[FoundReceipt]:
        """Return one more than `limit` receipts that the viewer may see, newest first."""
        query = _joined().where(sees_occurrence(viewer))
        if occurrence is not None:
            query = query.where(col(PaperReceipt.occurrence_id) == occurrence)
        if state is not None:
            query = query.where(col(PaperReceipt.state) == state)
        if after is not None:
            query = query.where(col(PaperReceipt.id) < after)
        rows = await self._session.execute(query.order_by(col(PaperReceipt.id).desc()).limit(limit + 1))
        return [(row[0], row[1], row[2], row[3]) for row in rows]

    async def find(self, viewer: Viewer, receipt: UUID) -> FoundReceipt | None:
        """Return one that the viewer may see, as it stands now."""
        query = _joined().where(sees_occurrence(viewer), col(PaperReceipt.id) == receipt)
        fresh = query.execution_options(populate_existing=True)
        row = (await self._session.execute(fresh)).one_or_none()
        return None if row is None else (row[0], row[1], row[2], row[3])

    async def find_pending(self, occurrence: UUID) -> UUID | None:
        """Return the receipt of a report that waits for its confirmation."""
        query = sa.select(col(PaperReceipt.id)).where(
            col(PaperReceipt.occurrence_id) == occurrence, col(PaperReceipt.state) == ReceiptState.RECORDED
        )
        return (await self._session.execute(query)).scalar_one_or_none()

    async def add(self, receipt: PaperReceipt) -> None:
        """Keep a receipt."""
        connection = await self._session.connection()
        await connection.execute(sa.insert(table_of(PaperReceipt)), [receipt.model_dump()])

    async def change(self, receipt: PaperReceipt, **values: Any) -> None:
        """Write how far a receipt has come."""
        changed = sa.update(PaperReceipt).where(col(PaperReceipt.id) == receipt.id)
        await self._session.execute(changed.values(values))

    async def count_in(self, occurrences: Sequence[Occurrence], receipt: PaperReceipt, at: datetime) -> None:
        """Write into the ledger that reports were received at an instant."""
        counted = sa.update(Occurrence).where(col(Occurrence.id).in_([one.id for one in occurrences]))
        values = {"state": State.SUBMITTED, "received_at": at, "paper_receipt_id": receipt.id}
        await self._session.execute(counted.values(values), execution_options={"synchronize_session": False})
        for one in occurrences:
            await self._session.refresh(one)

    async def count_out(self, receipt: PaperReceipt) -> list[UUID]:
        """Write into the ledger that what a receipt stood for is owed again; return the occurrences."""
        drafted = sa.exists().where(
            col(Draft.occurrence_id) == col(Occurrence.id), col(Draft.content) != sa.text("'{}'::jsonb")
        )
        state = sa.case((drafted, State.DRAFT.value), else_=State.OWED.value)
        owed = sa.update(Occurrence).where(col(Occurrence.paper_receipt_id) == receipt.id)
        changed = owed.values(state=state, received_at=None, paper_receipt_id=None).returning(col(Occurrence.id))
        rows = await self._session.execute(changed.execution_options(synchronize_session=False))
        return list(rows.scalars())


def _joined() -> sa.Select[PaperReceipt, Occurrence, Cycle, Obligation]:
    return (
        sa.select(PaperReceipt, Occurrence, Cycle, Obligation)
        .join(Occurrence, col(Occurrence.id) == col(PaperReceipt.occurrence_id))
        .join(Cycle, col(Cycle.id) == col(Occurrence.cycle_id))
        .join(Obligation, col(Obligation.id) == col(Cycle.obligation))
    )
