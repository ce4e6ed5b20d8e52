"""The SQL that reads which versions of reports there are, and what was decided on them by a moment."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.submissions.cycle.sight import sees_line, sees_plan
from services.submissions.cycle.tables import Cycle, Occurrence
from services.submissions.cycle.viewer import Viewer
from services.submissions.data.tables import MarkKind, VersionMark
from services.submissions.data.versions import Facts, Version
from services.submissions.data.wanted import Wanted
from services.submissions.projection.tables import Agency, Obligation
from services.submissions.review.tables import Review
from services.submissions.submission.tables import Submission


@dataclass(frozen=True, slots=True)
class Moment:
    """As of when versions are looked at: an instant, what a reader's snapshot held, or now if neither is said."""

    known_at: datetime | None = None
    snapshot: str | None = None


NOW = Moment()


def versions_query(viewer: Viewer, wanted: Wanted) -> sa.Select[Any]:
    """Return the versions of the form that the viewer may see: by their own occurrence, or one asking the same."""
    seen = _seen(viewer)
    asked = sa.func.coalesce(Obligation.satisfied_by, Obligation.id)
    return (
        sa.select(
            *(
                col(getattr(Submission, name))
                for name in (
                    *("id", "occurrence_id", "version", "period_year", "form_version"),
                    *("observation_count", "received_at", "agency"),
                )
            ),
            sa.func.nullif(col(Submission.nil), sa.literal([], JSONB)).label("nil"),
            col(Agency.province),
            *(col(getattr(Cycle, name)) for name in ("period", "period_start", "period_end", "recipients")),
            col(Cycle.via),
            col(Cycle.next_level).label("above"),
            col(Obligation.id).label("obligation"),
            asked.label("answers"),
            col(Obligation.plan),
            col(Obligation.next_level).label("next_duty"),
            col(Review.decision),
            col(Review.decided_at),
        )
        .select_from(Submission)
        .join(Occurrence, col(Occurrence.id) == col(Submission.occurrence_id))
        .join(Cycle, col(Cycle.id) == col(Occurrence.cycle_id))
        .join(Obligation, col(Obligation.id) == col(Cycle.obligation))
        .join(
            seen,
            sa.and_(
                seen.c.agency == col(Occurrence.agency),
                seen.c.period == col(Cycle.period),
                seen.c.answers == asked,
            ),
        )
        .outerjoin(Agency, col(Agency.id) == col(Submission.agency))
        .outerjoin(Review, col(Review.submission_id) == col(Submission.id))
        .where(*_narrowed(wanted))
    )


def _seen(viewer: Viewer) -> sa.CTE:
    """Return the reports that the viewer may see; who stands in a line is asked once for each cycle."""
    duty, cycle, owed = aliased(Obligation), aliased(Cycle), aliased(Occurrence)
    lines = (
        sa.select(col(Cycle.id))
        .join(Obligation, col(Obligation.id) == col(Cycle.obligation))
        .where(sees_line(viewer))
        .correlate(None)
    )
    plans = sa.select(col(Obligation.id)).where(sees_plan(viewer)).correlate(None)
    return (
        sa.select(
            col(owed.agency).label("agency"),
            col(cycle.period).label("period"),
            sa.func.coalesce(duty.satisfied_by, duty.id).label("answers"),
        )
        .distinct()
        .join(cycle, col(cycle.id) == col(owed.cycle_id))
        .join(duty, col(duty.id) == col(cycle.obligation))
        .where(
            col(duty.id).in_(plans),
            sa.or_(col(owed.agency).in_(viewer.stands_for), col(cycle.id).in_(lines)),
        )
        .cte("seen")
    )


def _narrowed(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    conditions = [col(Submission.form) == wanted.form]
    for column, given in (
        (Submission.agency, wanted.agencies),
        (Cycle.period, wanted.periods),
        (Obligation.id, wanted.obligations),
        (Obligation.plan, wanted.plans),
    ):
        if given:
            conditions.append(col(column).in_(given))
    if wanted.span.first is not None:
        conditions.append(col(Cycle.period_start) >= wanted.span.first)
    if wanted.span.last is not None:
        conditions.append(col(Cycle.period_end) <= wanted.span.last)
    return conditions


def flags_of(moment: Moment) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    """Return whether a version was there, and whether it was decided, at a moment."""
    if moment.snapshot is not None:
        return _was_visible(MarkKind.RECEIVED, moment.snapshot), _was_visible(MarkKind.DECIDED, moment.snapshot)
    if moment.known_at is not None:
        at = sa.literal(moment.known_at)
        return col(Submission.received_at) <= at, sa.func.coalesce(col(Review.decided_at) <= at, sa.false())
    return sa.true(), col(Review.decided_at).is_not(None)


def _was_visible(kind: MarkKind, snapshot: str) -> sa.ColumnElement[bool]:
    visible = sa.text("pg_visible_in_snapshot(version_mark.txid, cast(:snapshot as pg_snapshot))")
    return (
        sa.exists()
        .where(
            col(VersionMark.submission_id) == col(Submission.id),
            col(VersionMark.kind) == kind.value,
            visible.bindparams(sa.bindparam("snapshot", snapshot, sa.Text, unique=True)),
        )
        .correlate(Submission)
    )


def facts_of(row: "asyncpg.Record") -> Facts:
    return Facts(
        occurrence=row["occurrence_id"],
        agency=row["agency"],
        province=row["province"],
        period=row["period"],
        start=row["period_start"],
        end=row["period_end"],
        obligation=row["obligation"],
        answers=row["answers"],
        plan=row["plan"],
        next_duty=row["next_duty"],
        receivers=tuple(row["recipients"]),
        above=tuple(row["above"]),
    )


def version_of(row: "asyncpg.Record", facts: Facts, *, is_decided: bool) -> Version:
    return Version(
        submission=row["id"],
        number=row["version"],
        year=row["period_year"],
        form_version=row["form_version"],
        count=row["observation_count"],
        received_at=row["received_at"],
        nil=tuple(row["nil"] or ()),
        decision=row["decision"] if is_decided else None,
        decided_at=row["decided_at"] if is_decided else None,
        facts=facts,
    )
