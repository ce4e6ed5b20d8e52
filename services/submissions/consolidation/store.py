"""The SQL of consolidations: what leads into a report, what was built, and who may see it."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.database import raw_connection
from services.submissions.base import SubmissionsRow, table_of
from services.submissions.consolidation.feeding import Feed, leads_into
from services.submissions.consolidation.rolling import Cell, Key
from services.submissions.consolidation.tables import (
    Consolidation,
    ConsolidationAdjustment,
    ConsolidationCell,
    ConsolidationPart,
    ConsolidationSource,
)
from services.submissions.cycle.sight import sees_occurrence
from services.submissions.cycle.store import Owed
from services.submissions.cycle.tables import Cycle, Occurrence
from services.submissions.cycle.viewer import Viewer
from services.submissions.projection.tables import Agency, Obligation
from services.submissions.submission.tables import Observation, Submission

FIGURE = ("submission_id", "indicator", "d1", "d2", "d3", "d4", "value", "status", "reason")


class ConsolidationStore:
    """Keeps builds and adjustments."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def lock(self, occurrence: UUID) -> None:
        """Let one build of an occurrence run at a time."""
        key = sa.func.hashtextextended(f"consolidation/{occurrence}", 0)
        await self._session.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))

    async def list_feeds(self, *upward: UUID) -> list[Feed]:
        """Return every report that leads into one of the occurrences, once, with its accepted version."""
        above: Any = aliased(Occurrence)
        above_cycle: Any = aliased(Cycle)
        above_duty: Any = aliased(Obligation)
        query = (
            sa.select(
                Occurrence,
                Cycle,
                Obligation,
                col(Agency.kind),
                col(Submission.id).label("submission"),
                col(Submission.occurrence_id).label("sent_for"),
                *(col(getattr(Submission, name)) for name in ("version", "received_at", "form", "form_version")),
                *(col(getattr(Submission, name)) for name in ("period_year", "nil")),
            )
            .select_from(above)
            .join(above_cycle, above_cycle.id == above.cycle_id)
            .join(above_duty, above_duty.id == above_cycle.obligation)
            .join(Obligation, sa.true())
            .join(Cycle, col(Cycle.obligation) == col(Obligation.id))
            .join(Occurrence, col(Occurrence.cycle_id) == col(Cycle.id))
            .outerjoin(Agency, col(Agency.id) == col(Occurrence.agency))
            .outerjoin(Submission, col(Submission.id) == col(Occurrence.accepted_submission_id))
            .where(above.id.in_(upward), leads_into(Cycle, Obligation, above, above_cycle, above_duty))
            .order_by(
                col(Cycle.obligation), col(Cycle.period_start), col(Cycle.period_end), col(Occurrence.agency)
            )
        )
        fresh = query.execution_options(populate_existing=True)
        feeds = [Feed(*row) for row in (await self._session.execute(fresh)).all()]
        return list({feed.occurrence.id: feed for feed in feeds}.values())

    async def read_figures(self, feeds: Sequence[Feed]) -> list[Any]:
        """Return the figures of the accepted versions."""
        years = {feed.period_year for feed in feeds}
        ids = [feed.submission for feed in feeds]
        if not ids:
            return []
        table = table_of(Observation)
        query = sa.select(*(table.c[name] for name in FIGURE)).where(
            table.c.period_year.in_(years), table.c.submission_id.in_(ids)
        )
        return list((await self._session.execute(query)).all())

    async def find_latest(self, occurrence: UUID) -> Consolidation | None:
        """Return the latest build of an occurrence."""
        query = sa.select(Consolidation).where(
            col(Consolidation.occurrence_id) == occurrence, col(Consolidation.is_latest)
        )
        return (await self._session.execute(query)).scalar_one_or_none()

    async def find_last_written(self, occurrence: UUID) -> Consolidation | None:
        """Return the last build that was written into the draft."""
        query = (
            sa.select(Consolidation)
            .where(col(Consolidation.occurrence_id) == occurrence, col(Consolidation.draft_version).is_not(None))
            .order_by(col(Consolidation.number).desc())
            .limit(1)
        )
        return (await self._session.execute(query)).scalar_one_or_none()

    async def find_number(self, occurrence: UUID, number: int) -> Consolidation | None:
        """Return one build of an occurrence."""
        query = sa.select(Consolidation).where(
            col(Consolidation.occurrence_id) == occurrence, col(Consolidation.number) == number
        )
        return (await self._session.execute(query)).scalar_one_or_none()

    async def find_seen(self, viewer: Viewer, occurrence: UUID) -> tuple[Consolidation, Owed] | None:
        """Return the latest build that a viewer may see: others than its owner see what was submitted."""
        own = sa.and_(col(Consolidation.is_latest), col(Occurrence.agency).in_(viewer.stands_for))
        query = (
            sa.select(Consolidation, Occurrence, Cycle, Obligation)
            .join(Occurrence, col(Occurrence.id) == col(Consolidation.occurrence_id))
            .join(Cycle, col(Cycle.id) == col(Occurrence.cycle_id))
            .join(Obligation, col(Obligation.id) == col(Cycle.obligation))
            .where(
                col(Consolidation.occurrence_id) == occurrence,
                sees_occurrence(viewer),
                sa.or_(own, col(Consolidation.submission_id).is_not(None)),
            )
            .order_by(col(Consolidation.number).desc())
            .limit(1)
        )
        row = (await self._session.execute(query)).one_or_none()
        return None if row is None else (row[0], (row[1], row[2], row[3]))

    async def keep(
        self, built: Consolidation, sources: Sequence[ConsolidationSource], cells: Sequence[Cell]
    ) -> None:
        """Keep a build, which is the latest from now on."""
        before = sa.update(Consolidation).where(
            col(Consolidation.occurrence_id) == built.occurrence_id, col(Consolidation.is_latest)
        )
        await self._session.execute(
            before.values(is_latest=False), execution_options={"synchronize_session": False}
        )
        connection = await self._session.connection()
        await connection.execute(sa.insert(table_of(Consolidation)), [built.model_dump()])
        await connection.execute(sa.insert(table_of(ConsolidationSource)), [one.model_dump() for one in sources])
        await self._copy(ConsolidationCell, (_cell_row(built.id, *one) for one in enumerate(cells, start=1)))
        parts = (
            (built.id, line, part.source, part.value, part.status, part.reason, part.counted)
            for line, cell in enumerate(cells, start=1)
            for part in cell.parts
        )
        await self._copy(ConsolidationPart, parts)

    async def _copy(self, row: type[SubmissionsRow], records: Iterable[tuple[Any, ...]]) -> None:
        raw = await raw_connection(self._session)
        table = table_of(row)
        names = [column.name for column in table.columns]
        await raw.copy_records_to_table(table.name, records=records, columns=names)

    async def list_sources(self, consolidation: UUID) -> list[ConsolidationSource]:
        """Return the reports that a build was made from."""
        query = sa.select(ConsolidationSource).where(col(ConsolidationSource.consolidation_id) == consolidation)
        return list((await self._session.execute(query.order_by(col(ConsolidationSource.number)))).scalars())

    async def all_cells(self, consolidation: UUID) -> dict[Key, Any]:
        """Return every cell of a build by its key."""
        table = table_of(ConsolidationCell)
        query = sa.select(table).where(table.c.consolidation_id == consolidation)
        rows = (await self._session.execute(query)).all()
        return {(row.indicator, row.d1, row.d2, row.d3, row.d4): row for row in rows}

    async def find_cell(self, consolidation: UUID, key: Key) -> Any:
        """Return one cell of a build, or None."""
        table = table_of(ConsolidationCell)
        slots = (table.c.d1, table.c.d2, table.c.d3, table.c.d4)
        query = sa.select(table).where(
            table.c.consolidation_id == consolidation,
            table.c.indicator == key[0],
            *(slot.is_not_distinct_from(code) for slot, code in zip(slots, key[1:], strict=True)),
        )
        return (await self._session.execute(query)).one_or_none()

    async def list_cells(
        self, viewer: Viewer, consolidation: UUID, *, indicator: str | None, limit: int, after: int
    ) -> list[Any]:
        """Return one more than `limit` cells behind a line, each with its parts as far as the viewer sees them."""
        cell = table_of(ConsolidationCell)
        query = (
            sa.select(cell, _parts_of(cell, viewer).label("parts"))
            .where(cell.c.consolidation_id == consolidation, cell.c.line > after)
            .order_by(cell.c.line)
            .limit(limit + 1)
        )
        if indicator is not None:
            query = query.where(cell.c.indicator == indicator)
        return list((await self._session.execute(query)).all())

    async def list_words(
        self, viewer: Viewer, consolidation: UUID, *, limit: int, after: tuple[str, int]
    ) -> list[Any]:
        """Return one more than `limit` narrative sections of the sources that the viewer sees."""
        words = sa.func.jsonb_each(Submission.narrative).table_valued("key", "value", name="words")
        place = sa.tuple_(words.c.key, col(ConsolidationSource.number))
        query = (
            sa.select(words.c.key, sa.type_coerce(words.c.value, sa.JSON).label("section"), ConsolidationSource)
            .select_from(ConsolidationSource)
            .join(Submission, col(Submission.id) == col(ConsolidationSource.submission_id))
            .join(Occurrence, col(Occurrence.id) == col(ConsolidationSource.occurrence_id))
            .join(Cycle, col(Cycle.id) == col(Occurrence.cycle_id))
            .join(Obligation, col(Obligation.id) == col(Cycle.obligation))
            .join(words, sa.true())
            .where(
                col(ConsolidationSource.consolidation_id) == consolidation,
                col(ConsolidationSource.use) == "used",
                sees_occurrence(viewer),
                place > sa.tuple_(*map(sa.literal, after)),
            )
            .order_by(words.c.key, col(ConsolidationSource.number))
            .limit(limit + 1)
        )
        return list((await self._session.execute(query)).all())

    async def list_adjustments(
        self, *occurrences: UUID, in_force: bool = False, limit: int | None = None, after: UUID | None = None
    ) -> list[ConsolidationAdjustment]:
        """Return the adjustments of occurrences in the order in which they were made."""
        query = sa.select(ConsolidationAdjustment).where(
            col(ConsolidationAdjustment.occurrence_id).in_(occurrences)
        )
        if in_force:
            query = query.where(col(ConsolidationAdjustment.withdrawn_at).is_(None))
        if after is not None:
            query = query.where(col(ConsolidationAdjustment.id) > after)
        if limit is not None:
            query = query.limit(limit + 1)
        return list((await self._session.execute(query.order_by(col(ConsolidationAdjustment.id)))).scalars())

    async def find_adjustment(self, occurrence: UUID, adjustment: UUID) -> ConsolidationAdjustment | None:
        """Return one adjustment, which nobody else changes until the end."""
        query = sa.select(ConsolidationAdjustment).where(
            col(ConsolidationAdjustment.id) == adjustment, col(ConsolidationAdjustment.occurrence_id) == occurrence
        )
        return (await self._session.execute(query.with_for_update())).scalar_one_or_none()

    async def add_adjustment(self, adjustment: ConsolidationAdjustment) -> None:
        """Keep an adjustment."""
        self._session.add(adjustment)
        await self._session.flush()


