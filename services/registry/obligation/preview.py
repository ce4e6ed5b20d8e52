"""What a changed deadline rule would move, cycle by cycle, before anybody keeps it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from services.registry.obligation.cycles import Cycle, Register
from services.registry.obligation.duty import Duty


class Change(StrEnum):
    """What becomes of one cycle under the changed rule."""

    UNCHANGED = "unchanged"
    MOVED = "moved"
    ADDED = "added"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Move:
    """One cycle under the present rule and under the changed one."""

    obligation: str
    period: str
    old: Cycle | None
    new: Cycle | None

    @property
    def change(self) -> Change:
        if self.old is None:
            return Change.ADDED
        if self.new is None:
            return Change.DROPPED
        was, becomes = self.old.deadline, self.new.deadline
        same = (was.due_at, was.overdue_after) == (becomes.due_at, becomes.overdue_after)
        return Change.UNCHANGED if same else Change.MOVED


def compare(register: Register, changed: Duty, first: date, last: date) -> Iterator[Move]:
    """Give every cycle of the span under both rules; obligations that share the deadline come along."""
    proposed = replace(register, duties={**register.duties, changed.id: changed}, _owings={})
    for obligation in (changed.id, *_sharing(register, changed.id)):
        old = _by_period(register, obligation, first, last)
        new = _by_period(proposed, obligation, first, last)
        for label in sorted({*old, *new}):
            was = old.get(label) or _elsewhere(register, obligation, label, new)
            becomes = new.get(label) or _elsewhere(proposed, obligation, label, old)
            yield Move(obligation, label, was, becomes)


def _by_period(register: Register, obligation: str, first: date, last: date) -> dict[str, Cycle]:
    return {cycle.period.label: cycle for cycle in register.cycles_between(first, last, [obligation])}


def _elsewhere(register: Register, obligation: str, label: str, other: dict[str, Cycle]) -> Cycle | None:
    """A cycle whose anchor lies outside the span under one of the rules is still moved, not added."""
    return register.find_cycle(register.duties[obligation], other[label].period)


def _sharing(register: Register, obligation: str) -> list[str]:
    return [d.id for d in register.duties.values() if d.deadline.with_obligation == obligation]
