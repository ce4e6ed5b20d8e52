"""Checks of agencies: gaps and overlaps of their days, names too much alike, codes used twice."""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations, pairwise

from kernel.text import fold
from services.registry.integrity.facts import Facts, Span, VersionFact
from services.registry.integrity.findings import Found, found

ONE_DAY = timedelta(days=1)


def validity_gaps(facts: Facts) -> Iterator[Found]:
    """Days of an agency's life on which no version says what it is called."""
    for agency, versions in _by_agency(facts).items():
        life = facts.lifetimes.get(agency, Span())
        covered = life.first or date.min
        for span in (one.span for one in versions):
            if (span.first or date.min) > covered:
                yield _gap(agency, covered, (span.first or date.min) - ONE_DAY)
            covered = max(covered, _after(span.last))
        if covered < _after(life.last):
            yield _gap(agency, covered, life.last)


def validity_overlaps(facts: Facts) -> Iterator[Found]:
    """Days on which two versions say what an agency is called."""
    for agency, versions in _by_agency(facts).items():
        for one, next_one in pairwise(versions):
            if one.span.overlaps(next_one.span):
                yield found(
                    agency, next_one.span.first, agency=agency, first=next_one.span.first, last=one.span.last
                )


def names_alike(facts: Facts) -> Iterator[Found]:
    """Agencies of one province, or of the country, whose names differ only by accents, tone place or spaces."""
    alike: dict[tuple[str | None, str], dict[str, str]] = defaultdict(dict)
    for one in facts.versions:
        if one.span.holds_on(facts.day):
            alike[one.province, _bare(one.name_vi)][one.agency] = one.name_vi
    for named in alike.values():
        if len(named) > 1:
            agencies = sorted(named)
            yield found(agencies[0], *agencies, agencies=agencies, names=[named[one] for one in agencies])


def codes_twice(facts: Facts) -> Iterator[Found]:
    """A code of an outside scheme that names two agencies on one day."""
    used: dict[tuple[str, str], list[tuple[str, Span]]] = defaultdict(list)
    for one in facts.codes:
        used[one.scheme, one.code].append((one.agency, one.span))
    for (scheme, code), holders in used.items():
        for (agency, span), (other, other_span) in combinations(sorted(holders, key=lambda h: h[0]), 2):
            if agency != other and span.overlaps(other_span):
                agencies = [agency, other]
                yield found(agency, scheme, code, other, scheme=scheme, code=code, agencies=agencies)


def _by_agency(facts: Facts) -> dict[str, list[VersionFact]]:
    versions: dict[str, list[VersionFact]] = defaultdict(list)
    for one in sorted(facts.versions, key=lambda v: v.span.first or date.min):
        versions[one.agency].append(one)
    return {agency: versions.get(agency, []) for agency in {**facts.lifetimes, **versions}}


def _gap(agency: str, first: date, last: date | None) -> Found:
    return found(agency, first, agency=agency, first=None if first == date.min else first, last=last)


def _after(last: date | None) -> date:
    return date.max if last is None else last + ONE_DAY


def _bare(name: str) -> str:
    return re.sub(r"[\W_]+", "", fold(name))
