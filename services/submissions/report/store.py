"""The SQL of reports: what is reported upward, what the ledger holds below it, and what was said in words."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.submissions.checking.check_narrative import TASK_PREFIX
from services.submissions.consolidation.building import OwnPart
from services.submissions.consolidation.feeding import leads_into
from services.submissions.consolidation.tables import Consolidation
from services.submissions.cycle.counting import COMMITTEE, standing
from services.submissions.cycle.sight import sees_line, sees_occurrence, sees_plan
from services.submissions.cycle.store import clock_word
from services.submissions.cycle.tables import CODES, Cycle, Occurrence
from services.submissions.cycle.viewer import Viewer
from services.submissions.projection.tables import Agency, Obligation, Province
from services.submissions.report.rules import Upward
from services.submissions.review.tables import Review
from services.submissions.submission.tables import Submission

APEX = "apex"
"""The kind of agency that nobody stands above: the Prime Minister, the Government."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which report is asked for."""

    plan: str
    years: tuple[int, ...]
    agency: str | None = None


class ReportStore:
    """Reads what reports are written from."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def list_upward(self, viewer: Viewer, wanted: Wanted, *, of_provinces: bool) -> list[Upward]:
        """Return what is reported upward in a year and concerns the viewer, in the order of owner and time.

        Of the whole plan: what its steward sends to the top. Of provinces: what a committee owes under the plan,
        or what reports of the plan lead into.
        """
        owner: Any = aliased(Agency)
        mine = sorted(viewer.stands_for)
        below_duty, below_cycle = aliased(Obligation), aliased(Cycle)
        below = (
            sa.exists()
            .where(
                col(below_cycle.obligation) == col(below_duty.id),
                leads_into(below_cycle, below_duty, Occurrence, Cycle, Obligation),
            )
            .correlate(Occurrence, Cycle, Obligation)
        )
        fed_by_plan = below.where(col(below_duty.plan) == wanted.plan)
        receives = sa.or_(
            col(below_cycle.recipients).op("&&")(sa.cast(mine, CODES)),
            sa.func.string_to_array(below_cycle.via, "|").op("&&")(sa.cast(mine, CODES)),
        )
        resident = aliased(Agency)
        lives_there = sa.exists().where(
            col(resident.id).in_(mine), col(resident.province) == owner.province, owner.kind == COMMITTEE
        )
        sent = sa.func.coalesce(Occurrence.accepted_submission_id, Occurrence.submission_id)
        to_top = sa.exists().where(col(Agency.id) == sa.any_(col(Cycle.recipients)), col(Agency.kind) == APEX)
        of_plan = col(Obligation.plan) == wanted.plan
        scope = (
            sa.and_(owner.kind == COMMITTEE, sa.or_(of_plan, fed_by_plan))
            if of_provinces
            else sa.and_(of_plan, to_top, col(Occurrence.agency) == col(Obligation.steward))
        )
        query = (
            sa.select(
                *(col(c) for c in (Occurrence.id, Occurrence.agency, Occurrence.state, Occurrence.received_at)),
                *(col(c) for c in (Obligation.plan, Obligation.subject, Cycle.recipients)),
                col(Submission.id).label("submission"),
                sa.func.coalesce(Submission.form, Cycle.form).label("form"),
                sa.func.coalesce(Submission.form_version, Cycle.form_version).label("form_version"),
                sa.cast(sa.extract("year", col(Cycle.period_end)), sa.Integer).label("year"),
                *(owner.name_vi, owner.name_en, owner.kind),
                col(Province.name_vi).label("place_vi"),
                col(Province.name_en).label("place_en"),
                col(Occurrence.agency).in_(mine).label("is_own"),
                sa.and_(lives_there, below.where(receives)).label("is_focal"),
                sees_line(viewer).label("is_above"),
            )
            .join(Cycle, col(Cycle.id) == col(Occurrence.cycle_id))
            .join(Obligation, col(Obligation.id) == col(Cycle.obligation))
            .join(owner, owner.id == col(Occurrence.agency))
            .outerjoin(Province, col(Province.id) == owner.province)
            .outerjoin(Submission, col(Submission.id) == sent)
            .where(
                sees_plan(viewer),
                scope,
                _within(wanted.years),
                *([col(Occurrence.agency) == wanted.agency] if wanted.agency else []),
            )
            .order_by(col(Occurrence.agency), col(Cycle.period_end), col(Obligation.id), col(Occurrence.id))
        )
        return [Upward(**row._mapping) for row in (await self._session.execute(query)).all()]

    async def list_ledger(
        self,
        viewer: Viewer,
        plans: Collection[str],
        years: Sequence[int],
        now: datetime,
        *,
        without: Sequence[UUID],
        without_agency: str | None,
    ) -> list[Any]:
        """Return what is owed under plans for years as a viewer sees it, with the accepted versions."""
        due_on = sa.func.greatest(Occurrence.extended_due_on, Cycle.due_on)
        query = (
            sa.select(
                *(col(c) for c in (Occurrence.id, Occurrence.agency, Occurrence.state, Occurrence.received_at)),
                *(col(c) for c in (Occurrence.paper_receipt_id, Occurrence.submission_id)),
                *(col(c) for c in (Cycle.period, Cycle.period_start, Cycle.period_end)),
                col(Cycle.form).label("asked_form"),
                col(Cycle.form_version).label("asked_version"),
                due_on.label("due_on"),
                standing(now).label("standing"),
                clock_word(now).label("clock"),
                col(Obligation.id).label("obligation"),
                *(col(c) for c in (Obligation.title_vi, Obligation.title_en, Obligation.plan)),
                *(col(c) for c in (Agency.name_vi, Agency.name_en, Agency.kind)),
                col(Submission.id).label("accepted"),
                col(Submission.received_at).label("accepted_received_at"),
                *(col(c) for c in (Submission.version, Submission.content_sha256)),
                *(col(c) for c in (Submission.agency_name_vi, Submission.agency_name_en)),
                *(col(c) for c in (Submission.form, Submission.form_version)),
                col(Review.decided_at),
            )
            .select_from(Occurrence)
            .join(Cycle, col(Cycle.id) == col(Occurrence.cycle_id))
            .join(Obligation, col(Obligation.id) == col(Cycle.obligation))
            .outerjoin(Agency, col(Agency.id) == col(Occurrence.agency))
            .outerjoin(Submission, col(Submission.id) == col(Occurrence.accepted_submission_id))
            .outerjoin(Review, col(Review.submission_id) == col(Submission.id))
            .where(
                sees_occurrence(viewer),
                col(Obligation.plan).in_(plans),
                _within(years),
                col(Occurrence.id).not_in(without),
                *([col(Occurrence.agency) != without_agency] if without_agency else []),
            )
            .order_by(col(Obligation.id), col(Cycle.period_start), col(Cycle.period_end), col(Occurrence.agency))
        )
        return list((await self._session.execute(query)).all())

    async def list_words(self, submissions: Sequence[UUID]) -> list[Any]:
        """Return what submissions say in words, other than about tasks."""
        words = sa.func.jsonb_each(sa.cast(Submission.narrative, JSONB)).table_valued("key", "value").lateral("w")
        query = (
            sa.select(col(Submission.id), words.c.key, sa.cast(words.c.value, JSONB).label("value"))
            .join(words, sa.true())
            .where(col(Submission.id).in_(submissions), sa.not_(words.c.key.startswith(TASK_PREFIX)))
        )
        return list((await self._session.execute(query)).all())

    async def list_own_parts(self, occurrences: Sequence[UUID]) -> list[OwnPart]:
        """Return the own parts of the latest builds of occurrences, with their cycles and plans."""
        query = (
            sa.select(col(Consolidation.own), Cycle, col(Obligation.plan))
            .join(Occurrence, col(Occurrence.id) == col(Consolidation.occurrence_id))
            .join(Cycle, col(Cycle.id) == col(Occurrence.cycle_id))
            .join(Obligation, col(Obligation.id) == col(Cycle.obligation))
            .where(col(Consolidation.occurrence_id).in_(occurrences), col(Consolidation.is_latest))
        )
        rows = (await self._session.execute(query)).all()
        return [(own, cycle, plan) for own, cycle, plan in rows if own]

    async def read_names(self, agencies: Collection[str]) -> dict[str, tuple[str, str | None]]:
        """Return what agencies are called."""
        query = sa.select(col(Agency.id), col(Agency.name_vi), col(Agency.name_en)).where(
            col(Agency.id).in_(agencies)
        )
        return {row.id: (row.name_vi, row.name_en) for row in (await self._session.execute(query)).all()}


def _within(years: Sequence[int]) -> sa.ColumnElement[bool]:
    return sa.or_(*(col(Cycle.period_end).between(date(year, 1, 1), date(year, 12, 31)) for year in years))
