"""Who the agencies and groups that a task names are on a day, and whether someone is missing."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from services.registry.agency.rules import RegistrySnapshot, expand
from services.registry.plan.tables import TaskPart

Printed = tuple[str, str, bool]
"""Part, code, and whether the code is a group's; as kept in the printed order."""


def read_party(code: str, is_group: bool, day: date, snapshot: RegistrySnapshot) -> dict[str, Any]:
    """Say who a printed agency or group is on a day."""
    meant = expand([code], day, snapshot)
    return {
        "printed": code,
        "is_group": is_group,
        "exists": is_group or snapshot.period_of(code, day) is not None,
        "carried_by": list(meant.agencies),
        "orphaned": bool(meant.orphaned),
    }


def read_parties(
    parties: Iterable[Printed], part: TaskPart, day: date, snapshot: RegistrySnapshot
) -> list[dict[str, Any]]:
    """Say who all of one part are on a day."""
    return [read_party(code, is_group, day, snapshot) for its, code, is_group in parties if its == part]


def agencies_of(parties: Iterable[Printed], part: TaskPart, day: date, snapshot: RegistrySnapshot) -> list[str]:
    """Return the agencies of one part on a day, each once."""
    return list(expand([code for its, code, _ in parties if its == part], day, snapshot).agencies)


def codes_meaning(agency: str, day: date, snapshot: RegistrySnapshot) -> set[str]:
    """Return the printed codes, of agencies and of groups, that mean an agency on a day."""
    printed = [*snapshot.agencies, *snapshot.groups]
    return {code for code in printed if agency in expand([code], day, snapshot).agencies}
