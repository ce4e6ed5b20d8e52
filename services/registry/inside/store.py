"""The statements that other services read agencies and derivations by."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel.ext.asyncio.session import AsyncSession

AGENCIES = sa.text(
    """
    select a.id, lower(a.lifetime) as valid_from, upper(a.lifetime) - 1 as valid_to,
           (select jsonb_agg(jsonb_build_object(
                'valid_from', lower(v.valid), 'valid_to', upper(v.valid) - 1,
                'name_vi', v.name_vi, 'name_en', v.name_en, 'kind', v.kind,
                'province', v.province, 'parent', v.parent, 'time_zone', v.time_zone) order by v.valid)
              from agency_version v where v.agency = a.id) as versions,
           coalesce((select jsonb_agg(jsonb_build_object(
                'agency', s.agency, 'kind', s.kind, 'effective_on', f.effective_on)
                order by f.effective_on, f.id, s.place)
              from succession f join succession_successor s on s.succession = f.id
              where f.predecessor = a.id and f.state = 'confirmed'), '[]') as successors
    from agency a order by a.id collate "C"
    """
).columns(versions=JSONB, successors=JSONB)


DERIVATIONS = sa.text(
    """
    select d.task, d.derives_from, above.plan, above.code, above.title_vi, above.title_en
      from task_derivation d join task above on above.id = d.derives_from
     where above.removed_in is null
     order by d.task collate "C", d.derives_from collate "C"
    """
)


PLANS = sa.text(
    """
    select p.id, p.steward, p.derives_from, i.number, i.doc_type, i.issued_on, i.title_vi, i.title_en
      from plan p join instrument i on i.id = p.id
     order by p.id collate "C"
    """
)


async def list_agencies(session: AsyncSession) -> Sequence[Any]:
    """Return all agencies, ended ones included, with their versions and confirmed successions."""
    return (await session.execute(AGENCIES)).all()


async def list_derivations(session: AsyncSession) -> Sequence[Any]:
    """Return which task carries out which line of a plan above, as the plans are in force now."""
    return (await session.execute(DERIVATIONS)).all()


async def list_plans(session: AsyncSession) -> Sequence[Any]:
    """Return all plans with what their instruments are called."""
    return (await session.execute(PLANS)).all()
