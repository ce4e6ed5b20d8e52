"""Which tasks of a plan are carried out in the plans that derive from it. A counterpart of a line above counts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A line of the plan above, with the tasks of derived plans that name it."""

    id: str
    parent: str | None
    is_leaf: bool
    carried_out_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Counterpart:
    """A task of a derived plan, and the line through which it carries a task out."""

    task: str
    through: str


def find_counterparts(lines: Sequence[PlanLine]) -> dict[str, tuple[Counterpart, ...]]:
    """Return the counterparts of every leaf task, nearest line first."""
    by_id = {line.id: line for line in lines}
    return {
        line.id: tuple(
            Counterpart(task, above.id) for above in _upwards(line, by_id) for task in above.carried_out_by
        )
        for line in lines
        if line.is_leaf
    }


def _upwards(line: PlanLine, by_id: Mapping[str, PlanLine]) -> Iterator[PlanLine]:
    at: PlanLine | None = line
    while at is not None:
        yield at
        at = by_id.get(at.parent) if at.parent else None
