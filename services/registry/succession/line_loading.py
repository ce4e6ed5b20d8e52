"""The lines of successions from the reference files, worked out when everything that they touch is loaded.

A confirmed succession carries all it touches to those who follow; of a proposed one nothing moves.
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from services.registry.agency.rules import RegistrySnapshot, SuccessionKind
from services.registry.agency.snapshot import read_snapshot
from services.registry.succession.checking import Fact
from services.registry.succession.line_store import LineStore
from services.registry.succession.lining import Row, confirmed, lines_of
from services.registry.succession.loading import AUTHOR
from services.registry.succession.showing import followers
from services.registry.succession.states import SuccessionState
from services.registry.succession.store import SuccessionStore
from services.registry.succession.touching import Named, find_touched


async def load_lines(session: AsyncSession, now: datetime) -> None:
    """Keep the lines that loaded successions lack. What a steward has touched is left alone."""
    lines = LineStore(session)
    rows = await SuccessionStore(session).list_untouched(AUTHOR)
    kept = await lines.list_kept([row.id for row in rows])
    snapshot = await read_snapshot(session)
    named: dict[date, list[Named]] = {}
    fresh: list[Row] = []
    for row in rows:
        if row.effective_on not in named:
            named[row.effective_on] = await lines.list_named(row.effective_on)
        known, highest = kept.get(row.id, (set(), 0))
        fresh += _lines(row, named[row.effective_on], snapshot, known, highest, now)
    await lines.add(fresh)


def _lines(
    row: Any,
    named: Collection[Named],
    snapshot: RegistrySnapshot,
    known: Collection[Any],
    highest: int,
    now: datetime,
) -> list[Row]:
    fact = Fact(row.predecessor, SuccessionKind(row.kind), row.effective_on, followers(row))
    touched = find_touched(named, fact.predecessor, fact.last_day, snapshot)
    made = lines_of(row.id, touched, fact.followers, known=known, after=highest)
    if row.state != SuccessionState.CONFIRMED or not fact.ends_predecessor:
        return made
    receivers = [follower.agency for follower in fact.followers if follower.is_whole]
    return [confirmed(line, receivers, AUTHOR, now) for line in made]
