"""The SQL of reviews: one row a version, and what follows for the ledger."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.submissions.base import table_of
from services.submissions.cycle.store import Owed
from services.submissions.cycle.tables import Cycle, Occurrence, State
from services.submissions.projection.tables import Obligation
from services.submissions.review.tables import Decision, Review
from services.submissions.submission.tables import Submission


class ReviewStore:
    """Keeps decisions."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, submission: UUID) -> Review | None:
        """Return the decision on a version as it stands now."""
        query = sa.select(Review).where(col(Review.submission_id) == submission)
        fresh = query.execution_options(populate_existing=True)
        return (await self._session.execute(fresh)).scalar_one_or_none()

    async def add(self, review: Review) -> None:
        """Keep a decision."""
        connection = await self._session.connection()
        await connection.execute(sa.insert(table_of(Review)), [review.model_dump()])

    async def settle(self, submission: Submission, review: Review) -> list[UUID]:
        """Write a decision into every occurrence that the version answers; return them."""
        settled = sa.update(Occurrence).where(col(Occurrence.submission_id) == submission.id)
        if review.decision == Decision.ACCEPTED:
            settled = settled.values(
                state=State.ACCEPTED, accepted_submission_id=submission.id, reviewed_at=review.decided_at
            )
        else:
            settled = settled.values(
                state=State.RETURNED,
                correction_due_on=review.correction_due_on,
                correction_due_at=review.correction_due_at,
                corrected_at=None,
                reviewed_at=review.decided_at,
            )
        changed = settled.returning(col(Occurrence.id)).execution_options(synchronize_session=False)
        return list((await self._session.execute(changed)).scalars())

    async def list_owed(self, occurrences: Sequence[UUID]) -> list[Owed]:
        """Return occurrences as they stand now, with cycle and obligation."""
        query = (
            sa.select(Occurrence, Cycle, Obligation)
            .join(Cycle, col(Cycle.id) == col(Occurrence.cycle_id))
            .join(Obligation, col(Obligation.id) == col(Cycle.obligation))
            .where(col(Occurrence.id).in_(occurrences))
            .execution_options(populate_existing=True)
        )
        return [(row[0], row[1], row[2]) for row in (await self._session.execute(query)).all()]
