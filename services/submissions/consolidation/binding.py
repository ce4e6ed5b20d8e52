"""Which build a submission holds: the latest, when the figures are exactly its figures."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.submissions.base import table_of
from services.submissions.checking.check import Observations
from services.submissions.consolidation.tables import Consolidation, ConsolidationCell, TotalStatus

Figure = tuple[Any, ...]


async def bind(
    session: AsyncSession, occurrence: UUID, submission: UUID, cells: Observations, nil: list[str]
) -> bool:
    """Bind a submission to the build whose figures it has, and say whether it has them."""
    latest = sa.select(Consolidation).where(
        col(Consolidation.occurrence_id) == occurrence,
        col(Consolidation.is_latest),
        col(Consolidation.draft_version).is_not(None),
        col(Consolidation.submission_id).is_(None),
    )
    built = (await session.execute(latest.with_for_update())).scalar_one_or_none()
    if built is None:
        return False
    table = table_of(ConsolidationCell)
    kept = sa.select(table).where(
        table.c.consolidation_id == built.id, table.c.status != TotalStatus.NOT_ROLLED_UP.value
    )
    rows = (await session.execute(kept)).all()
    of_build = {_figure(r.indicator, r.d1, r.d2, r.d3, r.d4, r.value, r.status, r.reason) for r in rows}
    if of_build != _figures(cells) or sorted(built.nil) != sorted(nil):
        return False
    built.submission_id = submission
    await session.flush()
    return True


def _figures(cells: Observations) -> set[Figure]:
    columns = (cells.indicator, cells.d1, cells.d2, cells.d3, cells.d4, cells.value, cells.status, cells.reason)
    return {_figure(*cell) for cell in zip(*columns, strict=True)}


def _figure(indicator: str, d1: Any, d2: Any, d3: Any, d4: Any, value: Decimal | None, *told: Any) -> Figure:
    status, reason = told
    return (indicator, d1, d2, d3, d4, value, str(status), reason or None)