def _cell_row(consolidation: UUID, line: int, cell: Cell) -> tuple[Any, ...]:
    tally = cell.tally
    told = (tally.given, tally.nothing, tally.not_available, tally.not_applicable, tally.silent, tally.missing)
    return (consolidation, line, *cell.key, cell.value, cell.status, cell.reason, cell.adjustment, *told)


def _parts_of(cell: sa.Table, viewer: Viewer) -> sa.ScalarSelect[Any]:
    part, source = table_of(ConsolidationPart), table_of(ConsolidationSource)
    seen = (
        sa.exists()
        .where(
            col(Occurrence.id) == source.c.occurrence_id,
            col(Cycle.id) == col(Occurrence.cycle_id),
            col(Obligation.id) == col(Cycle.obligation),
            sees_occurrence(viewer),
        )
        .correlate(source)
    )
    shown = {
        "source": part.c.source,
        "occurrence": source.c.occurrence_id,
        "submission": source.c.submission_id,
        "version": source.c.version,
        "agency": source.c.agency,
        "obligation": source.c.obligation,
        "period": source.c.period,
        "value": sa.cast(part.c.value, sa.Text),
        "status": part.c.status,
        "reason": part.c.reason,
        "counted": part.c.counted,
        "sees": seen,
    }
    facts = [fact for pair in shown.items() for fact in (sa.cast(pair[0], sa.Text), pair[1])]
    return (
        sa.select(sa.func.jsonb_agg(sa.func.jsonb_build_object(*facts)))
        .select_from(
            part.outerjoin(
                source,
                sa.and_(source.c.consolidation_id == part.c.consolidation_id, source.c.number == part.c.source),
            )
        )
        .where(part.c.consolidation_id == cell.c.consolidation_id, part.c.line == cell.c.line)
        .correlate(cell)
        .scalar_subquery()
    )
