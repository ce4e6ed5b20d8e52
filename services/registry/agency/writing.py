"""Every statement that changes agencies: their versions, other names, codes, relations and journal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registry.agency.dated_sets import Dated
from services.registry.agency.errors import (
    AgencyExists,
    AgencyReferenceWrong,
    AgencyStillNamed,
    CodeTaken,
    ParentCircle,
)
from services.registry.agency.store import FACTS, WRITING_LOCK, agency, alias, relation, version
from services.registry.agency.tables import AgencyChange, AgencyCode
from services.registry.agency.versions import Version
from services.registry.base import broken_constraint, table_of
from services.registry.validity import days

agency_code = table_of(AgencyCode)
change = table_of(AgencyChange)

Sets = Mapping[str, Sequence[Dated]]

SET_TABLES = {
    "aliases": (alias, ("alias",)),
    "codes": (agency_code, ("scheme", "code", "status")),
    "relations": (relation, ("kind", "related")),
}
NAMED_BY = {
    "fk_agency_version_parent": "parent",
    "temporal_version_parent_exists": "parent",
    "fk_agency_version_province": "province",
    "temporal_version_province_exists": "province",
    "fk_agency_relation_related": "relations",
    "temporal_relation_related_exists": "relations",
}
MISSING = sa.text(
    """
    select distinct asked.field, asked.id
    from unnest(cast(:fields as text[]), cast(:ids as text[]), cast(:valids as daterange[]))
        asked (field, id, valid)
    left join agency a on asked.field <> 'province' and a.id = asked.id and a.lifetime @> asked.valid
    left join province p on asked.field = 'province' and p.id = asked.id and p.valid @> asked.valid
    where a.id is null and p.id is null
    order by asked.field
    """
).bindparams(sa.bindparam("valids", type_=pg.ARRAY(pg.DATERANGE)))
TAKEN = sa.text(
    """
    select distinct on (asked.place) asked.place, asked.code, c.agency
    from unnest(cast(:places as int[]), cast(:schemes as text[]), cast(:codes as text[]),
                cast(:valids as daterange[])) asked (place, scheme, code, valid)
    join agency_code c on c.scheme = asked.scheme and c.code = asked.code and c.valid && asked.valid
    where c.agency <> :agency
    """
).bindparams(sa.bindparam("valids", type_=pg.ARRAY(pg.DATERANGE)))
NAMING = sa.text(
    """
    select agency from agency_version where parent = :agency and not valid <@ :lifetime
    union select agency from agency_relation where related = :agency and not valid <@ :lifetime
    order by agency
    """
).bindparams(sa.bindparam("lifetime", type_=pg.DATERANGE))
CIRCLES = sa.text(
    """
    with recursive above as (
        select agency as below, parent, valid from agency_version
        where agency = any(cast(:agencies as text[])) and parent is not null
        union
        select above.below, v.parent, above.valid * v.valid
        from above join agency_version v on v.agency = above.parent and v.valid && above.valid
        where v.parent is not null and above.parent <> above.below
    )
    select below, lower(valid) as first, upper(valid) - 1 as last from above where parent = below
    order by below, valid limit 1
    """
)


@dataclass(frozen=True, slots=True)
class Named:
    """An agency or province that something names in a field, and the days on which it does."""

    field: str
    code: str
    valid_from: date | None
    valid_to: date | None


class AgencyWriting:
    """Changes agencies. Everything is in the transaction at hand; nothing is checked at its end only."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def lock(self) -> None:
        """Let changes of agencies come one after the other, until the transaction ends."""
        await self._session.execute(sa.select(sa.func.pg_advisory_xact_lock(WRITING_LOCK)))

    async def require_named(self, named: Sequence[Named]) -> None:
        """Refuse agencies and provinces that do not exist on all of the days on which they are named."""
        if not named:
            return
        query = {
            "fields": [one.field for one in named],
            "ids": [one.code for one in named],
            "valids": [days(one.valid_from, one.valid_to) for one in named],
        }
        missing = [(row.field, row.id) for row in await self._session.execute(MISSING, query)]
        if missing:
            raise AgencyReferenceWrong(*missing)

    async def require_free(self, agency_id: str, codes: Sequence[Dated]) -> None:
        """Refuse codes that belong to another agency on some of their days."""
        if not codes:
            return
        query = {
            "agency": agency_id,
            "places": list(range(len(codes))),
            "schemes": [code.key[0] for code in codes],
            "codes": [code.key[1] for code in codes],
            "valids": [days(code.valid_from, code.valid_to) for code in codes],
        }
        taken = [
            (f"/codes/{row.place}", row.code, row.agency) for row in await self._session.execute(TAKEN, query)
        ]
        if taken:
            raise CodeTaken(*taken)

    async def require_unnamed(self, agency_id: str, first: date | None, last: date | None) -> None:
        """Refuse to shorten an agency to days beyond which others still stand under it."""
        named = await self._session.execute(NAMING, {"agency": agency_id, "lifetime": days(first, last)})
        others = [row.agency for row in named]
        if others:
            raise AgencyStillNamed(agency_id, others)

    async def require_no_circle(self, agencies: Sequence[str], parent: str | None) -> None:
        """Refuse agencies that stand under themselves on any day."""
        found = (await self._session.execute(CIRCLES, {"agencies": list(agencies)})).first()
        if found is not None:
            raise ParentCircle(found.below, parent, found.first, found.last)

    async def add(self, agency_id: str, first: Version, sets: Sets, note: str | None) -> None:
        """Keep a new agency with its first version, its other names, codes and relations."""
        lifetime = days(first.valid_from, first.valid_to)
        row = {"id": agency_id, "lifetime": lifetime, "source_documents": [], "note": note}
        adding = insert(agency).values(row).on_conflict_do_nothing().returning(agency.c.id)
        if (await self._session.execute(adding)).one_or_none() is None:
            raise AgencyExists(agency_id)
        await self._insert(version, [row_of(agency_id, first)])
        for part, rows in sets.items():
            await self._put_set(part, agency_id, rows)

    async def put(self, agency_id: str, versions: Sequence[Version] | None, sets: Sets) -> None:
        """Let an agency have exactly these versions, and these other names, codes and relations."""
        await self._session.execute(sa.text("set constraints all deferred"))
        changed: dict[str, Any] = {"revision": agency.c.revision + 1}
        if versions is not None:
            changed["lifetime"] = days(versions[0].valid_from, versions[-1].valid_to)
            await self._session.execute(sa.delete(version).where(version.c.agency == agency_id))
            await self._insert(version, [row_of(agency_id, one) for one in versions])
        for part, rows in sets.items():
            table, _ = SET_TABLES[part]
            await self._session.execute(sa.delete(table).where(table.c.agency == agency_id))
            await self._put_set(part, agency_id, rows)
        await self._session.execute(sa.update(agency).where(agency.c.id == agency_id).values(changed))
        await self._check()

    async def _put_set(self, part: str, agency_id: str, rows: Sequence[Dated]) -> None:
        table, columns = SET_TABLES[part]
        await self._insert(table, [set_row_of(agency_id, columns, row) for row in rows])

    async def _insert(self, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            connection = await self._session.connection()
            await connection.execute(sa.insert(table), list(rows))

    async def _check(self) -> None:
        """Check what was deferred; what a race let through is refused as if it had been seen before."""
        try:
            await self._session.execute(sa.text("set constraints all immediate"))
        except IntegrityError as error:
            raise _refusal_of(error) from error

    async def note(self, acts: Sequence[dict[str, Any]]) -> None:
        """Write acts into the journal."""
        await self._insert(change, acts)


def row_of(agency_id: str, kept: Version) -> dict[str, Any]:
    """Return the row of a version."""
    facts = {column.name: getattr(kept, column.name) for column in FACTS}
    return {
        "agency": agency_id,
        "valid": days(kept.valid_from, kept.valid_to),
        "reason": kept.reason,
        **facts,
    }


def set_row_of(agency_id: str, columns: Sequence[str], kept: Dated) -> dict[str, Any]:
    """Return the row of a member of a set."""
    valid = days(kept.valid_from, kept.valid_to)
    return {"agency": agency_id, "valid": valid, **dict(zip(columns, kept.key, strict=True))}


def _refusal_of(error: IntegrityError) -> Exception:
    field = NAMED_BY.get(broken_constraint(error))
    return AgencyReferenceWrong((field, None)) if field else error
