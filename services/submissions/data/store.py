"""Every statement of queries over figures. Reads only, within what the viewer may see."""

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.database import raw_connection
from kernel.prepared import fetch_records
from kernel.tables import log_epoch
from services.submissions.base import any_of, table_of
from services.submissions.consolidation.tables import Consolidation, ConsolidationSource
from services.submissions.cycle.sight import CARRYING_ON
from services.submissions.cycle.viewer import Viewer
from services.submissions.data.cells_query import Grouping, Selection, Sql, group_query
from services.submissions.data.counting_once import Counted
from services.submissions.data.provinces import Followed
from services.submissions.data.single_query import carries_codes, merged_query, single_query
from services.submissions.data.versions import Facts, Version
from services.submissions.data.versions_query import Moment, facts_of, flags_of, version_of, versions_query
from services.submissions.data.wanted import Wanted
from services.submissions.projection.tables import AgencySuccessor, ProvinceSuccessor
from services.submissions.submission.tables import Observation

FREEZE = """
set transaction isolation level repeatable read read only;
set local transaction_timeout = '0';
set local transaction_timeout = '30min';
"""
"""A limit that runs is not moved: it is ended, then begun anew."""
LARGEST_PIECE = 20_000
"""Figures that are sorted at once when single figures are read."""
PREFETCHED = 2_000
WIDE = 50_000
"""Groups that are fetched at once; more of them come by a cursor, which the database reads without its helpers."""


class DataStore:
    """Reads figures."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def freeze(self) -> None:
        """Make every statement of the transaction see one moment."""
        await (await raw_connection(self._session)).execute(FREEZE)

    async def moment(self) -> tuple[UUID, str]:
        """Return the epoch, and which transactions were finished at that moment."""
        query = sa.select(log_epoch.c.epoch, sa.text("pg_current_snapshot()::text"))
        epoch, snapshot = (await self._session.execute(query)).one()
        return epoch, snapshot

    async def epoch(self) -> UUID:
        """Return what tells this database from one that was set up anew or restored."""
        epoch: UUID = (await self._session.execute(sa.select(log_epoch.c.epoch))).scalar_one()
        return epoch

    async def list_versions(
        self, viewer: Viewer, wanted: Wanted, moments: Sequence[Moment]
    ) -> list[list[Version]]:
        """Return, for each moment, the versions that were received by then, with what was decided on them."""
        columns = [flag for moment in moments for flag in flags_of(moment)]
        rows = await fetch_records(self._session, versions_query(viewer, wanted).add_columns(*columns))
        first = len(rows[0]) - len(columns) if rows else 0
        facts: dict[UUID, Facts] = {}
        found: list[list[Version]] = [[] for _ in moments]
        for row in rows:
            occurrence = row["occurrence_id"]
            about = facts.get(occurrence) or facts.setdefault(occurrence, facts_of(row))
            for number, versions in enumerate(found):
                is_there, is_decided = row[first + 2 * number], row[first + 2 * number + 1]
                if is_there:
                    versions.append(version_of(row, about, is_decided=is_decided))
        return found

    async def list_built(self, submissions: Iterable[UUID]) -> dict[UUID, frozenset[UUID]]:
        """Return the occurrences that reports upward were built from, directly or through others."""
        built, source = table_of(Consolidation), table_of(ConsolidationSource)
        pairs = (
            sa.select(built.c.submission_id.label("above"), source.c.occurrence_id, source.c.submission_id)
            .join(source, source.c.consolidation_id == built.c.id)
            .where(source.c.use.in_(("used", "twin")))
        )
        whole = pairs.where(built.c.submission_id == any_of(submissions)).cte("whole", recursive=True)
        below = pairs.subquery("below")
        further = sa.select(whole.c.above, below.c.occurrence_id, below.c.submission_id).join(
            below, below.c.above == whole.c.submission_id
        )
        every = whole.union(further)
        sums = sa.select(every.c.above, sa.func.array_agg(sa.distinct(every.c.occurrence_id))).group_by(
            every.c.above
        )
        return {row[0]: frozenset(row[1]) for row in (await self._session.execute(sums)).all()}

    async def list_spoken(self, versions: Iterable[Version]) -> dict[UUID, set[str]]:
        """Return the indicators of which reports have figures."""
        reports = list(versions)
        if not reports:
            return {}
        table = table_of(Observation)
        pairs = (
            sa.select(table.c.submission_id, table.c.indicator)
            .where(
                table.c.period_year.in_({one.year for one in reports}),
                table.c.submission_id == any_of(one.submission for one in reports),
            )
            .distinct()
        )
        spoken: dict[UUID, set[str]] = {}
        for submission, indicator in (await self._session.execute(pairs)).all():
            spoken.setdefault(submission, set()).add(indicator)
        return spoken

    async def list_successors(self) -> dict[str, list[str]]:
        """Return who carries on which agency."""
        query = sa.select(col(AgencySuccessor.agency), col(AgencySuccessor.successor)).where(
            col(AgencySuccessor.kind).in_(CARRYING_ON)
        )
        found: dict[str, list[str]] = {}
        for agency, successor in (await self._session.execute(query)).all():
            found.setdefault(agency, []).append(successor)
        return found

    async def list_followed(self) -> list[Followed]:
        """Return which provincial unit followed which."""
        rows = (await self._session.execute(sa.select(ProvinceSuccessor))).scalars()
        return [Followed(one.province, one.successor, one.effective_on) for one in rows]

    async def read_groups(self, chosen: Selection, grouping: Grouping) -> AsyncIterator[Sequence[Any]]:
        """Return grouped figures in pieces, in the order of their columns."""
        sql = Sql()
        text = group_query(sql, chosen, grouping)
        raw = await raw_connection(self._session)
        rows = await raw.fetch(f"{text} limit {WIDE + 1}", *sql.values)
        if len(rows) <= WIDE:
            yield rows
            return
        async for piece in self._pieces(text, sql.values):
            yield piece

    async def read_single(self, chosen: Selection) -> AsyncIterator[tuple[Sequence[Counted], Sequence[Any]]]:
        """Return single figures in pieces, each with the reports that its rows number."""
        queries = (single_query, merged_query) if carries_codes(chosen) else (single_query,)
        for reports in _cut(chosen.counted):
            for query in queries:
                sql = Sql()
                text = query(sql, chosen, reports)
                async for piece in self._pieces(text, sql.values):
                    yield reports, piece

    async def _pieces(self, text: str, values: Sequence[Any]) -> AsyncIterator[Sequence[Any]]:
        raw = await raw_connection(self._session)
        cursor = await raw.cursor(text, *values)
        while rows := await cursor.fetch(PREFETCHED):
            yield rows


def _cut(counted: Sequence[Counted]) -> Iterable[list[Counted]]:
    """Cut reports into pieces of about so many figures; one large report is a piece of its own."""
    piece: list[Counted] = []
    size = 0
    for one in counted:
        if piece and size + one.version.count > LARGEST_PIECE:
            yield piece
            piece, size = [], 0
        piece.append(one)
        size += one.version.count
    if piece:
        yield piece
