"""What becomes of a delivery after an attempt. Pure: an answer in, an outcome out."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum

RETRY_AFTER = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
)
"""How long to wait after the first, second, … failed attempt; after the last wait comes one attempt more."""

JITTER = 0.2
"""At most this share is added to a wait, so that a receiver that comes back is not met by all at once."""
LONGEST_ASKED_WAIT = timedelta(hours=24)
SHORTEST_ASKED_WAIT = timedelta(seconds=1)
EXHAUSTIONS_ALLOWED = 3
"""So many deliveries in a row may be given up; the next one disables the endpoint."""

GONE = 410
ASKS_TO_WAIT = frozenset({429, 503})


class DeliveryState(StrEnum):
    """How far a delivery has come."""

    PENDING = "pending"
    SENDING = "sending"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Answer:
    """What an attempt met: a status, or the reason why there was none."""

    status: int | None = None
    error: str | None = None
    retry_after: str | None = None
    body: str = ""
    address: str | None = None
    took: timedelta = timedelta(0)

    @property
    def succeeded(self) -> bool:
        """Say whether the receiver took the event."""
        return self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Outcome:
    """What follows from an attempt."""

    state: DeliveryState
    next_at: datetime | None = None
    gone: bool = False
    """The receiver said that it wants nothing any more."""


def settle(tries: int, answer: Answer, *, now: datetime, jitter: float) -> Outcome:
    """Decide what follows from the `tries`-th attempt; `jitter` lies between 0 and 1."""
    if answer.succeeded:
        return Outcome(DeliveryState.DELIVERED)
    if answer.status == GONE:
        return Outcome(DeliveryState.FAILED, gone=True)
    if tries > len(RETRY_AFTER):
        return Outcome(DeliveryState.FAILED)
    wait = _asked_wait(answer, now) or RETRY_AFTER[tries - 1]
    return Outcome(DeliveryState.PENDING, next_at=now + wait * (1 + JITTER * jitter))


def _asked_wait(answer: Answer, now: datetime) -> timedelta | None:
    if answer.status not in ASKS_TO_WAIT or not answer.retry_after:
        return None
    asked = read_retry_after(answer.retry_after, now)
    return None if asked is None else min(max(asked, SHORTEST_ASKED_WAIT), LONGEST_ASKED_WAIT)


def read_retry_after(header: str, now: datetime) -> timedelta | None:
    """Read a Retry-After field, seconds or a date; None when it is neither."""
    text = header.strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text[:10]), 10**9))
    try:
        until = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return (until if until.tzinfo else until.replace(tzinfo=UTC)) - now


def must_disable(exhaustions: int) -> bool:
    """Say whether an endpoint with so many deliveries given up in a row is disabled."""
    return exhaustions > EXHAUSTIONS_ALLOWED
