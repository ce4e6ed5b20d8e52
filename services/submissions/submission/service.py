"""Taking in what agencies report, and keeping every version of it."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson
import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.callers import Caller
from kernel.clock import BusinessClock
from kernel.events import EventLog
from kernel.ids import new_id
from services.submissions.checking.canonical import content_sha256
from services.submissions.checking.catalogue import RULES_VERSION
from services.submissions.checking.check import CheckResult, ReportContext, check
from services.submissions.checking.sdmx_actions import Before, apply_actions
from services.submissions.cycle.clock_words import judge_punctuality
from services.submissions.cycle.errors import OccurrenceNotFound
from services.submissions.cycle.periods import Period
from services.submissions.cycle.sight import read_viewer
from services.submissions.cycle.store import CycleStore, Owed
from services.submissions.cycle.telling import Teller, dates_of
from services.submissions.cycle.viewer import Viewer
from services.submissions.form.definition import FormDefinition
from services.submissions.form.owed import read_context
from services.submissions.form.shelf import FormShelf
from services.submissions.projection.calendar import CalendarCopy
from services.submissions.review.tables import Review
from services.submissions.submission import rules
from services.submissions.submission.beside_store import read_beside
from services.submissions.submission.errors import ContentRefused
from services.submissions.submission.reading import Incoming
from services.submissions.submission.receipts import ReceiptSigner
from services.submissions.submission.rules import Target
from services.submissions.submission.store import SubmissionStore
from services.submissions.submission.tables import Submission
from services.submissions.submission.telling import tell_received

THREAD_FROM_BYTES = 200_000
"""From this size on, checking runs beside the event loop."""

log = structlog.get_logger()


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
    changes: int | None = None
    """The version that a message changed (0: there was none); None for a whole report."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A stored submission; `is_new` is False when the same content was there already."""

    submission: Submission
    owed: Owed
    is_new: bool
    review: Review | None = None


