"""The doors of jobs."""

from typing import Any

from kernel.paging import Cursor, Limit, Page, cut, read_cursor
from kernel.web import Router
from services.submissions.dependencies import Intake, Reader, Reporter
from services.submissions.intake.schemas import JobFindingRead, JobRead
from services.submissions.language import Language
from services.submissions.submission.judging import spoken

router = Router(prefix="/v1/jobs/{job}", tags=["jobs"])


@router.get("")
async def get_job(job: str, caller: Reader, intake: Intake) -> JobRead:
    """Ask how far the check of a large report of the own agency is. It is readable as soon as its id is known."""
    return await intake.get(caller, job)


@router.get("/findings", response_model=Page[JobFindingRead])
async def list_job_findings(
    job: str, caller: Reader, intake: Intake, language: Language, limit: Limit = 50, cursor: Cursor = None
) -> Page[JobFindingRead]:
    """List what was found in a report that was refused, or in a dry run, in the order of the report.

    The findings of a stored report are read at the submission.
    """
    (after,) = read_cursor(cursor, int) or (0,)
    rows = await intake.list_findings(caller, job, limit=limit, after=after)
    page, following = cut(rows, limit, lambda row: (row.number,))
    return Page(items=[_shown(row, language) for row in page], next_cursor=following)


@router.post("/cancel")
async def cancel_job(job: str, caller: Reporter, intake: Intake) -> JobRead:
    """Cancel a check that waits or runs. Nothing of the upload stays."""
    return await intake.cancel(caller, job)


def _shown(row: Any, language: str) -> JobFindingRead:
    return JobFindingRead(number=row.number, **spoken(row.body, language))
