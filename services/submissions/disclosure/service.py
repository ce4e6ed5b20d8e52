"""Reading what is released of confidential tables: decided once for everybody, from what was accepted each day."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count, groupby
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.clock import BusinessClock, day_in_vietnam
from services.submissions.disclosure.answering import Released
from services.submissions.disclosure.readers import Readers, Succession, readers_on
from services.submissions.disclosure.release import Release, Report
from services.submissions.disclosure.selecting import Accepted, admit, released_obligations
from services.submissions.disclosure.store import DisclosureStore

Series = tuple[str, date, date]
"""An indicator and a period: counts that are released together."""


@dataclass(frozen=True, slots=True)
class Disclosed:
    """The released figures of a form."""

    cells: list[Released]
    before: date
    """They are of what was accepted before this day."""
    behind: frozenset[UUID]
    """The reports of which some is not released yet, for it would give small counts away."""


class DisclosureService:
    """Gives the figures of confidential tables that those may work with who do not read the tables whole."""

    def __init__(self, *, session: AsyncSession, clock: BusinessClock) -> None:
        self._store = DisclosureStore(session)
        self._clock = clock

    async def read(
        self,
        form: str,
        indicators: Collection[str],
        *,
        periods: Collection[str] = (),
        known_at: datetime | None = None,
    ) -> Disclosed:
        """Return what is released of some indicators, of these periods or of all. Four statements."""
        now = self._clock()
        before = day_in_vietnam(min(known_at, now) if known_at else now)
        obligations = released_obligations(await self._store.list_obligations())
        accepted = admit(await self._store.list_accepted(form, obligations, before))
        ranges = {(one.start, one.end) for one in accepted if not periods or one.period in periods}
        wanted = [one for one in accepted if (one.start, one.end) in ranges]
        figures = await self._store.list_figures(wanted, indicators) if wanted else ()
        successions = await self._store.list_successions()
        return await asyncio.to_thread(assemble, wanted, figures, before, successions)


def assemble(
    versions: Sequence[Accepted], figures: Iterable[Any], before: date, successions: Collection[Succession] = ()
) -> Disclosed:
    """Return the released figures of accepted versions, in a stable order."""
    readers = {day: readers_on(day + timedelta(days=1), successions) for day in {one.day for one in versions}}
    numbers = count()
    by_version = _reports(versions, figures)
    periods: dict[tuple[date, date], list[Accepted]] = defaultdict(list)
    for one in versions:
        periods[one.start, one.end].append(one)
    cells: list[Released] = []
    behind: set[UUID] = set()
    for period in sorted(periods):
        of_period = periods[period]
        for indicator in sorted({name for one in of_period for name in by_version[one.submission]}):
            released = _replay(of_period, by_version, indicator, readers)
            waiting = {one.agency for one in of_period} if released is None else released.behind
            behind |= {one.occurrence for one in of_period if one.agency in waiting}
            if released is None:
                continue
            cells += _cells(released, indicator, of_period, numbers)
    return Disclosed(cells, before, frozenset(behind))


Figures = dict[str, dict[tuple[str | None, ...], Any]]


def _reports(versions: Iterable[Accepted], figures: Iterable[Any]) -> dict[UUID, Figures]:
    found: dict[UUID, Figures] = {one.submission: defaultdict(dict) for one in versions}
    for submission, indicator, d1, d2, d3, d4, value in figures:
        found[submission][indicator][d1, d2, d3, d4] = value
    return found


def _replay(
    versions: Sequence[Accepted], figures: dict[UUID, Figures], indicator: str, readers: Mapping[date, Readers]
) -> Release | None:
    """Return what is released of an indicator after all days; nothing when its figures do not count anything."""
    released = Release()
    for accepted_on, of_day in groupby(versions, key=lambda one: one.day):
        day: dict[str, Report] = {}
        for one in of_day:
            values = figures[one.submission].get(indicator, {})
            if any(value < 0 or value != int(value) for value in values.values()):
                return None
            day[one.agency] = {tuple(code or "" for code in codes): int(v) for codes, v in values.items()}
        released.take_in(day, readers[accepted_on])
    return released


def _cells(
    released: Release, indicator: str, versions: Sequence[Accepted], numbers: "count[int]"
) -> Iterator[Released]:
    about = {one.agency: _about(one, indicator) for one in versions}
    unique = [next(numbers) for _ in released.atoms]
    sizes = [len(atom) for atom in released.atoms]
    values = {**dict.fromkeys(released.zeros(), 0), **released.values}
    for key in sorted(values):
        codes, atom = tuple(code or None for code in key[1:]), released.atom_of.get(key)
        shown_with = (None, 1) if atom is None else (unique[atom], sizes[atom])
        yield Released._make((*about[key[0]], codes, values[key], *shown_with))


def _about(one: Accepted, indicator: str) -> tuple[UUID, UUID, str, str, str, int, str]:
    """Return the fields of a released figure that say where it comes from, in their order."""
    return one.occurrence, one.submission, one.agency, one.obligation, one.period, one.form_version, indicator
