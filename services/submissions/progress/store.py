"""The SQL of reading what yearly reports say about tasks, within what the viewer may see."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, distinct_on
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.submissions.checking.check_narrative import TASK_PREFIX
from services.submissions.cycle.sight import CARRYING_ON, sees_occurrence
from services.submissions.cycle.tables import Cycle, Occurrence
from services.submissions.cycle.viewer import Viewer
from services.submissions.projection.tables import Agency, AgencySuccessor, Obligation
from services.submissions.submission.tables import Submission


class ProgressStore:
    """Reads statements about tasks."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def list_statements(
        self,
        viewer: Viewer,
        tasks: Sequence[str],
        year: int,
        today: date,
        *,
        accepted_only: bool,
        but_of: Collection[UUID] = (),
    ) -> list[Any]:
        """Return what the reports on periods that end in a year say about tasks, each statement once.

        Of a report the version in force speaks, or the latest one while none is; with `accepted_only` that holds
        for the occurrences `but_of` alone.
        """
        accepted = col(Occurrence.accepted_submission_id)
        version: Any = sa.func.coalesce(accepted, col(Occurrence.submission_id))
        if accepted_only:
            version = sa.case((col(Occurrence.id).in_(but_of), version), else_=accepted)
        keys = [TASK_PREFIX + task for task in tasks]
        said = (
            sa.func.jsonb_each(sa.cast(Submission.narrative, JSONB)).table_valued("key", "value").lateral("said")
        )
        carried = _carried_on_by(today)
        query = (
            sa.select(
                *(
                    col(column)
                    for column in (
                        Submission.id,
                        Submission.version,
                        Submission.agency,
                        Submission.agency_name_vi,
                        Submission.submitted_by,
                        Submission.received_at,
                        Occurrence.state,
                    )
                ),
                said.c.key,
                sa.cast(said.c.value, JSONB).label("value"),
                sa.func.coalesce(carried.c.heirs, sa.cast([], sa.ARRAY(sa.Text))).label("heirs"),
            )
            .ext(distinct_on(col(Submission.agency), said.c.key, col(Submission.id)))
            .select_from(Occurrence)
            .join(Cycle, col(Cycle.id) == col(Occurrence.cycle_id))
            .join(Obligation, col(Obligation.id) == col(Cycle.obligation))
            .join(Submission, col(Submission.id) == version)
            .join(said, sa.true())
            .outerjoin(carried, carried.c.agency == col(Submission.agency))
            .where(
                sees_occurrence(viewer),
                col(Cycle.period_end).between(date(year, 1, 1), date(year, 12, 31)),
                said.c.key.in_(keys),
            )
            .order_by(col(Submission.agency), said.c.key, col(Submission.id), col(Occurrence.id))
        )
        return list((await self._session.execute(query)).all())


def _carried_on_by(today: date) -> sa.Subquery:
    """Return for each ended agency those living ones that carry it on, directly or in turn."""
    line: Any = sa.select(
        col(AgencySuccessor.agency).label("agency"), col(AgencySuccessor.successor).label("heir")
    ).where(*_passes_on(today))
    line_cte = line.cte("line", recursive=True)
    further = (
        sa.select(line_cte.c.agency, col(AgencySuccessor.successor))
        .join(AgencySuccessor, col(AgencySuccessor.agency) == line_cte.c.heir)
        .where(*_passes_on(today))
    )
    everyone = line_cte.union(further)
    return (
        sa.select(everyone.c.agency, sa.func.array_agg(sa.distinct(everyone.c.heir)).label("heirs"))
        .join(Agency, col(Agency.id) == everyone.c.heir)
        .where(sa.or_(col(Agency.valid_to).is_(None), col(Agency.valid_to) >= today))
        .group_by(everyone.c.agency)
        .subquery("carried")
    )


def _passes_on(today: date) -> list[sa.ColumnElement[bool]]:
    return [col(AgencySuccessor.kind).in_(CARRYING_ON), col(AgencySuccessor.effective_on) <= today]
