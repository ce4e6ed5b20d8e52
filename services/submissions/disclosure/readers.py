"""Who reads what an agency reported, beside itself: those that carry it on once it has ended, in turn too."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import NamedTuple

Readers = Mapping[str, frozenset[str]]
"""By agency, the others that read its reports whole."""
NOBODY_ELSE: Readers = {}


class Succession(NamedTuple):
    """One agency carries on another that has ended, and reads its reports from a day on."""

    agency: str
    successor: str
    since: date


def readers_on(day: date, successions: Iterable[Succession]) -> Readers:
    """Return who reads whose reports on a day. What ends later does not change what is released of that day."""
    heirs: dict[str, set[str]] = defaultdict(set)
    for one in successions:
        if one.since <= day:
            heirs[one.agency].add(one.successor)
    return {agency: frozenset(heirs_of(agency, heirs)) for agency in heirs}


def heirs_of(agency: str, successors: Mapping[str, Collection[str]]) -> set[str]:
    """Return who carries on an agency, directly or in turn."""
    found: set[str] = set()
    waiting = [agency]
    while waiting:
        further = set(successors.get(waiting.pop(), ())) - found
        found |= further
        waiting += further
    return found - {agency}
