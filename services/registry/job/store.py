"""Every statement about jobs. A claim is a lease; only the attempt that holds it may record an outcome."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.jobs import WAITING, JobState
from services.registry.base import table_of
from services.registry.job.tables import Job

job = table_of(Job)


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that this worker holds until its lease is over."""

    id: UUID
    subject: UUID
    attempt: int


class JobStore:
    """Keeps jobs."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, row: dict[str, Any]) -> None:
        """Keep a new job in the transaction that wants it."""
        fresh = {"state": JobState.QUEUED, "progress": 0, "attempts": 0}
        await self._session.execute(sa.insert(job).values(fresh | row))

    async def find(self, job_id: UUID, *, for_update: bool = False) -> Any:
        """Return a job, or None."""
        found = sa.select(job).where(job.c.id == job_id)
        return (await self._session.execute(found.with_for_update() if for_update else found)).one_or_none()

    async def claim(self, kind: str, now: datetime, lease: timedelta) -> Claim | None:
        """Take the job of a kind that has waited longest, for the time of a lease; its attempt is counted."""
        oldest = (
            sa.select(job.c.id)
            .where(job.c.kind == kind, job.c.state.in_(WAITING), job.c.due_at <= now)
            .order_by(job.c.due_at, job.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        taking = (
            sa.update(job)
            .where(job.c.id == oldest.scalar_subquery())
            .values(state=JobState.RUNNING, attempts=job.c.attempts + 1, due_at=now + lease, progress=10)
            .returning(job.c.id, job.c.subject, job.c.attempts)
        )
        row = (await self._session.execute(taking)).one_or_none()
        return Claim(row.id, row.subject, row.attempts) if row else None

    async def finish(
        self, claim: Claim, now: datetime, *, result: dict[str, Any] | None, problem: dict[str, Any] | None
    ) -> bool:
        """Record the outcome of an attempt; False when the job was cancelled or taken by another attempt."""
        state = JobState.FAILED if problem else JobState.DONE
        ending = (
            sa.update(job)
            .where(job.c.id == claim.id, job.c.state == JobState.RUNNING, job.c.attempts == claim.attempt)
            .values(state=state, progress=100, result=result, problem=problem, finished_at=now)
            .returning(job.c.id)
        )
        return (await self._session.execute(ending)).one_or_none() is not None

    async def cancel(self, job_id: UUID, now: datetime) -> None:
        """End a job that waits or runs."""
        ending = sa.update(job).where(job.c.id == job_id, job.c.state.in_(WAITING))
        await self._session.execute(ending.values(state=JobState.CANCELLED, finished_at=now))
