"""How far a set of counts hides the small ones in it. Values in, verdict out.

A count of 1 to 4 is small. Whoever knows the sum of a set, and of every count in it whether it is small, must
still find each small one able to be 1, 2, 3 or 4. A count can give way downward and upward and stay small, or not
small, as it is; its neighbours must be able to take up what it gives.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from services.submissions.disclosure.readers import NOBODY_ELSE, Readers

THRESHOLD = 5
"""The least count that may be shown by itself."""

WIDTH = THRESHOLD - 2
"""From the least to the greatest small count: how much of it nobody may narrow."""

FREE = 1 << 80
"""The room upward of a count that is not small: no bound is known."""


class Room(NamedTuple):
    """How far one count, or several together, can move and stay small or not small as they are."""

    down: int
    up: int
    has_small: bool = False
    is_narrowed: bool = False
    """A small count changed, and the change itself says more than that it was small."""

    @property
    def is_safe(self) -> bool:
        """Say whether every small count in it can still be each of the small counts."""
        if not self.has_small:
            return True
        return not self.is_narrowed and self.down >= WIDTH and self.up >= WIDTH


NO_ROOM = Room(0, 0)


def room_together(rooms: Iterable[Room]) -> Room:
    """Return the room that several have in sum."""
    down = up = 0
    has_small = is_narrowed = False
    for room in rooms:
        down += room.down
        up += room.up
        has_small = has_small or room.has_small
        is_narrowed = is_narrowed or room.is_narrowed
    return Room(down, up, has_small, is_narrowed)


@lru_cache(maxsize=1024)
def room_of(value: int) -> Room:
    """Return how far a count can move."""
    if value == 0:
        return NO_ROOM
    if value < THRESHOLD:
        return Room(value - 1, THRESHOLD - 1 - value, has_small=True)
    return Room(value - THRESHOLD, FREE)


def room_of_both(before: Room, after: Room) -> Room:
    """Return how far a count can move in every version at once, by the same amount."""
    down, up = min(before.down, after.down), min(before.up, after.up)
    has_small = before.has_small or after.has_small
    return Room(down, up, has_small, has_small and down + up < WIDTH)


def is_safe(rooms: Iterable[tuple[str, Room]], readers: Readers = NOBODY_ELSE) -> bool:
    """Say whether counts hide their small ones: from outsiders, and from each agency that knows some of them.

    Each count comes with the agency that gave it. It knows its own, and those of the ended agencies that it
    carries on.
    """
    by_contributor: dict[str, list[Room]] = {}
    for contributor, room in rooms:
        by_contributor.setdefault(contributor, []).append(room)
    return are_safe_together({one: room_together(own) for one, own in by_contributor.items()}, readers)


def are_safe_together(parts: Mapping[str, Room], readers: Readers = NOBODY_ELSE) -> bool:
    """Say the same of what each contributor gave in sum."""
    whole = room_together(parts.values())
    if not whole.is_safe:
        return False
    known: dict[str, list[Room]] = {}
    for contributor, part in parts.items():
        for reader in (contributor, *readers.get(contributor, ())):
            known.setdefault(reader, []).append(part)
    smalls = sum(part.has_small for part in parts.values())
    return all(_without(whole, smalls, own).is_safe for own in known.values())


def _without(whole: Room, smalls: int, own: Sequence[Room]) -> Room:
    """Return the room of what a reader does not know of a safe whole in which so many parts have small counts."""
    known = room_together(own)
    return Room(whole.down - known.down, whole.up - known.up, smalls > sum(part.has_small for part in own))
