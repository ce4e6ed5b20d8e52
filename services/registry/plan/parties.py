"""Who the agencies and groups that a task names are on a day, and whether someone is missing."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from services.registry.agency.rules import RegistrySnapshot, expand, holds
from services.registry.plan.tables import TaskPart

Printed = tuple[str, str, bool]
"""Part, code, and whether the code is a group's; as kept in the printed order."""

Asked = Mapping[str, Any]
"""A request of the task's lead: the agency, the group that it belongs to, from when to when, and why."""


def asked_on(requests: Iterable[Asked], day: date) -> list[Asked]:
    """Return the requests of a task that hold on a day."""
    return [one for one in requests if holds(_day(one["valid_from"]), _day(one["valid_to"]), day)]


def parties_on(row: Any, day: date) -> list[Printed]:
    """Return whom a task names, and after them those whom its lead has asked to coordinate on a day."""
    asked = [(TaskPart.COORDINATOR.value, one["agency"], False) for one in asked_on(row.requests, day)]
    return [*row.parties, *asked]


def read_party(
    code: str, is_group: bool, day: date, snapshot: RegistrySnapshot, requests: Iterable[Asked] = ()
) -> dict[str, Any]:
    """Say who a printed agency or group is on a day; a group with those whom the task's lead asked into it."""
    asked = [one for one in asked_on(requests, day) if one["agency_group"] == code]
    meant = expand([code, *(one["agency"] for one in asked)], day, snapshot)
    return {
        "printed": code,
        "is_group": is_group,
        "exists": is_group or snapshot.period_of(code, day) is not None,
        "carried_by": list(meant.agencies),
        "orphaned": bool(meant.orphaned),
        "requests": asked,
    }


def read_parties(
    parties: Iterable[Printed],
    part: TaskPart,
    day: date,
    snapshot: RegistrySnapshot,
    requests: Iterable[Asked] = (),
) -> list[dict[str, Any]]:
    """Say who all of one part are on a day."""
    requests = tuple(requests)
    return [read_party(code, is_group, day, snapshot, requests) for its, code, is_group in parties if its == part]


def agencies_of(parties: Iterable[Printed], part: TaskPart, day: date, snapshot: RegistrySnapshot) -> list[str]:
    """Return the agencies of one part on a day, each once."""
    return list(expand([code for its, code, _ in parties if its == part], day, snapshot).agencies)


def codes_meaning(agency: str, day: date, snapshot: RegistrySnapshot) -> set[str]:
    """Return the printed codes, of agencies and of groups, that mean an agency on a day."""
    printed = [*snapshot.agencies, *snapshot.groups]
    return {code for code in printed if agency in expand([code], day, snapshot).agencies}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
