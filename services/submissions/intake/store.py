"""Every statement about jobs. A claim is a lease; only the attempt that holds it may record an outcome."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.database import Database, raw_connection
from kernel.jobs import WAITING, JobState
from services.submissions.base import table_of
from services.submissions.intake.tables import Job, JobFinding, JobPiece

job, piece, finding = table_of(Job), table_of(JobPiece), table_of(JobFinding)
FINDING_COLUMNS = ("job_id", "number", "body")
BROKEN_AFTER = timedelta(days=1)
"""Pieces without a job are of an upload that broke off, unless it may still be under way."""
KEPT = timedelta(days=90)
"""How long the outcome of a job can be asked for."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that this worker holds until its lease is over."""

    id: UUID
    attempt: int
    job: Any
    """Its row."""


class JobStore:
    """Keeps jobs."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, row: dict[str, Any]) -> Any:
        """Keep a new job in the transaction that wants it."""
        fresh = {"state": JobState.QUEUED, "progress": 0, "attempts": 0}
        adding = sa.insert(job).values(fresh | row).returning(job)
        return (await self._session.execute(adding)).one()

    async def find(self, job_id: UUID) -> Any:
        """Return a job, or None."""
        return (await self._session.execute(sa.select(job).where(job.c.id == job_id))).one_or_none()

    async def count_waiting(self, agency: str) -> int:
        """Return how many uploads of an agency wait or run."""
        waiting = sa.select(sa.func.count()).where(job.c.agency == agency, job.c.state.in_(WAITING))
        return int((await self._session.execute(waiting)).scalar_one())

    async def claim(self, now: datetime, lease: timedelta) -> Claim | None:
        """Take the job that has waited longest, for the time of a lease; its attempt is counted."""
        oldest = (
            sa.select(job.c.id)
            .where(job.c.state.in_(WAITING), job.c.due_at <= now)
            .order_by(job.c.due_at, job.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        taking = (
            sa.update(job)
            .where(job.c.id == oldest.scalar_subquery())
            .values(state=JobState.RUNNING, attempts=job.c.attempts + 1, due_at=now + lease, progress=0)
            .returning(job)
        )
        row = (await self._session.execute(taking)).one_or_none()
        return Claim(row.id, row.attempts, row) if row else None

    async def renew(self, claim: Claim, due_at: datetime, progress: int) -> bool:
        """Hold a job longer; False when it was cancelled or taken by another attempt."""
        renewing = sa.update(job).where(_is_held(claim)).values(due_at=due_at, progress=progress)
        return (await self._session.execute(renewing.returning(job.c.id))).one_or_none() is not None

    async def hold(self, claim: Claim) -> bool:
        """Hold a job until the transaction ends: nobody cancels or takes it; False when somebody did."""
        holding = sa.select(job.c.id).where(_is_held(claim)).with_for_update()
        return (await self._session.execute(holding)).one_or_none() is not None

    async def finish(
        self, claim: Claim, now: datetime, *, result: dict[str, Any] | None, problem: dict[str, Any] | None
    ) -> None:
        """Record the outcome of the attempt that holds a job, and drop its upload."""
        state = JobState.FAILED if problem else JobState.DONE
        ending = sa.update(job).where(_is_held(claim))
        await self._session.execute(
            ending.values(state=state, progress=100, result=result, problem=problem, finished_at=now)
        )
        await self.drop_pieces(claim.id)

    async def cancel(self, job_id: UUID, now: datetime) -> Any:
        """End a job that waits or runs; None when it is through, or its outcome is being kept right now."""
        open_one = sa.select(job.c.id).where(job.c.id == job_id, job.c.state.in_(WAITING))
        ending = sa.update(job).where(job.c.id == open_one.with_for_update(skip_locked=True).scalar_subquery())
        cancelled = ending.values(state=JobState.CANCELLED, finished_at=now).returning(job)
        row = (await self._session.execute(cancelled)).one_or_none()
        if row is not None:
            await self.drop_pieces(job_id)
        return row

    # -- uploads and findings --------------------------------------------------------------------------

    async def add_piece(self, job_id: UUID, number: int, content: bytes, now: datetime) -> None:
        """Keep a piece of an upload."""
        row = {"job_id": job_id, "number": number, "content": content, "stored_at": now}
        await self._session.execute(sa.insert(piece).values(row))

    async def drop_pieces(self, job_id: UUID) -> None:
        """Drop an upload."""
        await self._session.execute(sa.delete(piece).where(piece.c.job_id == job_id))

    async def copy_findings(self, job_id: UUID, bodies: Iterable[str]) -> None:
        """Keep what was found, each as JSON."""
        raw = await raw_connection(self._session)
        records = ((job_id, number, body) for number, body in enumerate(bodies, start=1))
        await raw.copy_records_to_table("job_finding", records=records, columns=FINDING_COLUMNS)

    async def list_findings(self, job_id: UUID, *, limit: int, after: int) -> list[Any]:
        """Return one more than `limit` findings behind a number."""
        query = sa.select(finding).where(finding.c.job_id == job_id, finding.c.number > after)
        return list((await self._session.execute(query.order_by(finding.c.number).limit(limit + 1))).all())

    async def forget(self, now: datetime) -> None:
        """Drop old outcomes with their findings, and what uploads left behind that broke off."""
        await self._session.execute(
            sa.delete(job).where(job.c.finished_at.is_not(None), job.c.due_at < now - KEPT)
        )
        orphaned = ~sa.exists().where(job.c.id == piece.c.job_id)
        await self._session.execute(sa.delete(piece).where(piece.c.stored_at < now - BROKEN_AFTER, orphaned))


def _is_held(claim: Claim) -> sa.ColumnElement[bool]:
    return sa.and_(job.c.id == claim.id, job.c.state == JobState.RUNNING, job.c.attempts == claim.attempt)


async def read_pieces(database: Database, job_id: UUID) -> AsyncIterator[bytes]:
    """Give an upload piece by piece, each in a transaction of its own."""
    number = 0
    while True:
        async with database.transaction() as session:
            found = sa.select(piece.c.content).where(piece.c.job_id == job_id, piece.c.number == number)
            content: bytes | None = (await session.execute(found)).scalar()
        if content is None:
            return
        yield content
        number += 1
