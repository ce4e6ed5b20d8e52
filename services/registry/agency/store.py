"""Every statement about agencies, their versions and other names."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registry.agency.errors import AgencyExists, AgencyReferenceWrong, AgencyStillNamed, AgencyUnknown
from services.registry.agency.tables import Agency, AgencyAlias, AgencyCode, AgencyVersion
from services.registry.agency.versions import Division, Version
from services.registry.base import broken_constraint, table_of
from services.registry.keyset import page_of
from services.registry.validity import begins, days, ends, holds_on
from services.registry.vietnamese import BYTE_ORDER, mentions, vietnamese_order

agency = table_of(Agency)
version = table_of(AgencyVersion)
alias = table_of(AgencyAlias)
agency_code = table_of(AgencyCode)

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
ALIASES = (
    sa.select(sa.func.coalesce(sa.func.array_agg(pg.aggregate_order_by(alias.c.alias, alias.c.alias)), []))
    .where(alias.c.agency == agency.c.id)
    .scalar_subquery()
)
CODES = (
    sa.select(
        sa.func.coalesce(
            sa.func.jsonb_agg(
                sa.func.jsonb_build_object(
                    "scheme", agency_code.c.scheme, "code", agency_code.c.code, "status", agency_code.c.status
                )
            ),
            sa.text("'[]'::jsonb"),
            type_=pg.JSONB,
        )
    )
    .where(agency_code.c.agency == agency.c.id)
    .scalar_subquery()
)
LASTING = (
    agency.c.id,
    ALIASES.label("aliases"),
    CODES.label("codes"),
    begins(agency.c.lifetime).label("valid_from"),
    ends(agency.c.lifetime).label("valid_to"),
    agency.c.confidence,
    agency.c.note,
)


class AgencyFilter:
    """What a list of agencies is narrowed by."""

    def __init__(
        self,
        kind: str | None = None,
        parent: str | None = None,
        province: str | None = None,
        text: str | None = None,
    ) -> None:
        self.kind = kind
        self.parent = parent
        self.province = province
        self.text = text

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """Return the conditions; a text is sought in names, other names and the code itself."""
        asked = {"kind": self.kind, "parent": self.parent, "province": self.province}
        found = [version.c[name] == value for name, value in asked.items() if value is not None]
        return [*found, _mentions(self.text)] if self.text else found


def _mentions(text: str) -> sa.ColumnElement[bool]:
    places = (version.c.name_vi, version.c.name_en, version.c.agency)
    aliased = sa.exists().where(alias.c.agency == version.c.agency, mentions(alias.c.alias, text))
    return sa.or_(*(mentions(place, text) for place in places), aliased)


class AgencyStore:
    """Reads and keeps agencies."""

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
                *FACTS,
                begins(version.c.valid).label("version_from"),
                ends(version.c.valid).label("version_to"),
                order.label("sort_key"),
            )
            .join(version, version.c.agency == agency.c.id)
            .where(holds_on(version.c.valid, day), *wanted.conditions())
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
        """Hold an agency until the transaction ends, so that changes come one after the other."""
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

    async def add(self, agency_id: str, first: Version, aliases: Sequence[str], note: str | None) -> None:
        """Keep a new agency with its first version."""
        lifetime = days(first.valid_from, first.valid_to)
        row = {"id": agency_id, "lifetime": lifetime, "source_documents": [], "note": note}
        adding = insert(agency).values(row).on_conflict_do_nothing().returning(agency.c.id)
        if (await self._session.execute(adding)).one_or_none() is None:
            raise AgencyExists(agency_id)
        await self._add_version(agency_id, first)
        if aliases:
            names = [{"agency": agency_id, "alias": one} for one in dict.fromkeys(aliases)]
            await self._session.execute(insert(alias).values(names))

    async def divide(self, agency_id: str, division: Division) -> None:
        """End a version earlier and begin the one that follows, or end the agency with it."""
        was, ended = division.was, division.ended
        its_row = sa.and_(version.c.agency == agency_id, version.c.valid == days(was.valid_from, was.valid_to))
        shorter = {"valid": days(ended.valid_from, ended.valid_to), "reason": ended.reason}
        await self._session.execute(sa.update(version).where(its_row).values(shorter))
        if division.begun is not None:
            await self._add_version(agency_id, division.begun)
            return
        await self._end(agency_id, division.ended.valid_to)

    async def _end(self, agency_id: str, last_day: date | None) -> None:
        life = days(None, last_day)
        shorter = agency.c.lifetime * sa.cast(sa.literal(life, pg.DATERANGE), pg.DATERANGE)
        ending = sa.update(agency).where(agency.c.id == agency_id).values(lifetime=shorter)
        try:
            await self._session.execute(ending)
        except IntegrityError as error:
            if broken_constraint(error) == "temporal_version_parent_exists":
                raise AgencyStillNamed(agency_id) from error
            raise

    async def _add_version(self, agency_id: str, added: Version) -> None:
        facts = {column.name: getattr(added, column.name) for column in FACTS}
        row = {
            "agency": agency_id,
            "valid": days(added.valid_from, added.valid_to),
            "reason": added.reason,
            **facts,
        }
        try:
            await self._session.execute(insert(version).values(row))
        except IntegrityError as error:
            field = NAMED_BY.get(broken_constraint(error))
            if field is None:
                raise
            raise AgencyReferenceWrong(field, facts[field]) from error


NAMED_BY = {
    "fk_agency_version_parent": "parent",
    "temporal_version_parent_exists": "parent",
    "fk_agency_version_province": "province",
    "temporal_version_province_exists": "province",
}
