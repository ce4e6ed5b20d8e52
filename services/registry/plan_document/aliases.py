"""Remembering a printed name as another name of an agency or group, for the documents that come."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registry.agency.tables import Agency, AgencyAlias
from services.registry.base import table_of
from services.registry.group.tables import AgencyGroup

agency = table_of(Agency)
alias = table_of(AgencyAlias)
group = table_of(AgencyGroup)


class AliasStore:
    """Keeps other names."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, code: str, name: str) -> bool:
        """Keep a name of an agency, or of a group; say whether it was new."""
        is_group = (await self._session.execute(sa.select(group.c.id).where(group.c.id == code))).one_or_none()
        if is_group is None:
            lasting = sa.select(agency.c.id, sa.literal(name), agency.c.lifetime).where(agency.c.id == code)
            adding = insert(alias).from_select(["agency", "alias", "valid"], lasting).on_conflict_do_nothing()
            return (await self._session.execute(adding.returning(alias.c.agency))).one_or_none() is not None
        widening = (
            sa.update(group)
            .where(group.c.id == code, sa.not_(group.c.variants_vi.any(name)), group.c.expression_vi != name)
            .values(variants_vi=sa.func.array_append(group.c.variants_vi, name))
            .returning(group.c.id)
        )
        return (await self._session.execute(widening)).one_or_none() is not None
