"""What is wrong with a succession that a steward wants to record: every finding, each with its place."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from services.registry.agency.rules import RegistrySnapshot, SuccessionKind
from services.registry.succession.proposing import Follower

FIRST_DAY = date(1945, 9, 2)
FURTHEST = timedelta(days=366 * 5)
ONE_DAY = timedelta(days=1)

Finding = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fact:
    """A succession as somebody states it."""

    predecessor: str
    kind: SuccessionKind
    effective_on: date
    followers: tuple[Follower, ...]

    @property
    def ends_predecessor(self) -> bool:
        """Whether the predecessor is no more from the day on; a transfer leaves it alive."""
        return self.kind is not SuccessionKind.TRANSFER

    @property
    def last_day(self) -> date:
        """The last day before the succession."""
        return self.effective_on - ONE_DAY


def find_faults(fact: Fact, snapshot: RegistrySnapshot, today: date) -> list[Finding]:
    """Return everything that speaks against a succession."""
    return [
        *_of_day(fact, today),
        *_of_predecessor(fact, snapshot),
        *_of_followers(fact, snapshot),
        *_of_kinds(fact),
        *_of_circles(fact, snapshot),
    ]


def _of_day(fact: Fact, today: date) -> Iterator[Finding]:
    if not FIRST_DAY < fact.effective_on <= today + FURTHEST:
        yield _finding("day_out_of_range", "/effective_on", fact.effective_on, "No reform was or is on that day.")


def _of_predecessor(fact: Fact, snapshot: RegistrySnapshot) -> Iterator[Finding]:
    periods = snapshot.agencies.get(fact.predecessor)
    if periods is None:
        yield _finding("agency_unknown", "/predecessor", fact.predecessor, "No agency has this code.")
        return
    if snapshot.period_of(fact.predecessor, fact.last_day) is None:
        text = f"{fact.predecessor} does not exist on {fact.last_day}, the day before."
        yield _finding("predecessor_not_there", "/effective_on", fact.effective_on, text)
    elif fact.ends_predecessor and any(p.valid_from is not None and p.valid_from > fact.last_day for p in periods):
        text = f"{fact.predecessor} has a version that begins later; nothing is overwritten."
        yield _finding("predecessor_changes_later", "/effective_on", fact.effective_on, text)


def _of_followers(fact: Fact, snapshot: RegistrySnapshot) -> Iterator[Finding]:
    times = Counter(f.agency for f in fact.followers)
    for at, follower in enumerate(fact.followers):
        pointer = f"/successors/{at}/agency"
        if follower.agency == fact.predecessor:
            yield _finding("same_agency", pointer, follower.agency, "An agency does not succeed itself.")
        elif follower.agency not in snapshot.agencies:
            text = "No agency has this code; make it first with POST /v1/agencies."
            yield _finding("agency_unknown", pointer, follower.agency, text)
        elif snapshot.period_of(follower.agency, fact.effective_on) is None:
            text = f"{follower.agency} does not exist on {fact.effective_on}."
            yield _finding("successor_not_there", pointer, follower.agency, text)
        if times[follower.agency] > 1:
            yield _finding("successor_twice", pointer, follower.agency, "Name each successor once.")
    if sum(f.share_percent or 0 for f in fact.followers) > 100:
        yield _finding("shares_too_large", "/successors", None, "The shares are more than the whole.")


def _of_kinds(fact: Fact) -> Iterator[Finding]:
    for at, follower in enumerate(fact.followers):
        if follower.is_whole and follower.kind is not fact.kind:
            text = f"In a {fact.kind.value} a successor is {fact.kind.value} or transfer."
            yield _finding("kinds_differ", f"/successors/{at}/kind", follower.kind.value, text)
    wholes = sum(f.is_whole for f in fact.followers)
    wrong = {
        SuccessionKind.RENAME: wholes != 1,
        SuccessionKind.MERGE: wholes != 1,
        SuccessionKind.SPLIT: wholes < 2,
        SuccessionKind.TRANSFER: wholes != 0,
    }[fact.kind]
    if wrong:
        text = "A rename or merge has one such successor, a split two or more; others get functions."
        yield _finding("successors_do_not_fit", "/successors", len(fact.followers), text)


def _of_circles(fact: Fact, snapshot: RegistrySnapshot) -> Iterator[Finding]:
    for at, follower in enumerate(fact.followers):
        if follower.is_whole and fact.predecessor in _reached(follower.agency, snapshot):
            text = f"{fact.predecessor} has succeeded {follower.agency} already."
            yield _finding("succession_circle", f"/successors/{at}/agency", follower.agency, text)


def _reached(agency: str, snapshot: RegistrySnapshot) -> set[str]:
    """Everyone who followed an agency as a whole, in turn."""
    reached: set[str] = set()
    waiting = [agency]
    while waiting:
        at = waiting.pop()
        after = {heir.successor for heir in snapshot.heirs.get(at, ()) if heir.kind is not SuccessionKind.TRANSFER}
        waiting += sorted(after - reached)
        reached |= after
    return reached


def find_foreign(receivers: Sequence[str], allowed: Sequence[str], pointer: str) -> Iterator[Finding]:
    """Find receivers that do not follow in the succession."""
    for at, agency in enumerate(receivers):
        if agency not in allowed:
            text = "Only a successor of this succession can receive it."
            yield _finding("receiver_no_successor", f"{pointer}/{at}", agency, text)


def _finding(rule: str, pointer: str, value: object, message: str) -> Finding:
    shown = value.isoformat() if isinstance(value, date) else value
    return {"rule": rule, "severity": "error", "pointer": pointer, "value": shown, "message": message}
