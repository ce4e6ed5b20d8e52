"""Reading what a report answers, for whoever may then see it: two statements, compiled once."""

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.prepared import Prepared, RowOf
from services.submissions.cycle.store import Owed
from services.submissions.cycle.tables import Cycle, Occurrence
from services.submissions.projection.tables import Obligation
from services.submissions.submission.rules import Target

_OCCURRENCE, _OBLIGATION = RowOf(Occurrence, "o"), RowOf(Obligation, "b")
_CYCLE = RowOf(Cycle, "c", without=frozenset({"trace"}))
_OWED = (
    sa.select(*_OCCURRENCE.columns, *_CYCLE.columns, *_OBLIGATION.columns)
    .select_from(Occurrence)
    .join(Cycle, col(Cycle.id) == col(Occurrence.cycle_id))
    .join(Obligation, col(Obligation.id) == col(Cycle.obligation))
)
_BY_ID = Prepared(_OWED.where(col(Occurrence.id) == sa.bindparam("occurrence", type_=sa.Uuid)))
_BY_NAME = Prepared(
    _OWED.where(
        col(Cycle.obligation) == sa.bindparam("obligation"),
        col(Cycle.period) == sa.bindparam("period"),
        col(Occurrence.agency) == sa.bindparam("agency"),
    )
)


async def read_owed(session: AsyncSession, target: Target) -> Owed | None:
    """Return the occurrence that is meant, whoever asks: the caller decides whether it may be seen."""
    if target.natural is None:
        rows = await _BY_ID.read(session, occurrence=target.occurrence)
    else:
        obligation, period, agency = target.natural
        rows = await _BY_NAME.read(session, obligation=obligation, period=period, agency=agency)
    return (_OCCURRENCE.read(rows[0]), _CYCLE.read(rows[0]), _OBLIGATION.read(rows[0])) if rows else None
