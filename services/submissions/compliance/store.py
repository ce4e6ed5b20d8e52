"""The SQL of counting the ledger: one pass over the rows that the viewer may see."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.clock import day_in_vietnam
from services.submissions.compliance.rules import Counts
from services.submissions.compliance.schemas import GroupBy
from services.submissions.cycle.clock_words import ClockWord
from services.submissions.cycle.counting import NONE, Standing, places_of, standing
from services.submissions.cycle.sight import sees_line, sees_plan
from services.submissions.cycle.store import OccurrenceFilter, clock_word, narrowed
from services.submissions.cycle.tables import Cycle, Occurrence, State
from services.submissions.cycle.viewer import Viewer
from services.submissions.projection.tables import Agency, Obligation

SHOWN: dict[GroupBy, tuple[Any, ...]] = {
    GroupBy.CYCLE: (Cycle.obligation, Cycle.period, Cycle.due_on),
    GroupBy.OBLIGATION: (Obligation.plan, Obligation.title_vi, Obligation.title_en),
}
KEYS: dict[GroupBy, Any] = {
    GroupBy.CYCLE: sa.cast(col(Cycle.id), sa.Text),
    GroupBy.OBLIGATION: col(Obligation.id),
    GroupBy.PLAN: sa.func.coalesce(Obligation.plan, NONE),
    GroupBy.PERIOD: col(Cycle.period),
    GroupBy.AGENCY: col(Occurrence.agency),
    GroupBy.FORM: sa.func.coalesce(Cycle.form, NONE),
}
WIDTH = len(Counts.__dataclass_fields__)


class ComplianceStore:
    """Counts the ledger, always within what the viewer may see."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def count_groups(
        self,
        viewer: Viewer,
        wanted: OccurrenceFilter,
        now: datetime,
        group_by: GroupBy,
        *,
        limit: int,
        after: str | None,
    ) -> tuple[Counts, list[tuple[dict[str, Any], Counts]]]:
        """Return the counts of everything wanted, and one more than `limit` groups by their keys with theirs.

        A group of nothing but cycles that take no reports yet is left out.
        """
        key, joins = _key(group_by, wanted, now)
        shown = SHOWN.get(group_by, ())
        seen = _seen(viewer, wanted, now)
        for target, condition in joins:
            seen = seen.outerjoin(target, condition)
        names = [sa.func.any_value(column).label(column.key) for column in shown]
        tally = _tallied(seen, now, key.label("group_key"), *names).cte("tally")
        facts = [sa.func.any_value(tally.c[column.key]).label(column.key) for column in shown]
        groups = sa.select(tally.c.group_key, *_counts(tally), *facts)
        groups = groups.group_by(tally.c.group_key).order_by(tally.c.group_key).limit(limit + 1)
        groups = groups.having(sa.func.bool_or(tally.c.standing != Standing.NOT_OPEN.value))
        if after is not None:
            groups = groups.where(tally.c.group_key > after)
        listed = groups.subquery("listed")
        total = sa.select(*_counts(tally)).subquery("total")
        query = sa.select(total, listed).select_from(total).outerjoin(listed, sa.true())
        found = (await self._session.execute(query.order_by(listed.c.group_key))).all()
        rows = [row[WIDTH:] for row in found if row.group_key is not None]
        return Counts(*found[0][:WIDTH]), [(_group(row, group_by), Counts(*row[1 : WIDTH + 1])) for row in rows]

    async def list_columns(
        self, viewer: Viewer, wanted: OccurrenceFilter, now: datetime, *, limit: int
    ) -> list[tuple[dict[str, Any], Counts]]:
        """Return one more than `limit` cycles by their days, with their counts over all reporters."""
        tally = _tallied(_seen(viewer, wanted, now), now, col(Cycle.id).label("cycle")).cte("tally")
        counts = sa.select(*_counts(tally), tally.c.cycle).group_by(tally.c.cycle).subquery()
        day = sa.func.coalesce(Cycle.due_on, Cycle.period_end)
        query = (
            sa.select(*counts.c, col(Cycle.obligation), col(Cycle.period), col(Cycle.due_on))
            .join(Cycle, col(Cycle.id) == counts.c.cycle)
            .order_by(day, counts.c.cycle)
        )
        found = (await self._session.execute(query.limit(limit + 1))).all()
        shown = ("cycle", "obligation", "period", "due_on")
        return [({name: getattr(row, name) for name in shown}, Counts(*row[:WIDTH])) for row in found]

    async def list_cells(
        self, viewer: Viewer, wanted: OccurrenceFilter, now: datetime, *, limit: int, after: str | None
    ) -> list[Any]:
        """Return the cells of one more than `limit` reporters, in the order of their codes."""
        reporters = _seen(viewer, wanted, now).add_columns(col(Occurrence.agency))
        if after is not None:
            reporters = reporters.where(col(Occurrence.agency) > after)
        page = reporters.distinct().order_by(col(Occurrence.agency)).limit(limit + 1).subquery("page")
        query = (
            _rows(_seen(viewer, wanted, now), now)
            .add_columns(
                col(Occurrence.agency),
                col(Occurrence.id).label("occurrence"),
                col(Cycle.id).label("cycle"),
                col(Agency.name_vi),
                col(Agency.name_en),
            )
            .join(page, page.c.agency == col(Occurrence.agency))
            .outerjoin(Agency, col(Agency.id) == col(Occurrence.agency))
            .order_by(col(Occurrence.agency))
        )
        return list((await self._session.execute(query)).all())


