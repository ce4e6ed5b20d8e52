"""Every statement about obligations."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by, distinct_on
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registry.agency.tables import AgencyVersion
from services.registry.base import table_of
from services.registry.obligation.deadline_rule import Roll
from services.registry.obligation.duty import Duty, Row, duty_of
from services.registry.obligation.tables import (
    DeadlineRuleVersion,
    Derogation,
    Obligation,
    ObligationPart,
    ObligationParty,
)
from services.registry.plan.tables import Plan
from services.registry.validity import begins, ends, holds_on

_obligation = table_of(Obligation)
_party = table_of(ObligationParty)
_rule = table_of(DeadlineRuleVersion)
_derogation = table_of(Derogation)
_plan = table_of(Plan)
_version = table_of(AgencyVersion)

_PARENTS = (
    sa.select(_version.c.agency, _version.c.parent)
    .ext(distinct_on(_version.c.agency))
    .where(_version.c.parent.is_not(None))
    .order_by(_version.c.agency, _version.c.valid.desc())
)


@dataclass(frozen=True, slots=True)
class KeptObligation:
    """An obligation with those it names, every version of its rule, and the derogations from it."""

    row: Row
    parties: Sequence[Row]
    rules: Sequence[Row]
    exempt: Sequence[Row] = ()

    @property
    def rule(self) -> Row:
        """The present version of its rule."""
        return self.rules[-1]

    @property
    def duty(self) -> Duty:
        return duty_of(self.row, self.parties, self.rules, self.exempt)

    def duty_under(self, changes: Mapping[str, Any], applies_from: date | None = None) -> Duty:
        """The obligation as it would read with one more version of its rule."""
        present = self.rule
        added = {**present, **changes, "version": present["version"] + 1, "applies_from": applies_from}
        return duty_of(self.row, self.parties, [*self.rules, added], self.exempt)

    def agencies(self, part: ObligationPart) -> list[str]:
        """The agencies among them; groups stay expressions."""
        return [p["agency"] for p in self.parties if p["part"] == part and p["agency"]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of obligations is narrowed to; None narrows nothing."""

    instrument: str | None = None
    plan: str | None = None
    reporter: str | None = None
    recipient: str | None = None
    subject: str | None = None
    kind: str | None = None
    in_force: bool | None = None
    day: date | None = None
    """The day on which `in_force` is asked."""
    ids: Collection[str] | None = None
    plans: Collection[str] | None = None
    """The plans that the caller is open to."""


