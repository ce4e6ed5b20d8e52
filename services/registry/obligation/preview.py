"""What a changed deadline rule or calendar would move, cycle by cycle, before anybody keeps it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kernel.etags import etag_of
from services.registry.calendar.rules import WorkingCalendar
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
    proposed = register.proposed(duties={**register.duties, changed.id: changed})
    yield from _moves(register, proposed, (changed.id, *sharing(register, changed.id)), first, last)


def compare_calendars(register: Register, calendar: WorkingCalendar, first: date, last: date) -> Iterator[Move]:
    """Give every cycle of the span that a changed calendar would move."""
    proposed = register.proposed(calendar=calendar)
    moves = _moves(register, proposed, sorted(bound_to_calendar(register)), first, last)
    yield from (move for move in moves if move.change is not Change.UNCHANGED)


def bound_to_calendar(register: Register) -> set[str]:
    """Return the obligations whose days depend on working days, and those that share their deadline."""
    asking = {d.id for d in register.duties.values() if any(r.deadline.asks_calendar for r in d.all_readings)}
    return asking | {other for one in asking for other in sharing(register, one)}


def sharing(register: Register, obligation: str) -> list[str]:
    """Return the obligations that share a deadline, directly or through others."""
    found: dict[str, None] = {}
    ahead = [obligation]
    while ahead:
        shared = ahead.pop()
        for duty in register.duties.values():
            shares = any(r.deadline.with_obligation == shared for r in duty.all_readings)
            if shares and duty.id not in {obligation, *found}:
                found[duty.id] = None
                ahead.append(duty.id)
    return list(found)


def base_of(register: Register, obligation: str) -> str:
    """Return what stays the same as long as a preview of this obligation still tells the truth."""
    concerned = (register.duties[code] for code in (obligation, *sharing(register, obligation)))
    facts = [[d.id, [r.version for r in d.all_readings], d.valid_from, d.valid_to] for d in concerned]
    return etag_of(register.calendar.version, facts).strip('"')


def _moves(
    register: Register, proposed: Register, obligations: Iterable[str], first: date, last: date
) -> Iterator[Move]:
    for obligation in obligations:
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
