"""The doors of jobs."""

from typing import Annotated

from fastapi import Depends

from kernel.database import Session
from kernel.web import Router
from services.registry.dependencies import Clock, Reader, Writer
from services.registry.job.schemas import JobRead
from services.registry.job.service import JobService
from services.registry.job.store import JobStore

router = Router(prefix="/v1/jobs", tags=["jobs"])


async def _jobs(session: Session, clock: Clock) -> JobService:
    return JobService(store=JobStore(session), clock=clock)


Jobs = Annotated[JobService, Depends(_jobs)]


@router.get("/{job}")
async def get_job(job: str, reader: Reader, jobs: Jobs) -> JobRead:
    """Ask how far a piece of work of the own agency is. It is readable as soon as its id is known."""
    return await jobs.get(reader, job)


@router.post("/{job}/cancel")
async def cancel_job(job: str, writer: Writer, jobs: Jobs) -> JobRead:
    """Cancel work that waits or runs. What it was about stays; nothing of it is kept half done."""
    return await jobs.cancel(writer, job)
