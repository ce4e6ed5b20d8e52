"""Every statement that reads agencies, their versions, other names, codes and relations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registry.agency.codes import possible_codes
from services.registry.agency.dated_sets import Dated
from services.registry.agency.errors import AgencyUnknown
from services.registry.agency.tables import Agency, AgencyAlias, AgencyRelation, AgencyVersion
from services.registry.agency.versions import Version
from services.registry.base import table_of
from services.registry.days import FIRST_DAY
from services.registry.keyset import page_of
from services.registry.province.tables import Province
from services.registry.validity import begins, ends, holds_on
from services.registry.vietnamese import BYTE_ORDER, vietnamese_order

agency = table_of(Agency)
version = table_of(AgencyVersion)
alias = table_of(AgencyAlias)
relation = table_of(AgencyRelation)
province = table_of(Province)
known_code = sa.table(
    "agency_known_code",
    sa.column("agency", sa.Text),
    sa.column("scheme", sa.Text),
    sa.column("code", sa.Text),
    sa.column("valid", pg.DATERANGE),
    sa.column("status", sa.Text),
)
"""The codes of agencies, and through People's Committees those of provinces (a view of migration 0004)."""

FACTS = (
    version.c.name_vi,
    version.c.name_en,
    version.c.kind,
    version.c.parent,
    version.c.province,
    version.c.host_country,
    version.c.city,
    version.c.time_zone,
)
LASTING = (
    agency.c.id,
    begins(agency.c.lifetime).label("valid_from"),
    ends(agency.c.lifetime).label("valid_to"),
    agency.c.confidence,
    agency.c.note,
    agency.c.revision,
)


@dataclass(frozen=True, slots=True)
class AgencyFilter:
    """What a list of agencies is narrowed by. `ever`: on any day, for a code that is asked for without one."""

    kind: str | None = None
    parent: str | None = None
    province: str | None = None
    text: str | None = None
    code: str | None = None
    scheme: str | None = None
    ever: bool = False

    def conditions(self, day: date) -> list[sa.ColumnElement[bool]]:
        """Return the conditions that a version fulfils."""
        asked = {"kind": self.kind, "parent": self.parent, "province": self.province}
        found: list[Any] = [version.c[name] == value for name, value in asked.items() if value is not None]
        if self.text:
            found.append(_mentions(self.text, day))
        if self.code is not None:
            found.append(self._has_code(day))
        return [*found, _shown_version(day) if self.ever else holds_on(version.c.valid, day)]

    def _has_code(self, day: date) -> sa.ColumnElement[bool]:
        codes = sa.cast(possible_codes(self.scheme, self.code or ""), pg.ARRAY(sa.Text))
        its = sa.exists().where(known_code.c.agency == version.c.agency, known_code.c.code == sa.any_(codes))
        if self.scheme is not None:
            its = its.where(known_code.c.scheme == self.scheme)
        return its if self.ever else its.where(holds_on(known_code.c.valid, day))


def _mentions(text: str, day: date) -> sa.ColumnElement[bool]:
    """Every word of the text begins a word of what is known of the agency, or stands for its first letters."""
    aliases = sa.select(sa.func.string_agg(alias.c.alias, " ")).where(
        alias.c.agency == version.c.agency, holds_on(alias.c.valid, day)
    )
    place = sa.select(province.c.full_name_vi + " " + province.c.name_en).where(
        province.c.id == version.c.province
    )
    names = (version.c.name_vi, version.c.name_en, version.c.agency)
    known = sa.func.concat_ws(" ", *names, aliases.scalar_subquery(), place.scalar_subquery())
    return sa.func.has_words(known, sa.func.initials(version.c.name_vi), text, type_=sa.Boolean)


def _shown_version(day: date) -> sa.ColumnElement[bool]:
    """The version of the day, of an ended agency the last one, of a coming one the first."""
    other = version.alias("other")
    until = sa.func.daterange(None, sa.cast(day, sa.Date), "[]")
    begun = other.c.valid.op("&&")(until)
    since = sa.func.coalesce(begins(other.c.valid), sa.cast(FIRST_DAY, sa.Date)) - sa.cast(day, sa.Date)
    nearest = (
        sa.select(other.c.valid)
        .where(other.c.agency == version.c.agency)
        .order_by(begun.desc(), sa.func.abs(since, type_=sa.Integer))
        .limit(1)
    )
    return version.c.valid == nearest.scalar_subquery()


