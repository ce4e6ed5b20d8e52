"""From stored submissions to what callers read."""

import base64
from decimal import Decimal
from typing import Any

import orjson

from services.submissions.cycle.clock_words import judge_punctuality
from services.submissions.cycle.tables import State
from services.submissions.cycle.telling import dates_of
from services.submissions.form.definition import FormDefinition
from services.submissions.review.schemas import ReviewRead
from services.submissions.review.tables import Review
from services.submissions.submission.judging import Checked, spoken
from services.submissions.submission.schemas import (
    CellCounts,
    DryRunRead,
    ObservationRead,
    ReceiptRead,
    SubmissionRead,
)
from services.submissions.submission.store import Found


def show_submission(found: Found, *, reads_all: bool) -> SubmissionRead:
    """Return a version as callers read it: hash and receipt are for those who read all of its figures."""
    submission, review, occurrence, cycle, _ = found
    _, _, overdue_after = dates_of(cycle, occurrence)
    frozen = submission.model_dump(
        include={
            "id",
            "agency",
            "agency_name_vi",
            "agency_name_en",
            "submitted_by",
            "version",
            "received_at",
            "form",
            "form_version",
            "rules_version",
            "nil",
            "narrative",
        }
    )
    return SubmissionRead(
        **frozen,
        content_sha256=submission.content_sha256 if reads_all else None,
        receipt=submission.receipt if reads_all else None,
        occurrence=submission.occurrence_id,
        cycle=cycle.id,
        obligation=cycle.obligation,
        period=cycle.period,
        state=State(review.decision) if review else State.SUBMITTED,
        is_latest=occurrence.submission_id == submission.id,
        punctuality=judge_punctuality(overdue_after, occurrence.received_at),
        observations=submission.observation_count,
        cells=CellCounts(**submission.cell_counts) if reads_all else None,
        findings=submission.finding_counts,
        review=show_review(review) if review else None,
        links=_links(f"/v1/submissions/{submission.id}", str(submission.occurrence_id)),
    )


def show_review(review: Review) -> ReviewRead:
    """Return a decision as callers read it; the client that decided stays in the audit."""
    return ReviewRead(**review.model_dump(exclude={"submission_id", "client"}))


def show_dry_run(checked: Checked, language: str) -> DryRunRead:
    """Return what a check found when nothing is stored."""
    return DryRunRead(
        occurrence=checked.owed[0].id,
        content_sha256=checked.sha256,
        observations=len(checked.result.observations),
        cells=CellCounts(**checked.cells),
        findings=checked.result.counts,
        errors=[spoken(one, language) for one in checked.findings],
    )


def show_observation(row: Any, dimensions: dict[str, list[str]]) -> ObservationRead:
    """Return a stored figure with its dimensions by name."""
    return ObservationRead(
        line=row.line,
        indicator=row.indicator,
        dimensions=named_codes(row, dimensions),
        value=plain_number(row.value),
        status=row.status,
        reason=row.reason,
    )


def dimension_names(form: FormDefinition) -> dict[str, list[str]]:
    """Return, for every indicator, the names of its dimensions in the order of the slots."""
    return {i.code: [use.dimension for use in i.dimensions] for table in form.tables for i in table.indicators}


def named_codes(row: Any, dimensions: dict[str, list[str]]) -> dict[str, str]:
    """Return the dimension codes of a figure by name."""
    slots = (row.d1, row.d2, row.d3, row.d4)
    return {name: code for name, code in zip(dimensions[row.indicator], slots, strict=False) if code is not None}


def plain_number(value: Decimal | None) -> int | float | None:
    """Return a number as JSON shows it."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def show_receipt(receipt: str) -> ReceiptRead:
    """Return a receipt with what it states, in clear."""
    payload = receipt.split(".")[1]
    return ReceiptRead(
        receipt=receipt, claims=orjson.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    )


def _links(own: str, occurrence: str) -> dict[str, str]:
    return {
        "self": own,
        "occurrence": f"/v1/occurrences/{occurrence}",
        **{name: f"{own}/{name}" for name in ("findings", "observations", "receipt")},
    }
