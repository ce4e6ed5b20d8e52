"""The statements that read what rows are judged by: a few, whatever the number of rows."""

from typing import Any

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.text import fold
from services.registry.agency.acts import Kept
from services.registry.agency.dated_sets import Dated
from services.registry.agency.store import PARTS
from services.registry.agency.versions import Version
from services.registry.importing.state import KnownContact, RegistryState, Unit

VERSIONS = sa.text(
    """
    select agency, lower(valid) as valid_from, upper(valid) - 1 as valid_to, name_vi, name_en, kind, parent,
           province, host_country, city, time_zone, reason
    from agency_version order by agency, valid
    """
)
SETS = sa.text(
    """
    select agency, 'aliases' as part, array[alias] as key, lower(valid) as first, upper(valid) - 1 as last
      from agency_alias
    union all select agency, 'codes', array[scheme, code, status], lower(valid), upper(valid) - 1 from agency_code
    union all select agency, 'relations', array[kind, related], lower(valid), upper(valid) - 1 from agency_relation
    """
)
PROVINCES = sa.text(
    "select id, name_vi, full_name_vi, name_en, lower(valid) as first, upper(valid) - 1 as last from province"
)
CONTACTS = sa.text(
    """
    select id, agency, name, role, language, email, phone, lower(valid) as first, upper(valid) - 1 as last
    from contact
    """
)


async def read_state(session: AsyncSession, *, with_contacts: bool) -> RegistryState:
    """Read what stands in the registry. The caller holds the lock of those who write when it matters."""
    versions: dict[str, list[Version]] = {}
    for row in (await session.execute(VERSIONS)).mappings():
        facts = dict(row)
        versions.setdefault(facts.pop("agency"), []).append(Version(**facts))
    sets: dict[str, dict[str, list[Dated]]] = {agency: {part: [] for part in PARTS} for agency in versions}
    for kept in await session.execute(SETS):
        sets[kept.agency][kept.part].append(Dated(tuple(kept.key), kept.first, kept.last))
    agencies = {agency: Kept(agency, found, sets[agency]) for agency, found in versions.items()}
    provinces = [_unit(row) for row in await session.execute(PROVINCES)]
    contacts = [_contact(row) for row in await session.execute(CONTACTS)] if with_contacts else []
    return RegistryState(agencies, {one.id: one for one in provinces}, contacts)


def _unit(row: Any) -> Unit:
    names = (row.name_vi, row.full_name_vi, row.name_en)
    return Unit(row.id, tuple(fold(name) for name in names), (row.first, row.last))


def _contact(row: Any) -> KnownContact:
    values = {name: getattr(row, name) for name in ("name", "role", "language", "email", "phone")}
    return KnownContact(row.id, row.agency, values, (row.first, row.last))
