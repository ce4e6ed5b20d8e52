"""Who may review which version, and what a return may name. Values in, value or refusal out."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from services.submissions.cycle.errors import DatePassed
from services.submissions.cycle.viewer import Viewer
from services.submissions.exception.errors import DateNotLater
from services.submissions.form.definition import FormDefinition
from services.submissions.review.errors import (
    AlreadyReviewed,
    CellsUnknown,
    PreparerReviews,
    SubmissionSuperseded,
)
from services.submissions.review.schemas import PlaceReference
from services.submissions.review.tables import Review
from services.submissions.submission.tables import Submission


def require_other_hands(viewer: Viewer, submission: Submission) -> None:
    """Refuse a reviewer who prepared the report: the same client, or the agency that owes or submitted it."""
    hands = {submission.agency, submission.submitted_by}
    if submission.client == viewer.caller.client or hands & {viewer.agency, viewer.caller.agency}:
        raise PreparerReviews(viewer.agency)


def require_undecided(submission: Submission, latest: Submission | None, review: Review | None) -> None:
    """Refuse to review an older version, or one that has its decision."""
    if latest is not None and latest.id != submission.id:
        raise SubmissionSuperseded(str(latest.id), latest.version)
    if review is not None:
        raise AlreadyReviewed(review.decision, review.agency)


def require_ahead(due_on: date | None, today: date) -> None:
    """Refuse a correction that would be due in the past."""
    if due_on is not None and due_on < today:
        raise DatePassed(due_on, today)


def require_later(due_on: date, present: date | None) -> None:
    """Refuse a day for a correction that is not later than the one it has."""
    if present is not None and due_on <= present:
        raise DateNotLater(due_on, present)


def require_known_cells(
    cells: Sequence[PlaceReference], form: FormDefinition, sections: Collection[str], at: str | None = None
) -> None:
    """Refuse places that neither the form nor the version has; `at` is where a single one stands in the body."""
    known = [*sections, *(section.key for section in form.narrative.sections)]
    errors = [
        error
        for number, cell in enumerate(cells)
        for error in _mistakes(at or f"/cells/{number}", cell, form, known)
    ]
    if errors:
        raise CellsUnknown(errors)


def _mistakes(
    at: str, cell: PlaceReference, form: FormDefinition, sections: Collection[str]
) -> list[dict[str, Any]]:
    indicators = {i.code: [u.dimension for u in i.dimensions] for table in form.tables for i in table.indicators}
    if not any((cell.indicator, cell.table, cell.section)):
        return [_error(at, "", "cell_names_nothing", None)]
    if cell.indicator and cell.indicator not in indicators:
        return [_error(at, "/indicator", "indicator_unknown", cell.indicator)]
    if cell.table and cell.table not in {table.code for table in form.tables}:
        return [_error(at, "/table", "table_unknown", cell.table)]
    if cell.section and cell.section not in sections:
        return [_error(at, "/section", "narrative_key_unknown", cell.section)]
    known = indicators.get(cell.indicator or "", [])
    codes = {d.code: {item.code for item in d.codes} for d in form.dimensions}
    named = (cell.dimensions or {}).items()
    strange = [
        _error(at, f"/dimensions/{name}", "dimension_unknown", name) for name, _ in named if name not in known
    ]
    return strange + [
        _error(at, f"/dimensions/{name}", "code_unknown", code)
        for name, code in named
        if name in known and code not in codes[name]
    ]


def _error(at: str, place: str, rule: str, value: str | None) -> dict[str, Any]:
    return {"rule": rule, "severity": "error", "pointer": at + place, "value": value}
