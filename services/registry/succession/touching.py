"""What a succession touches: each place where the predecessor is printed, or where it carries another's part."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.registry.agency.rules import Place, RegistrySnapshot, carriers_of


@dataclass(frozen=True, slots=True)
class Named:
    """An agency as something names it: a task, an obligation, an assigned duty, a group or a plan."""

    place: Place
    agency: str
    plan: str | None
    title_vi: str
    title_en: str


@dataclass(frozen=True, slots=True)
class Touched:
    """One thing that is the predecessor's until the day. `follows` is the place that decides about it."""

    place: Place
    plan: str | None
    printed: tuple[str, ...]
    title_vi: str
    title_en: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    follows: Place | None = None


def find_touched(
    named: Iterable[Named], predecessor: str, last_day: date, snapshot: RegistrySnapshot
) -> list[Touched]:
    """Return what an agency has on its last day, by its own name or from those whom it succeeded."""
    carried: dict[str, bool] = {}
    found: dict[Place, Touched] = {}
    for one in named:
        if one.place in snapshot.moves:
            has = predecessor in carriers_of(one.agency, last_day, snapshot, one.place)
        else:
            if one.agency not in carried:
                carried[one.agency] = predecessor in carriers_of(one.agency, last_day, snapshot)
            has = carried[one.agency]
        if has:
            before = found[one.place].printed if one.place in found else ()
            found[one.place] = Touched(one.place, one.plan, (*before, one.agency), one.title_vi, one.title_en)
    return list(found.values())
