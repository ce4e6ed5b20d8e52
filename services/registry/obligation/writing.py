"""Keeping a new obligation inside somebody else's transaction: checked, then written. No event, no commit."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registry.agency.tables import Agency
from services.registry.base import broken_constraint, table_of
from services.registry.calendar.store import CalendarStore
from services.registry.group.tables import AgencyGroup
from services.registry.instrument.tables import Instrument
from services.registry.obligation.deadline_rule import Operator
from services.registry.obligation.draft import ObligationDraft
from services.registry.obligation.duty import deadline_rule_of
from services.registry.obligation.errors import ObligationExists, ObligationWrong
from services.registry.obligation.findings import (
    Edges,
    Finding,
    Known,
    edges_of,
    errors_among,
    find_faults,
)
from services.registry.obligation.store import latest_rules
from services.registry.obligation.tables import (
    DeadlineRuleVersion,
    Obligation,
    ObligationPart,
    ObligationParty,
)
from services.registry.obligation.yielding import find_days_faults
from services.registry.plan.tables import Plan
from services.registry.validity import begins, days, ends

__all__ = ["Finding", "ObligationDraft", "add_obligation", "check_obligation", "errors_among"]

_agency, _group = table_of(Agency), table_of(AgencyGroup)
_instrument, _plan, _obligation = table_of(Instrument), table_of(Plan), table_of(Obligation)
_party, _rule = table_of(ObligationParty), table_of(DeadlineRuleVersion)

DEFERRED = sa.text(
    "set constraints fk_obligation_next_obligation, fk_obligation_satisfied_by, fk_deadline_rule_with_obligation"
    " deferred"
)


async def check_obligation(
    session: AsyncSession,
    draft: ObligationDraft,
    *,
    today: date,
    beside: Iterable[ObligationDraft] = (),
    instruments: Collection[str] = (),
    plans: Collection[str] = (),
) -> list[Finding]:
    """Say everything that is wrong with a draft; empty when it can be kept as it is.

    `beside`: further drafts of the same transaction, which it may name. `instruments` and `plans`: codes that
    the same transaction will bring.
    """
    others = {other.id: other for other in beside if other.id != draft.id}
    known = await _read_known(session, draft)
    rules = await _read_rules(session)
    edges = {**_edges(rules, known[1]), **{code: edges_of(other) for code, other in others.items()}}
    everything = Known(
        agencies=known[0].agencies,
        groups=known[0].groups,
        instruments=known[0].instruments | set(instruments),
        plans=known[0].plans | set(plans),
        edges={code: edge for code, edge in edges.items() if code != draft.id},
    )
    found = list(find_faults(draft, everything))
    if errors_among(found):
        return found
    shared = {code: deadline_rule_of(row) for code, row in rules.items()}
    shared |= {code: deadline_rule_of(other.deadline.columns()) for code, other in others.items()}
    calendar = await CalendarStore(session).read_calendar()
    return [*found, *find_days_faults(draft, today, calendar, shared.get)]


async def add_obligation(
    session: AsyncSession, draft: ObligationDraft, *, author: str, reason: str, now: datetime
) -> str:
    """Keep a draft that was checked, with the first version of its rule, and return its code."""
    await session.execute(DEFERRED)
    agencies = await agencies_among(session, draft)
    connection = await session.connection()
    try:
        await connection.execute(sa.insert(_obligation), [obligation_row(draft, agencies)])
    except IntegrityError as error:
        if broken_constraint(error) == "pk_obligation":
            raise ObligationExists(draft.id) from error
        raise
    await connection.execute(sa.insert(_party), party_rows(draft, agencies))
    version = {"version": 1, "author": author, "reason": reason, "recorded_at": now}
    await connection.execute(sa.insert(_rule), [{"obligation": draft.id, **draft.deadline.columns(), **version}])
    return draft.id


def require_sound(findings: Iterable[Finding]) -> None:
    """Refuse a draft with errors, all of them at once."""
    errors = errors_among(findings)
    if errors:
        raise ObligationWrong([finding.as_json() for finding in errors])


def obligation_row(draft: ObligationDraft, agencies: Collection[str]) -> dict[str, Any]:
    """Return the row of an obligation. What stands above it is an agency, or else another obligation."""
    plain = draft.model_dump(
        exclude={"deadline", "reporter", "recipient", "via", "next_level", "valid_from", "valid_to"}
    )
    is_agency = draft.next_level in agencies
    return {
        **plain,
        "next_obligation": None if is_agency else draft.next_level,
        "next_agency": draft.next_level if is_agency else None,
        "valid": days(draft.valid_from, draft.valid_to),
    }


def party_rows(draft: ObligationDraft, agencies: Collection[str]) -> list[dict[str, Any]]:
    """Return the rows of those whom an obligation names. A code that is no agency is a group."""
    return [
        {
            "obligation": draft.id,
            "part": part.value,
            "place": place,
            "agency": code if code in agencies else None,
            "agency_group": None if code in agencies else code,
        }
        for part in ObligationPart
        for place, code in enumerate(getattr(draft, part.value), start=1)
    ]


async def agencies_among(session: AsyncSession, draft: ObligationDraft) -> set[str]:
    """Return those codes of a draft that are agencies; the others are groups or obligations."""
    codes = {*draft.reporter, *draft.recipient, *draft.via, draft.next_level}
    named = sa.select(_agency.c.id).where(_agency.c.id.in_([code for code in codes if code]))
    return set((await session.execute(named)).scalars())


async def _read_known(session: AsyncSession, draft: ObligationDraft) -> tuple[Known, list[Any]]:
    """Read, in two statements, what is known of the codes that a draft names, and every edge."""
    codes = [*draft.reporter, *draft.recipient, *draft.via, *([draft.next_level] if draft.next_level else [])]
    nothing = sa.cast(sa.null(), sa.Date)
    lives = sa.select(
        sa.literal("agency").label("what"),
        _agency.c.id,
        begins(_agency.c.lifetime).label("first"),
        ends(_agency.c.lifetime).label("last"),
    ).where(_agency.c.id.in_(codes))
    others = [
        sa.select(sa.literal(what), table.c.id, nothing, nothing).where(table.c.id.in_(named))
        for what, table, named in (
            ("group", _group, codes),
            ("instrument", _instrument, [draft.instrument]),
            ("plan", _plan, [draft.plan or ""]),
        )
    ]
    rows = (await session.execute(sa.union_all(lives, *others))).all()
    by_kind = {what: frozenset(row.id for row in rows if row.what == what) for what in KINDS}
    known = Known(
        agencies={row.id: (row.first, row.last) for row in rows if row.what == "agency"},
        groups=by_kind["group"],
        instruments=by_kind["instrument"],
        plans=by_kind["plan"],
    )
    edges = sa.select(
        _obligation.c.id, _obligation.c.next_obligation, _obligation.c.satisfied_by, _obligation.c.next_agency
    )
    return known, list((await session.execute(edges)).all())


KINDS = ("group", "instrument", "plan")


async def _read_rules(session: AsyncSession) -> dict[str, Any]:
    return {row["obligation"]: row for row in (await session.execute(latest_rules())).mappings()}


def _edges(rules: Mapping[str, Any], rows: Iterable[Any]) -> dict[str, Edges]:
    return {row.id: Edges(row.next_obligation, row.satisfied_by, _shared(rules.get(row.id))) for row in rows}


def _shared(rule: Any) -> str | None:
    return rule["with_obligation"] if rule is not None and rule["operator"] == Operator.WITH else None
