"""The door of completeness and punctuality."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from kernel.database import Session
from kernel.paging import Cursor, Limit, cut, read_cursor
from kernel.web import Router
from services.submissions.compliance.rules import reckon
from services.submissions.compliance.schemas import ComplianceRead, GroupBy, GroupRead
from services.submissions.compliance.store import ComplianceStore
from services.submissions.cycle.sight import read_viewer
from services.submissions.cycle.store import OccurrenceFilter
from services.submissions.dependencies import Reader, TheParts

router = Router(tags=["completeness and punctuality"])


@router.get("/v1/compliance")
async def read_compliance(
    caller: Reader,
    parts: TheParts,
    session: Session,
    plan: str | None = None,
    cycle: UUID | None = None,
    obligation: str | None = None,
    period: str | None = None,
    agency: str | None = None,
    group_by: Annotated[GroupBy, Query()] = GroupBy.CYCLE,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> ComplianceRead:
    """Read completeness and punctuality, counted now from the rows that you may see.

    Waived reports are not owed; the same report asked twice counts once; reports without a date count in
    completeness only.
    """
    wanted = OccurrenceFilter(
        agency=agency, obligation=obligation, plan=plan, period=period, cycle=cycle, counted=True
    )
    now = parts.clock()
    (after,) = read_cursor(cursor, str) or (None,)
    viewer = await read_viewer(session, caller, parts.clock.today())
    store = ComplianceStore(session)
    rows = await store.count_groups(viewer, wanted, now, group_by, limit=limit, after=after)
    page, following = cut(rows, limit, lambda row: (row[0][group_by],))
    asked = narrowing_of(wanted)
    return ComplianceRead(
        as_of=now,
        group_by=group_by,
        total=reckon(await store.count_all(viewer, wanted, now), asked),
        items=[
            GroupRead(
                group=group,
                **reckon(counts, {**asked, group_by.value: str(group[group_by])}).model_dump(),
            )
            for group, counts in page
        ],
        next_cursor=following,
    )


def narrowing_of(wanted: OccurrenceFilter) -> dict[str, str]:
    """Return the query parameters that lead to the same rows."""
    names = ("agency", "obligation", "plan", "period", "cycle")
    given = {name: getattr(wanted, name) for name in names}
    return {name: str(value) for name, value in given.items() if value is not None}
