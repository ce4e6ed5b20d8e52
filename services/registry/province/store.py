"""The statement that other services read provincial units by."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel.ext.asyncio.session import AsyncSession

_UNITS = sa.text(
    """
    select p.id, p.name_vi, p.name_en, p.gso_code, p.iso_3166_2,
           lower(p.valid) as valid_from, upper(p.valid) - 1 as valid_to,
           coalesce((select jsonb_agg(jsonb_build_object(
                'province', s.successor, 'kind', s.kind, 'effective_on', s.effective_on)
                order by s.effective_on, s.id)
              from province_succession s where s.predecessor = p.id and s.state = 'confirmed'), '[]') as successors
      from province p order by p.id collate "C"
    """
).columns(successors=JSONB)


async def list_units(session: AsyncSession) -> Sequence[sa.RowMapping]:
    """Return every provincial unit of every day, with the confirmed units that followed it."""
    return (await session.execute(_UNITS)).mappings().all()
