"""What a job is everywhere: work that goes on after the answer, with a public id that names its service.

How jobs are kept and who takes them stands in the service: each has a table of its own.
"""

from enum import StrEnum
from uuid import UUID

from kernel.errors import Conflict, NotFound


class JobState(StrEnum):
    """Where a job stands. The last three are final."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


WAITING = (JobState.QUEUED, JobState.RUNNING)


class JobUnknown(NotFound):
    """No job of the caller's agency has this id."""

    code = "job_unknown"
    title = "There is no such job"

    def __init__(self, job: str) -> None:
        super().__init__(f"No job of yours has the id {job[:60]}.", job=job[:60])


class JobFinished(Conflict):
    """The job is through, or its outcome is being kept at this moment."""

    code = "job_finished"
    title = "The job is finished"

    def __init__(self, job: str, state: str) -> None:
        super().__init__(f"The job is {state}; only a waiting or running one is cancelled.", job=job, state=state)


def public_id(prefix: str, job: UUID) -> str:
    """Return the id of a job as callers see it; the prefix tells the gateway whose job it is."""
    return prefix + job.hex


def read_public_id(prefix: str, job: str) -> UUID:
    """Return the job that a public id names, or refuse."""
    written = job.removeprefix(prefix)
    if written == job or len(written) != 32 or not set(written) <= set("0123456789abcdef"):
        raise JobUnknown(job)
    return UUID(hex=written)
