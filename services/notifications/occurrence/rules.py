"""What a run of events makes of an occurrence. Pure: events in, changes out."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class State(StrEnum):
    """How far the answer has come, as far as telling people is concerned."""

    OWED = "owed"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    WAIVED = "waived"
    REPLACED = "replaced"
    """Another occurrence stands for the same report; submissions began its log anew."""


MOVES = {
    "occurrence.scheduled": State.OWED,
    "occurrence.waived": State.WAIVED,
    "submission.received": State.SUBMITTED,
    "submission.returned": State.RETURNED,
    "submission.accepted": State.ACCEPTED,
}
CHANGES = frozenset({*MOVES, "occurrence.rescheduled", "occurrence.extended"})
ON_TIME = "on_time"


@dataclass(frozen=True, slots=True)
class Facts:
    """What an event says about its occurrence."""

    id: UUID
    obligation: str
    plan: str | None
    form: str | None
    cycle: str
    period: str
    agency: str
    recipients: tuple[str, ...]
    via: tuple[str, ...]
    next_level: tuple[str, ...]
    steward: str | None
    due_on: date | None
    due_at: datetime | None
    overdue_after: datetime | None
    title_vi: str
    title_en: str
    history: bool
    link: str | None


@dataclass(frozen=True, slots=True)
class Happening:
    """One event of submissions about one occurrence."""

    type: str
    facts: Facts
    submission: UUID | None = None
    punctuality: str | None = None
    correction_due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What a batch of events leaves behind: the last facts, and the last move if there was one."""

    facts: Facts
    state: State | None = None
    submission: UUID | None = None
    correction_due_at: datetime | None = None
    met: Happening | None = None
    """The first submission of the batch that came in time."""


def fold(happenings: Iterable[Happening]) -> list[Change]:
    """Return one change per occurrence, in the order of their first event."""
    changes: dict[UUID, Change] = {}
    for one in happenings:
        if one.type in CHANGES:
            known = changes.get(one.facts.id)
            changes[one.facts.id] = _after(known or Change(one.facts), one)
    return list(changes.values())


def _after(known: Change, one: Happening) -> Change:
    moved = MOVES.get(one.type)
    if moved is None:
        return replace(known, facts=one.facts)
    return Change(
        facts=one.facts,
        state=moved,
        submission=one.submission,
        correction_due_at=one.correction_due_at if moved is State.RETURNED else None,
        met=known.met or (one if _meets_deadline(one) else None),
    )


def _meets_deadline(one: Happening) -> bool:
    in_time = one.type == "submission.received" and one.punctuality == ON_TIME
    return in_time and one.facts.due_on is not None and not one.facts.history
