"""From rows of the ledger to what callers read; the clock words are computed here, at the moment of reading."""

from datetime import datetime
from typing import Any

from services.submissions.cycle.clock_words import ClockWord, Times, judge_punctuality, read_clock
from services.submissions.cycle.schemas import (
    CorrectionRead,
    CycleDetail,
    CycleRead,
    ExtensionRead,
    OccurrenceDetail,
    OccurrenceRead,
    ReviewClockRead,
    WaiverRead,
)
from services.submissions.cycle.tables import Cycle, Occurrence, State
from services.submissions.cycle.telling import dates_of
from services.submissions.projection.tables import Obligation


def show_cycle(cycle: Cycle, obligation: Obligation) -> CycleRead:
    """Return a cycle as callers read it."""
    return CycleRead(**_cycle_facts(cycle, obligation))


def show_cycle_detail(cycle: Cycle, obligation: Obligation) -> CycleDetail:
    """Return a cycle with the trace of its date."""
    return CycleDetail(**_cycle_facts(cycle, obligation), trace=cycle.trace)


def _cycle_facts(cycle: Cycle, obligation: Obligation) -> dict[str, Any]:
    return {
        **cycle.model_dump(exclude={"trace", "version", "opened_at", "opens_on"}),
        **_titles(obligation),
        "steward": obligation.steward,
        "links": {
            "occurrences": f"/v1/occurrences?cycle={cycle.id}",
            "compliance": f"/v1/compliance?cycle={cycle.id}",
            "explain": _explain(cycle),
        },
    }


def show_occurrence(occurrence: Occurrence, cycle: Cycle, obligation: Obligation, now: datetime) -> OccurrenceRead:
    """Return an occurrence as callers read it."""
    return OccurrenceRead(**_occurrence_facts(occurrence, cycle, obligation, now))


def show_occurrence_detail(
    occurrence: Occurrence, cycle: Cycle, obligation: Obligation, now: datetime
) -> OccurrenceDetail:
    """Return an occurrence with the trace of its date."""
    traced = {"rule_version": cycle.rule_version, "calendar_version": cycle.calendar_version}
    facts = _occurrence_facts(occurrence, cycle, obligation, now)
    return OccurrenceDetail(**facts, **traced, trace=cycle.trace)


def _occurrence_facts(
    occurrence: Occurrence, cycle: Cycle, obligation: Obligation, now: datetime
) -> dict[str, Any]:
    due_on, due_at, overdue_after = dates_of(cycle, occurrence)
    times = Times(cycle.opens_at, overdue_after, occurrence.received_at, occurrence.state == State.WAIVED)
    return {
        "id": occurrence.id,
        "obligation": obligation.id,
        **_titles(obligation),
        "cycle": cycle.id,
        "period": cycle.period,
        "period_start": cycle.period_start,
        "period_end": cycle.period_end,
        "agency": occurrence.agency,
        "duty": occurrence.duty,
        "recipient": cycle.recipients[0] if cycle.recipients else None,
        "recipients": cycle.recipients,
        "via": cycle.via,
        "next_level": cycle.next_level,
        "steward": obligation.steward,
        "form": cycle.form,
        "form_version": cycle.form_version,
        "opens_at": cycle.opens_at,
        "due_at": due_at,
        "due_on": due_on,
        "overdue_after": overdue_after,
        "state": occurrence.state,
        "clock": read_clock(times, now),
        "punctuality": judge_punctuality(overdue_after, occurrence.received_at),
        "received_at": occurrence.received_at,
        "history": cycle.history,
        "paper_receipt": occurrence.paper_receipt_id,
        "submission": occurrence.submission_id,
        "submission_version": occurrence.submission_version,
        "accepted_submission": occurrence.accepted_submission_id,
        "review": _review(occurrence, now),
        "correction": _correction(occurrence, now),
        "extension": _extension(occurrence),
        "waiver": _waiver(occurrence),
        "links": _links(occurrence, cycle),
    }


def _titles(obligation: Obligation) -> dict[str, Any]:
    return {"title_vi": obligation.title_vi, "title_en": obligation.title_en, "plan": obligation.plan}


def _explain(cycle: Cycle) -> str:
    return f"/v1/obligations/{cycle.obligation}/explain?period={cycle.period}"


def _links(occurrence: Occurrence, cycle: Cycle) -> dict[str, str]:
    links = {
        "cycle": f"/v1/cycles/{cycle.id}",
        "explain": _explain(cycle),
        "draft": f"/v1/occurrences/{occurrence.id}/draft",
    }
    if occurrence.submission_id is not None:
        links["submission"] = f"/v1/submissions/{occurrence.submission_id}"
        links["receipt"] = f"/v1/submissions/{occurrence.submission_id}/receipt"
    if occurrence.paper_receipt_id is not None:
        links["paper_receipt"] = f"/v1/paper-receipts/{occurrence.paper_receipt_id}"
    return links


def _review(occurrence: Occurrence, now: datetime) -> ReviewClockRead | None:
    if occurrence.review_due_on is None or occurrence.review_due_at is None:
        return None
    return ReviewClockRead(
        due_on=occurrence.review_due_on,
        due_at=occurrence.review_due_at,
        reviewed_at=occurrence.reviewed_at,
        clock=read_clock(Times(None, occurrence.review_due_at, occurrence.reviewed_at), now),
    )


def _correction(occurrence: Occurrence, now: datetime) -> CorrectionRead | None:
    if occurrence.state != State.RETURNED and occurrence.correction_due_at is None:
        return None
    times = Times(None, occurrence.correction_due_at, occurrence.corrected_at)
    return CorrectionRead(
        due_on=occurrence.correction_due_on,
        due_at=occurrence.correction_due_at,
        corrected_at=occurrence.corrected_at,
        clock=read_clock(times, now) if occurrence.correction_due_at else ClockWord.NOT_DUE,
    )


def _extension(occurrence: Occurrence) -> ExtensionRead | None:
    if occurrence.extended_due_on is None or occurrence.extended_due_at is None:
        return None
    return ExtensionRead(
        due_on=occurrence.extended_due_on,
        due_at=occurrence.extended_due_at,
        reason=occurrence.extension_reason,
        by=occurrence.extended_by,
    )


def _waiver(occurrence: Occurrence) -> WaiverRead | None:
    if occurrence.waived_at is None:
        return None
    return WaiverRead(
        code=occurrence.waiver_code or "waived",
        reason=occurrence.waiver_reason,
        by=occurrence.waived_by,
        waived_at=occurrence.waived_at,
    )
