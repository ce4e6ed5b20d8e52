"""The door of task progress."""

from typing import Annotated

from fastapi import Query

from kernel.database import Session
from kernel.paging import Cursor, Limit, cut, read_cursor
from kernel.web import Router
from services.submissions.dependencies import Reader, TheParts
from services.submissions.progress.schemas import ProgressRead
from services.submissions.progress.service import Asked, ProgressService

router = Router(tags=["task progress"])


@router.get("/v1/task-progress")
async def read_task_progress(
    caller: Reader,
    parts: TheParts,
    session: Session,
    plan: Annotated[str, Query(min_length=1, max_length=60, description="Code of a plan.")],
    year: Annotated[int, Query(ge=2000, le=2100, description="The year that the reports cover.")],
    task: Annotated[str | None, Query(max_length=100, description="One task, by its id or code.")] = None,
    accepted: Annotated[bool, Query(description="Hear only what was accepted.")] = False,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> ProgressRead:
    """Read how far each task of a plan has come, by the yearly reports that you may see.

    Tasks of derived plans that carry a task out are rolled up to it. A heading of the plan which they carry out
    stands among the tasks with `is_heading`, and is none of them. Every word stands with who said it, in which
    version. Leads decide, the others while no lead has spoken; where they differ the least advanced word stands
    and `disagreement` is true.
    """
    (after,) = read_cursor(cursor, int) or (0,)
    progress = ProgressService(session=session, clock=parts.clock, registry=parts.registry)
    asked = Asked(plan=plan, year=year, task=task, accepted_only=accepted)
    rows = await progress.read(caller, asked, limit=limit, after=after)
    page, following = cut(rows, limit, lambda _: (after + limit,))
    return ProgressRead(plan=plan, year=year, as_of=progress.day_of(year), items=page, next_cursor=following)
