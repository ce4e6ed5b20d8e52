"""The SQL of counting the ledger: one pass over the rows that the viewer may see."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.submissions.compliance.rules import Counts
from services.submissions.compliance.schemas import GroupBy
from services.submissions.cycle.clock_words import ClockWord
from services.submissions.cycle.sight import sees_occurrence
from services.submissions.cycle.store import OccurrenceFilter, clock_word, narrowed
from services.submissions.cycle.tables import Cycle, Occurrence, State
from services.submissions.cycle.viewer import Viewer
from services.submissions.projection.tables import Obligation

KEYS: dict[GroupBy, Any] = {
    GroupBy.CYCLE: sa.cast(col(Cycle.id), sa.Text),
    GroupBy.OBLIGATION: col(Obligation.id),
    GroupBy.PLAN: sa.func.coalesce(Obligation.plan, ""),
    GroupBy.PERIOD: col(Cycle.period),
    GroupBy.AGENCY: col(Occurrence.agency),
}
SHOWN: dict[GroupBy, tuple[Any, ...]] = {
    GroupBy.CYCLE: (Cycle.obligation, Cycle.period, Cycle.due_on),
    GroupBy.OBLIGATION: (Obligation.plan, Obligation.title_vi, Obligation.title_en),
    GroupBy.PLAN: (),
    GroupBy.PERIOD: (),
    GroupBy.AGENCY: (),
}


class ComplianceStore:
    """Counts the ledger."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def count_all(self, viewer: Viewer, wanted: OccurrenceFilter, now: datetime) -> Counts:
        """Return the counts over everything that is wanted."""
        row = (await self._session.execute(_counting(viewer, wanted, now))).one()
        return Counts(*row)

    async def count_groups(
        self,
        viewer: Viewer,
        wanted: OccurrenceFilter,
        now: datetime,
        group_by: GroupBy,
        *,
        limit: int,
        after: str | None,
    ) -> list[tuple[dict[str, Any], Counts]]:
        """Return one more than `limit` groups with their counts, in the order of their keys."""
        key, shown = KEYS[group_by], SHOWN[group_by]
        query = _counting(viewer, wanted, now).add_columns(key.label("group_key"), *shown)
        query = query.group_by(key, *shown).order_by(key).limit(limit + 1)
        if after is not None:
            query = query.where(key > after)
        rows = (await self._session.execute(query)).all()
        return [(_group(row, group_by), Counts(*row[:6])) for row in rows]


def _counting(viewer: Viewer, wanted: OccurrenceFilter, now: datetime) -> Any:
    word = clock_word(now)

    def count(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.count().filter(condition)

    return (
        sa.select(
            sa.func.count(),
            count(col(Occurrence.received_at).is_not(None)),
            count(col(Occurrence.state) == State.ACCEPTED),
            count(word == ClockWord.ON_TIME.value),
            count(word == ClockWord.LATE.value),
            count(word == ClockWord.OVERDUE.value),
        )
        .select_from(Occurrence)
        .join(Cycle, col(Cycle.id) == col(Occurrence.cycle_id))
        .join(Obligation, col(Obligation.id) == col(Cycle.obligation))
        .where(sees_occurrence(viewer), *narrowed(wanted, now))
    )


def _group(row: Any, group_by: GroupBy) -> dict[str, Any]:
    columns = [column.key for column in SHOWN[group_by]]
    return {group_by.value: row.group_key, **{name: getattr(row, name) for name in columns}}
