"""The ladder and which of its steps fires. Pure: days and instants in, steps out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from kernel.clock import VIETNAM

MORNING = time(8, 0)
"""Every step is told at this time of its day in Viet Nam."""


class Tells(StrEnum):
    """Who is told, seen from the occurrence."""

    REPORTER = "reporter"
    RECIPIENT = "recipient"
    NEXT_LEVEL = "next_level"


class ReminderClock(StrEnum):
    """Which due date a step counts from."""

    DUE = "due"
    CORRECTION = "correction"


class ReminderState(StrEnum):
    """What became of a planned step."""

    PLANNED = "planned"
    FIRED = "fired"
    SKIPPED = "skipped"
    """Its time came and there was nothing to tell, or a later step had come too."""
    STOPPED = "stopped"
    """Its reason went away before its time: submitted, waived, rescheduled."""


@dataclass(frozen=True, slots=True)
class Step:
    """One rung of a ladder."""

    clock: ReminderClock
    offset_days: int
    tells: Tells
    event_type: str


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step, its instant, and what would become of it."""

    step: Step
    fires_at: datetime
    state: ReminderState


def fires_at(due_on: date, offset_days: int) -> datetime:
    """Return the instant at which a step of a due day is told."""
    return datetime.combine(due_on + timedelta(days=offset_days), MORNING, tzinfo=VIETNAM)


def choose_step(steps: Iterable[datetime], now: datetime) -> datetime | None:
    """Return the instant of the only step that fires: the latest whose time has come."""
    return max((at for at in steps if at <= now), default=None)


def preview(ladder: Sequence[Step], due_on: date, now: datetime) -> list[PlannedStep]:
    """Return what a due day planned at this moment would tell, per person told, in time order."""
    planned = []
    for told in Tells:
        steps = [s for s in ladder if s.tells is told and s.clock is ReminderClock.DUE]
        instants = {s: fires_at(due_on, s.offset_days) for s in steps}
        chosen = choose_step(instants.values(), now)
        planned += [PlannedStep(s, at, _fate(at, chosen, now)) for s, at in instants.items()]
    return sorted(planned, key=lambda one: (one.fires_at, one.step.tells))


def _fate(at: datetime, chosen: datetime | None, now: datetime) -> ReminderState:
    if at > now:
        return ReminderState.PLANNED
    return ReminderState.FIRED if at == chosen else ReminderState.SKIPPED
