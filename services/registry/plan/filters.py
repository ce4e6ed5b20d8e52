"""What a list of tasks is narrowed by: as conditions of a statement, and for lines that are not in the tables."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from kernel.text import fold
from services.registry.base import table_of
from services.registry.plan.parties import Reading, parties_on
from services.registry.plan.tables import Task, TaskAddressee, TaskKind, TaskObjective, TaskPart
from services.registry.vietnamese import mentions

task = table_of(Task)
addressee = table_of(TaskAddressee)
serving = table_of(TaskObjective)
child = task.alias("child")

PRESENT = task.c.removed_in.is_(None)
"""A line that the version in force has."""
IS_LEAF = sa.and_(
    task.c.kind != TaskKind.HEADING,
    sa.not_(sa.exists().where(child.c.parent == task.c.id, child.c.removed_in.is_(None))),
)
TEXTS = ("code", "title_vi", "title_en", "result_vi", "result_en")
FUNDING = ("funding_vi", "funding_en")


@dataclass(slots=True)
class TaskFilter:
    """What a list of tasks is narrowed by; None narrows nothing."""

    kind: str | None = None
    is_leaf: bool | None = None
    objective: int | None = None
    addressee: str | None = None
    """Code of an agency or group, as the plan names it."""
    text: str | None = None
    funding: str | None = None

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """Return the conditions of a statement."""
        asked = ((name, getattr(self, name)) for name in CONDITIONS)
        return [PRESENT, *(CONDITIONS[name](value) for name, value in asked if value is not None)]

    def matches(self, line: Any) -> bool:
        """Say whether a line is one of those."""
        return (
            self.kind in (None, line.kind)
            and self.is_leaf in (None, line.is_leaf)
            and (self.objective is None or self.objective in line.objectives)
            and (self.addressee is None or self.addressee in (code for code, _ in line.addressees))
            and _mentioned(self.text, (getattr(line, name) for name in TEXTS))
            and _mentioned(self.funding, (getattr(line, name) for name in FUNDING))
        )


CONDITIONS: dict[str, Callable[[Any], sa.ColumnElement[bool]]] = {
    "kind": lambda kind: task.c.kind == kind,
    "is_leaf": lambda is_leaf: IS_LEAF if is_leaf else sa.not_(IS_LEAF),
    "objective": lambda number: sa.exists().where(serving.c.task == task.c.id, serving.c.objective == number),
    "addressee": lambda code: sa.exists().where(
        addressee.c.task == task.c.id, sa.func.coalesce(addressee.c.agency, addressee.c.agency_group) == code
    ),
    "text": lambda text: sa.or_(*(mentions(task.c[name], text) for name in TEXTS)),
    "funding": lambda text: sa.or_(*(mentions(task.c[name], text) for name in FUNDING)),
}


def _mentioned(text: str | None, places: Iterable[str | None]) -> bool:
    return text is None or any(fold(text) in fold(place) for place in places if place)


@dataclass(frozen=True, slots=True)
class PartFilter:
    """Whose tasks are asked for, by who carries them on a day."""

    agency: str | None = None
    lead: str | None = None
    coordinator: str | None = None

    def __bool__(self) -> bool:
        return any((self.agency, self.lead, self.coordinator))

    def matches(self, line: Any, reading: Reading, day: date) -> bool:
        """Say whether the asked agencies carry their parts in a line."""
        carried: dict[str, set[str]] = {TaskPart.LEAD: set(), TaskPart.COORDINATOR: set()}
        for part, code, _ in parties_on(line, day):
            carried[part].update(reading.of(line.id, part, code).agencies)
        leads, coordinators = carried[TaskPart.LEAD], carried[TaskPart.COORDINATOR]
        return (
            (self.agency is None or self.agency in leads | coordinators)
            and (self.lead is None or self.lead in leads)
            and (self.coordinator is None or self.coordinator in coordinators)
        )
