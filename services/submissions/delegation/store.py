"""The SQL of delegations of review."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import array
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.submissions.base import table_of
from services.submissions.cycle.sight import sees_plan
from services.submissions.cycle.viewer import Viewer
from services.submissions.delegation.tables import ReviewDelegation
from services.submissions.projection.tables import Agency, Obligation


class DelegationStore:
    """Keeps delegations."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def receives(self, viewer: Viewer, obligation: str | None, plan: str | None) -> bool:
        """Say whether the viewer's own agency is a recipient of an obligation, or of one under a plan."""
        mine = sa.cast(array([viewer.agency]), sa.ARRAY(sa.Text))
        line = sa.or_(
            col(Obligation.recipients).op("&&")(mine),
            sa.func.string_to_array(Obligation.via, "|").op("&&")(mine),
        )
        named = col(Obligation.plan) == plan if obligation is None else col(Obligation.id) == obligation
        found = sa.select(sa.literal(1)).where(named, line, sees_plan(viewer)).limit(1)
        return (await self._session.execute(found)).one_or_none() is not None

    async def is_agency(self, agency: str) -> bool:
        """Say whether registry knows an agency."""
        return await self._session.get(Agency, agency) is not None

    async def add(self, delegation: ReviewDelegation) -> None:
        """Keep a delegation."""
        connection = await self._session.connection()
        await connection.execute(sa.insert(table_of(ReviewDelegation)), [delegation.model_dump()])

    async def list_all(self, agency: str, *, limit: int, after: UUID | None) -> list[ReviewDelegation]:
        """Return one more than `limit` delegations that an agency made or was given, newest first."""
        query = sa.select(ReviewDelegation).where(_concerns(agency))
        if after is not None:
            query = query.where(col(ReviewDelegation.id) < after)
        rows = await self._session.execute(query.order_by(col(ReviewDelegation.id).desc()).limit(limit + 1))
        return list(rows.scalars())

    async def find(self, agency: str, delegation: UUID, *, lock: bool = False) -> ReviewDelegation | None:
        """Return a delegation that an agency made or was given; with `lock` nobody else ends it meanwhile."""
        query = sa.select(ReviewDelegation).where(_concerns(agency), col(ReviewDelegation.id) == delegation)
        query = query.with_for_update() if lock else query
        fresh = query.execution_options(populate_existing=True)
        return (await self._session.execute(fresh)).scalar_one_or_none()

    async def end(self, delegation: ReviewDelegation, now: datetime, reason: str) -> None:
        """End a delegation at once."""
        ended = sa.update(ReviewDelegation).where(col(ReviewDelegation.id) == delegation.id)
        await self._session.execute(ended.values(ended_at=now, ended_reason=reason))


def _concerns(agency: str) -> sa.ColumnElement[bool]:
    return sa.or_(col(ReviewDelegation.recipient) == agency, col(ReviewDelegation.delegate) == agency)