class SubmissionService:
    """Takes in what agencies report, and keeps every version of it."""

    def __init__(
        self,
        *,
        session: AsyncSession,
        clock: BusinessClock,
        forms: FormShelf,
        receipts: ReceiptSigner,
        teller: Teller,
    ) -> None:
        self._session = session
        self._store = SubmissionStore(session)
        self._ledger = CycleStore(session)
        self._clock = clock
        self._forms = forms
        self._receipts = receipts
        self._teller = teller

    async def check(self, caller: Caller, incoming: Incoming, language: str) -> Checked:
        """Check a report against the form of its period; refuse it with all findings when it has errors."""
        viewer = await read_viewer(self._session, caller, self._clock.today())
        owed = await self._get_owed(viewer, rules.read_target(incoming.envelope))
        return await self.check_owed(viewer, owed, incoming, language)

    async def check_owed(self, viewer: Viewer, owed: Owed, incoming: Incoming, language: str) -> Checked:
        """Check an answer to this very occurrence."""
        occurrence, cycle, obligation = owed
        viewer.require_reporter(obligation, cycle, occurrence.agency)
        rules.require_taken(occurrence, cycle, self._clock())
        bound = rules.require_form(cycle, incoming.envelope.form_version)
        form = await self._forms.fetch(self._session, *bound)
        asked = await read_context(self._session, obligation.plan, occurrence, cycle)
        beside = await read_beside(self._session, self._forms, form, occurrence, cycle)
        context = replace(asked, beside=beside)
        period = Period(cycle.period, cycle.period_start, cycle.period_end)
        before = await self._store.read_before(occurrence.id) if incoming.is_change else None
        result, sha256, findings, kept = await _check(incoming, form, period, context, before)
        if not result.is_acceptable:
            raise ContentRefused([spoken(one, language) for one in findings], result.counts)
        rules.require_found(incoming.explanations, findings)
        changes = None if before is None else before.version
        return Checked(owed, form, result, sha256, incoming.media_type, findings, kept, changes)

    async def submit(self, caller: Caller, checked: Checked) -> Taken:
        """Keep a checked report as the next version, unless the latest has the very same content."""
        occurrence, cycle, obligation = checked.owed
        latest = await self._store.lock(occurrence, cycle)
        now = self._clock()
        rules.require_taken(occurrence, cycle, now)
        rules.require_unmoved(checked.changes, latest)
        if latest and rules.is_same_again(latest, occurrence, checked.sha256, checked.form.version):
            review = await self._store.find_review(latest.id)
            return Taken(latest, checked.owed, is_new=False, review=review)
        submission = await self._build(caller, checked, (latest.version if latest else 0) + 1, now)
        await self._store.add(submission, checked.result.observations, checked.kept)
        twins = await self._store.list_twins(occurrence, cycle, obligation)
        answered = [checked.owed, *twins]
        review_by = await CalendarCopy(self._session).count_on(self._clock.today(), rules.REVIEW_WORKING_DAYS)
        await self._store.answer([one[0] for one in answered], submission, review_by)
        told = [tell_received(self._teller, *one, submission) for one in answered]
        await EventLog(self._session, self._clock).append(*told, caller=caller)
        log.info("submission_received", submission_id=str(submission.id), version=submission.version)
        return Taken(submission, checked.owed, is_new=True)

    async def _build(self, caller: Caller, checked: Checked, version: int, now: datetime) -> Submission:
        occurrence, cycle, _ = checked.owed
        name_vi, name_en = await self._store.agency_names(occurrence.agency)
        submission = Submission(
            id=new_id(),
            occurrence_id=occurrence.id,
            version=version,
            agency=occurrence.agency,
            agency_name_vi=name_vi,
            agency_name_en=name_en,
            submitted_by=caller.acting_agency,
            client=caller.client,
            received_at=now,
            media_type=checked.media_type,
            period_year=cycle.period_end.year,
            form=checked.form.id,
            form_version=checked.form.version,
            rules_version=RULES_VERSION,
            content_sha256=checked.sha256,
            nil=checked.result.nil,
            narrative=checked.result.narrative,
            observation_count=len(checked.result.observations),
            finding_counts=checked.result.counts,
            receipt="",
        )
        _, _, overdue_after = dates_of(cycle, occurrence)
        punctuality = judge_punctuality(overdue_after, occurrence.received_at or now)
        submission.receipt = self._receipts.sign(submission, cycle.period, punctuality)
        return submission

    async def _get_owed(self, viewer: Viewer, target: Target) -> Owed:
        if target.occurrence is not None:
            owed = await self._ledger.find_occurrence(viewer, target.occurrence)
        else:
            assert target.natural is not None
            owed = await self._ledger.find_occurrence_of(viewer, *target.natural)
        if owed is None:
            raise OccurrenceNotFound()
        return owed


async def _check(
    incoming: Incoming, form: FormDefinition, period: Period, context: ReportContext, before: Before | None
) -> tuple[CheckResult, str, list[dict[str, Any]], list[str]]:
    if incoming.size < THREAD_FROM_BYTES:
        return _check_now(incoming, form, period, context, before)
    return await asyncio.to_thread(_check_now, incoming, form, period, context, before)


def _check_now(
    incoming: Incoming, form: FormDefinition, period: Period, context: ReportContext, before: Before | None
) -> tuple[CheckResult, str, list[dict[str, Any]], list[str]]:
    content = incoming.columns(form)
    whole = content if before is None else apply_actions(content, before, form)
    result = check(form, period, whole, context)
    sha256 = content_sha256(form, result) if result.is_acceptable else ""
    findings = [one.as_wire() for one in result.findings]
    kept = [orjson.dumps(one).decode() for one in findings] if result.is_acceptable else []
    return result, sha256, findings, kept


def spoken(finding: dict[str, Any], language: str) -> dict[str, Any]:
    """Return a finding as it is kept, with its message in one language."""
    return {**finding, "message": finding[f"message_{language}"]}
