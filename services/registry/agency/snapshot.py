"""Every dated fact that expressions are expanded with, read in one statement."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registry.agency.rules import (
    AgencyPeriod,
    Group,
    Heir,
    Membership,
    Move,
    Place,
    RegistrySnapshot,
    SuccessionKind,
    meant_kinds,
)

# What the loader confirmed says the same as the chain of successions, so it is left out of the moves.
READ = sa.text(
    """
    select
      (select jsonb_agg(jsonb_build_array(agency, kind, province, lower(valid), upper(valid) - 1)
                        order by agency, valid)
         from agency_version) as agencies,
      (select jsonb_agg(jsonb_build_array(f.predecessor, s.agency, s.kind, f.effective_on)
                        order by f.effective_on, f.id, s.place)
         from succession f join succession_successor s on s.succession = f.id
         where f.state = 'confirmed') as successions,
      (select jsonb_agg(jsonb_build_array(l.kind, l.item, l.part, f.predecessor, f.effective_on,
                                          case when l.state = 'confirmed' then l.receivers else '{}' end)
                        order by f.effective_on, f.kind = 'transfer', l.decided_at nulls first, f.id)
         from succession_line l join succession f on f.id = l.succession
         where f.state = 'confirmed' and l.kind not in ('occurrence', 'client')
           and (l.state = 'confirmed' and l.decided_by <> 'loader'
                or l.state = 'proposed' and f.kind <> 'transfer')) as moves,
      (select jsonb_agg(jsonb_build_array(id, province, membership,
                (select jsonb_agg(word) from agency_group_word w where w.agency_group = g.id),
                (select jsonb_agg(jsonb_build_array(agency, lower(valid), upper(valid) - 1) order by agency)
                   from group_member m where m.agency_group = g.id)))
         from agency_group g) as groups,
      (select jsonb_agg(jsonb_build_array(word, agency_kinds, provincial_agency_kinds)) from group_kind) as words
    """
).columns(agencies=JSONB, successions=JSONB, moves=JSONB, groups=JSONB, words=JSONB)


async def read_snapshot(session: AsyncSession) -> RegistrySnapshot:
    """Read agencies, groups with their listed members, confirmed successions, and what was decided by line."""
    row = (await session.execute(READ)).one()
    return RegistrySnapshot(
        agencies=_agencies(row.agencies or []),
        groups=_groups(row.groups or [], row.words or []),
        heirs=_heirs(row.successions or []),
        moves=_moves(row.moves or []),
    )


def _agencies(rows: list[Any]) -> dict[str, tuple[AgencyPeriod, ...]]:
    periods: dict[str, tuple[AgencyPeriod, ...]] = {}
    for code, kind, province, first, last in rows:
        period = AgencyPeriod(code, kind, province, _day(first), _day(last))
        periods[code] = (*periods.get(code, ()), period)
    return periods


def _heirs(rows: list[Any]) -> dict[str, tuple[Heir, ...]]:
    heirs: dict[str, tuple[Heir, ...]] = {}
    for predecessor, successor, kind, effective_on in rows:
        heir = Heir(successor, SuccessionKind(kind), date.fromisoformat(effective_on))
        heirs[predecessor] = (*heirs.get(predecessor, ()), heir)
    return heirs


def _moves(rows: list[Any]) -> dict[Place, dict[str, tuple[Move, ...]]]:
    moves: dict[Place, dict[str, tuple[Move, ...]]] = {}
    for kind, item, part, agency, effective_on, receivers in rows:
        at = moves.setdefault(Place(kind, item, part), {})
        at[agency] = (*at.get(agency, ()), Move(date.fromisoformat(effective_on), tuple(receivers)))
    return moves


def _groups(rows: list[Any], words: list[Any]) -> dict[str, Group]:
    national = {word: kinds for word, kinds, _ in words}
    provincial = {word: kinds for word, _, kinds in words}
    groups = {}
    for code, province, membership, named, members in rows:
        meant = named or [] if membership == "by_kind" else []
        listed = tuple(Membership(agency, _day(first), _day(last)) for agency, first, last in members or [])
        groups[code] = Group(code, province, meant_kinds(meant, national, provincial, province), listed)
    return groups


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