def _sets(day: date, *, ever: bool) -> tuple[sa.ColumnElement[Any], ...]:
    """The other names, codes and relations of the day; of an ended agency those of its last day."""
    wanted = sa.cast(day, sa.Date)
    last = sa.func.coalesce(ends(agency.c.lifetime), wanted)
    shown = sa.func.greatest(sa.func.least(wanted, last), sa.func.coalesce(begins(agency.c.lifetime), wanted))
    aliases = sa.select(_listed(alias.c.alias)).where(alias.c.agency == agency.c.id, alias.c.valid.op("@>")(shown))
    written = sa.func.jsonb_build_object(
        *_pairs(known_code.c.scheme, known_code.c.code, known_code.c.status),
        *("valid_from", begins(known_code.c.valid), "valid_to", ends(known_code.c.valid)),
    )
    codes = sa.select(_listed_json(written, known_code.c.scheme, known_code.c.code, known_code.c.valid)).where(
        known_code.c.agency == agency.c.id
    )
    if not ever:
        codes = codes.where(known_code.c.valid.op("@>")(shown))
    related = sa.func.jsonb_build_object("kind", relation.c.kind, "agency", relation.c.related)
    relations = sa.select(_listed_json(related, relation.c.kind, relation.c.related)).where(
        relation.c.agency == agency.c.id, relation.c.valid.op("@>")(shown)
    )
    return (
        aliases.scalar_subquery().label("aliases"),
        codes.scalar_subquery().label("codes"),
        relations.scalar_subquery().label("relations"),
    )


def _pairs(*columns: Any) -> list[Any]:
    return [part for column in columns for part in (column.name, column)]


def _listed(column: Any) -> sa.ColumnElement[Any]:
    return sa.func.coalesce(
        sa.func.array_agg(pg.aggregate_order_by(column, column)), sa.cast([], pg.ARRAY(sa.Text))
    )


def _listed_json(item: Any, *order: Any) -> sa.ColumnElement[Any]:
    ordered = sa.func.jsonb_agg(pg.aggregate_order_by(item, *order))
    return sa.func.coalesce(ordered, sa.text("'[]'::jsonb"), type_=pg.JSONB)


SETS = sa.text(
    """
    select 'aliases' as part, array[alias] as key, lower(valid) as valid_from, upper(valid) - 1 as valid_to
      from agency_alias where agency = :agency
    union all
    select 'codes', array[scheme, code, status], lower(valid), upper(valid) - 1
      from agency_known_code where agency = :agency
    union all
    select 'relations', array[kind, related], lower(valid), upper(valid) - 1
      from agency_relation where agency = :agency
    """
)
WRITING_LOCK = 4021957  # any constant: agencies change one after the other, so that no two changes close a circle
PARTS = ("aliases", "codes", "relations")


class AgencyStore:
    """Reads agencies."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def list_existing(
        self, day: date, wanted: AgencyFilter, after: tuple[Any, ...] | None, limit: int
    ) -> Sequence[Any]:
        """Return up to `limit` agencies that exist on a day, in Vietnamese order, after a sort key."""
        order = vietnamese_order(version.c.name_vi)
        found = (
            sa.select(
                *LASTING,
                *_sets(day, ever=wanted.ever),
                *FACTS,
                begins(version.c.valid).label("version_from"),
                ends(version.c.valid).label("version_to"),
                sa.type_coerce(holds_on(version.c.valid, day), sa.Boolean).label("exists"),
                order.label("sort_key"),
            )
            .join(version, version.c.agency == agency.c.id)
            .where(*wanted.conditions(day))
        )
        page = page_of(found, (order, version.c.agency.collate(BYTE_ORDER)), after, limit)
        return (await self._session.execute(page)).all()

    async def get_lasting(self, agency_id: str) -> Any:
        """Return what an agency keeps over all its versions, or refuse."""
        found = sa.select(*LASTING).where(agency.c.id == agency_id)
        row = (await self._session.execute(found)).one_or_none()
        if row is None:
            raise AgencyUnknown(agency_id)
        return row

    async def lock(self, agency_id: str) -> None:
        """Let changes of agencies come one after the other until the transaction ends, and hold this one."""
        await self._session.execute(sa.select(sa.func.pg_advisory_xact_lock(WRITING_LOCK)))
        locking = sa.select(agency.c.id).where(agency.c.id == agency_id).with_for_update()
        if (await self._session.execute(locking)).one_or_none() is None:
            raise AgencyUnknown(agency_id)

    async def list_versions(self, agency_id: str) -> list[Version]:
        """Return all versions of an agency, oldest first."""
        stored = (
            sa.select(
                begins(version.c.valid).label("valid_from"),
                ends(version.c.valid).label("valid_to"),
                *FACTS,
                version.c.reason,
            )
            .where(version.c.agency == agency_id)
            .order_by(version.c.valid)
        )
        return [Version(**row) for row in (await self._session.execute(stored)).mappings()]

    async def list_sets(self, agency_id: str) -> dict[str, list[Dated]]:
        """Return the other names, codes and relations of an agency with their days."""
        sets: dict[str, list[Dated]] = {part: [] for part in PARTS}
        for row in await self._session.execute(SETS, {"agency": agency_id}):
            sets[row.part].append(Dated(tuple(row.key), row.valid_from, row.valid_to))
        return sets

    async def list_changes(self, agency_id: str) -> Sequence[Any]:
        """Return the journal of an agency, oldest first."""
        journal = sa.text("select * from agency_change where agency = :agency order by number")
        return (await self._session.execute(journal, {"agency": agency_id})).all()
