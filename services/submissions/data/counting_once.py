"""Which figures of which reports count, so that nothing counts twice. Values in, values out.

1. A report upward stands for the reports below that it was built from, for every indicator that both ask for. One
   that was not built here stands for those that led into it and were accepted before it came, as far as it speaks.
2. Of one agency, a report for a longer period stands for those for parts of it, and of two for the same period the
   one received later, as far as it speaks of an indicator.
3. A stock of several periods is that of the latest report; of an agency that ended, only while none of those that
   carry it on has reported for a later period.

While periods stay apart in the answer, rules 1 and 2 look within one period and rule 3 has nothing to do.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.submissions.data.figure_book import FigureBook
from services.submissions.data.versions import Version

Spoken = Mapping[UUID, frozenset[str]]
"""Of which indicators a report speaks, by figures or by declaring nil."""
Successors = Mapping[str, Iterable[str]]
EVERYTHING_COUNTS: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Counted:
    """One report of the answer, and the indicators for which another report stands instead."""

    version: Version
    left_out: frozenset[str] = EVERYTHING_COUNTS


@dataclass(frozen=True, slots=True)
class Stand:
    """One report that stands for another, of some indicators."""

    above: Version
    below: Version
    limits_to_spoken: bool

    @property
    def is_of_one_period(self) -> bool:
        """Say whether both report for the same period, so that it holds while periods stay apart."""
        return self.above.facts.period == self.below.facts.period

    def indicators(self, book: FigureBook, spoken: Spoken) -> frozenset[str]:
        """Return of which indicators."""
        both = book.comparable(self.below.form_version, self.above.form_version)
        return both & spoken.get(self.above.submission, frozenset()) if self.limits_to_spoken else both


def find_stands(reports: Sequence[Version], built: Mapping[UUID, frozenset[UUID]]) -> list[Stand]:
    """Return which report stands for which. `built` holds the occurrences that a whole was built from."""
    return [*_by_building(reports, built), *_by_line(reports, built), *_by_period(reports)]


def _by_building(reports: Sequence[Version], built: Mapping[UUID, frozenset[UUID]]) -> Iterator[Stand]:
    by_occurrence = {one.facts.occurrence: one for one in reports}
    for above in reports:
        for occurrence in built.get(above.submission, ()):
            below = by_occurrence.get(occurrence)
            if below is not None and below is not above:
                yield Stand(above, below, limits_to_spoken=False)


def _by_line(reports: Sequence[Version], built: Mapping[UUID, frozenset[UUID]]) -> Iterator[Stand]:
    leading: dict[tuple[str | None, str], list[Version]] = defaultdict(list)
    for one in reports:
        for agency in {*one.facts.receivers, *one.facts.above}:
            leading[one.facts.next_duty, agency].append(one)
    for above in reports:
        if above.submission in built:
            continue
        for name in (above.facts.obligation, *above.facts.receivers):
            for below in leading.get((name, above.facts.agency), ()):
                if leads_into(below, above) and below.decided_at and below.decided_at <= above.received_at:
                    yield Stand(above, below, limits_to_spoken=True)


def leads_into(below: Version, above: Version) -> bool:
    """Say whether a report leads into another, as consolidation/feeding says it in SQL."""
    low, high = below.facts, above.facts
    if low is high or not (high.start <= low.start and low.end <= high.end):
        return False
    if low.next_duty == high.obligation:
        return high.agency in low.above or high.agency in low.receivers
    return low.next_duty in high.receivers and high.agency in low.receivers and low.plan == high.plan


def _by_period(reports: Sequence[Version]) -> Iterator[Stand]:
    by_agency: dict[str, list[Version]] = defaultdict(list)
    for one in reports:
        by_agency[one.facts.agency].append(one)
    for own in by_agency.values():
        for above in own:
            for below in own:
                if above is not below and _covers(above, below):
                    yield Stand(above, below, limits_to_spoken=True)


def _covers(above: Version, below: Version) -> bool:
    high, low = above.facts, below.facts
    if (high.start, high.end) == (low.start, low.end):
        return above.rank > below.rank
    return high.start <= low.start and low.end <= high.end


def left_out_by(stands: Iterable[Stand], book: FigureBook, spoken: Spoken) -> dict[UUID, set[str]]:
    """Return, of each report, the indicators for which others stand."""
    left_out: dict[UUID, set[str]] = defaultdict(set)
    for one in stands:
        left_out[one.below.submission] |= one.indicators(book, spoken)
    return left_out


def leave_to_latest(
    reports: Sequence[Version],
    left_out: dict[UUID, set[str]],
    indicators: Iterable[str],
    spoken: Spoken,
    successors: Successors,
) -> None:
    """Leave out, of these indicators, all but the latest report of each agency that speaks of it."""
    for code in indicators:
        speaking: dict[str, list[Version]] = defaultdict(list)
        for one in reports:
            if code in spoken.get(one.submission, ()) and code not in left_out.get(one.submission, ()):
                speaking[one.facts.agency].append(one)
        latest = {agency: max(own, key=lambda one: one.rank) for agency, own in speaking.items()}
        for agency, own in speaking.items():
            last = latest[agency]
            heirs = (latest[heir] for heir in _heirs(agency, successors) if heir in latest)
            is_carried_on = any(heir.facts.end > last.facts.end for heir in heirs)
            for one in own:
                if is_carried_on or one is not last:
                    left_out.setdefault(one.submission, set()).add(code)


def _heirs(agency: str, successors: Successors) -> set[str]:
    found: set[str] = set()
    waiting = list(successors.get(agency, ()))
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += successors.get(one, ())
    return found - {agency}


def count_once(reports: Iterable[Version], left_out: Mapping[UUID, set[str]], book: FigureBook) -> list[Counted]:
    """Return the reports of which anything counts."""
    counted = []
    for one in reports:
        without = frozenset(left_out.get(one.submission, ()))
        if not without or book.indicators_of(one.form_version) - without:
            counted.append(Counted(one, without))
    return counted


def counting_twice(
    apart: Iterable[Stand],
    counted: Iterable[Counted],
    indicators: frozenset[str],
    book: FigureBook,
    spoken: Spoken,
) -> set[str]:
    """Return the agencies of reports that stand within others and count beside them, as periods stay apart."""
    left_out = {one.version.submission: one.left_out for one in counted}
    found: set[str] = set()
    for one in apart:
        if one.above.submission in left_out and one.below.submission in left_out:
            twice = one.indicators(book, spoken) & indicators
            if twice - left_out[one.above.submission] - left_out[one.below.submission]:
                found |= {one.above.facts.agency, one.below.facts.agency}
    return found


def overlapping(reports: Iterable[Counted]) -> set[str]:
    """Return the agencies with periods that overlap and none of which holds the other: nothing can part them."""
    spans: dict[str, list[Version]] = defaultdict(list)
    for one in reports:
        spans[one.version.facts.agency].append(one.version)
    return {agency for agency, own in spans.items() if _overlap(own)}


def _overlap(own: list[Version]) -> bool:
    reached: list[tuple[date, date]] = []
    for start, end in sorted({(one.facts.start, one.facts.end) for one in own}):
        reached = [before for before in reached if before[1] >= start]
        if any(before[0] < start and before[1] < end for before in reached):
            return True
        reached.append((start, end))
    return False
