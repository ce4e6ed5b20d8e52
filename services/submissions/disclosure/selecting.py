"""Which reports the released figures come from: of figures that are parts of others, one level and one period.

A province's figure is the sum of its departments', a year's the sum of its halves. Were both released, the one
minus the other would give what either hides.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from services.submissions.projection.tables import Obligation, each_of


def released_obligations(obligations: Collection[Obligation]) -> set[str]:
    """Return the obligations whose reports are released: received by the plan's steward, and nothing above them in
    the line that a steward receives too, or that asks for the same form."""
    above = _above(obligations)
    forms = {one.id: one.form for one in obligations}
    received = {one.id for one in obligations if one.steward in (*one.recipients, *each_of(one.via))}
    return {
        id_
        for id_ in received
        if not any(one in received or forms[one] == forms[id_] for one in _all_above(id_, above))
    }


def _above(obligations: Collection[Obligation]) -> dict[str, set[str]]:
    """Return for each obligation those that its reports lead into, by name or by the agency they go on to."""
    known = {one.id for one in obligations}
    sent_to: dict[tuple[str | None, str], set[str]] = defaultdict(set)
    for one in obligations:
        for recipient in one.recipients:
            sent_to[one.plan, recipient].add(one.id)
    return {
        one.id: ({one.next_level} if one.next_level in known else sent_to[one.plan, one.next_level]) - {one.id}
        for one in obligations
        if one.next_level is not None
    }


def _all_above(start: str, above: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        further = above.get(waiting.pop(), set()) - found
        found |= further
        waiting += further
    return found


@dataclass(frozen=True, slots=True)
class Accepted:
    """One accepted version: whose, of which period, and on which day it was accepted."""

    submission: UUID
    occurrence: UUID
    agency: str
    obligation: str
    period: str
    start: date
    end: date
    form_version: int
    year: int
    day: date


def admit(versions: Iterable[Accepted]) -> list[Accepted]:
    """Return the versions that may be released: of one agency never two reports on days in common.

    The one that was accepted on the earlier day stays, of the same day the shorter.
    """
    by_agency: dict[str, dict[UUID, Accepted]] = defaultdict(dict)
    admitted = []
    for one in sorted(versions, key=_precedence):
        others = by_agency[one.agency]
        if one.occurrence in others or not any(_overlap(one, other) for other in others.values()):
            others.setdefault(one.occurrence, one)
            admitted.append(one)
    return sorted(admitted, key=lambda one: (one.day, one.submission))


def _precedence(one: Accepted) -> tuple[date, timedelta, date, str, UUID, UUID]:
    return (one.day, one.end - one.start, one.start, one.obligation, one.occurrence, one.submission)


def _overlap(one: Accepted, other: Accepted) -> bool:
    return one.start <= other.end and other.start <= one.end
