"""Which reports lead into which: the condition in SQL, and what becomes of each report below."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.submissions.consolidation.tables import Use
from services.submissions.cycle.tables import Cycle, Occurrence, State
from services.submissions.projection.tables import Obligation


@dataclass(frozen=True, slots=True)
class Feed:
    """One report below, with its accepted version if there is one."""

    occurrence: Occurrence
    cycle: Cycle
    obligation: Obligation
    kind: str | None
    submission: UUID | None
    sent_for: UUID | None
    version: int | None
    received_at: datetime | None
    form: str | None
    form_version: int | None
    period_year: int | None
    nil: list[str] | None


def leads_into(cycle: Any, duty: Any, above: Any, above_cycle: Any, above_duty: Any) -> sa.ColumnElement[bool]:
    """Return the condition that a cycle leads into an occurrence.

    Its period lies within the other's, and either its obligation names the other as its next level and its line
    leads to the agency, or it names an agency as its next level: then the other goes there under the same plan.
    """
    to_duty = sa.and_(
        duty.next_level == above_duty.id,
        sa.or_(above.agency == sa.any_(cycle.next_level), above.agency == sa.any_(cycle.recipients)),
    )
    to_agency = sa.and_(
        duty.next_level == sa.any_(above_cycle.recipients),
        above.agency == sa.any_(cycle.recipients),
        duty.plan == above_duty.plan,
    )
    return sa.and_(
        cycle.period_start >= above_cycle.period_start,
        cycle.period_end <= above_cycle.period_end,
        cycle.id != above_cycle.id,
        sa.or_(to_duty, to_agency),
    )


def judge_uses(feeds: Sequence[Feed]) -> list[Use]:
    """Say what becomes of each report. One that is asked twice counts once: where it was sent for, or where it
    satisfies."""
    there = {(one.obligation.id, one.cycle.period, one.occurrence.agency): one for one in feeds}
    answered: dict[UUID, list[Feed]] = defaultdict(list)
    for one in feeds:
        if one.submission is not None:
            answered[one.submission].append(one)
    return [_judge(one, there, answered) for one in feeds]


def _judge(one: Feed, there: dict[tuple[str, str, str], Feed], answered: dict[UUID, list[Feed]]) -> Use:
    if one.submission is not None:
        same = answered[one.submission]
        chosen = next((other for other in same if other.occurrence.id == one.sent_for), same[0])
        return Use.USED if chosen is one else Use.TWIN
    if one.occurrence.state == State.WAIVED:
        return Use.WAIVED
    satisfying = there.get((one.obligation.satisfied_by or "", one.cycle.period, one.occurrence.agency))
    return Use.MISSING if satisfying is None or satisfying.occurrence.state == State.WAIVED else Use.TWIN
