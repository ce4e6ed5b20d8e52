"""The SQL of findings: one statement gives a page, each finding's state, and the counts of the version."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import array, distinct_on
from sqlmodel.ext.asyncio.session import AsyncSession

from services.submissions.base import table_of
from services.submissions.checking.catalogue import Severity
from services.submissions.finding.schemas import FindingState
from services.submissions.finding.tables import FindingExplanation
from services.submissions.submission.tables import Finding, Submission

finding, said = table_of(Finding), table_of(FindingExplanation)
submissions = table_of(Submission)
PLACE_AND_WORDS = ("pointer", "row", "column", "sheet", "cell", "message_vi", "message_en")
FINDING_ID = finding.c.body["id"].astext


class FindingStore:
    """Reads findings, and keeps what is said about them."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, submission: UUID, finding_id: str) -> Any:
        """Return one finding of a version with what was found in it, or None."""
        query = sa.select(finding.c.number, finding.c.body, _what(finding.c.body).label("what")).where(
            finding.c.submission_id == submission, finding_id == FINDING_ID
        )
        return (await self._session.execute(query.order_by(finding.c.number).limit(1))).one_or_none()

    async def find_said(self, submission: Submission, findings: Collection[str]) -> dict[str, Any]:
        """Return `what` was found in these findings of a version, and the `text` that explains it so far."""
        last_said, what = _last_said(submission), _what(finding.c.body)
        ids = sa.cast(list(findings), sa.ARRAY(sa.Text))  # there may be more than a statement has parameters
        query = (
            sa.select(FINDING_ID.label("id"), what.label("what"), last_said.c.text)
            .outerjoin(last_said, sa.and_(last_said.c.finding == FINDING_ID, last_said.c.found == what))
            .where(finding.c.submission_id == submission.id, sa.any_(ids) == FINDING_ID)
        )
        return {row.id: row for row in (await self._session.execute(query)).all()}

    async def explain(self, explanations: Sequence[FindingExplanation]) -> None:
        """Keep explanations."""
        if not explanations:
            return
        connection = await self._session.connection()
        await connection.execute(sa.insert(said), [one.model_dump() for one in explanations])

    async def list_all(
        self,
        submission: Submission,
        *,
        is_accepted: bool,
        state: FindingState | None = None,
        severity: Severity | None = None,
        finding_id: str | None = None,
        limit: int,
        after: int = 0,
    ) -> tuple[list[Any], dict[FindingState, int]]:
        """Return one more than `limit` findings behind a number, and how the version's warnings stand."""
        stand = _standing(submission, is_accepted=is_accepted).cte("standing")
        chosen = sa.select(stand).where(stand.c.number > after)
        if state is not None:
            chosen = chosen.where(stand.c.state == state)
        if severity is not None:
            chosen = chosen.where(stand.c.severity == severity)
        if finding_id is not None:
            chosen = chosen.where(stand.c.finding == finding_id)
        page = chosen.order_by(stand.c.number).limit(limit + 1).subquery("page")
        each = sa.select(stand.c.state, sa.func.count().label("count")).where(stand.c.state.is_not(None))
        per_state = each.group_by(stand.c.state).subquery("per_state")
        counts = sa.select(sa.func.jsonb_object_agg(per_state.c.state, per_state.c.count).label("counts"))
        counted = counts.subquery("counted")
        query = sa.select(counted.c.counts, page).select_from(counted.outerjoin(page, sa.true()))
        rows = (await self._session.execute(query.order_by(page.c.number))).all()
        known = rows[0].counts or {}
        return [row for row in rows if row.number is not None], {one: known.get(one, 0) for one in FindingState}


def _what(body: Any) -> sa.ColumnElement[Any]:
    """Return what a finding says apart from where it stands and in which words."""
    return sa.cast(body, body.type).op("-")(sa.cast(array(list(PLACE_AND_WORDS)), sa.ARRAY(sa.Text)))


def _last_said(submission: Submission) -> sa.Subquery:
    """Return the last word on each finding, up to a version."""
    return (
        sa.select(said)
        .where(said.c.occurrence_id == submission.occurrence_id, said.c.version <= submission.version)
        .ext(distinct_on(said.c.finding))
        .order_by(said.c.finding, said.c.id.desc())
        .subquery("last_said")
    )


def _standing(submission: Submission, *, is_accepted: bool) -> sa.Select[Any]:
    """Return the findings of a version, each with its state and its explanation."""
    latest = (
        sa.select(submissions.c.id)
        .where(submissions.c.occurrence_id == submission.occurrence_id)
        .order_by(submissions.c.version.desc())
        .limit(1)
        .scalar_subquery()
    )
    later = finding.alias("later")
    still_found = FINDING_ID.in_(sa.select(later.c.body["id"].astext).where(later.c.submission_id == latest))
    last_said = _last_said(submission)
    severity = finding.c.body["severity"].astext
    state = sa.case(
        (severity != Severity.WARNING, None),
        (sa.literal(is_accepted), FindingState.ACCEPTED),
        (~still_found, FindingState.FIXED),
        (last_said.c.id.is_not(None), FindingState.EXPLAINED),
        else_=FindingState.OPEN,
    )
    return (
        sa.select(
            finding.c.number,
            finding.c.body,
            FINDING_ID.label("finding"),
            severity.label("severity"),
            state.label("state"),
            last_said.c.text,
            last_said.c.agency,
            last_said.c.explained_at,
            last_said.c.submission_id.label("said_on"),
        )
        .select_from(finding)
        .outerjoin(
            last_said, sa.and_(last_said.c.finding == FINDING_ID, last_said.c.found == _what(finding.c.body))
        )
        .where(finding.c.submission_id == submission.id)
    )
