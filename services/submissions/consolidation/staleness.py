"""Telling owners that a report below changed after they built from it. Nothing of theirs is changed."""

from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.clock import BusinessClock
from kernel.database import Database
from kernel.events import EventLog
from kernel.prepared import Prepared
from kernel.tables import UTC_TIME, event
from services.submissions.base import table_of
from services.submissions.consolidation.feeding import leads_into
from services.submissions.consolidation.tables import Consolidation, ConsolidationSource, Use
from services.submissions.consolidation.telling import tell_stale
from services.submissions.cycle.store import Owed
from services.submissions.cycle.tables import Cycle, Occurrence, State
from services.submissions.cycle.telling import Teller
from services.submissions.projection.tables import Obligation

log = structlog.get_logger()


class StaleMarker:
    """Marks the latest builds whose sources stand differently now, and tells it once."""

    def __init__(self, *, database: Database, clock: BusinessClock, teller: Teller) -> None:
        self._database = database
        self._clock = clock
        self._teller = teller
        self._reached: int | None = None

    async def mark(self) -> bool:
        """Look again when something was told since the last time, and say whether anything became stale."""
        async with self._database.raw() as connection:
            reached = (await _REACHED.ask(connection))[0]["reached"]
        if reached == self._reached:
            return False
        async with self._database.transaction() as session:
            marked = await self._mark(session)
        self._reached = reached
        return bool(marked)

    async def _mark(self, session: AsyncSession) -> list[tuple[Consolidation, Owed]]:
        ids = [row["id"] for row in await _MARK.run(session, now=self._clock())]
        if not ids:
            return []
        query = (
            sa.select(Consolidation, Occurrence, Cycle, Obligation)
            .join(Occurrence, col(Occurrence.id) == col(Consolidation.occurrence_id))
            .join(Cycle, col(Cycle.id) == col(Occurrence.cycle_id))
            .join(Obligation, col(Obligation.id) == col(Cycle.obligation))
            .where(col(Consolidation.id).in_(ids))
            .order_by(col(Consolidation.id))
        )
        marked: list[tuple[Consolidation, Owed]] = [
            (row[0], (row[1], row[2], row[3])) for row in (await session.execute(query)).all()
        ]
        told = [tell_stale(self._teller, owed, built) for built, owed in marked]
        await EventLog(session, self._clock).append(*told)
        log.info("consolidations_stale", count=len(marked))
        return marked


def _differing() -> Any:
    """Return the ids of builds whose sources are not what leads into them now."""
    source = table_of(ConsolidationSource)
    live = sa.and_(col(Consolidation.is_latest), col(Consolidation.stale_at).is_(None))
    kept = (
        sa.select(
            source.c.consolidation_id,
            source.c.occurrence_id,
            source.c.submission_id,
            (source.c.use == Use.WAIVED.value).label("waived"),
        )
        .join(Consolidation, col(Consolidation.id) == source.c.consolidation_id)
        .where(live)
    )
    above: Any = aliased(Occurrence)
    above_cycle: Any = aliased(Cycle)
    above_duty: Any = aliased(Obligation)
    waived = sa.and_(col(Occurrence.accepted_submission_id).is_(None), col(Occurrence.state) == State.WAIVED)
    now = (
        sa.select(
            col(Consolidation.id),
            col(Occurrence.id),
            col(Occurrence.accepted_submission_id),
            waived.label("waived"),
        )
        .select_from(Consolidation)
        .join(above, above.id == col(Consolidation.occurrence_id))
        .join(above_cycle, above_cycle.id == above.cycle_id)
        .join(above_duty, above_duty.id == above_cycle.obligation)
        .join(Obligation, sa.true())
        .join(Cycle, col(Cycle.obligation) == col(Obligation.id))
        .join(Occurrence, col(Occurrence.cycle_id) == col(Cycle.id))
        .where(live, leads_into(Cycle, Obligation, above, above_cycle, above_duty))
    )
    differing = sa.union_all(
        sa.select(sa.except_(kept, now).subquery().c[0]), sa.select(sa.except_(now, kept).subquery().c[0])
    ).subquery()
    return sa.select(differing.c[0])


_REACHED = Prepared(sa.select(sa.func.max(event.c.position).label("reached")))
_MARK = Prepared(
    sa.update(table_of(Consolidation))
    .where(col(Consolidation.is_latest), col(Consolidation.stale_at).is_(None))
    .where(col(Consolidation.id).in_(_differing()))
    .values(stale_at=sa.bindparam("now", type_=UTC_TIME))
    .returning(col(Consolidation.id))
)
"""Planning it takes a hundred times as long as finding that nothing is stale."""
