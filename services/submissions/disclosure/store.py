"""The SQL of released figures: what was accepted when, and the figures of those versions."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.clock import day_in_vietnam, end_of_day
from services.submissions.base import any_of, table_of
from services.submissions.cycle.tables import Cycle, Occurrence
from services.submissions.disclosure.readers import Succession
from services.submissions.disclosure.selecting import Accepted
from services.submissions.projection.tables import Obligation, ReportReader
from services.submissions.review.tables import Decision, Review
from services.submissions.submission.tables import Observation, Submission


class DisclosureStore:
    """Reads what released figures are made of. Sees everything: what a viewer gets of it is decided above."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def list_obligations(self) -> Sequence[Obligation]:
        """Return every obligation."""
        return (await self._session.execute(sa.select(Obligation))).scalars().all()

    async def list_successions(self) -> list[Succession]:
        """Return by whom ended agencies are carried on, and since when those read their reports."""
        query = sa.select(col(ReportReader.agency), col(ReportReader.successor), col(ReportReader.since))
        return [Succession(*row) for row in (await self._session.execute(query)).all()]

    async def list_accepted(self, form: str, obligations: Collection[str], before: date) -> list[Accepted]:
        """Return every version on a form that was accepted before a day, each under the report it was sent for."""
        query = (
            sa.select(
                col(Submission.id),
                col(Submission.occurrence_id),
                col(Submission.agency),
                *(col(getattr(Cycle, name)) for name in ("obligation", "period", "period_start", "period_end")),
                col(Submission.form_version),
                col(Submission.period_year),
                col(Review.decided_at),
            )
            .join(Review, col(Review.submission_id) == col(Submission.id))
            .join(Occurrence, col(Occurrence.id) == col(Submission.occurrence_id))
            .join(Cycle, col(Cycle.id) == col(Occurrence.cycle_id))
            .where(
                col(Submission.form) == form,
                col(Cycle.obligation).in_(obligations),
                col(Review.decision) == Decision.ACCEPTED.value,
                col(Review.decided_at) <= end_of_day(before - timedelta(days=1)),
            )
            .order_by(col(Review.decided_at), col(Submission.id))
        )
        rows = (await self._session.execute(query)).all()
        return [
            Accepted(
                submission=row.id,
                occurrence=row.occurrence_id,
                agency=row.agency,
                obligation=row.obligation,
                period=row.period,
                start=row.period_start,
                end=row.period_end,
                form_version=row.form_version,
                year=row.period_year,
                day=day_in_vietnam(row.decided_at),
            )
            for row in rows
        ]

    async def list_figures(self, versions: Collection[Accepted], indicators: Collection[str]) -> Sequence[Any]:
        """Return the figures with a value of some indicators in some versions."""
        table = table_of(Observation)
        wanted = ("submission_id", "indicator", "d1", "d2", "d3", "d4", "value")
        query = sa.select(*(table.c[name] for name in wanted)).where(
            table.c.period_year.in_({one.year for one in versions}),
            table.c.submission_id == any_of(one.submission for one in versions),
            table.c.indicator.in_(indicators),
            table.c.value.is_not(None),
        )
        return (await self._session.execute(query)).all()
