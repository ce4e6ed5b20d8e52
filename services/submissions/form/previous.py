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
from services.submissions.form.definition import FormDefinition
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


Figures = Mapping[str, Sequence[Figure | None]]
"""The figures of each indicator."""
NO_FIGURES: Sequence[Figure | None] = (None,)
"""One row to fill, for an indicator without figures."""


async def read_previous(
    session: AsyncSession, viewer: Viewer, owed: tuple[Occurrence, Cycle, Obligation]
) -> tuple[Submission | None, Sequence[Any]]:
    """Return the version that was accepted last for the same duty of the same agency, if the viewer sees it, and
    its figures."""
    occurrence, cycle, obligation = owed
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
            sees_occurrence(viewer),
        )
        .order_by(col(Cycle.period_end).desc(), col(Submission.version).desc())
        .limit(1)
    )
    found = (await session.execute(last)).scalar_one_or_none()
    if found is None:
        return None, []
    table = table_of(Observation)
    rows = sa.select(table).where(table.c.period_year == found.period_year, table.c.submission_id == found.id)
    return found, (await session.execute(rows.order_by(table.c.line))).all()


def as_figures(rows: Any, form: FormDefinition, day: date) -> Figures:
    """Return stored figures by indicator: those whose indicator and codes the form still takes on the day."""
    lists = {one.code: {item.code for item in one.codes if item.is_valid_on(day)} for one in form.dimensions}
    uses = {i.code: [use.dimension for use in i.dimensions] for table in form.tables for i in table.indicators}
    figures: dict[str, list[Figure | None]] = defaultdict(list)
    for row in rows:
        names = uses.get(row.indicator)
        if names is None:
            continue
        given = zip(names, (row.d1, row.d2, row.d3, row.d4), strict=False)
        codes = {name: code for name, code in given if code is not None}
        if len(codes) == len(names) and all(code in lists[name] for name, code in codes.items()):
            figures[row.indicator].append(Figure(codes, row.value, row.status, row.reason))
    return dict(figures)
