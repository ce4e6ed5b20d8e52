"""The figures of the last period that were accepted, for those who want to begin from them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.submissions.base import table_of
from services.submissions.cycle.sight import sees_occurrence
from services.submissions.cycle.tables import Cycle, Occurrence
from services.submissions.cycle.viewer import Viewer
from services.submissions.form.definition import DimensionUse, FormDefinition
from services.submissions.form.errors import PreviousTooLarge
from services.submissions.projection.tables import Obligation
from services.submissions.review.tables import Decision, Review
from services.submissions.submission.tables import Observation, Submission


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the last period."""

    codes: dict[str, str]
    value: Decimal | None
    status: str
    reason: str | None

    def cell(self, column: str) -> Any:
        """Return what stands in a column of a template."""
        match column:
            case "value":
                return self.value
            case "status":
                return None if self.status == "value" else self.status
            case "reason":
                return self.reason
        return self.codes.get(column)

    @property
    def number(self) -> int | float:
        """Its value as a sheet keeps it."""
        assert self.value is not None
        return int(self.value) if self.value == self.value.to_integral_value() else float(self.value)


@dataclass(frozen=True, slots=True)
class Previous:
    """The figures of the report that was accepted last, and the form as it was then: it says what their codes
    are codes of."""

    form: FormDefinition
    rows: Sequence[Any]


Figures = Mapping[str, Sequence[Figure | None]]
"""The figures of each indicator."""
UNEQUAL_MONTHS = 4
"""By how many days periods of as many months may differ."""
MOST_PREFILLED = 50_000
"""Figures with which a template begins: a person fills it."""
NO_FIGURES: Sequence[Figure | None] = (None,)
"""One row to fill, for an indicator without figures."""


async def read_previous(
    session: AsyncSession, viewer: Viewer, owed: tuple[Occurrence, Cycle, Obligation]
) -> tuple[Submission | None, Sequence[Any]]:
    """Return the version that was accepted last for the same duty of the same agency in a period as long, if the
    viewer sees it, and its figures; refuse one that is too large to begin from."""
    occurrence, cycle, obligation = owed
    days = col(Cycle.period_end) - col(Cycle.period_start)
    last = (
        sa.select(Submission)
        .join(Review, col(Review.submission_id) == col(Submission.id))
        .join(Occurrence, col(Occurrence.id) == col(Submission.occurrence_id))
        .join(Cycle, col(Cycle.id) == col(Occurrence.cycle_id))
        .join(Obligation, col(Obligation.id) == col(Cycle.obligation))
        .where(
            col(Review.decision) == Decision.ACCEPTED,
            col(Occurrence.agency) == occurrence.agency,
            col(Cycle.obligation) == obligation.id,
            col(Cycle.period_end) < cycle.period_end,
            sa.func.abs(days - (cycle.period_end - cycle.period_start).days) <= UNEQUAL_MONTHS,
            sees_occurrence(viewer),
        )
        .order_by(col(Cycle.period_end).desc(), col(Submission.version).desc())
        .limit(1)
    )
    found = (await session.execute(last)).scalar_one_or_none()
    if found is None:
        return None, []
    if found.observation_count > MOST_PREFILLED:
        raise PreviousTooLarge(found.observation_count, MOST_PREFILLED)
    table = table_of(Observation)
    rows = sa.select(table).where(table.c.period_year == found.period_year, table.c.submission_id == found.id)
    return found, (await session.execute(rows.order_by(table.c.line))).all()


def as_figures(previous: Previous, form: FormDefinition, day: date) -> Figures:
    """Return earlier figures by indicator, of those that the form still asks for.

    A code that it does not take on the day any more is left open, so that somebody chooses what took its place."""
    lists = {one.code: {item.code for item in one.codes if item.is_valid_on(day)} for one in form.dimensions}
    then, now = _uses(previous.form), _uses(form)
    figures: dict[str, list[Figure | None]] = defaultdict(list)
    for row in previous.rows:
        if row.indicator not in now:
            continue
        slots = zip(then[row.indicator], (row.d1, row.d2, row.d3, row.d4), strict=False)
        given = {use.dimension: code for use, code in slots}
        taken = {
            use.dimension: code
            for use in now[row.indicator]
            if (code := given.get(use.dimension)) in lists[use.dimension] and (not use.only or code in use.only)
        }
        figures[row.indicator].append(Figure(taken, row.value, row.status, row.reason))
    return dict(figures)


def _uses(form: FormDefinition) -> dict[str, tuple[DimensionUse, ...]]:
    return {indicator.code: indicator.dimensions for table in form.tables for indicator in table.indicators}
