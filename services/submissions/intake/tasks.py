"""The worker's step: take the upload that has waited longest, check it, keep the outcome.

No transaction is open while an upload is fetched and checked. A worker that dies leaves a lease behind and nothing
else: what it had written stood in files without a name. When the lease is over another one begins anew, and only
the attempt that holds the lease may record an outcome, in the one transaction that also stores the report.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.clock import BusinessClock, real_now
from kernel.database import Database
from kernel.errors import Problem
from services.submissions.finding.service import FindingService
from services.submissions.intake.errors import UploadUnchecked
from services.submissions.intake.order import Order, read_order
from services.submissions.intake.progress import JobLost, Progress
from services.submissions.intake.rules import shown_id
from services.submissions.intake.store import Claim, JobStore
from services.submissions.intake.upload_checker import Judged, UploadChecker
from services.submissions.parts import Parts
from services.submissions.submission.service import SubmissionService, Taken

LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 3
KEEPING = "SET LOCAL transaction_timeout = '15min'"
"""Millions of figures take longer to be stored than any other transaction may last."""

log = structlog.get_logger()


class IntakeWorker:
    """Checks uploads, one at a time."""

    def __init__(
        self, database: Database, parts: Parts, *, spool_dir: Path | None = None, lease: timedelta = LEASE
    ) -> None:
        self._database, self._parts = database, parts
        self._checker = UploadChecker(database, parts, spool_dir)
        self._lease = lease

    @property
    def _clock(self) -> BusinessClock:
        return self._parts.clock

    async def step(self) -> bool:
        """Check one upload; say whether there was one."""
        async with self._database.transaction() as session:
            claim = await JobStore(session).claim(real_now(), self._lease)
        if claim is None:
            return False
        with structlog.contextvars.bound_contextvars(request_id=claim.job.request_id):
            await self._work(claim)
        return True

    async def forget(self) -> bool:
        """Drop old outcomes and what is left of broken uploads."""
        async with self._database.transaction() as session:
            await JobStore(session).forget(real_now())
        return False

    async def _work(self, claim: Claim) -> None:
        order = read_order(claim.job.caller, claim.job.asked)
        try:
            if claim.attempt > MOST_ATTEMPTS:
                raise UploadUnchecked(MOST_ATTEMPTS)
            async with self._holding(claim) as progress:
                judged = await self._checker.check(claim, order, progress)
            with judged:
                await self._keep(claim, order, judged)
        except Problem as problem:
            await self._refuse(claim, problem)
        except JobLost:
            log.info("upload_dropped", job=shown_id(claim.id), attempt=claim.attempt)

    @asynccontextmanager
    async def _holding(self, claim: Claim) -> AsyncIterator[Progress]:
        """Renew the lease while the upload is checked; the check ends by itself when the job is lost."""
        progress = Progress()

        async def renew() -> None:
            while True:
                await asyncio.sleep(min(self._lease.total_seconds() / 4, 2))
                async with self._database.transaction() as session:
                    due_at = real_now() + self._lease
                    if not await JobStore(session).renew(claim, due_at, progress.percent):
                        progress.stop()
                        return

        task = asyncio.create_task(renew())
        try:
            yield progress
        finally:
            progress.stop()  # a worker that is told to end does not wait for its thread
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _keep(self, claim: Claim, order: Order, judged: Judged) -> None:
        async with self._database.transaction() as session:
            await session.execute(sa.text(KEEPING))
            jobs = JobStore(session)
            if not await jobs.hold(claim):
                raise JobLost()
            result: dict[str, Any] | None
            if judged.refusal is None and not order.dry_run:
                result = await self._store(session, claim, order, judged)
            else:
                await jobs.copy_findings(claim.id, judged.findings())
                result = None if judged.refusal else judged.summary | {"dry_run": True}
            problem = _shown(judged.refusal) if judged.refusal else None
            await jobs.finish(claim, self._clock(), result=result, problem=problem)
        log.info("upload_checked", job=shown_id(claim.id), refused=problem and problem["code"])

    async def _store(self, session: AsyncSession, claim: Claim, order: Order, judged: Judged) -> dict[str, Any]:
        parts = self._parts
        submissions = SubmissionService(
            session=session,
            clock=parts.clock,
            receipts=parts.receipts,
            teller=parts.teller,
            review_working_days=parts.review_working_days,
        )
        taken = await submissions.submit(order.by, judged.report, received_at=claim.job.received_at)
        findings = FindingService(session=session, clock=parts.clock)
        await findings.explain_at_once(order.by, taken.submission, judged.report.explanations)
        return _stored(taken) | judged.summary

    async def _refuse(self, claim: Claim, problem: Problem) -> None:
        async with self._database.transaction() as session:
            jobs = JobStore(session)
            if await jobs.hold(claim):
                await jobs.finish(claim, self._clock(), result=None, problem=_shown(problem))
        log.info("upload_refused", job=shown_id(claim.id), code=problem.code)


def _stored(taken: Taken) -> dict[str, Any]:
    submission = taken.submission
    return {
        "submission": str(submission.id),
        "version": submission.version,
        "is_new": taken.is_new,
        "receipt": submission.receipt,
    }


def _shown(problem: Problem) -> dict[str, Any]:
    """Return a problem as a job carries it: without the path and the id of a request."""
    body = problem.body("", "")
    return {name: fact for name, fact in body.items() if name not in ("instance", "request_id")}
