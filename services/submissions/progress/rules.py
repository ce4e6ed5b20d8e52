"""From what was said about a task to its status: who leads speaks first, and disagreement is shown."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from services.submissions.form.definition import TaskStatus

FURTHEST_LAST = (TaskStatus.NO_PROGRESS, TaskStatus.CONSTRAINED, TaskStatus.ON_TRACK, TaskStatus.MET)


class Voice(StrEnum):
    """In which part an agency speaks about a task."""

    LEAD = "lead"
    COORDINATOR = "coordinator"
    DERIVED = "derived"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a plan whose progress is read, with the tasks of derived plans that carry it out.

    A heading is no task of the plan itself: it is read because tasks of derived plans carry it out.
    """

    id: str
    plan: str
    code: str
    title_vi: str
    title_en: str | None
    leads: Sequence[str] = ()
    coordinators: Sequence[str] = ()
    derived: Sequence[str] = field(default=())
    is_heading: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the words about one task come to."""

    status: TaskStatus | None
    disagreement: bool
    counts: Mapping[str, int]


def voice_of(line: Line, task: str, agencies: Iterable[str]) -> Voice:
    """Return the part in which an agency spoke; `agencies` are it and those that carry it on."""
    if task != line.id:
        return Voice.DERIVED
    speaking = set(agencies)
    if speaking & set(line.leads):
        return Voice.LEAD
    return Voice.COORDINATOR if speaking & set(line.coordinators) else Voice.OTHER


def judge(said: Sequence[tuple[Voice, str]]) -> Verdict:
    """Return the status of a task.

    Those who lead it decide; while none of them has spoken, all others do. Where they differ the least advanced
    word stands, so that a difficulty is never averaged away, and the disagreement is told.
    """
    words = [(voice, TaskStatus(status)) for voice, status in said]
    leading = [status for voice, status in words if voice is Voice.LEAD]
    deciding = leading or [status for _, status in words]
    counts = Counter(status.value for _, status in words)
    return Verdict(
        status=min(deciding, key=FURTHEST_LAST.index, default=None),
        disagreement=len(counts) > 1,
        counts={status.value: counts[status.value] for status in reversed(FURTHEST_LAST)},
    )


def tasks_below(task: str, derived: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the tasks that carry a line out, directly or through another plan, each once."""
    found: dict[str, None] = {}
    waiting = list(derived.get(task, ()))
    while waiting:
        one = waiting.pop(0)
        if one not in found and one != task:
            found[one] = None
            waiting += derived.get(one, ())
    return list(found)


def natural(code: str) -> tuple[tuple[int, str], ...]:
    """Order 2.2 before 2.10."""
    return tuple((int(part) if part.isdecimal() else 0, part) for part in code.split("."))
