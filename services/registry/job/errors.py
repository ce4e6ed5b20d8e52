"""Why the registry refuses something about jobs."""

from kernel.errors import Conflict, NotFound


class JobUnknown(NotFound):
    """No job of the caller's agency has this id."""

    code = "job_unknown"
    title = "There is no such job"

    def __init__(self, job: str) -> None:
        super().__init__(f"No job of yours has the id {job[:60]}.", job=job[:60])


class JobFinished(Conflict):
    """The job is through; there is nothing left to cancel."""

    code = "job_finished"
    title = "The job is finished"

    def __init__(self, job: str, state: str) -> None:
        super().__init__(f"The job is {state}; only a waiting or running one is cancelled.", job=job, state=state)
