"""Agencies that would stand under themselves on some day, once a file is applied."""

from collections.abc import Mapping, Sequence

from services.registry.agency.acts import Kept
from services.registry.importing.state import Days, RegistryState, common

Above = Mapping[str, Sequence[tuple[str, Days]]]


def in_circles(state: RegistryState, becoming: Sequence[Kept]) -> set[str]:
    """Return the changed agencies that would stand under themselves on some day."""
    kept = {**state.agencies, **{one.agency: one for one in becoming}}
    above: Above = {
        agency: [(v.parent, (v.valid_from, v.valid_to)) for v in one.versions if v.parent is not None]
        for agency, one in kept.items()
    }
    return {one.agency for one in becoming if _returns(one.agency, above)}


def _returns(agency: str, above: Above) -> bool:
    waiting: list[tuple[str, Days]] = list(above[agency])
    seen: set[tuple[str, Days]] = set()
    while waiting:
        parent, days = waiting.pop()
        if parent == agency:
            return True
        if (parent, days) in seen:
            continue
        seen.add((parent, days))
        for higher, theirs in above.get(parent, ()):
            shared = common(days, theirs)
            if shared is not None:
                waiting.append((higher, shared))
    return False
