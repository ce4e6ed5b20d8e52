"""When a report may be extended or waived, and who decides. Values in, value or refusal out."""

from dataclasses import dataclass
from datetime import date, datetime

from kernel.clock import day_in_vietnam
from services.submissions.cycle.errors import CycleClosed, DatePassed
from services.submissions.cycle.tables import Cycle, Occurrence, State
from services.submissions.cycle.telling import dates_of
from services.submissions.cycle.viewer import Viewer
from services.submissions.exception.errors import (
    DateMissing,
    DateNotLater,
    ExceptionSettled,
    ExtensionInUse,
    ReportReceived,
    RequesterDecides,
)
from services.submissions.exception.tables import ExceptionState, OccurrenceException
from services.submissions.submission.errors import OccurrenceWaived

OPEN_STATES = (State.OWED, State.DRAFT)
WAIVED_BY_RECIPIENT = "waived_by_recipient"
"""The waiver code of an occurrence whose recipient waived it; registry's withdrawal has another."""


@dataclass(frozen=True, slots=True)
class Dates:
    """A due day, and the instant after which the report is overdue."""

    due_on: date
    overdue_after: datetime


def require_owed(occurrence: Occurrence, cycle: Cycle) -> None:
    """Refuse an exception for what is waived, answered or closed."""
    if occurrence.state == State.WAIVED:
        raise OccurrenceWaived(occurrence.waiver_reason)
    if occurrence.state not in OPEN_STATES or occurrence.received_at is not None:
        raise ReportReceived(occurrence.state)
    if cycle.closed_at is not None:
        raise CycleClosed(cycle.period, cycle.closed_at)


def require_later(occurrence: Occurrence, cycle: Cycle, day: date, today: date) -> Dates:
    """Return the dates that an extension replaces; refuse a day that is not later, or has passed."""
    present = present_dates(occurrence, cycle)
    if day <= present.due_on:
        raise DateNotLater(day, present.due_on)
    if day < today:
        raise DatePassed(day, today)
    return present


def present_dates(occurrence: Occurrence, cycle: Cycle) -> Dates:
    """Return the dates as they stand; a report of a year without a day is due with the year's last."""
    due_on, _, overdue_after = dates_of(cycle, occurrence)
    if overdue_after is None:
        raise DateMissing()
    return Dates(due_on or day_in_vietnam(overdue_after), overdue_after)


def require_requested(exception: OccurrenceException) -> None:
    """Refuse to decide what is settled."""
    if exception.state != ExceptionState.REQUESTED:
        raise ExceptionSettled(exception.state)


def require_other_hands(viewer: Viewer, exception: OccurrenceException) -> None:
    """Refuse one who decides on its own request."""
    if exception.asked_client == viewer.caller.client or exception.asked_by in {
        viewer.agency,
        viewer.caller.agency,
    }:
        raise RequesterDecides(viewer.agency)


def require_revocable(
    exception: OccurrenceException, latest: OccurrenceException, occurrence: Occurrence, now: datetime
) -> None:
    """Refuse to take back an extension that another followed, that served, or whose old day has passed."""
    if latest.id != exception.id:
        raise ExtensionInUse("A later extension follows this one; take that back first.")
    if occurrence.state not in OPEN_STATES:
        raise ReportReceived(occurrence.state)
    if exception.replaced_overdue_after is not None and now > exception.replaced_overdue_after:
        raise ExtensionInUse("The day that it replaced has passed; the report would be overdue at once.")


def state_seen(exception: OccurrenceException, occurrence: Occurrence) -> ExceptionState:
    """Return the state as it is read: a request lapses when its report came, or is not owed any more."""
    state = ExceptionState(exception.state)
    lapsed = state is ExceptionState.REQUESTED and occurrence.state not in OPEN_STATES
    return ExceptionState.LAPSED if lapsed else state
