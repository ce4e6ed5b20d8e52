"""Who may see what of the ledger, as SQL: the reporter, its recipient line, and the steward of the plan."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import array
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.callers import Caller
from kernel.prepared import Prepared
from services.submissions.cycle.tables import Cycle, Occurrence
from services.submissions.cycle.viewer import Entrusted, Viewer
from services.submissions.delegation.tables import ReviewDelegation
from services.submissions.projection.tables import Agency, AgencySuccessor, Obligation

CARRYING_ON = ("rename", "merge", "split")
"""Kinds of succession by which a duty to report passes on; a transfer moves functions and nothing else."""


def sees_line(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Return the condition that the viewer stands in a cycle's line or is its steward."""
    mine: Any = sa.cast(array(sorted(viewer.stands_for)), sa.ARRAY(sa.Text))
    return sa.or_(
        col(Cycle.recipients).op("&&")(mine),
        sa.func.string_to_array(Cycle.via, "|").op("&&")(mine),
        col(Cycle.next_level).op("&&")(mine),
        col(Obligation.steward).in_(viewer.stands_for),
        *(_is_entrusted(one) for one in viewer.entrusted),
    )


def _is_entrusted(one: Entrusted) -> sa.ColumnElement[bool]:
    """Return the condition of `Entrusted.covers`."""
    is_meant = col(Obligation.plan) == one.plan if one.obligation is None else col(Obligation.id) == one.obligation
    recipient = sa.literal(one.recipient)
    line = sa.or_(
        recipient == sa.func.any(Cycle.recipients),
        recipient == sa.func.any(sa.func.string_to_array(Cycle.via, "|")),
    )
    return sa.and_(is_meant, line)


def sees_occurrence(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Return the condition that the viewer may see an occurrence (joined with cycle and obligation)."""
    return sa.and_(sees_plan(viewer), sa.or_(col(Occurrence.agency).in_(viewer.stands_for), sees_line(viewer)))


def sees_cycle(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Return the condition that the viewer may see a cycle (joined with its obligation)."""
    owes = sa.exists().where(
        col(Occurrence.cycle_id) == col(Cycle.id), col(Occurrence.agency).in_(viewer.stands_for)
    )
    return sa.and_(sees_plan(viewer), sa.or_(owes, sees_line(viewer)))


def sees_plan(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Return the condition that the caller's client is open to the obligation's plan."""
    if not viewer.caller.plans:
        return sa.true()
    return col(Obligation.plan).in_(viewer.caller.plans)


async def read_viewer(session: AsyncSession, caller: Caller, today: date) -> Viewer:
    """Return the caller with the ended agencies that its agency succeeds, directly or in turn, and what it reviews
    in the stead of recipients. One statement."""
    rows = await _STANDS_FOR.read(session, agency=caller.acting_agency, client=caller.client, today=today)
    own = frozenset(row["agency"] for row in rows if not (row["obligation"] or row["plan"]))
    return Viewer(caller, own, tuple(Entrusted(*row) for row in rows if row["obligation"] or row["plan"]))


def _stands_for() -> sa.CompoundSelect[str, str | None, str | None]:
    client = sa.bindparam("client", type_=sa.Text)
    agency, today = sa.bindparam("agency", type_=sa.Text), sa.bindparam("today", type_=sa.Date)
    succeeded = sa.select(agency.label("agency")).cte("succeeded", recursive=True)
    before = (
        sa.select(col(AgencySuccessor.agency))
        .join(succeeded, succeeded.c.agency == AgencySuccessor.successor)
        .join(Agency, col(Agency.id) == AgencySuccessor.agency)
        .where(
            col(AgencySuccessor.kind) == sa.any_(array(CARRYING_ON)),
            col(AgencySuccessor.effective_on) <= today,
            col(Agency.valid_to) < today,
        )
    )
    everyone = succeeded.union(before)
    nothing = sa.cast(sa.null(), sa.Text)
    own = sa.select(everyone.c.agency, nothing.label("obligation"), nothing.label("plan"))
    entrusted = sa.select(
        col(ReviewDelegation.recipient), col(ReviewDelegation.obligation), col(ReviewDelegation.plan)
    ).where(
        col(ReviewDelegation.delegate) == agency,
        sa.func.coalesce(ReviewDelegation.delegate_client, client) == client,
        col(ReviewDelegation.valid_from) <= today,
        col(ReviewDelegation.valid_to) >= today,
        col(ReviewDelegation.ended_at).is_(None),
    )
    return sa.union_all(own, entrusted)


_STANDS_FOR = Prepared(_stands_for())
