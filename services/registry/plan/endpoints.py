"""The doors of plans and tasks."""

from typing import Annotated

from fastapi import Query, Request
from starlette.responses import Response

from kernel.etags import conditional
from kernel.paging import Cursor, Limit, Page
from kernel.text import Text
from kernel.web import Router
from services.registry.dependencies import AsOf, Plans, Reader
from services.registry.plan.body_schemas import AssignedDutiesRead, ObjectivesRead
from services.registry.plan.filters import PartFilter, TaskFilter
from services.registry.plan.schemas import CoverageRead, PlanRead, TaskChainRead, TaskPage, TaskRead
from services.registry.plan.tables import TaskKind

router = Router(prefix="/v1/plans", tags=["plans"])
objective_router = Router(tags=["plans"])


@router.get("")
async def list_plans(
    reader: Reader, plans: Plans, as_of: AsOf, cursor: Cursor = None, limit: Limit = 50
) -> Page[PlanRead]:
    """List the plans, each with its steward as of a day."""
    return await plans.list_plans(reader, as_of, cursor, limit)


@router.get("/{plan}", response_model=PlanRead)
async def get_plan(plan: str, request: Request, reader: Reader, plans: Plans, as_of: AsOf) -> Response:
    """Read one plan as of a day."""
    return conditional(request, (await plans.get(reader, plan, as_of)).model_dump(mode="json"))


@router.get("/{plan}/tasks")
async def list_tasks(
    plan: str,
    reader: Reader,
    plans: Plans,
    as_of: AsOf,
    kind: Annotated[TaskKind | None, Query()] = None,
    leaf: Annotated[bool | None, Query(description="Only tasks without tasks under them, or only others.")] = None,
    agency: Annotated[
        str | None,
        Query(max_length=40, description="Tasks that this agency leads or coordinates on the day."),
    ] = None,
    lead: Annotated[str | None, Query(max_length=40, description="Tasks that it leads on the day.")] = None,
    coordinator: Annotated[
        str | None, Query(max_length=40, description="Tasks that it coordinates on the day.")
    ] = None,
    objective: Annotated[int | None, Query(ge=1, le=99, description="Of the Global Compact.")] = None,
    addressee: Annotated[
        str | None, Query(max_length=60, description="Tasks whose result goes to this agency.", examples=["TTG"])
    ] = None,
    text: Annotated[
        Text | None, Query(max_length=200, description="Found in code, title and result, accents left out.")
    ] = None,
    funding: Annotated[
        Text | None, Query(max_length=200, description="Found in what the line says of money.")
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> TaskPage:
    """List a plan's lines in the printed order; groups and ended leads are read as of the day."""
    wanted = TaskFilter(kind, leaf, objective, addressee, text or None, funding or None)
    part_of = PartFilter(agency, lead, coordinator)
    return await plans.list_tasks(reader, plan, as_of, wanted, part_of, cursor, limit)


@router.get("/{plan}/tasks/{code:path}/chain")
async def get_task_chain(plan: str, code: str, reader: Reader, plans: Plans) -> TaskChainRead:
    """Follow a task up to what it carries out, and down to what carries it out."""
    return await plans.get_chain(reader, plan, code)


@router.get("/{plan}/tasks/{code:path}", response_model=TaskRead)
async def get_task(plan: str, code: str, request: Request, reader: Reader, plans: Plans, as_of: AsOf) -> Response:
    """Read one line of a plan by its code (`2.1`) or its whole id (`QD-402-2020/2.1`)."""
    return conditional(request, (await plans.get_task(reader, plan, code, as_of)).model_dump(mode="json"))


@router.get("/{plan}/duties")
async def list_assigned_duties(plan: str, reader: Reader, plans: Plans, as_of: AsOf) -> AssignedDutiesRead:
    """List the duties that the body of a plan gives, outside its numbered tasks."""
    return await plans.list_duties(reader, plan, as_of)


@objective_router.get("/v1/gcm-objectives")
async def list_objectives(reader: Reader, plans: Plans) -> ObjectivesRead:
    """List the 23 objectives of the Global Compact, each with the tasks that serve it."""
    return await plans.list_objectives(reader)


@router.get("/{plan}/coverage")
async def get_coverage(
    plan: str,
    reader: Reader,
    plans: Plans,
    as_of: AsOf,
    covered: Annotated[bool | None, Query(description="Only tasks with a counterpart, or without.")] = None,
    by: Annotated[str | None, Query(max_length=60, description="Only what this derived plan carries out.")] = None,
) -> CoverageRead:
    """Say which tasks of a plan have a counterpart in the plans that derive from it, as of a day."""
    return await plans.get_coverage(reader, plan, as_of, by, covered=covered)
