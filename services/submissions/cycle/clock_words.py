"""How an occurrence stands against time, in one word. The word is computed and never stored."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ClockWord(StrEnum):
    """How an occurrence stands against time."""

    NOT_DUE = "not_due"
    DUE = "due"
    OVERDUE = "overdue"
    LATE = "late"
    ON_TIME = "on_time"


class Punctuality(StrEnum):
    """Whether a report that was received came in time."""

    ON_TIME = "on_time"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Times:
    """The instants that decide the clock word of one occurrence."""

    opens_at: datetime | None
    overdue_after: datetime | None
    received_at: datetime | None
    """When the first submission that passed the checks was received."""
    is_waived: bool = False


def read_clock(times: Times, now: datetime) -> ClockWord:
    """Return the clock word; without a date, or once it is waived, a report is never due and never overdue."""
    if times.overdue_after is None:
        return ClockWord.NOT_DUE
    if times.received_at is not None:
        return ClockWord.ON_TIME if times.received_at <= times.overdue_after else ClockWord.LATE
    if times.is_waived:
        return ClockWord.NOT_DUE
    if now > times.overdue_after:
        return ClockWord.OVERDUE
    if times.opens_at is not None and now < times.opens_at:
        return ClockWord.NOT_DUE
    return ClockWord.DUE


def judge_punctuality(overdue_after: datetime | None, received_at: datetime | None) -> Punctuality | None:
    """Say whether a report came in time: the last instant is in time, one microsecond later is late."""
    if overdue_after is None or received_at is None:
        return None
    return Punctuality.ON_TIME if received_at <= overdue_after else Punctuality.LATE
