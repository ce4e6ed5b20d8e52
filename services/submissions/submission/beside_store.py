"""What a report is compared with: the accepted reports of the same agency before it, and those of others.

Figures of confidential tables are not compared with a report that was built from those below: whoever sends the
next need not read that one, and would find its figures by trying.

One statement where nothing was accepted before; two more where there is a history; one for each of `previous` and
`total` where the form has such rules."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.prepared import Prepared
from services.submissions.base import table_of
from services.submissions.checking.beside import Beside, Past, as_figures, looked_at
from services.submissions.checking.content import ALL_TABLES
from services.submissions.checking.rule_columns import ZERO, Figures
from services.submissions.cycle.tables import Cycle, Occurrence
from services.submissions.disclosure.origin import was_built
from services.submissions.disclosure.rights import protected_indicators
from services.submissions.form.definition import FormDefinition
from services.submissions.form.shelf import FormShelf
from services.submissions.submission.tables import Observation, Submission

LONGEST_HISTORY = 12
NOT_AVAILABLE = "not_available"
SLOTS = ("d1", "d2", "d3", "d4")


async def read_beside(
    session: AsyncSession, forms: FormShelf, form: FormDefinition, occurrence: Occurrence, cycle: Cycle
) -> Beside:
    """Return what was accepted before and beside a report, as far as its form looks at it."""
    past = await _list_past(session, form, occurrence, cycle)
    before = next((one for one in past if one.period_end + timedelta(days=1) == cycle.period_start), None)
    previous: dict[str, Figures] = {}
    unread = _unread(form, before) if before is not None else frozenset()
    asked = {code: by for code, by in looked_at(form, "previous").items() if code not in unread}
    if before is not None and asked:
        then = await forms.fetch(session, before.form, before.form_version)
        rows = await _cells_of(session, then, before, asked)
        previous = _nil_of(then, before.nil, asked) | _by_indicator(then, form, rows)
    total: dict[str, Figures] = {}
    if compared := looked_at(form, "total"):
        total = _by_indicator(form, form, await _others(session, form, occurrence, compared))
    return Beside(previous=previous, total=total, history=await _history(session, form, past))


async def _list_past(
    session: AsyncSession, form: FormDefinition, occurrence: Occurrence, cycle: Cycle
) -> "list[_Report]":
    """Return the accepted reports of earlier periods that are as long, the latest first."""
    given = {"agency": occurrence.agency, "obligation": cycle.obligation, "form": form.id}
    rows = [_Report(*row.values()) for row in await _PAST.read(session, **given, before=cycle.period_start)]
    months = _months(cycle.period_start, cycle.period_end)
    return [row for row in rows if _months(row.period_start, row.period_end) == months][:LONGEST_HISTORY]


class _Report(NamedTuple):
    """An accepted report of an earlier period."""

    period: str
    period_start: date
    period_end: date
    id: UUID
    period_year: int
    form: str
    form_version: int
    nil: list[str]
    is_built: bool


def _unread(form: FormDefinition, report: _Report) -> frozenset[str]:
    """Return the indicators of which a report is not compared with."""
    return protected_indicators(form) if report.is_built else frozenset()


_PAST = Prepared(
    sa.select(
        col(Cycle.period),
        col(Cycle.period_start),
        col(Cycle.period_end),
        col(Submission.id),
        col(Submission.period_year),
        col(Submission.form),
        col(Submission.form_version),
        col(Submission.nil),
        was_built(col(Submission.occurrence_id)),
    )
    .select_from(Occurrence)
    .join(Cycle, col(Cycle.id) == col(Occurrence.cycle_id))
    .join(Submission, col(Submission.id) == col(Occurrence.accepted_submission_id))
    .where(
        col(Occurrence.agency) == sa.bindparam("agency"),
        col(Cycle.obligation) == sa.bindparam("obligation"),
        col(Cycle.period_end) < sa.bindparam("before"),
        col(Submission.form) == sa.bindparam("form"),
    )
    .order_by(col(Cycle.period_end).desc(), col(Cycle.period))
    .limit(2 * LONGEST_HISTORY)
)


def _months(start: date, end: date) -> int:
    after = end + timedelta(days=1)
    return (after.year - start.year) * 12 + after.month - start.month


async def _history(
    session: AsyncSession, form: FormDefinition, past: "Sequence[_Report]"
) -> dict[str, tuple[Past, ...]]:
    """Return what each indicator came to in each period; a total that is not whole is left out."""
    if not past:
        return {}
    table = table_of(Observation)
    query = (
        sa.select(table.c.submission_id, table.c.indicator, sa.func.sum(table.c.value).label("total"))
        .where(
            table.c.period_year.in_({row.period_year for row in past}),
            table.c.submission_id.in_([row.id for row in past]),
        )
        .group_by(table.c.submission_id, table.c.indicator)
        .having(~sa.func.bool_or(table.c.status == NOT_AVAILABLE), sa.func.count(table.c.value) > 0)
    )
    totals = {(row.submission_id, row.indicator): row.total for row in (await session.execute(query)).all()}
    history: dict[str, list[Past]] = defaultdict(list)
    for row in reversed(past):
        unread = _unread(form, row)
        for code, table_code in _indicators(form):
            if code in unread:
                continue
            if (total := totals.get((row.id, code))) is not None:
                history[code].append(Past(row.period, total))
            elif _is_nil(table_code, row.nil):
                history[code].append(Past(row.period, ZERO))
    return {code: tuple(ones) for code, ones in history.items()}


async def _cells_of(
    session: AsyncSession, form: FormDefinition, submission: "_Report", asked: Mapping[str, set[str]]
) -> Sequence[Any]:
    """Return the cells of a report, those added up that no rule tells apart."""
    table = table_of(Observation)
    query = _added_up(form, asked).where(
        table.c.period_year == submission.period_year, table.c.submission_id == submission.id
    )
    return (await session.execute(query)).all()


async def _others(
    session: AsyncSession, form: FormDefinition, occurrence: Occurrence, asked: Mapping[str, set[str]]
) -> Sequence[Any]:
    """Return the cells of all other accepted reports of the cycle, added up."""
    table = table_of(Observation)
    query = (
        _added_up(form, asked)
        .select_from(Occurrence)
        .join(Submission, col(Submission.id) == col(Occurrence.accepted_submission_id))
        .join(
            table,
            sa.and_(
                table.c.period_year == col(Submission.period_year), table.c.submission_id == col(Submission.id)
            ),
        )
        .where(
            col(Occurrence.cycle_id) == occurrence.cycle_id,
            col(Occurrence.agency) != occurrence.agency,
            col(Submission.form) == form.id,
            col(Submission.form_version) == form.version,
        )
    )
    return (await session.execute(query)).all()


def _added_up(form: FormDefinition, asked: Mapping[str, set[str]]) -> sa.Select[Any]:
    """Return indicators added up over the dimensions by which nobody asks: a large report comes to few rows."""
    table, names = table_of(Observation), _dimensions(form)
    codes = []
    for at, slot in enumerate(SLOTS):
        told_apart = sorted(code for code, by in asked.items() if set(names.get(code, ())[at : at + 1]) & by)
        codes.append(sa.case((table.c.indicator.in_(told_apart), table.c[slot])).label(slot))
    return (
        sa.select(
            table.c.indicator,
            *codes,
            sa.func.sum(table.c.value).label("value"),
            sa.func.bool_or(table.c.status == NOT_AVAILABLE).label("is_missing"),
        )
        .where(table.c.indicator.in_(sorted(asked)))
        .group_by(sa.text("1, 2, 3, 4, 5"))
    )


def _by_indicator(then: FormDefinition, now: FormDefinition, rows: Iterable[Any]) -> dict[str, Figures]:
    """Return rows as columns; an indicator that had fewer dimensions then is left out."""
    names_then, names_now = _dimensions(then), _dimensions(now)
    sorted_out: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        value = None if row.is_missing else row.value
        sorted_out[row.indicator].append(((row.d1, row.d2, row.d3, row.d4), value, row.is_missing))
    return {
        code: as_figures(names_then[code], cells)
        for code, cells in sorted_out.items()
        if set(names_now.get(code, ())) <= set(names_then.get(code, ()))
    }


def _nil_of(form: FormDefinition, nil: Sequence[str], indicators: Iterable[str]) -> dict[str, Figures]:
    names, wanted = _dimensions(form), set(indicators)
    return {
        code: as_figures(names[code], [])
        for code, table in _indicators(form)
        if code in wanted and _is_nil(table, nil)
    }


def _is_nil(table: str, nil: Sequence[str]) -> bool:
    return table in nil or ALL_TABLES in nil


def _indicators(form: FormDefinition) -> list[tuple[str, str]]:
    return [(one.code, table.code) for table in form.tables for one in table.indicators]


def _dimensions(form: FormDefinition) -> dict[str, tuple[str, ...]]:
    return {
        i.code: tuple(use.dimension for use in i.dimensions) for table in form.tables for i in table.indicators
    }
