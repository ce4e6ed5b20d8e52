"""Judging a report: what it is judged by is read first, and no transaction has to be open while it is judged."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.callers import Caller
from kernel.clock import BusinessClock
from kernel.database import Database
from kernel.errors import ScopeMissing
from kernel.ids import new_id
from services.submissions.checking.canonical import content_sha256
from services.submissions.checking.check import CheckResult, ReportContext, check
from services.submissions.checking.explaining import Explained
from services.submissions.checking.read_json import Envelope
from services.submissions.checking.sdmx_actions import Before, apply_actions
from services.submissions.cycle.errors import OccurrenceNotFound
from services.submissions.cycle.periods import Period
from services.submissions.cycle.sight import read_viewer
from services.submissions.cycle.store import Owed
from services.submissions.cycle.viewer import Viewer
from services.submissions.disclosure.origin import find_hidden
from services.submissions.disclosure.rights import CONFIDENTIAL
from services.submissions.form.definition import FormDefinition
from services.submissions.form.owed import read_context
from services.submissions.form.shelf import FormShelf
from services.submissions.submission import rules
from services.submissions.submission.beside_store import read_beside
from services.submissions.submission.errors import ContentRefused
from services.submissions.submission.reading import Incoming
from services.submissions.submission.rules import Target
from services.submissions.submission.store import SubmissionStore
from services.submissions.submission.tables import Submission
from services.submissions.submission.target_store import read_owed

THREAD_FROM_BYTES = 200_000
"""From this size on, checking runs beside the event loop."""
MOST_TOLD = 10_000
"""Findings that one refusal lists: where every row is wrong the answer would be thirty times the file."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What a report is judged by: what it answers, its form, and what stands beside it."""

    owed: Owed
    form: FormDefinition
    period: Period
    context: ReportContext
    before: Before | None = None
    """The version that a message changes; None for a whole report."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A report that may be stored, with what it answers."""

    owed: Owed
    form: FormDefinition
    result: CheckResult
    sha256: str
    media_type: str
    findings: list[dict[str, Any]]
    """What was found, turned into words where checking runs."""
    kept: list[str]
    """The same as JSON, to be stored."""
    id: UUID = field(default_factory=new_id)
    """Of the submission, if it becomes one."""
    changes: int | None = None
    """The version that a message changed (0: there was none); None for a whole report."""
    explanations: Sequence[Explained] = ()
    """Warnings that come explained: beside their figures, and by their ids, which count for more."""

    @property
    def nil(self) -> list[str]:
        """The tables with nothing to report."""
        return self.result.nil

    @property
    def narrative(self) -> dict[str, Any]:
        """What is told in words."""
        return self.result.narrative

    @property
    def counts(self) -> dict[str, int]:
        """How many findings there are of each severity."""
        return self.result.counts

    @property
    def cells(self) -> dict[str, int]:
        """How many figures there are, by what stands in them."""
        return dict(self.result.observations.count_cells())

    async def keep(self, store: SubmissionStore, submission: Submission) -> None:
        """Keep figures and findings."""
        await store.copy_observations(submission, self.result.observations)
        await store.copy_findings(submission, self.kept)


class Checker:
    """Checks reports. What they are judged by is read in a transaction that ends before they are judged."""

    def __init__(self, *, database: Database, clock: BusinessClock, forms: FormShelf) -> None:
        self._database = database
        self._clock = clock
        self._forms = forms

    async def check(self, caller: Caller, incoming: Incoming, language: str) -> Checked:
        """Check a report against the form of its period; refuse it with all findings when it has errors."""
        basis = await self.read(caller, incoming.envelope, is_change=incoming.is_change)
        return await judge(basis, incoming, language)

    async def read(self, caller: Caller, envelope: Envelope, *, is_change: bool) -> Basis:
        """Return what the report that an envelope names is judged by; refuse one that is not taken now."""
        async with self._database.transaction() as session:
            viewer, owed = await self._get_taken(session, caller, envelope)
            basis = await read_basis(session, self._forms, owed, envelope.form_version, is_change=is_change)
            if is_change and await find_hidden(session, viewer, owed[0].id, owed[0].agency, [basis.form]):
                raise ScopeMissing(CONFIDENTIAL)  # what is found in the whole would tell of what is not read
            return basis

    async def require_taken(self, caller: Caller, envelope: Envelope) -> None:
        """Refuse a report that the caller does not owe, or that is not taken now in this version of its form."""
        async with self._database.transaction() as session:
            _, (_, cycle, _) = await self._get_taken(session, caller, envelope)
            rules.require_form(cycle, envelope.form_version)

    async def _get_taken(self, session: AsyncSession, caller: Caller, envelope: Envelope) -> tuple[Viewer, Owed]:
        viewer = await read_viewer(session, caller, self._clock.today())
        owed = await get_owed(session, viewer, rules.read_target(envelope))
        rules.require_same_target(envelope, owed[2].id, owed[1].period, owed[0].agency)
        require_answerable(viewer, owed, self._clock())
        return viewer, owed


