"""The SQL of reviews: one row a version, and what follows for the ledger."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.submissions.base import table_of
from services.submissions.cycle.sight import sees_occurrence
from services.submissions.cycle.store import Owed
from services.submissions.cycle.tables import Cycle, Occurrence, State
from services.submissions.cycle.viewer import Viewer
from services.submissions.projection.tables import Obligation
from services.submissions.review.tables import Decision, Review
from services.submissions.submission.store import Found
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

    async def move_correction(self, submission: UUID, due_on: date, due_at: datetime) -> list[UUID]:
        """Write a correction's new day into every occurrence that waits for it; return them."""
        moved = (
            sa.update(Occurrence)
            .where(col(Occurrence.submission_id) == submission, col(Occurrence.state) == State.RETURNED)
            .values(correction_due_on=due_on, correction_due_at=due_at)
            .returning(col(Occurrence.id))
            .execution_options(synchronize_session=False)
        )
        return list((await self._session.execute(moved)).scalars())

    async def find_many(self, viewer: Viewer, submissions: Sequence[UUID]) -> list[Found]:
        """Return, as they stand now, those of the submissions that the viewer may see."""
        is_own = col(Occurrence.id) == col(Submission.occurrence_id)
        query = (
            sa.select(Submission, Review, Occurrence, Cycle, Obligation)
            .join(Occurrence, sa.or_(is_own, col(Occurrence.submission_id) == col(Submission.id)))
            .join(Cycle, col(Cycle.id) == col(Occurrence.cycle_id))
            .join(Obligation, col(Obligation.id) == col(Cycle.obligation))
            .outerjoin(Review, col(Review.submission_id) == col(Submission.id))
            .where(col(Submission.id).in_(submissions), sees_occurrence(viewer))
            .ext(distinct_on(col(Submission.id)))
            .order_by(col(Submission.id), is_own.desc())
            .execution_options(populate_existing=True)
        )
        rows = (await self._session.execute(query)).all()
        return [(row[0], row[1], row[2], row[3], row[4]) for row in rows]

    async def lock_answered(self, found: Sequence[Found]) -> None:
        """Hold every occurrence that these versions answer, in the one order in which all hold them."""
        own = [one[2].id for one in found]
        answered = col(Occurrence.submission_id).in_([one[0].id for one in found])
        held = sa.select(col(Occurrence.id)).where(sa.or_(col(Occurrence.id).in_(own), answered))
        await self._session.execute(held.order_by(col(Occurrence.id)).with_for_update())

    async def add_all(self, reviews: Iterable[Review]) -> None:
        """Keep many decisions in one statement."""
        connection = await self._session.connection()
        await connection.execute(sa.insert(table_of(Review)).values([one.model_dump() for one in reviews]))

    async def accept_all(self, submissions: Sequence[UUID], now: datetime) -> list[UUID]:
        """Write the acceptance of versions into every occurrence that they answer; return these."""
        accepted = (
            sa.update(Occurrence)
            .where(col(Occurrence.submission_id).in_(submissions))
            .values(
                state=State.ACCEPTED,
                accepted_submission_id=col(Occurrence.submission_id),
                reviewed_at=now,
            )
            .returning(col(Occurrence.id))
            .execution_options(synchronize_session=False)
        )
        return list((await self._session.execute(accepted)).scalars())

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
