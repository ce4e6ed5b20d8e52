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
from services.submissions.cycle.counting import (
    NONE,
    Standing,
    is_satisfied_by,
    places_of,
    standing,
    standing_unless_waived,
    twins,
)
from services.submissions.cycle.sight import sees_line, sees_plan
from services.submissions.cycle.store import OccurrenceFilter, clock_word, decided_by_clock, narrowed
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
    GroupBy.FORM: sa.func.coalesce(Cycle.form, NONE),
}
"""What groups are named by that follows from the cycle alone."""
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
        tally = _tally(viewer, wanted, now, group_by)
        facts = [sa.func.any_value(tally.c[column.key]).label(column.key) for column in SHOWN.get(group_by, ())]
        groups = sa.select(tally.c.group_key, *_counts(tally), *facts)
        groups = groups.group_by(tally.c.group_key).order_by(tally.c.group_key).limit(limit + 1)
        is_open = sa.or_(tally.c.waived > 0, tally.c.standing != Standing.NOT_OPEN.value)
        groups = groups.having(sa.func.bool_or(is_open))
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
        tally = _tally(viewer, wanted, now, GroupBy.CYCLE)
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


def _tally(viewer: Viewer, wanted: OccurrenceFilter, now: datetime, group_by: GroupBy) -> sa.CTE:
    """Return how many rows of each cycle, and of each key that its reporters have, stand how.

    Each row is looked at once, by its own columns; what follows from its cycle is asked of these few.
    """
    tallied = _tallied(viewer, wanted, now, group_by).subquery("tallied")
    receiver = aliased(Agency)
    keys = {**KEYS, GroupBy.LEVEL: sa.func.coalesce(receiver.kind, NONE)}
    key = keys[group_by] if group_by in keys else tallied.c.reporter  # noqa: SIM401
    word = standing_unless_waived(now, tallied.c.asked_twice)
    query: Any = (
        sa.select(tallied, key.label("group_key"), word.label("standing"), *SHOWN.get(group_by, ()))
        .join(Cycle, col(Cycle.id) == tallied.c.cycle)
        .join(Obligation, col(Obligation.id) == col(Cycle.obligation))
        .outerjoin(receiver, col(receiver.id) == col(Cycle.recipients)[1])
    )
    tally: sa.CTE = query.cte("tally")
    return tally


def _tallied(viewer: Viewer, wanted: OccurrenceFilter, now: datetime, group_by: GroupBy) -> sa.Select[Any]:
    twin = twins()
    seen = _seen(viewer, wanted, now).outerjoin(twin, is_satisfied_by(twin))
    keys = [col(Occurrence.cycle_id).label("cycle"), twin.c.agency.is_not(None).label("asked_twice")]
    if group_by is GroupBy.AGENCY:
        keys.append(col(Occurrence.agency).label("reporter"))
    if group_by is GroupBy.PROVINCE:
        places = places_of(wanted.map, day_in_vietnam(now))
        seen = seen.outerjoin(places, places.c.agency == col(Occurrence.agency))
        keys.append(sa.func.coalesce(places.c.province, NONE).label("reporter"))
    counts = (sa.func.count().filter(condition).label(name) for name, condition in _conditions(now).items())
    return seen.add_columns(*keys, *counts).group_by(*keys)


def _conditions(now: datetime) -> dict[str, sa.ColumnElement[bool]]:
    """Return what is counted of the rows themselves; all but `waived` are parts of `live`."""
    state = col(Occurrence.state)
    live = state != State.WAIVED
    return {
        "live": live,
        "received": state.in_((State.SUBMITTED, State.RETURNED, State.ACCEPTED)),
        "accepted": state == State.ACCEPTED,
        **{word.value: sa.and_(live, condition) for word, condition in decided_by_clock(now).items()},
        "waived": sa.not_(live),
    }


def _counts(tally: sa.CTE) -> list[sa.ColumnElement[int]]:
    """Return the sums of `Counts`: of what counts, and of what is left out by its reasons."""
    parts = ("received", "accepted", "on_time", "late", "overdue")
    sums = [
        ("expected", "live", Standing.COUNTED),
        *((name, name, Standing.COUNTED) for name in parts),
        ("waived", "waived", None),
        *((word.value, "live", word) for word in (Standing.VOLUNTARY, Standing.SAME_REPORT, Standing.NOT_OPEN)),
    ]
    found: list[sa.ColumnElement[int]] = [_sum(tally, of, word).label(name) for name, of, word in sums]
    assert [name for name, _, _ in sums] == [*Counts.__dataclass_fields__]
    return found


def _sum(tally: sa.CTE, of: str, word: Standing | None) -> sa.ColumnElement[int]:
    total: Any = sa.func.sum(tally.c[of])
    if word is not None:
        total = total.filter(tally.c.standing == word.value)
    return sa.cast(sa.func.coalesce(total, 0), sa.Integer)


def _seen(viewer: Viewer, wanted: OccurrenceFilter, now: datetime) -> sa.Select[Any]:
    """Return the rows that are wanted, with no column yet.

    They are those of `sees_occurrence`; who stands in a line is asked once for each cycle and not for each row.
    """
    line = (
        sa.select(col(Cycle.id))
        .join(Obligation, col(Obligation.id) == col(Cycle.obligation))
        .where(sees_line(viewer))
        .subquery("line")
    )
    mine = col(Occurrence.agency).in_(viewer.stands_for)
    return (
        sa.select()
        .select_from(Occurrence)
        .join(Cycle, col(Cycle.id) == col(Occurrence.cycle_id))
        .join(Obligation, col(Obligation.id) == col(Cycle.obligation))
        .outerjoin(line, line.c.id == col(Cycle.id))
        .where(sees_plan(viewer), sa.or_(line.c.id.is_not(None), mine), *narrowed(wanted, now))
    )


def _rows(seen: sa.Select[Any], now: datetime) -> sa.Select[Any]:
    """Return for each row the words that it is counted by."""
    return seen.add_columns(standing(now).label("standing"), clock_word(now).label("clock"), col(Occurrence.state))


def _group(row: Any, group_by: GroupBy) -> dict[str, Any]:
    columns = [column.key for column in SHOWN.get(group_by, ())]
    return {group_by.value: row[0], **dict(zip(columns, row[WIDTH + 1 :], strict=True))}
