"""The doors of completeness and punctuality."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from kernel.database import Session
from kernel.paging import Cursor, Limit, cut, read_cursor
from kernel.web import Router
from services.submissions.compliance.rules import reckon
from services.submissions.compliance.schemas import ComplianceRead, GroupBy, GroupRead, MatrixColumn, MatrixRead
from services.submissions.compliance.service import ComplianceService
from services.submissions.cycle.counting import MAP_TEXT, ProvinceMap
from services.submissions.cycle.store import OccurrenceFilter
from services.submissions.dependencies import Reader, TheParts

router = Router(tags=["completeness and punctuality"])


async def _filter(
    plan: str | None = None,
    cycle: UUID | None = None,
    obligation: str | None = None,
    period: str | None = None,
    agency: str | None = None,
    form: Annotated[str | None, Query(description="Code of a form.")] = None,
    level: Annotated[
        str | None,
        Query(description="Level of the cascade: the kind of the agency that receives, as `ministry`."),
    ] = None,
    province: Annotated[str | None, Query(description="Province of the reporter, by `map`.")] = None,
    map: Annotated[ProvinceMap, Query(description=MAP_TEXT)] = ProvinceMap.THEN,
) -> OccurrenceFilter:
    return OccurrenceFilter(
        agency=agency,
        obligation=obligation,
        plan=plan,
        period=period,
        cycle=cycle,
        form=form,
        level=level,
        province=province,
        map=map,
    )


async def _service(session: Session, parts: TheParts) -> ComplianceService:
    return ComplianceService(session=session, clock=parts.clock)


Wanted = Annotated[OccurrenceFilter, Depends(_filter)]
Compliance = Annotated[ComplianceService, Depends(_service)]


@router.get("/v1/compliance")
async def read_compliance(
    caller: Reader,
    wanted: Wanted,
    compliance: Compliance,
    group_by: Annotated[GroupBy, Query()] = GroupBy.CYCLE,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> ComplianceRead:
    """Read completeness and punctuality, counted now from the rows that you may see.

    What is required counts, as in the European statistical system: waived reports and reporters under a
    derogation leave both sides of a share, voluntary reports stand beside it. The same report asked twice counts
    once; reports without a date count in completeness only; an extension moves the day that decides. Each count
    links to its rows.
    """
    (after,) = read_cursor(cursor, str) or (None,)
    found = await compliance.count(caller, wanted, group_by, limit=limit, after=after)
    page, following = cut(found.groups, limit, lambda row: (row[0][group_by],))
    asked = narrowing_of(wanted)
    by = {"map": wanted.map.value} if group_by is GroupBy.PROVINCE else {}
    return ComplianceRead(
        as_of=found.as_of,
        group_by=group_by,
        total=reckon(found.total, asked),
        items=[
            GroupRead(
                group=group,
                **reckon(counts, {**asked, **by, group_by.value: str(group[group_by])}).model_dump(),
            )
            for group, counts in page
        ],
        next_cursor=following,
    )


@router.get("/v1/compliance/matrix")
async def read_matrix(
    caller: Reader, wanted: Wanted, compliance: Compliance, limit: Limit = 50, cursor: Cursor = None
) -> MatrixRead:
    """Read reporters × cycles: how each report stands now, with the figures of each cycle over all reporters.

    Reporters are paged by their codes; every page has the same columns. At most 60 cycles fit side by side.
    """
    (after,) = read_cursor(cursor, str) or (None,)
    found = await compliance.read_matrix(caller, wanted, limit=limit, after=after)
    page, following = cut(found.rows, limit, lambda row: (row.agency,))
    asked = narrowing_of(wanted)
    return MatrixRead(
        as_of=found.as_of,
        columns=[
            MatrixColumn(**facts, **reckon(counts, {**asked, "cycle": str(facts["cycle"])}).model_dump())
            for facts, counts in found.columns
        ],
        items=page,
        next_cursor=following,
    )


def narrowing_of(wanted: OccurrenceFilter) -> dict[str, str]:
    """Return the query parameters that lead to the same rows."""
    names = ("agency", "obligation", "plan", "period", "cycle", "form", "level", "province")
    given = {name: getattr(wanted, name) for name in names}
    asked = {name: str(value) for name, value in given.items() if value is not None}
    return {**asked, "map": wanted.map.value} if wanted.province is not None else asked
