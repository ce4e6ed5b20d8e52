"""The events of submissions: what an occurrence event says, and which version came with what result."""

from datetime import date
from typing import Any

from kernel.clock import in_vietnam
from kernel.events import NewEvent
from services.submissions.cycle.clock_words import judge_punctuality
from services.submissions.cycle.store import Owed
from services.submissions.cycle.tables import Cycle, Occurrence
from services.submissions.cycle.telling import Teller, audience_of, dates_of
from services.submissions.projection.tables import Obligation
from services.submissions.review.tables import Review
from services.submissions.submission.tables import Draft, Submission

VERSION = "form_version"
CORRECTION_MOVED = "correction_moved"
"""The code of a return that is told anew because only its day changed."""


def tell_drafted(owed: Owed, draft: Draft, action: str) -> NewEvent:
    """Return the event that a draft changed: how, and how much it says, never what. The reporter alone sees it."""
    occurrence, cycle, obligation = owed
    return NewEvent(
        type="draft.changed",
        subject=str(occurrence.id),
        data={
            "occurrence": str(occurrence.id),
            "obligation": obligation.id,
            "plan": obligation.plan,
            "period": cycle.period,
            "agency": occurrence.agency,
            "version": draft.version,
        },
        audience=[occurrence.agency],
        after={"action": action, **{name: len(part) for name, part in draft.content.items() if name != VERSION}},
    )


def tell_received(
    teller: Teller, occurrence: Occurrence, cycle: Cycle, obligation: Obligation, submission: Submission
) -> NewEvent:
    """Return the event that a version was received."""
    data = _data(teller, occurrence, cycle, obligation, submission)
    due_at = occurrence.review_due_at
    review = {"review_due_at": in_vietnam(due_at) if due_at else None}
    return NewEvent(
        type="submission.received",
        subject=str(submission.id),
        data={**data, **review},
        audience=audience_of(obligation, cycle, occurrence.agency, above=False),
        after={
            "version": submission.version,
            "content_sha256": submission.content_sha256,
            "submitted_by": submission.submitted_by,
        },
    )


def tell_reviewed(
    teller: Teller,
    occurrence: Occurrence,
    cycle: Cycle,
    obligation: Obligation,
    submission: Submission,
    review: Review,
) -> NewEvent:
    """Return the event that the recipient accepted or returned a version."""
    data = _data(teller, occurrence, cycle, obligation, submission)
    due_at = review.correction_due_at
    returned = {
        "reason_code": review.reason_code,
        "correction_due_at": in_vietnam(due_at) if due_at else None,
        "correction_due_on": review.correction_due_on.isoformat() if review.correction_due_on else None,
    }
    return NewEvent(
        type=f"submission.{review.decision}",
        subject=str(submission.id),
        data=data if review.reason_code is None else {**data, **returned},
        audience=audience_of(obligation, cycle, occurrence.agency, above=False),
        before={"state": "submitted"},
        after={"state": review.decision, "cells": review.cells},
        reason=review.text,
    )


def tell_correction_moved(
    teller: Teller, owed: Owed, submission: Submission, review: Review, before: date | None, reason: str
) -> NewEvent:
    """Return the event that a correction has another day: told as the return anew, so that reminders follow it."""
    occurrence, cycle, obligation = owed
    due_on, due_at = occurrence.correction_due_on, occurrence.correction_due_at
    moved = {
        "reason": CORRECTION_MOVED,
        "reason_code": review.reason_code,
        "correction_due_at": in_vietnam(due_at) if due_at else None,
        "correction_due_on": due_on.isoformat() if due_on else None,
    }
    return NewEvent(
        type="submission.returned",
        subject=str(submission.id),
        data={**_data(teller, occurrence, cycle, obligation, submission), **moved},
        audience=audience_of(obligation, cycle, occurrence.agency, above=False),
        before={"correction_due_on": before.isoformat() if before else None},
        after={"correction_due_on": due_on.isoformat() if due_on else None},
        reason=reason,
    )


def _data(
    teller: Teller, occurrence: Occurrence, cycle: Cycle, obligation: Obligation, submission: Submission
) -> dict[str, Any]:
    _, _, overdue_after = dates_of(cycle, occurrence)
    return {
        **teller.data(obligation, cycle, occurrence),
        "submission": str(submission.id),
        "version": submission.version,
        "state": occurrence.state,
        "punctuality": judge_punctuality(overdue_after, occurrence.received_at),
        "link": teller.link(f"/v1/submissions/{submission.id}"),
    }
