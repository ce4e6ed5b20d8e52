"""The doors of findings: what checking found, and why the reporter says that it is right."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Query

from kernel.idempotency import Once
from kernel.paging import Cursor, Limit, cut, read_cursor
from kernel.web import Router
from services.submissions.checking.catalogue import Severity
from services.submissions.dependencies import Findings, Reader, Reporter, TheParts
from services.submissions.disclosure.masking import HIDDEN, is_about_open, mask_finding
from services.submissions.finding.schemas import (
    ExplanationCreate,
    ExplanationRead,
    FindingRead,
    FindingsRead,
    FindingState,
)
from services.submissions.language import Language

router = Router(prefix="/v1/submissions/{submission}/findings", tags=["submissions"])

FindingId = Annotated[str, Path(pattern="^[0-9a-f]{16}$", description="The `id` of the finding.")]


@router.get("", response_model=FindingsRead)
async def list_findings(
    submission: UUID,
    caller: Reader,
    findings: Findings,
    parts: TheParts,
    language: Language,
    state: Annotated[FindingState | None, Query(description="Only warnings that stand so.")] = None,
    severity: Annotated[Severity | None, Query(description="Only findings of this weight.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> FindingsRead:
    """List what checking found, in the order of the report, and how each warning stands."""
    (after,) = read_cursor(cursor, int) or (0,)
    rows, counts, hidden = await findings.list_all(
        caller, submission, parts.forms, state=state, severity=severity, limit=limit, after=after
    )
    page, following = cut(rows, limit, lambda row: (row.number,))
    return FindingsRead(
        items=[_shown(row, language, hidden) for row in page], next_cursor=following, counts=counts
    )


@router.post("/{finding}/explain", status_code=201, response_model=FindingRead)
async def explain_finding(
    submission: UUID,
    finding: FindingId,
    body: ExplanationCreate,
    caller: Reporter,
    _: Once,
    findings: Findings,
    parts: TheParts,
    language: Language,
) -> FindingRead:
    """Explain a warning, until the version is accepted. The last word counts; what was said before is kept.

    The explanation holds in later versions too, as long as the same rule finds the same figures there.
    """
    row, hidden = await findings.explain(caller, submission, finding, body.text, parts.forms)
    return _shown(row, language, hidden)


def _shown(row: Any, language: str, hidden: frozenset[str]) -> FindingRead:
    body = mask_finding(row.body, hidden)
    message = body[f"message_{language}"]
    said = None
    if row.text is not None:
        text = row.text if is_about_open(row.body, hidden) else HIDDEN[language]
        said = ExplanationRead(text=text, agency=row.agency, explained_at=row.explained_at, submission=row.said_on)
    return FindingRead(number=row.number, **{**body, "message": message}, state=row.state, explanation=said)
