"""The SQL of reading the ledger for callers, and of changing one cycle."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.submissions.cycle.clock_words import ClockWord
from services.submissions.cycle.counting import (
    NONE,
    ProvinceMap,
    Standing,
    is_of_level,
    is_of_province,
    standing,
)
from services.submissions.cycle.sight import sees_cycle, sees_occurrence
from services.submissions.cycle.tables import Cycle, Occurrence, State
from services.submissions.cycle.viewer import Viewer
from services.submissions.projection.tables import Obligation

NO_DAY = date(9999, 12, 31)
"""Where occurrences without a date stand in a list that is ordered by due day."""

OVERDUE_AFTER = sa.func.greatest(Occurrence.extended_due_at, Cycle.overdue_after)
DUE_ON = sa.func.coalesce(sa.func.greatest(Occurrence.extended_due_on, Cycle.due_on), NO_DAY)
CYCLE_DAY = sa.func.coalesce(Cycle.due_on, Cycle.period_end)

Owed = tuple[Occurrence, Cycle, Obligation]


@dataclass(frozen=True, slots=True)
class OccurrenceFilter:
    """Which occurrences are wanted; what is empty narrows nothing."""

    agency: str | None = None
    obligation: str | None = None
    plan: str | None = None
    period: str | None = None
    cycle: UUID | None = None
    due_before: date | None = None
    states: Sequence[State] = ()
    clocks: Sequence[ClockWord] = ()
    counted: bool | None = None
    reviews: Sequence[ClockWord] = ()
    corrections: Sequence[ClockWord] = ()
    form: str | None = None
    level: str | None = None
    province: str | None = None
    map: ProvinceMap = ProvinceMap.THEN
    standings: Sequence[Standing] = ()


@dataclass(frozen=True, slots=True)
class CycleFilter:
    """Which cycles are wanted."""

    obligation: str | None = None
    plan: str | None = None
    period: str | None = None
    due_before: date | None = None
    history: bool | None = None


class CycleStore:
    """Reads cycles and occurrences, always within what the viewer may see."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def list_occurrences(
        self,
        viewer: Viewer,
        wanted: OccurrenceFilter,
        now: datetime,
        *,
        limit: int,
        after: tuple[date, UUID] | None,
    ) -> list[tuple[Owed, date]]:
        """Return one more than `limit` occurrences in the order of their due days, each with its place in it."""
        query = (
            sa.select(Occurrence, Cycle, Obligation, DUE_ON.label("place"))
            .join(Cycle, col(Cycle.id) == col(Occurrence.cycle_id))
            .join(Obligation, col(Obligation.id) == col(Cycle.obligation))
            .where(sees_occurrence(viewer), *narrowed(wanted, now))
            .order_by(DUE_ON, col(Occurrence.id))
            .limit(limit + 1)
        )
        if after is not None:
            query = query.where(sa.tuple_(DUE_ON, col(Occurrence.id)) > sa.tuple_(*map(sa.literal, after)))
        rows = (await self._session.execute(query)).all()
        return [((row[0], row[1], row[2]), row.place) for row in rows]

    async def find_occurrence(self, viewer: Viewer, occurrence: UUID) -> Owed | None:
        """Return one occurrence that the viewer may see."""
        return await self._find(sees_occurrence(viewer), col(Occurrence.id) == occurrence)

    async def find_occurrence_of(self, viewer: Viewer, obligation: str, period: str, agency: str) -> Owed | None:
        """Return the occurrence of an obligation, period and agency that the viewer may see."""
        return await self._find(
            sees_occurrence(viewer),
            col(Cycle.obligation) == obligation,
            col(Cycle.period) == period,
            col(Occurrence.agency) == agency,
        )

    async def _find(self, *conditions: sa.ColumnElement[bool]) -> Owed | None:
        query = (
            sa.select(Occurrence, Cycle, Obligation)
            .join(Cycle, col(Cycle.id) == col(Occurrence.cycle_id))
            .join(Obligation, col(Obligation.id) == col(Cycle.obligation))
            .where(*conditions)
        )
        row = (await self._session.execute(query)).one_or_none()
        return None if row is None else (row[0], row[1], row[2])

    async def list_cycles(
        self, viewer: Viewer, wanted: CycleFilter, *, limit: int, after: tuple[date, UUID] | None
    ) -> list[tuple[Cycle, Obligation]]:
        """Return one more than `limit` cycles in the order of their days."""
        query = (
            sa.select(Cycle, Obligation)
            .join(Obligation, col(Obligation.id) == col(Cycle.obligation))
            .where(sees_cycle(viewer), *_narrowed_cycles(wanted))
            .order_by(CYCLE_DAY, col(Cycle.id))
            .limit(limit + 1)
        )
        if after is not None:
            query = query.where(sa.tuple_(CYCLE_DAY, col(Cycle.id)) > sa.tuple_(*map(sa.literal, after)))
        return [(row[0], row[1]) for row in (await self._session.execute(query)).all()]

    async def find_cycle(
        self, viewer: Viewer, cycle: UUID, *, lock: bool = False
    ) -> tuple[Cycle, Obligation] | None:
        """Return one cycle that the viewer may see; with `lock` nobody else changes it until the end."""
        query = (
            sa.select(Cycle, Obligation)
            .join(Obligation, col(Obligation.id) == col(Cycle.obligation))
            .where(sees_cycle(viewer), col(Cycle.id) == cycle)
        )
        if lock:
            query = query.with_for_update(of=Cycle)
        row = (await self._session.execute(query)).one_or_none()
        return None if row is None else (row[0], row[1])

    async def find_obligation(self, obligation: str) -> Obligation | None:
        """Return an obligation by its code."""
        return await self._session.get(Obligation, obligation)

    async def list_owed(self, cycle: UUID) -> list[Occurrence]:
        """Return all occurrences of a cycle."""
        query = sa.select(Occurrence).where(col(Occurrence.cycle_id) == cycle).order_by(col(Occurrence.id))
        return list((await self._session.execute(query)).scalars())


