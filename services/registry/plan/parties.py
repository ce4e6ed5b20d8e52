"""Who the agencies and groups that a task names are on a day, and whether someone is missing."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from services.registry.agency.rules import Expansion, Place, RegistrySnapshot, expand, holds
from services.registry.plan.tables import TaskPart

Printed = tuple[str, str, bool]
"""Part, code, and whether the code is a group's; as kept in the printed order."""

Asked = Mapping[str, Any]
"""A request of the task's lead: the agency, the group that it belongs to, from when to when, and why."""


def place_in(task: str, part: str) -> Place:
    """Where a task names those who lead or coordinate it."""
    return Place("task", task, part)


def asked_on(requests: Iterable[Asked], day: date) -> list[Asked]:
    """Return the requests of a task that hold on a day."""
    return [one for one in requests if holds(_day(one["valid_from"]), _day(one["valid_to"]), day)]


def parties_on(row: Any, day: date) -> list[Printed]:
    """Return whom a task names, and after them those whom its lead has asked to coordinate on a day."""
    asked = [(TaskPart.COORDINATOR.value, one["agency"], False) for one in asked_on(row.requests, day)]
    return [*row.parties, *asked]


def read_party(
    code: str,
    is_group: bool,
    day: date,
    snapshot: RegistrySnapshot,
    place: Place,
    requests: Iterable[Asked] = (),
) -> dict[str, Any]:
    """Say who is meant on a day by what is printed at a place; a group with those whom the lead asked into it."""
    asked = [one for one in asked_on(requests, day) if one["agency_group"] == code]
    meant = expand([code, *(one["agency"] for one in asked)], day, snapshot, place)
    return {
        "printed": code,
        "is_group": is_group,
        "exists": is_group or snapshot.period_of(code, day) is not None,
        "carried_by": list(meant.agencies),
        "orphaned": bool(meant.orphaned),
        "requests": asked,
    }


def read_parties(
    task: str,
    parties: Iterable[Printed],
    part: TaskPart,
    day: date,
    snapshot: RegistrySnapshot,
    requests: Iterable[Asked] = (),
) -> list[dict[str, Any]]:
    """Say who all of one part of a task are on a day."""
    requests, place = tuple(requests), place_in(task, part)
    return [
        read_party(code, is_group, day, snapshot, place, requests)
        for its, code, is_group in parties
        if its == part
    ]


def agencies_of(
    task: str, parties: Iterable[Printed], part: TaskPart, day: date, snapshot: RegistrySnapshot
) -> list[str]:
    """Return the agencies of one part of a task on a day, each once."""
    codes = [code for its, code, _ in parties if its == part]
    return list(expand(codes, day, snapshot, place_in(task, part)).agencies)


class Reading:
    """Who is meant by what tasks print, on one day: each expression is read once where no line says otherwise."""

    def __init__(self, day: date, snapshot: RegistrySnapshot) -> None:
        self._day = day
        self._snapshot = snapshot
        self._read: dict[str, Expansion] = {}

    def of(self, task: str, part: str, code: str) -> Expansion:
        """Say who is meant by a code that a task prints for a part."""
        place = place_in(task, part)
        if place in self._snapshot.moves:
            return expand([code], self._day, self._snapshot, place)
        if code not in self._read:
            self._read[code] = expand([code], self._day, self._snapshot)
        return self._read[code]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
