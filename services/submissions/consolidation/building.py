"""Putting a report together from the accepted reports below, the own part and the adjustments. Keeps nothing."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.submissions.consolidation.book import Book, Placing
from services.submissions.consolidation.drafting import OwnFigures, check_own
from services.submissions.consolidation.feeding import Feed, judge_uses
from services.submissions.consolidation.rolling import (
    OWN,
    Absent,
    Key,
    Part,
    Source,
    Whole,
    group_parts,
    roll_up,
)
from services.submissions.consolidation.store import ConsolidationStore
from services.submissions.consolidation.tables import ConsolidationAdjustment, ConsolidationSource, Use
from services.submissions.cycle.store import Owed
from services.submissions.cycle.tables import Cycle
from services.submissions.form.definition import FormDefinition
from services.submissions.form.shelf import FormShelf

Told = tuple[Feed, Use]
OwnPart = tuple[dict[str, Any], Cycle, str | None]
"""The own part that a build kept, with its cycle and plan."""
EVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Built:
    """A whole, and what it was made from."""

    whole: Whole
    told: list[Told]
    forms: list[tuple[str, int]]
    book: Book
    adjustments: list[ConsolidationAdjustment]
    left_out: int

    @property
    def missing(self) -> list[Feed]:
        """The reports that are owed and not accepted."""
        return [feed for feed, use in self.told if use is Use.MISSING]


class Builder:
    """Puts wholes together."""

    def __init__(self, *, session: AsyncSession, forms: FormShelf) -> None:
        self._session = session
        self._store = ConsolidationStore(session)
        self._forms = forms

    async def put_together(self, owed: Owed, own: OwnFigures | None) -> Built:
        """Return the whole as it would be now."""
        occurrence, cycle, _ = owed
        return await self._join([occurrence.id], await self.fetch_own(cycle), cycle, own)

    async def put_together_below(self, occurrences: Sequence[UUID], kept: Sequence[OwnPart] = ()) -> Built:
        """Return what the accepted reports below several occurrences come to, on the forms on which they came.

        An own part is in it when it is the only one: of several, one may be a part of another.
        """
        own, form, cycle = None, None, None
        if len(kept) == 1:
            content, cycle, plan = kept[0]
            form = await self.fetch_own(cycle)
            own = check_own(content, form, cycle, plan, "vi") if form else None
        return await self._join(occurrences, None, cycle, own, form)

    async def _join(
        self,
        occurrences: Sequence[UUID],
        bound: FormDefinition | None,
        cycle: Cycle | None,
        own: OwnFigures | None,
        beside: FormDefinition | None = None,
    ) -> Built:
        feeds = await self._store.list_feeds(*occurrences)
        told = list(zip(feeds, judge_uses(feeds), strict=True))
        used = [(number, feed) for number, (feed, use) in enumerate(told, start=1) if use is Use.USED]
        below = await self._fetch_forms([feed for _, feed in used])
        book = Book(bound, [*below.values(), beside] if beside else below.values())
        adjustments = await self._store.list_adjustments(*occurrences, in_force=True)
        rows = await self._store.read_figures([feed for _, feed in used])
        sources = [_source(number, feed) for number, feed in used]
        if own is not None and cycle is not None:
            sources.append(_own_source(cycle, own))
        absent = [Absent(feed.kind, feed.obligation.plan) for feed, use in told if use is Use.MISSING]
        whole, left_out = await asyncio.to_thread(
            _put_together, book, below, used, rows, own, sources, absent, _by_key(adjustments)
        )
        forms = [(bound.id, bound.version)] if bound else sorted(below)
        return Built(whole, told, forms, book, adjustments, left_out)

    async def fetch_own(self, cycle: Cycle) -> FormDefinition | None:
        """Return the form that the whole is reported on, if it has one."""
        if cycle.form is None or cycle.form_version is None:
            return None
        return await self._forms.fetch(self._session, cycle.form, cycle.form_version)

    async def fetch_book(self, forms: Sequence[Any]) -> Book:
        """Return the indicators of the forms that a build was made with."""
        return Book(None, [await self._forms.fetch(self._session, form, version) for form, version in forms])

    async def _fetch_forms(self, feeds: Sequence[Feed]) -> dict[tuple[str, int], FormDefinition]:
        wanted = {(feed.form, feed.form_version) for feed in feeds if feed.form and feed.form_version}
        return {key: await self._forms.fetch(self._session, *key) for key in sorted(wanted)}


def as_sources(consolidation: UUID, told: Sequence[Told]) -> list[ConsolidationSource]:
    """Return the rows of what a build was made from."""
    return [
        ConsolidationSource(
            consolidation_id=consolidation,
            number=number,
            occurrence_id=feed.occurrence.id,
            submission_id=feed.submission,
            version=feed.version,
            use=use.value,
            agency=feed.occurrence.agency,
            obligation=feed.obligation.id,
            period=feed.cycle.period,
            period_end=feed.cycle.period_end,
        )
        for number, (feed, use) in enumerate(told, start=1)
    ]


def _put_together(
    book: Book,
    below: dict[tuple[str, int], FormDefinition],
    used: list[tuple[int, Feed]],
    rows: list[Any],
    own: OwnFigures | None,
    sources: list[Source],
    absent: list[Absent],
    adjustments: dict[Key, Decimal],
) -> tuple[Whole, int]:
    placings = {key: book.placings(form) for key, form in below.items()}
    by_submission: dict[UUID | None, tuple[int, dict[str, Placing]]] = {
        feed.submission: (number, placings[feed.form, feed.form_version])
        for number, feed in used
        if feed.form and feed.form_version
    }
    figures: list[tuple[Key, Part]] = list(own.figures) if own else []
    left_out = 0
    for row in rows:
        number, places = by_submission[row.submission_id]
        place = places.get(row.indicator)
        if place is None:
            left_out += 1
        else:
            figures.append(((row.indicator, *place(row)), Part(number, row.value, row.status, row.reason)))
    return roll_up(book, sources, absent, group_parts(figures), adjustments), left_out


def _source(number: int, feed: Feed) -> Source:
    assert feed.received_at is not None
    return Source(
        number=number,
        agency=feed.occurrence.agency,
        start=feed.cycle.period_start,
        end=feed.cycle.period_end,
        received_at=feed.received_at,
        submission=str(feed.submission),
        nil=frozenset(feed.nil or ()),
        kind=feed.kind,
        plan=feed.obligation.plan,
    )


def _own_source(cycle: Cycle, own: OwnFigures) -> Source:
    """Return the own part as a source: of the whole period, and later than everything else."""
    return Source(OWN, "", cycle.period_start, cycle.period_end, EVER, "", frozenset(own.nil))


def _by_key(adjustments: Sequence[ConsolidationAdjustment]) -> dict[Key, Decimal]:
    sums: dict[Key, Decimal] = defaultdict(Decimal)
    for one in adjustments:
        sums[key_of(one)] += one.amount
    return dict(sums)


def key_of(row: Any) -> Key:
    """Return what names the cell of a row."""
    return (row.indicator, row.d1, row.d2, row.d3, row.d4)
