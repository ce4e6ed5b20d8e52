"""Checking one upload: what can be large in parts, everything else as a whole. No transaction stays open."""

import asyncio
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import orjson

from kernel.database import Database
from kernel.errors import Problem, TooLarge
from services.submissions.checking.catalogue import Severity
from services.submissions.checking.check import count_figures
from services.submissions.intake.errors import FindingsTooMany
from services.submissions.intake.order import Order
from services.submissions.intake.progress import Progress
from services.submissions.intake.rules import WHOLE_LIMIT
from services.submissions.intake.spool import open_spool
from services.submissions.intake.store import Claim, read_pieces
from services.submissions.intake.stream import StreamCheck
from services.submissions.intake.streamed import Streamed
from services.submissions.parts import Parts
from services.submissions.submission import rules
from services.submissions.submission.errors import ContentRefused
from services.submissions.submission.judging import Basis, Checked, Checker, examine
from services.submissions.submission.reading import CSV, read_body, require_read


@dataclass(slots=True)
class Judged:
    """An upload that was checked, and what is to become of it."""

    report: Checked | Streamed
    refusal: Problem | None
    summary: dict[str, Any] = field(default_factory=dict)

    def findings(self) -> Iterable[str]:
        """Give the JSON of each finding, in order."""
        if isinstance(self.report, Streamed):
            return self.report.found.merged()
        return self.report.kept or (orjson.dumps(one).decode() for one in self.report.findings)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(self.report, Streamed):
            self.report.close()


class UploadChecker:
    """Checks uploads that were taken."""

    def __init__(self, database: Database, parts: Parts, folder: Path | None) -> None:
        self._database, self._folder = database, folder
        self._checker = Checker(database=database, clock=parts.clock, forms=parts.forms)

    async def check(self, claim: Claim, order: Order, progress: Progress) -> Judged:
        """Check the upload of a job."""
        if require_read(order.content_type) == CSV:
            basis = await self._checker.read(order.by, order.query, is_change=False)
            if basis.form.tables:
                return await self._check_stream(claim, order, basis, progress)
        return await self._check_whole(claim, order, progress)

    async def _check_stream(self, claim: Claim, order: Order, basis: Basis, progress: Progress) -> Judged:
        with closing(open_spool(self._folder)) as file:
            await self._fetch(claim, file, progress)
            check = StreamCheck(file, basis, order.nil, self._folder, progress)
            streamed = await asyncio.to_thread(check.run)
        refusal: Problem | None = None
        if not streamed.is_acceptable:
            refusal = _refusal(streamed.counts, None if streamed.found.is_complete else streamed.found.kept)
        elif not streamed.found.is_complete:
            refusal = FindingsTooMany(sum(streamed.counts.values()), streamed.found.kept)
        return Judged(streamed, refusal, _summary(streamed))

    async def _fetch(self, claim: Claim, file: IO[bytes], progress: Progress) -> None:
        async for piece in read_pieces(self._database, claim.id):
            file.write(piece)
            progress.reach(0)

    async def _check_whole(self, claim: Claim, order: Order, progress: Progress) -> Judged:
        if claim.job.length > WHOLE_LIMIT:
            raise TooLarge(WHOLE_LIMIT)
        raw = b"".join([piece async for piece in read_pieces(self._database, claim.id)])
        progress.reach(10)
        incoming = await asyncio.to_thread(read_body, raw, order.content_type, order.query, order.nil)
        del raw
        progress.reach(20)
        basis = await self._checker.read(order.by, incoming.envelope, is_change=incoming.is_change)
        checked = await examine(basis, incoming)
        progress.reach(95)
        refusal = None
        if checked.result.is_acceptable:
            rules.require_found(incoming.explanations, checked.findings)
        else:
            refusal = _refusal(checked.counts, None)
        return Judged(checked, refusal, _summary(checked))


def _summary(report: Checked | Streamed) -> dict[str, Any]:
    return {
        "occurrence": str(report.owed[0].id),
        "content_sha256": report.sha256,
        "observations": count_figures(report.cells),
        "cells": dict(report.cells),
        "findings": {severity.value: report.counts[severity] for severity in Severity},
    }


def _refusal(counts: dict[str, int], listed: int | None) -> ContentRefused:
    """Return the refusal as a job carries it: its findings are read page by page."""
    refusal = ContentRefused([], counts)
    del refusal.facts["errors"]
    if listed is not None:
        refusal.facts["listed"] = listed
        refusal.detail = f"{refusal.detail.removesuffix(' All are listed.')} The first {listed} are listed."
    return refusal
