"""Figures of provincial units carried from one map to another. Values in, values out; nothing is invented.

A unit that was renamed or merged is carried whole. For one that several followed no document says which part
of a figure went where: its figure stays under its own code, so that totals agree under every map.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Followed:
    """One confirmed succession of a provincial unit."""

    predecessor: str
    successor: str
    effective_on: date


@dataclass(frozen=True, slots=True)
class Carried:
    """Figures on a map, and the units that the map no longer has but whose figures nobody can divide."""

    figures: Mapping[str, Decimal]
    undivided: tuple[str, ...] = ()


def unit_on(unit: str, day: date, successions: Iterable[Followed]) -> str:
    """Return the unit that a unit has become by a day, along the whole chain; itself where it was divided."""
    return _unit_on(unit, _followers(successions, day))


def carry(figures: Mapping[str, Decimal], day: date, successions: Iterable[Followed]) -> Carried:
    """Sum the figures of units under the map of a day. Their total stays what it was."""
    followers = _followers(successions, day)
    summed: dict[str, Decimal] = {}
    undivided: dict[str, None] = {}
    for unit, figure in figures.items():
        became = _unit_on(unit, followers)
        summed[became] = summed.get(became, Decimal(0)) + figure
        if became in followers:
            undivided[became] = None
    return Carried(summed, tuple(undivided))


def _followers(successions: Iterable[Followed], day: date) -> dict[str, set[str]]:
    followers: dict[str, set[str]] = {}
    for one in successions:
        if one.effective_on <= day:
            followers.setdefault(one.predecessor, set()).add(one.successor)
    return followers


def _unit_on(unit: str, followers: Mapping[str, set[str]]) -> str:
    seen = {unit}
    while len(after := followers.get(unit, set())) == 1:
        (unit,) = after
        if unit in seen:
            break
        seen.add(unit)
    return unit
