"""The stories of jobs: asked about, and cancelled."""

from datetime import datetime
from typing import Any
from uuid import UUID

from kernel.callers import Caller
from kernel.clock import VIETNAM, Clock
from kernel.jobs import WAITING, JobFinished, JobState, JobUnknown, public_id, read_public_id
from services.registry.job.schemas import JobRead
from services.registry.job.store import JobStore

PREFIX = "reg_"
"""Tells the gateway whose job it is."""


class JobService:
    """Shows a job to the agency that asked for it."""

    def __init__(self, *, store: JobStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def get(self, caller: Caller, job: str) -> JobRead:
        """Return a job of the caller's agency."""
        return _shown(await self._own(caller, job))

    async def cancel(self, caller: Caller, job: str) -> JobRead:
        """Cancel a job that is not through; what it was about stays."""
        row = await self._own(caller, job, for_update=True)
        if row.state not in WAITING:
            raise JobFinished(job, row.state)
        now = self._clock()
        await self._store.cancel(row.id, now)
        return _shown(row, state=JobState.CANCELLED, finished_at=now)

    async def _own(self, caller: Caller, job: str, *, for_update: bool = False) -> Any:
        row = await self._store.find(read_public_id(PREFIX, job), for_update=for_update)
        if row is None or not (caller.has_scope("admin") or row.agency == caller.acting_agency):
            raise JobUnknown(job)
        return row


def shown_id(job: UUID) -> str:
    """Return the id of a job as callers see it."""
    return public_id(PREFIX, job)


def _shown(row: Any, **changes: Any) -> JobRead:
    shown: dict[str, Any] = {name: getattr(row, name) for name in JobRead.model_fields} | changes
    times: dict[str, datetime | None] = {name: shown[name] for name in ("created_at", "finished_at")}
    local = {name: at.astimezone(VIETNAM) if at else None for name, at in times.items()}
    return JobRead(**{**shown, **local, "id": shown_id(row.id)})
