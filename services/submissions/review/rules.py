"""Who may review which version, and what a return may name. Values in, value or refusal out."""

from collections.abc import Collection
from datetime import date
from typing import Any

from services.submissions.cycle.errors import DatePassed
from services.submissions.cycle.viewer import Viewer
from services.submissions.form.definition import FormDefinition
from services.submissions.review.errors import (
    AlreadyReviewed,
    CellsUnknown,
    PreparerReviews,
    SubmissionSuperseded,
)
from services.submissions.review.schemas import CellReference
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


def require_known_cells(cells: list[CellReference], form: FormDefinition, sections: Collection[str]) -> None:
    """Refuse places that neither the form nor the version has."""
    known = [*sections, *(section.key for section in form.narrative.sections)]
    errors = [error for number, cell in enumerate(cells) for error in _mistakes(number, cell, form, known)]
    if errors:
        raise CellsUnknown(errors)


def _mistakes(
    number: int, cell: CellReference, form: FormDefinition, sections: Collection[str]
) -> list[dict[str, Any]]:
    indicators = {i.code: [u.dimension for u in i.dimensions] for table in form.tables for i in table.indicators}
    if not any((cell.indicator, cell.table, cell.section)):
        return [_error(number, "", "cell_names_nothing", None)]
    if cell.indicator and cell.indicator not in indicators:
        return [_error(number, "/indicator", "indicator_unknown", cell.indicator)]
    if cell.table and cell.table not in {table.code for table in form.tables}:
        return [_error(number, "/table", "table_unknown", cell.table)]
    if cell.section and cell.section not in sections:
        return [_error(number, "/section", "narrative_key_unknown", cell.section)]
    known = indicators.get(cell.indicator or "", [])
    codes = {d.code: {item.code for item in d.codes} for d in form.dimensions}
    named = (cell.dimensions or {}).items()
    strange = [
        _error(number, f"/dimensions/{name}", "dimension_unknown", name) for name, _ in named if name not in known
    ]
    return strange + [
        _error(number, f"/dimensions/{name}", "code_unknown", code)
        for name, code in named
        if name in known and code not in codes[name]
    ]


def _error(number: int, place: str, rule: str, value: str | None) -> dict[str, Any]:
    return {"rule": rule, "severity": "error", "pointer": f"/cells/{number}{place}", "value": value}
