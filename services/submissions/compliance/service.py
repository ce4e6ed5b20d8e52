"""Counting the ledger for a caller, at one moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.callers import Caller
from kernel.clock import BusinessClock
from services.submissions.compliance.errors import MatrixTooWide
from services.submissions.compliance.rules import Counts
from services.submissions.compliance.schemas import GroupBy, MatrixCell, MatrixRow
from services.submissions.compliance.store import ComplianceStore
from services.submissions.cycle.sight import read_viewer
from services.submissions.cycle.store import OccurrenceFilter

WIDEST = 60
"""Columns of a matrix: five years of monthly reports."""

Group = tuple[dict[str, Any], Counts]


@dataclass(frozen=True, slots=True)
class Counted:
    """The figures of one moment: of everything, and one more group than the page holds."""

    as_of: datetime
    total: Counts
    groups: list[Group]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Reporters × cycles of one moment, with one more reporter than the page holds."""

    as_of: datetime
    columns: list[Group]
    rows: list[MatrixRow]


class ComplianceService:
    """Counts what the ledger holds, within what the caller may see."""

    def __init__(self, *, session: AsyncSession, clock: BusinessClock) -> None:
        self._session, self._clock = session, clock
        self._store = ComplianceStore(session)

    async def count(
        self, caller: Caller, wanted: OccurrenceFilter, group_by: GroupBy, *, limit: int, after: str | None
    ) -> Counted:
        """Return the figures of everything wanted and of its groups."""
        now = self._clock()
        viewer = await read_viewer(self._session, caller, self._clock.today())
        total, groups = await self._store.count_groups(viewer, wanted, now, group_by, limit=limit, after=after)
        return Counted(now, total, groups)

    async def read_matrix(
        self, caller: Caller, wanted: OccurrenceFilter, *, limit: int, after: str | None
    ) -> Matrix:
        """Return the columns with their figures, and the reporters with their cells."""
        now = self._clock()
        viewer = await read_viewer(self._session, caller, self._clock.today())
        columns = await self._store.list_columns(viewer, wanted, now, limit=WIDEST)
        if len(columns) > WIDEST:
            raise MatrixTooWide(WIDEST)
        cells = await self._store.list_cells(viewer, wanted, now, limit=limit, after=after)
        return Matrix(now, columns, _rows_of(cells, [facts["cycle"] for facts, _ in columns]))


def _rows_of(cells: Sequence[Any], order: Sequence[UUID]) -> list[MatrixRow]:
    """Return one line for each reporter; the cells come in the order of the reporters."""
    place = {cycle: number for number, cycle in enumerate(order)}
    rows = []
    for agency, group in groupby(cells, key=lambda cell: cell.agency):
        mine = sorted(group, key=lambda cell: place[cell.cycle])
        rows.append(
            MatrixRow(
                agency=agency,
                name_vi=mine[0].name_vi,
                name_en=mine[0].name_en,
                cells=[
                    MatrixCell(**{name: getattr(cell, name) for name in MatrixCell.model_fields}) for cell in mine
                ],
            )
        )
    return rows
