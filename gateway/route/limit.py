"""How fast one client may go: the generic cell rate algorithm, in the memory of this process."""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from kernel.errors import TooManyRequests

FORGOTTEN_AT = 50_000


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a request may pass, what is left, and when there is more."""

    passes: bool
    left: int
    seconds: int


class Limiter:
    """Lets each client make a burst, then a steady number of requests a minute.

    Every process counts for itself: with n processes a client may get n times as much. That protects the machine,
    which is what this limit is for; it is no quota.
    """

    def __init__(self, *, per_minute: int, burst: int, now: Callable[[], float]) -> None:
        self._interval = 60 / per_minute
        self._depth = self._interval * burst
        self._now = now
        self._due: dict[str, float] = {}
        self.policy = f'"client";q={per_minute};w=60;qu="requests"'.encode()

    def ask(self, client: str) -> Verdict:
        """Count one request of a client."""
        now = self._now()
        due = max(self._due.get(client, now), now) + self._interval
        if due - now > self._depth + 1e-9:
            return Verdict(passes=False, left=0, seconds=max(1, ceil(due - now - self._depth)))
        if len(self._due) >= FORGOTTEN_AT:
            self._due = {name: at for name, at in self._due.items() if at > now}
        self._due[client] = due
        return Verdict(passes=True, left=int((self._depth - (due - now)) / self._interval + 1e-9), seconds=1)


class TooFast(TooManyRequests):
    """The client made more requests than its limit lets pass."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Wait {seconds} s.", headers={"Retry-After": str(seconds)}, retry_after=seconds)
