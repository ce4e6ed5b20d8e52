"""Taking in what agencies report, and keeping every version of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.callers import Caller
from kernel.clock import BusinessClock
from kernel.events import EventLog
from services.submissions.checking.catalogue import RULES_VERSION
from services.submissions.checking.check import count_figures
from services.submissions.cycle.clock_words import judge_punctuality
from services.submissions.cycle.sight import read_viewer
from services.submissions.cycle.store import CycleStore, Owed
from services.submissions.cycle.telling import Teller, dates_of
from services.submissions.disclosure.origin import find_hidden
from services.submissions.form.definition import FormDefinition
from services.submissions.projection.calendar import CalendarCopy
from services.submissions.review.tables import Review
from services.submissions.submission import rules
from services.submissions.submission.receipts import ReceiptSigner
from services.submissions.submission.store import SubmissionStore
from services.submissions.submission.tables import Submission
from services.submissions.submission.taking_store import Held, TakingStore
from services.submissions.submission.telling import tell_received

log = structlog.get_logger()


class Report(Protocol):
    """A report that was checked and may be stored."""

    @property
    def id(self) -> UUID:
        """Of the submission that it becomes."""

    @property
    def owed(self) -> Owed:
        """What it answers."""

    @property
    def form(self) -> FormDefinition:
        """By which it was checked."""

    @property
    def sha256(self) -> str:
        """The hash of its content."""

    @property
    def media_type(self) -> str:
        """As what it came."""

    @property
    def changes(self) -> int | None:
        """The version that it changed as a message (0: there was none); None for a whole report."""

    @property
    def nil(self) -> list[str]:
        """The tables with nothing to report."""

    @property
    def narrative(self) -> dict[str, Any]:
        """What is told in words."""

    @property
    def counts(self) -> dict[str, int]:
        """How many findings there are of each severity."""

    @property
    def cells(self) -> dict[str, int]:
        """How many figures there are, by what stands in them."""

    async def keep(self, store: SubmissionStore, submission: Submission) -> None:
        """Keep figures and findings."""


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
        receipts: ReceiptSigner,
        teller: Teller,
        review_working_days: int,
    ) -> None:
        self._session = session
        self._store = SubmissionStore(session)
        self._taking = TakingStore(session)
        self._ledger = CycleStore(session)
        self._clock = clock
        self._receipts = receipts
        self._teller = teller
        self._review_working_days = review_working_days

    async def submit(self, caller: Caller, checked: Report, *, received_at: datetime | None = None) -> Taken:
        """Keep a checked report as the next version, unless the latest has the very same content, all known to
        the caller.

        `received_at` is when an upload was complete that was checked later."""
        held = await self._taking.hold(checked.owed)
        latest, (occurrence, cycle, _) = held.latest, held.owed
        now = self._clock()
        rules.require_taken(occurrence, cycle, now)
        rules.require_form(cycle, checked.form.version)
        rules.require_unmoved(checked.changes, latest)
        if received_at is not None:
            rules.require_not_overtaken(occurrence, latest, received_at)
        is_same = rules.is_same_again(latest, occurrence, checked.sha256, checked.form.version)
        if latest and is_same and await self._knows(caller, latest, checked.form):
            review = await self._store.find_review(latest.id)
            return Taken(latest, held.owed, is_new=False, review=review)
        version = (latest.version if latest else 0) + 1
        submission = self._build(caller, checked, held, version, received_at or now)
        await self._taking.add(submission)
        await checked.keep(self._store, submission)
        review_by = await CalendarCopy(self._session).count_on(self._clock.today(), self._review_working_days)
        answered = await self._taking.answer([held.owed, *held.twins], submission, review_by)
        told = [tell_received(self._teller, *one, submission) for one in answered]
        await EventLog(self._session, self._clock).append(*told, caller=caller)
        log.info("submission_received", submission_id=str(submission.id), version=submission.version)
        return Taken(submission, answered[0], is_new=True)

    async def _knows(self, caller: Caller, latest: Submission, form: FormDefinition) -> bool:
        """Say whether a caller may be told that it sent what is there: guesses of a whole could be tried so."""
        viewer = await read_viewer(self._session, caller, self._clock.today())
        hidden = await find_hidden(self._session, viewer, latest.occurrence_id, latest.agency, [form])
        return not await self._store.has_figures(latest, hidden)

    def _build(
        self, caller: Caller, checked: Report, held: Held, version: int, received_at: datetime
    ) -> Submission:
        occurrence, cycle, _ = held.owed
        name_vi, name_en = held.names
        submission = Submission(
            id=checked.id,
            occurrence_id=occurrence.id,
            version=version,
            agency=occurrence.agency,
            agency_name_vi=name_vi,
            agency_name_en=name_en,
            submitted_by=caller.acting_agency,
            client=caller.client,
            received_at=received_at,
            media_type=checked.media_type,
            period_year=cycle.period_end.year,
            form=checked.form.id,
            form_version=checked.form.version,
            rules_version=RULES_VERSION,
            content_sha256=checked.sha256,
            nil=checked.nil,
            narrative=checked.narrative,
            observation_count=count_figures(checked.cells),
            cell_counts=checked.cells,
            finding_counts=checked.counts,
            receipt="",
        )
        _, _, overdue_after = dates_of(cycle, occurrence)
        punctuality = judge_punctuality(overdue_after, occurrence.received_at or received_at)
        submission.receipt = self._receipts.sign(submission, cycle.period, punctuality)
        return submission
