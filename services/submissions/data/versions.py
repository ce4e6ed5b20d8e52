"""Which version of each report is read. Values in, values out.

A report that is asked twice is one report: by an obligation, and by the one that satisfies it.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.submissions.data.wanted import Include

ACCEPTED, RETURNED = "accepted", "returned"


@dataclass(frozen=True, slots=True)
class Facts:
    """What does not change from version to version: who reports what, for when, and to whom."""

    occurrence: UUID
    agency: str
    province: str | None
    period: str
    start: date
    end: date
    obligation: str
    answers: str
    """The obligation that counts the report, when several ask for it."""
    plan: str | None
    next_duty: str | None
    receivers: tuple[str, ...]
    above: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a report, and what was decided on it by the moment that is looked at."""

    submission: UUID
    number: int
    year: int
    form_version: int
    count: int
    received_at: datetime
    nil: tuple[str, ...]
    decision: str | None
    decided_at: datetime | None
    facts: Facts

    @property
    def rank(self) -> tuple[date, datetime, str]:
        """Its place in time; the highest is the latest."""
        return (self.facts.end, self.received_at, str(self.submission))


def pick(versions: Iterable[Version], include: Include) -> list[Version]:
    """Return the version of each report that is read, by agency and period."""
    reports: dict[tuple[str, str, str], list[Version]] = defaultdict(list)
    for one in versions:
        reports[one.facts.agency, one.facts.period, one.facts.answers].append(one)
    chosen = (_pick(group, include) for group in reports.values())
    found = [one for one in chosen if one is not None]
    return sorted(found, key=lambda one: (one.facts.start, one.facts.end, one.facts.agency, one.facts.obligation))


def _pick(versions: list[Version], include: Include) -> Version | None:
    latest = max(versions, key=lambda one: (one.received_at, one.number))
    if include is Include.SUBMITTED and latest.decision != RETURNED:
        return latest
    accepted = [one for one in versions if one.decision == ACCEPTED and one.decided_at is not None]
    return max(accepted, key=lambda one: (one.decided_at, one.number), default=None)