def _key(group_by: GroupBy, wanted: OccurrenceFilter, now: datetime) -> tuple[Any, list[tuple[Any, Any]]]:
    """Return what a group is named by, and the tables that it needs beside the ledger."""
    if group_by is GroupBy.LEVEL:
        receiver = aliased(Agency)
        return sa.func.coalesce(receiver.kind, NONE), [(receiver, col(receiver.id) == col(Cycle.recipients)[1])]
    if group_by is GroupBy.PROVINCE:
        places = places_of(wanted.map, day_in_vietnam(now))
        return sa.func.coalesce(places.c.province, NONE), [(places, places.c.agency == col(Occurrence.agency))]
    return KEYS[group_by], []


def _seen(viewer: Viewer, wanted: OccurrenceFilter, now: datetime) -> sa.Select[Any]:
    """Return the rows that are wanted, with no column yet.

    They are those of `sees_occurrence`; who stands in a line is asked once for each cycle and not for each row.
    """
    lines = (
        sa.select(col(Cycle.id))
        .join(Obligation, col(Obligation.id) == col(Cycle.obligation))
        .where(sees_line(viewer))
        .correlate(None)
    )
    mine = col(Occurrence.agency).in_(viewer.stands_for)
    return (
        sa.select()
        .select_from(Occurrence)
        .join(Cycle, col(Cycle.id) == col(Occurrence.cycle_id))
        .join(Obligation, col(Obligation.id) == col(Cycle.obligation))
        .where(sees_plan(viewer), sa.or_(mine, col(Cycle.id).in_(lines)), *narrowed(wanted, now))
    )


def _rows(seen: sa.Select[Any], now: datetime) -> sa.Select[Any]:
    """Return for each row the words that it is counted by."""
    return seen.add_columns(standing(now).label("standing"), clock_word(now).label("clock"), col(Occurrence.state))


def _tallied(seen: sa.Select[Any], now: datetime, key: sa.Label[Any], *names: sa.Label[Any]) -> sa.Select[Any]:
    """Return how many rows of a key have the same words.

    Counting these few, and not the rows, works out the words of each row once, and not once for each figure.
    """
    words = _rows(seen, now).add_columns(key, *names, sa.func.count().label("tallied"))
    return words.group_by(sa.text("standing"), sa.text("clock"), col(Occurrence.state), key)


def _counts(rows: sa.CTE) -> list[sa.ColumnElement[int]]:
    counted = rows.c.standing == Standing.COUNTED.value
    reported = (State.SUBMITTED, State.RETURNED, State.ACCEPTED)
    conditions = [
        counted,
        sa.and_(counted, rows.c.state.in_(reported)),
        sa.and_(counted, rows.c.state == State.ACCEPTED),
        *(
            sa.and_(counted, rows.c.clock == word.value)
            for word in (ClockWord.ON_TIME, ClockWord.LATE, ClockWord.OVERDUE)
        ),
        *(
            rows.c.standing == word.value
            for word in (Standing.WAIVED, Standing.VOLUNTARY, Standing.SAME_REPORT, Standing.NOT_OPEN)
        ),
    ]
    return [
        sa.cast(sa.func.coalesce(sa.func.sum(rows.c.tallied).filter(condition), 0), sa.Integer).label(name)
        for name, condition in zip(Counts.__dataclass_fields__, conditions, strict=True)
    ]


def _group(row: Any, group_by: GroupBy) -> dict[str, Any]:
    columns = [column.key for column in SHOWN.get(group_by, ())]
    return {group_by.value: row[0], **dict(zip(columns, row[WIDTH + 1 :], strict=True))}
