"""The stories of large reports: taken as a job, asked about, cancelled."""

from typing import Any

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.callers import Caller
from kernel.clock import BusinessClock, real_now
from kernel.database import Database
from kernel.errors import ScopeMissing
from kernel.jobs import JobFinished, JobUnknown, read_public_id
from services.submissions.disclosure.rights import lacks_confidential
from services.submissions.intake import rules
from services.submissions.intake.errors import UploadsWaiting
from services.submissions.intake.order import Order
from services.submissions.intake.receiving import Received
from services.submissions.intake.schemas import JobRead
from services.submissions.intake.store import JobStore
from services.submissions.submission.judging import Checker
from services.submissions.submission.reading import CSV, SDMX_CSV, XLSX, require_read

RETRY_SECONDS = 30
FOR_WHO_READS_ALL = ("content_sha256", "receipt", "cells")
"""What of a result tells something of figures that one does not read."""

log = structlog.get_logger()


class IntakeService:
    """Takes uploads, and shows what became of them to the agency that sent them."""

    def __init__(self, *, session: AsyncSession, clock: BusinessClock) -> None:
        self._session = session
        self._store = JobStore(session)
        self._clock = clock

    async def take(self, order: Order, body: Received) -> JobRead:
        """Keep a body that came in whole as a job for the worker."""
        row = {
            "id": body.id,
            "agency": order.by.acting_agency,
            "client": order.by.client,
            "caller": order.caller,
            "asked": order.asked,
            "length": body.length,
            "request_id": structlog.contextvars.get_contextvars().get("request_id"),
            "due_at": real_now(),
            "received_at": self._clock(),
        }
        kept = await self._store.add(row)
        log.info("upload_taken", job=rules.shown_id(body.id), bytes=body.length)
        return show_job(kept)

    async def get(self, caller: Caller, job: str) -> JobRead:
        """Return a job of the caller's agency; hash and receipt only to those who read all of the report."""
        row = await self._own(caller, job)
        shown = show_job(row)
        if shown.result is not None and (row.agency != caller.acting_agency or _find_lacking(caller, row)):
            shown.result = {name: one for name, one in shown.result.items() if name not in FOR_WHO_READS_ALL}
        return shown

    async def list_findings(self, caller: Caller, job: str, *, limit: int, after: int) -> list[Any]:
        """Return one more than `limit` findings of a report that was not stored: they tell its figures."""
        row = await self._own(caller, job)
        if row.agency != caller.acting_agency:
            raise JobUnknown(job)
        if lacking := _find_lacking(caller, row):
            raise ScopeMissing(lacking)
        return await self._store.list_findings(row.id, limit=limit, after=after)

    async def cancel(self, caller: Caller, job: str) -> JobRead:
        """Cancel a job that is not through; nothing of its upload stays."""
        row = await self._own(caller, job)
        cancelled = await self._store.cancel(row.id, self._clock())
        if cancelled is None:
            raise JobFinished(job, (await self._store.find(row.id)).state)
        return show_job(cancelled)

    async def _own(self, caller: Caller, job: str) -> Any:
        row = await self._store.find(read_public_id(rules.PREFIX, job))
        if row is None or not (caller.has_scope("admin") or row.agency == caller.acting_agency):
            raise JobUnknown(job)
        return row


def _find_lacking(caller: Caller, job: Any) -> str | None:
    """Return a scope for confidential figures with which a message came and that its reader lacks.

    A message is judged in the whole that it changes; any other upload tells of itself only.
    """
    if require_read(job.asked["content_type"]) != SDMX_CSV:
        return None
    return next((scope for scope in job.caller["scopes"] if lacks_confidential(caller, scope)), None)


class Doorkeeper:
    """Refuses a large upload before it is received, as far as its headers and parameters say enough."""

    def __init__(self, database: Database, checker: Checker, order: Order) -> None:
        self._database, self._checker, self._order = database, checker, order
        self._media_type = require_read(order.content_type)

    @property
    def is_streamed(self) -> bool:
        """Whether the body is never read as a whole."""
        return self._media_type == CSV

    @property
    def large_from(self) -> int:
        """How many bytes are checked while the caller waits."""
        return rules.WORKBOOK_LARGE_FROM if self._media_type == XLSX else rules.LARGE_FROM

    async def require_welcome(self) -> None:
        """Refuse what is not owed, not taken now, or one too many."""
        query = self._order.query
        if self.is_streamed or query.occurrence or (query.obligation and query.period and query.agency):
            await self._checker.require_taken(self._order.by, query)
        async with self._database.transaction() as session:
            waiting = await JobStore(session).count_waiting(self._order.by.acting_agency)
        if waiting >= rules.MOST_WAITING:
            raise UploadsWaiting(rules.MOST_WAITING, RETRY_SECONDS)


def show_job(row: Any) -> JobRead:
    """Return a job as callers read it."""
    own = f"/v1/jobs/{rules.shown_id(row.id)}"
    links = {"self": own, "findings": f"{own}/findings"}
    stored = (row.result or {}).get("submission")
    if stored is not None:
        links |= {"submission": f"/v1/submissions/{stored}", "findings": f"/v1/submissions/{stored}/findings"}
    return JobRead(
        id=rules.shown_id(row.id),
        state=row.state,
        progress=row.progress,
        result=row.result,
        problem=row.problem,
        created_at=row.received_at,
        finished_at=row.finished_at,
        links=links,
    )
