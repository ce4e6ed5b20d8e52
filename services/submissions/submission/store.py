"""The SQL of submissions: versions under lock, observations by COPY, reads within what the viewer may see."""

from collections.abc import AsyncIterator, Collection, Iterable
from io import BytesIO
from itertools import chain, islice
from typing import Any, BinaryIO
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.database import raw_connection
from kernel.prepared import Prepared
from services.submissions.base import table_of
from services.submissions.checking.check import Observations
from services.submissions.checking.sdmx_actions import Before
from services.submissions.cycle.sight import sees_occurrence
from services.submissions.cycle.store import Owed
from services.submissions.cycle.tables import Cycle, Occurrence, State
from services.submissions.cycle.viewer import Viewer
from services.submissions.projection.tables import Obligation
from services.submissions.review.tables import Review
from services.submissions.submission.errors import VersionTooLarge
from services.submissions.submission.tables import Observation, Submission
from services.submissions.submission.writing import FigureWriter, first_lines

COLUMNS = (
    "period_year",
    "submission_id",
    "line",
    "indicator",
    "d1",
    "d2",
    "d3",
    "d4",
    "value",
    "status",
    "reason",
)
PIECE = 256 * 1024
MANY_FINDINGS = 1000
"""From so many on they go in by COPY; for few one statement is quicker."""
FINDING_COLUMNS = ("submission_id", "number", "body")

CHANGED = """
select coalesce(b.indicator, a.indicator) indicator,
    coalesce(b.d1, a.d1) d1, coalesce(b.d2, a.d2) d2, coalesce(b.d3, a.d3) d3, coalesce(b.d4, a.d4) d4,
    b.value value_before, b.status status_before, b.reason reason_before,
    a.value value_after, a.status status_after, a.reason reason_after,
    count(*) over () every
from (select * from observation where period_year = :before_year and submission_id = :before) b
full join (select * from observation where period_year = :after_year and submission_id = :after) a
    on a.indicator = b.indicator
    and coalesce(a.d1, '') = coalesce(b.d1, '') and coalesce(a.d2, '') = coalesce(b.d2, '')
    and coalesce(a.d3, '') = coalesce(b.d3, '') and coalesce(a.d4, '') = coalesce(b.d4, '')
where (a.value, a.status, a.reason) is distinct from (b.value, b.status, b.reason)
    and coalesce(b.indicator, a.indicator) <> all(cast(:without as text[]))
order by coalesce(b.indicator, a.indicator) collate "C",
    coalesce(b.d1, a.d1, '') collate "C", coalesce(b.d2, a.d2, '') collate "C",
    coalesce(b.d3, a.d3, '') collate "C", coalesce(b.d4, a.d4, '') collate "C"
"""
"""Two versions side by side, in the order of the codes."""

MOST_CHANGED = 500_000
"""Figures of a version that a message can change; it is read as a whole for that."""

Found = tuple[Submission, Review | None, Occurrence, Cycle, Obligation]