def require_answerable(viewer: Viewer, owed: Owed, now: datetime) -> None:
    """Refuse one who does not owe the report, and a report that is not taken now."""
    occurrence, cycle, obligation = owed
    viewer.require_reporter(obligation, cycle, occurrence.agency)
    rules.require_taken(occurrence, cycle, now)


async def get_owed(session: AsyncSession, viewer: Viewer, target: Target) -> Owed:
    """Return the occurrence that a report names, or refuse."""
    owed = await read_owed(session, target)
    if owed is None or not viewer.roles(owed[2], owed[1], owed[0].agency):
        raise OccurrenceNotFound()
    return owed


async def read_basis(
    session: AsyncSession, forms: FormShelf, owed: Owed, form_version: int | None, *, is_change: bool
) -> Basis:
    """Return what an answer to this very occurrence is judged by."""
    occurrence, cycle, obligation = owed
    form = await forms.fetch(session, *rules.require_form(cycle, form_version))
    asked = await read_context(session, obligation.plan, occurrence, cycle)
    beside = await read_beside(session, forms, form, occurrence, cycle)
    before = await SubmissionStore(session).read_before(occurrence.id) if is_change else None
    period = Period(cycle.period, cycle.period_start, cycle.period_end)
    return Basis(owed, form, period, replace(asked, beside=beside), before)


async def judge(basis: Basis, incoming: Incoming, language: str) -> Checked:
    """Check a report; refuse it with all findings when it has errors."""
    checked = await examine(basis, incoming, most=MOST_TOLD)
    if not checked.result.is_acceptable:
        raise ContentRefused([spoken(one, language) for one in checked.findings], checked.counts)
    rules.require_found(incoming.explanations, checked.findings)
    return checked


async def examine(basis: Basis, incoming: Incoming, most: int | None = None) -> Checked:
    """Check a report, whatever comes of it. Of one that is refused, tell the first `most` findings."""
    if incoming.size < THREAD_FROM_BYTES:
        result, sha256, findings, kept = _judge_now(basis, incoming, most)
    else:
        result, sha256, findings, kept = await asyncio.to_thread(_judge_now, basis, incoming, most)
    return Checked(
        basis.owed,
        basis.form,
        result,
        sha256,
        incoming.media_type,
        findings,
        kept,
        changes=None if basis.before is None else basis.before.version,
        explanations=(*result.explanations, *incoming.explanations),
    )


def _judge_now(
    basis: Basis, incoming: Incoming, most: int | None
) -> tuple[CheckResult, str, list[dict[str, Any]], list[str]]:
    content = incoming.columns(basis.form)
    whole = content if basis.before is None else apply_actions(content, basis.before, basis.form)
    result = check(basis.form, basis.period, whole, basis.context)
    sha256 = content_sha256(basis.form, result) if result.is_acceptable else ""
    told = result.findings if result.is_acceptable else result.findings[:most]
    findings = [one.as_wire() for one in told]
    kept = [orjson.dumps(one).decode() for one in findings] if result.is_acceptable else []
    return result, sha256, findings, kept


def spoken(finding: dict[str, Any], language: str) -> dict[str, Any]:
    """Return a finding as it is kept, with its message in one language."""
    return {**finding, "message": finding[f"message_{language}"]}
