"""Chains of confirmed successions, forwards and backwards, in one statement each."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registry.agency.rules import RegistrySnapshot
from services.registry.agency.snapshot import read_snapshot

CHAIN = """
    with recursive fact as (
        select f.id, f.predecessor, s.agency as successor, s.kind, f.effective_on, f.legal_basis
        from succession f join succession_successor s on s.succession = f.id
        where f.state = 'confirmed' and f.effective_on <= :on
    ), link as (
        select s.*, 1 as depth, array[s.{near}, s.{far}] as path
        from fact s
        where s.{near} = :agency
        union all
        select s.*, link.depth + 1, link.path || s.{far}
        from link join fact s on s.{near} = link.{far}
        where s.{far} <> all (link.path) and s.effective_on {later} link.effective_on
    )
    select distinct on (link.depth, link.effective_on, link.id, link.successor)
           link.id as succession, link.predecessor, link.successor, link.kind, link.effective_on,
           link.legal_basis, link.depth, named.name_vi, named.name_en
    from link
    join lateral (
        select name_vi, name_en from agency_version where agency = link.{far}
        order by valid @> cast(:on as date) desc, valid desc limit 1
    ) named on true
    order by link.depth, link.effective_on, link.id, link.successor
"""
FORWARDS = sa.text(CHAIN.format(near="predecessor", far="successor", later=">="))
BACKWARDS = sa.text(CHAIN.format(near="successor", far="predecessor", later="<="))


class ChainStore:
    """Reads who followed whom."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def read(
        self, agency: str, on: date, *, forwards: bool
    ) -> tuple[list[dict[str, Any]], RegistrySnapshot]:
        """Return the links from an agency on, nearest first, and the snapshot that says who carries."""
        chain = FORWARDS if forwards else BACKWARDS
        links = (await self._session.execute(chain, {"agency": agency, "on": on})).mappings()
        return [dict(link) for link in links], await read_snapshot(self._session)
