"""The SQL of extensions and waivers: requests, decisions, and what they write into the ledger."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.submissions.base import table_of
from services.submissions.cycle.sight import sees_occurrence
from services.submissions.cycle.tables import Cycle, Occurrence
from services.submissions.cycle.viewer import Viewer
from services.submissions.exception.rules import OPEN_STATES
from services.submissions.exception.tables import ExceptionState, Kind, OccurrenceException
from services.submissions.projection.tables import Obligation

FoundException = tuple[OccurrenceException, Occurrence, Cycle, Obligation]


@dataclass(frozen=True, slots=True)
class ExceptionFilter:
    """Which extensions or waivers are wanted."""

    kind: Kind
    occurrence: UUID | None = None
    obligation: str | None = None
    agency: str | None = None
    state: ExceptionState | None = None


class ExceptionStore:
    """Keeps extensions and waivers, always within what the viewer may see."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def list_all(
        self, viewer: Viewer, wanted: ExceptionFilter, *, limit: int, after: UUID | None
    ) -> list[FoundException]:
        """Return one more than `limit` of them, newest first."""
        query = _joined().where(sees_occurrence(viewer), *_narrowed(wanted))
        if after is not None:
            query = query.where(col(OccurrenceException.id) < after)
        rows = await self._session.execute(query.order_by(col(OccurrenceException.id).desc()).limit(limit + 1))
        return [_found(row) for row in rows]

    async def find(self, viewer: Viewer, kind: Kind, exception: UUID) -> FoundException | None:
        """Return one that the viewer may see, as it stands now."""
        query = _joined().where(
            sees_occurrence(viewer),
            col(OccurrenceException.kind) == kind,
            col(OccurrenceException.id) == exception,
        )
        fresh = query.execution_options(populate_existing=True)
        row = (await self._session.execute(fresh)).one_or_none()
        return None if row is None else _found(row)

    async def lock(self, occurrence: UUID) -> None:
        """Hold an occurrence until the transaction ends, and read it and its cycle anew."""
        held = (
            sa.select(Occurrence, Cycle)
            .join(Cycle, col(Cycle.id) == col(Occurrence.cycle_id))
            .where(col(Occurrence.id) == occurrence)
            .with_for_update(of=Occurrence)
            .execution_options(populate_existing=True)
        )
        await self._session.execute(held)

    async def find_pending(self, occurrence: UUID, kind: Kind) -> UUID | None:
        """Return the request that waits for its decision."""
        query = sa.select(col(OccurrenceException.id)).where(
            col(OccurrenceException.occurrence_id) == occurrence,
            col(OccurrenceException.kind) == kind,
            col(OccurrenceException.state) == ExceptionState.REQUESTED,
        )
        return (await self._session.execute(query)).scalar_one_or_none()

    async def list_granted(self, occurrence: UUID, kind: Kind) -> list[OccurrenceException]:
        """Return what holds of the grants of an occurrence, the latest due day first."""
        query = (
            sa.select(OccurrenceException)
            .where(
                col(OccurrenceException.occurrence_id) == occurrence,
                col(OccurrenceException.kind) == kind,
                col(OccurrenceException.state) == ExceptionState.GRANTED,
            )
            .order_by(col(OccurrenceException.due_on).desc(), col(OccurrenceException.id).desc())
            .execution_options(populate_existing=True)
        )
        return list((await self._session.execute(query)).scalars())

    async def add(self, exception: OccurrenceException) -> None:
        """Keep a request, or what the recipient granted by itself."""
        connection = await self._session.connection()
        await connection.execute(sa.insert(table_of(OccurrenceException)), [exception.model_dump()])

    async def change(self, exception: OccurrenceException, **values: Any) -> None:
        """Write how a request was settled."""
        changed = sa.update(OccurrenceException).where(col(OccurrenceException.id) == exception.id)
        await self._session.execute(changed.values(values))

    async def change_occurrence(self, occurrence: Occurrence, **values: Any) -> None:
        """Write into the ledger what holds now."""
        changed = sa.update(Occurrence).where(col(Occurrence.id) == occurrence.id)
        await self._session.execute(changed.values(values))
        await self._session.refresh(occurrence)


def _joined() -> sa.Select[OccurrenceException, Occurrence, Cycle, Obligation]:
    return (
        sa.select(OccurrenceException, Occurrence, Cycle, Obligation)
        .join(Occurrence, col(Occurrence.id) == col(OccurrenceException.occurrence_id))
        .join(Cycle, col(Cycle.id) == col(Occurrence.cycle_id))
        .join(Obligation, col(Obligation.id) == col(Cycle.obligation))
    )


def _found(row: Any) -> FoundException:
    return row[0], row[1], row[2], row[3]


def _narrowed(wanted: ExceptionFilter) -> list[sa.ColumnElement[bool]]:
    conditions = [
        column == value
        for column, value in (
            (col(OccurrenceException.kind), wanted.kind),
            (col(OccurrenceException.occurrence_id), wanted.occurrence),
            (col(Cycle.obligation), wanted.obligation),
            (col(Occurrence.agency), wanted.agency),
        )
        if value is not None
    ]
    return conditions if wanted.state is None else [*conditions, *_in_state(wanted.state)]


def _in_state(state: ExceptionState) -> list[sa.ColumnElement[bool]]:
    """Return the condition of a state as it is read; the same decision as `state_seen`."""
    is_open = col(Occurrence.state).in_(OPEN_STATES)
    requested = col(OccurrenceException.state) == ExceptionState.REQUESTED
    if state is ExceptionState.REQUESTED:
        return [requested, is_open]
    if state is ExceptionState.LAPSED:
        return [requested, sa.not_(is_open)]
    return [col(OccurrenceException.state) == state]
