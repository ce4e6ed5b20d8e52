"""The dictionary that documents are read with: every agency and group under every name, and known instruments."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registry.agency.kinds import AgencyKind
from services.registry.plan_document.doubts import NamedOne

KNOWN = sa.text(
    """
    select v.agency as id,
           array_prepend(v.name_vi, coalesce(a.aliases, '{}')) as names,
           false as is_group, v.province, v.parent,
           lower(v.valid) as valid_from, upper(v.valid) - 1 as valid_to,
           v.kind = :committee as is_committee
    from agency_version v
    left join lateral (
        select array_agg(alias order by alias) as aliases
        from agency_alias where agency = v.agency and valid @> v.valid
    ) a on true
    union all
    select v.agency, array[a.alias], false, v.province, v.parent,
           lower(v.valid * a.valid), upper(v.valid * a.valid) - 1, false
    from agency_version v
    join agency_alias a on a.agency = v.agency and a.valid && v.valid and not a.valid @> v.valid
    union all
    select g.id, array_prepend(g.expression_vi, g.variants_vi), true, g.province, null, null, null, false
    from agency_group g
    order by id, valid_from nulls first
    """
)
INSTRUMENTS = sa.text(
    """
    select i.id, i.number, i.doc_type, i.issuer, i.issued_on, p.id is not null as is_plan
    from instrument i left join plan p on p.id = i.id
    where lower(replace(i.number, ' ', '')) = any(:numbers) or (i.number is null and i.issued_on = any(:days))
    order by i.id
    """
).bindparams(sa.bindparam("numbers", type_=sa.ARRAY(sa.Text)), sa.bindparam("days", type_=sa.ARRAY(sa.Date)))

NAMED = sa.text(
    """
    select agency as code, false as is_group, lower(valid) as first, upper(valid) - 1 as last
    from agency_version where agency = any(:codes)
    union all
    select id, true, null, null from agency_group where id = any(:codes)
    """
).bindparams(sa.bindparam("codes", type_=sa.ARRAY(sa.Text)))
THERE = sa.text(
    """
    select 'province' as field where exists (select from province where id = :province)
    union all select 'steward' where exists (select from agency where id = :steward)
    union all select 'derives_from' where exists (select from plan where id = :derives_from)
    """
)


class DictionaryStore:
    """Reads what a document is read with."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def read_known(self) -> list[dict[str, Any]]:
        """Return every agency, version by version, and every group, as the reader's dictionary wants them."""
        rows = await self._session.execute(KNOWN, {"committee": AgencyKind.PROVINCIAL_PEOPLES_COMMITTEE.value})
        return [dict(row) for row in rows.mappings()]

    async def find_instruments(self, cited: Sequence[dict[str, Any]]) -> Sequence[Any]:
        """Return the registered instruments that may be among the cited ones: by number, or by day without one."""
        numbers = [key for one in cited if (key := number_key(one["number"]))]
        days = [one["issued_on"] for one in cited if not one["number"] and one["issued_on"]]
        return (await self._session.execute(INSTRUMENTS, {"numbers": numbers, "days": days})).all()

    async def find_named(self, codes: Collection[str]) -> dict[str, NamedOne]:
        """Return the agencies and groups among codes, with the days on which they are there."""
        found: dict[str, NamedOne] = {}
        for row in await self._session.execute(NAMED, {"codes": sorted(codes)}):
            before = found[row.code].periods if row.code in found else ()
            found[row.code] = NamedOne(row.code, row.is_group, (*before, (row.first, row.last)))
        return found

    async def find_missing(self, named: Mapping[str, str | None]) -> list[tuple[str, str]]:
        """Return what of a province, a steward and a plan above is not registered."""
        asked = {field: named.get(field) for field in ("province", "steward", "derives_from")}
        there = {row.field for row in await self._session.execute(THERE, asked)}
        return [(field, value) for field, value in asked.items() if value is not None and field not in there]


def number_key(number: str | None) -> str:
    """Return what two ways of writing the number of an instrument share."""
    return (number or "").replace(" ", "").lower()