class SubmissionStore:
    """Keeps submissions."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def lock(self, occurrence: Occurrence, cycle: Cycle) -> Submission | None:
        """Hold an occurrence until the transaction ends, read it anew, and return its latest submission.

        Those that ask the same report again are held too, always in one order: who answers the one and who
        answers the other at the same moment must wait for each other once, and not in a circle.
        """
        key = sa.func.hashtextextended(str(occurrence.id), 0)
        await self._session.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))
        latest = (
            sa.select(Submission)
            .where(col(Submission.occurrence_id) == occurrence.id)
            .order_by(col(Submission.version).desc())
            .limit(1)
        )
        present = (
            sa.select(Occurrence, Cycle)
            .join(Cycle, col(Cycle.id) == col(Occurrence.cycle_id))
            .where(
                col(Occurrence.agency) == occurrence.agency,
                col(Cycle.period) == cycle.period,
                col(Cycle.obligation).in_(asking_the_same(sa.literal(cycle.obligation))),
            )
            .order_by(col(Occurrence.id))
            .with_for_update(of=Occurrence)
        )
        await self._session.execute(present.execution_options(populate_existing=True))
        return (await self._session.execute(latest)).scalar_one_or_none()

    async def copy_observations(self, submission: Submission, cells: Observations) -> None:
        """Keep the figures of a submission."""
        if not len(cells):
            return
        written = BytesIO()
        FigureWriter(written, submission.period_year, submission.id, first_lines(cells)).write(cells)
        await self.copy_written(_pieces_of(written.getbuffer()))

    async def copy_written(self, written: BinaryIO | AsyncIterator[bytes]) -> None:
        """Keep figures that stand in a file as COPY reads them, each with its year and submission."""
        raw = await raw_connection(self._session)
        await raw.copy_to_table("observation", source=written, columns=COLUMNS, format="text")

    async def copy_findings(self, submission: Submission, findings: Iterable[str]) -> None:
        """Keep the findings of a submission, each as JSON."""
        few = list(islice(findings := iter(findings), MANY_FINDINGS))
        if len(few) < MANY_FINDINGS:
            await _ADD_FINDINGS.run(self._session, submission=submission.id, bodies=few)
            return
        raw = await raw_connection(self._session)
        records = ((submission.id, number, body) for number, body in enumerate(chain(few, findings), start=1))
        await raw.copy_records_to_table("finding", records=records, columns=FINDING_COLUMNS)

    async def list_twins(self, occurrence: Occurrence, cycle: Cycle, obligation: Obligation) -> list[Owed]:
        """Return the occurrences that ask the same report of the same agency for the same period again."""
        same = sa.or_(col(Obligation.satisfied_by) == obligation.id, col(Obligation.id) == obligation.satisfied_by)
        query = (
            sa.select(Occurrence, Cycle, Obligation)
            .join(Cycle, col(Cycle.id) == col(Occurrence.cycle_id))
            .join(Obligation, col(Obligation.id) == col(Cycle.obligation))
            .where(
                same,
                col(Cycle.period) == cycle.period,
                col(Cycle.closed_at).is_(None),
                col(Occurrence.agency) == occurrence.agency,
                col(Occurrence.state) != State.WAIVED,
            )
            .with_for_update(of=Occurrence)
        )
        return [(row[0], row[1], row[2]) for row in (await self._session.execute(query)).all()]

    async def find(self, viewer: Viewer, submission: UUID) -> Found | None:
        """Return a submission that the viewer may see: by the occurrence it was sent for, or one it discharges."""
        return (await self.find_each(viewer, submission)).get(submission)

    async def find_each(self, viewer: Viewer, *submissions: UUID) -> dict[UUID, Found]:
        """Return those of these submissions that the viewer may see, each as `find` does."""
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
        )
        rows = await self._session.execute(query)
        return {row[0].id: (row[0], row[1], row[2], row[3], row[4]) for row in rows}

    async def find_review(self, submission: UUID) -> Review | None:
        """Return the decision on a version."""
        return await self._session.get(Review, submission)

    async def list_observations(self, submission: Submission, *, limit: int, after: int) -> list[Any]:
        """Return one more than `limit` figures behind a line."""
        table = table_of(Observation)
        query = (
            sa.select(table)
            .where(
                table.c.period_year == submission.period_year,
                table.c.submission_id == submission.id,
                table.c.line > after,
            )
            .order_by(table.c.line)
            .limit(limit + 1)
        )
        return list((await self._session.execute(query)).all())

    async def has_figures(self, submission: Submission, indicators: Collection[str]) -> bool:
        """Say whether a version has figures of some indicators. No statement when none are named."""
        if not indicators:
            return False
        table = table_of(Observation)
        found = sa.exists().where(
            table.c.period_year == submission.period_year,
            table.c.submission_id == submission.id,
            table.c.indicator.in_(sorted(indicators)),
        )
        return bool((await self._session.execute(sa.select(found))).scalar_one())

    async def read_before(self, occurrence: UUID) -> Before:
        """Return the latest version of a report as something that a message changes."""
        latest = (
            sa.select(Submission)
            .where(col(Submission.occurrence_id) == occurrence)
            .order_by(col(Submission.version).desc())
            .limit(1)
        )
        found = (await self._session.execute(latest)).scalar_one_or_none()
        if found is None:
            return Before()
        if found.observation_count > MOST_CHANGED:
            raise VersionTooLarge(found.observation_count, MOST_CHANGED)
        rows = sorted(await self.all_observations(found), key=lambda row: row.line)
        return Before(found.version, rows, tuple(found.nil), found.narrative)

    async def list_changed(
        self, before: Submission, after: Submission, *, without: Collection[str], limit: int, offset: int
    ) -> tuple[list[Any], int]:
        """Return the figures behind an offset that two versions do not have alike, and how many there are; those
        of some indicators do not count."""
        given = {"before_year": before.period_year, "before": before.id, "limit": limit, "offset": offset}
        given |= {"without": sorted(without), "after_year": after.period_year, "after": after.id}
        rows = list((await self._session.execute(sa.text(CHANGED + " limit :limit offset :offset"), given)).all())
        if rows or not offset:
            return rows, rows[0].every if rows else 0
        counting = sa.text(f"select count(*) from ({CHANGED}) changed")
        return [], int((await self._session.execute(counting, given)).scalar_one())

    async def all_observations(self, submission: Submission) -> list[Any]:
        """Return every figure of a submission."""
        table = table_of(Observation)
        query = sa.select(table).where(
            table.c.period_year == submission.period_year, table.c.submission_id == submission.id
        )
        return list((await self._session.execute(query)).all())


async def _pieces_of(written: memoryview) -> AsyncIterator[bytes]:
    """Give what stands in memory; a file would be read in a thread."""
    for start in range(0, len(written), PIECE):
        yield bytes(written[start : start + PIECE])


_ADD_FINDINGS = Prepared(
    sa.text(
        "insert into finding (submission_id, number, body)"
        " select :submission, number, body::jsonb from unnest(:bodies) with ordinality as each (body, number)"
    ).bindparams(sa.bindparam("submission", type_=sa.Uuid), sa.bindparam("bodies", type_=ARRAY(sa.Text)))
)


def asking_the_same(obligation: sa.ColumnElement[str]) -> sa.CompoundSelect[tuple[str]]:
    """Return the obligation, the one that satisfies it, and those that it satisfies."""
    own = col(Obligation.id) == obligation
    asked_again = sa.or_(own, col(Obligation.satisfied_by) == obligation)
    satisfying = sa.select(col(Obligation.satisfied_by)).where(own, col(Obligation.satisfied_by).is_not(None))
    return sa.union(sa.select(col(Obligation.id)).where(asked_again), satisfying)