def narrowed(wanted: OccurrenceFilter, now: datetime) -> list[sa.ColumnElement[bool]]:
    """Return the conditions of a filter over occurrence, cycle and obligation."""
    conditions = [
        column.is_(None) if value == NONE else column == value
        for column, value in (
            (col(Occurrence.agency), wanted.agency),
            (col(Cycle.obligation), wanted.obligation),
            (col(Obligation.plan), wanted.plan),
            (col(Cycle.form), wanted.form),
            (col(Cycle.period), wanted.period),
            (col(Occurrence.cycle_id), wanted.cycle),
        )
        if value is not None
    ]
    if wanted.due_before is not None:
        conditions.append(wanted.due_before > DUE_ON)
    if wanted.states:
        conditions.append(col(Occurrence.state).in_(wanted.states))
    if wanted.clocks:
        conditions.append(clock_word(now).in_([word.value for word in wanted.clocks]))
    if wanted.reviews:
        word = duty_word(col(Occurrence.review_due_at), col(Occurrence.reviewed_at), now)
        conditions.append(word.in_([one.value for one in wanted.reviews]))
    if wanted.corrections:
        word = duty_word(col(Occurrence.correction_due_at), col(Occurrence.corrected_at), now)
        conditions.append(word.in_([one.value for one in wanted.corrections]))
    if wanted.counted is not None:
        is_counted = standing(now) == Standing.COUNTED.value
        conditions.append(is_counted if wanted.counted else sa.not_(is_counted))
    if wanted.standings:
        conditions.append(standing(now).in_([one.value for one in wanted.standings]))
    if wanted.level is not None:
        conditions.append(is_of_level(wanted.level))
    if wanted.province is not None:
        conditions.append(is_of_province(wanted.province, wanted.map, now))
    return conditions


def clock_word(now: datetime) -> sa.ColumnElement[str]:
    """Return the clock word in SQL; the same decision as `read_clock`."""
    is_waived = sa.and_(col(Occurrence.state) == State.WAIVED, col(Occurrence.received_at).is_(None))
    return sa.case(
        (is_waived, ClockWord.NOT_DUE.value),
        *((condition, word.value) for word, condition in decided_by_clock(now).items()),
        (OVERDUE_AFTER.is_(None), ClockWord.NOT_DUE.value),
        (sa.literal(now) < col(Cycle.opens_at), ClockWord.NOT_DUE.value),
        else_=ClockWord.DUE.value,
    )


def decided_by_clock(now: datetime) -> dict[ClockWord, sa.ColumnElement[bool]]:
    """Return when punctuality is decided, and how: at most one of these holds, and none without a date."""
    received = col(Occurrence.received_at)
    return {
        ClockWord.ON_TIME: received <= OVERDUE_AFTER,
        ClockWord.LATE: received > OVERDUE_AFTER,
        ClockWord.OVERDUE: sa.and_(received.is_(None), sa.literal(now) > OVERDUE_AFTER),
    }


def duty_word(due_at: Any, done_at: Any, now: datetime) -> sa.ColumnElement[str]:
    """Return the clock word of a review or a correction; null where there is no such duty."""
    return sa.case(
        (due_at.is_(None), sa.null()),
        (done_at <= due_at, ClockWord.ON_TIME.value),
        (done_at.is_not(None), ClockWord.LATE.value),
        (sa.literal(now) > due_at, ClockWord.OVERDUE.value),
        else_=ClockWord.DUE.value,
    )


def _narrowed_cycles(wanted: CycleFilter) -> list[sa.ColumnElement[bool]]:
    conditions = [
        column == value
        for column, value in (
            (col(Cycle.obligation), wanted.obligation),
            (col(Obligation.plan), wanted.plan),
            (col(Cycle.period), wanted.period),
            (col(Cycle.history), wanted.history),
        )
        if value is not None
    ]
    if wanted.due_before is not None:
        conditions.append(col(Cycle.due_on) < wanted.due_before)
    return conditions
