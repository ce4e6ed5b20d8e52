"""The statement behind the inside door."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.submissions.cycle.tables import Cycle, Occurrence, State

OPEN = (State.OWED, State.DRAFT, State.RETURNED)
MOST = 5000
"""No agency owes as many reports; a bound all the same."""


async def list_open(session: AsyncSession, agency: str) -> Sequence[Any]:
    """Return the occurrences of an agency that wait for an answer, by obligation and period."""
    found = (
        sa.select(
            sa.cast(col(Occurrence.id), sa.Text).label("occurrence"),
            col(Cycle.obligation),
            col(Cycle.period),
            sa.func.greatest(Occurrence.extended_due_on, Cycle.due_on).label("due_on"),
            col(Occurrence.state),
        )
        .join(Cycle, col(Cycle.id) == col(Occurrence.cycle_id))
        .where(
            col(Occurrence.agency) == agency,
            col(Occurrence.state).in_(OPEN),
            col(Cycle.closed_at).is_(None),
        )
        .order_by(col(Cycle.obligation), col(Cycle.period_end), col(Occurrence.id))
        .limit(MOST)
    )
    return (await session.execute(found)).all()