class ObligationStore:
    """Holds obligations. Two statements read any number of them."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def read_all(self) -> dict[str, KeptObligation]:
        """Return every obligation, by code."""
        derogations = await self._derogations()
        read = await self._read(Wanted(), None, None)
        return {kept.row["id"]: replace(kept, exempt=derogations.get(kept.row["id"], ())) for kept in read}

    async def list_page(self, wanted: Wanted, after: str | None, limit: int) -> list[KeptObligation]:
        """Return obligations by code, from the one after a code on."""
        return await self._read(wanted, after, limit)

    async def list_bound_to_calendar(self) -> Sequence[str]:
        """Return the obligations whose deadline rolls or counts working days, and those that share one."""
        rule, sharer = latest_rules().subquery(), latest_rules().subquery()
        bound = sa.or_(rule.c.roll != Roll.NONE.value, rule.c.counts_working_days, rule.c.working_day.is_not(None))
        direct = sa.select(rule.c.obligation).where(bound)
        sharing = sa.select(sharer.c.obligation).where(sharer.c.with_obligation.in_(direct))
        return (await self._session.execute(direct.union(sharing))).scalars().all()

    async def read_parents(self) -> dict[str, str]:
        """Return the agency above each agency, as its latest version names it."""
        return {row.agency: row.parent for row in await self._session.execute(_PARENTS)}

    async def read_names(self, agencies: Sequence[str], day: date) -> dict[str, tuple[str, str]]:
        """Return the Vietnamese and English names of agencies on a day."""
        query = sa.select(_version.c.agency, _version.c.name_vi, _version.c.name_en).where(
            _version.c.agency.in_(agencies), holds_on(_version.c.valid, day)
        )
        return {row.agency: (row.name_vi, row.name_en) for row in await self._session.execute(query)}

    async def _read(self, wanted: Wanted, after: str | None, limit: int | None) -> list[KeptObligation]:
        query = _narrowed(_OBLIGATIONS, wanted).order_by(_obligation.c.id).limit(limit)
        if after is not None:
            query = query.where(_obligation.c.id > after)
        rows = (await self._session.execute(query)).mappings().all()
        ids = None if wanted == Wanted() and limit is None else [row["id"] for row in rows]
        rules = await self._by_obligation(sa.select(_rule).order_by(_rule.c.version), _rule, ids)
        return [KeptObligation(row, row["parties"] or [], rules[row["id"]]) for row in rows]

    async def _by_obligation(
        self, query: sa.Select[Any], table: sa.Table, ids: Sequence[str] | None
    ) -> dict[str, list[Row]]:
        """Return the rows of these obligations, or of all, by obligation."""
        if ids is not None:
            query = query.where(table.c.obligation.in_(ids))
        found: dict[str, list[Row]] = defaultdict(list)
        for row in (await self._session.execute(query)).mappings():
            found[row["obligation"]].append(row)
        return found

    async def _derogations(self) -> dict[str, list[Row]]:
        in_force = sa.select(
            _derogation.c.obligation,
            _derogation.c.agency,
            begins(_derogation.c.valid).label("valid_from"),
            ends(_derogation.c.valid).label("valid_to"),
        ).where(_derogation.c.withdrawn_at.is_(None))
        return await self._by_obligation(in_force, _derogation, None)


def latest_rules() -> sa.Select[Any]:
    """The present version of every deadline rule."""
    newest_first = (_rule.c.obligation, _rule.c.version.desc())
    return sa.select(_rule).ext(distinct_on(_rule.c.obligation)).order_by(*newest_first)


_PARTIES = (
    sa.select(
        sa.func.jsonb_agg(
            aggregate_order_by(
                sa.func.jsonb_build_object(
                    "part", _party.c.part, "agency", _party.c.agency, "agency_group", _party.c.agency_group
                ),
                _party.c.place,
            ),
            type_=JSONB,
        )
    )
    .where(_party.c.obligation == _obligation.c.id)
    .scalar_subquery()
)
_OBLIGATIONS = sa.select(
    *(column for column in _obligation.columns if column.name != "valid"),
    begins(_obligation.c.valid).label("valid_from"),
    ends(_obligation.c.valid).label("valid_to"),
    _plan.c.steward,
    _plan.c.derives_from,
    _PARTIES.label("parties"),
).join_from(_obligation, _plan, _plan.c.id == _obligation.c.plan, isouter=True)


def _narrowed(query: sa.Select[Any], wanted: Wanted) -> sa.Select[Any]:
    for name in ("instrument", "plan", "subject", "kind"):
        if (value := getattr(wanted, name)) is not None:
            query = query.where(_obligation.c[name] == value)
    for part in (ObligationPart.REPORTER, ObligationPart.RECIPIENT):
        if (code := getattr(wanted, part.value)) is not None:
            query = query.where(_names(part, code))
    if wanted.in_force is not None and wanted.day is not None:
        query = query.where(holds_on(_obligation.c.valid, wanted.day) == wanted.in_force)
    if wanted.ids is not None:
        query = query.where(_obligation.c.id.in_(wanted.ids))
    if wanted.plans is not None:
        query = query.where(_obligation.c.plan.in_(wanted.plans))
    return query


def _names(part: ObligationPart, code: str) -> sa.ColumnElement[bool]:
    """Whether an obligation names an agency or group for a part, as printed."""
    return (
        sa.select(_party.c.obligation)
        .where(_party.c.obligation == _obligation.c.id, _party.c.part == part)
        .where(sa.or_(_party.c.agency == code, _party.c.agency_group == code))
        .exists()
    )
