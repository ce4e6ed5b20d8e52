"""The tasks of a plan that has no table: its numbered lines, and below a name what that name is told."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from services.registry.document.actions import leads_with_partners, split_actions
from services.registry.document.assignments import (
    Assignment,
    is_about_funding,
    is_leading,
    names_a_role,
    read_assignment,
    read_partners,
    read_role,
)
from services.registry.document.names import Names
from services.registry.document.outline import Item, children_of, is_about
from services.registry.document.proposal import (
    DOUBTFUL,
    GUESSED,
    LIKELY,
    NameRead,
    TaskRead,
    TimeframeRead,
)
from services.registry.document.text import flat
from services.registry.document.timeframes import read_timeframe

_WORKING = re.compile(r"nhiem vu|noi dung|giai phap|phan cong|to chuc thuc hien|lo trinh|trach nhiem|hoat dong")
_ASIDE = re.compile(
    r"muc dich|muc tieu|yeu cau|kinh phi|quan diem|pham vi|nguon luc|che do (?:thong tin,? )?bao cao"
)
_CONTENT, _ASSIGNMENT = re.compile(r"^noi dung\b"), re.compile(r"^phan cong\b")
_STAGE = re.compile(r"^giai doan\s+\d{4}")


def read_body_tasks(items: Sequence[Item], names: Names, begins: int | None) -> tuple[TaskRead, ...]:
    """Read the tasks of a plan without a table, each section that they stand directly below as a heading."""
    found: list[TaskRead] = []
    section: Item | None = None
    for place, item in enumerate(items):
        section = item if item.level == 0 and item.path else section
        if item.level != 1 or not is_about(item, _WORKING) or _ASIDE.search(item.section):
            continue
        if is_about_funding(item.text):
            continue
        tasks = list(_tasks_of(item, children_of(place, items), names, begins))
        parents = {task.parent_code for task in tasks}
        if section is not None and section.ref in parents and not any(t.line == section.line for t in found):
            found.append(_heading(section))
        found += tasks
    return tuple(found)


def _heading(section: Item) -> TaskRead:
    return TaskRead(
        line=section.line,
        code=section.ref,
        code_origin="derived",
        parent_code=None,
        kind="heading",
        title=section.text.strip(" ."),
        leads=(),
        coordinators=(),
        result="",
        timeframe=TimeframeRead(""),
        confidence=LIKELY,
    )


def _tasks_of(item: Item, below: Sequence[Item], names: Names, begins: int | None) -> Iterator[TaskRead]:
    given = read_assignment(item.text, names)
    if given is not None and (given.is_heading or given.rest.lstrip().startswith(":")):
        told = below if below else [replace(item, text=given.rest.lstrip(" :"))]
        yield from _told(item, told, given, names)
        return
    contents, assigned = _split_assignments(below, names)
    several = assigned if sum(bool(a.actors) and is_leading(a) for a in assigned) > 1 else []
    if given is None and assigned and not several:
        given = Assignment(_leads_of(assigned), "lead", "")
    leads = given.actors if given else ()
    found = [*read_partners(item.text, names), *_partners_of([] if several else assigned, names)]
    partners = tuple(p for p in dict.fromkeys(found) if p not in leads)
    timeframe = read_timeframe(item.text, begins) if _STAGE.match(flat(item.text)) else TimeframeRead("")
    stands_alone = leads or contents or several
    yield TaskRead(
        item.line, item.ref, "document", None if stands_alone else item.path[0],
        "heading" if contents else "task", item.text,
        leads, partners, "", timeframe, LIKELY if leads else DOUBTFUL,
    )  # fmt: skip
    yield from _contents(item, contents, (leads, partners), several, timeframe, names)
    for letter, one in zip("ABCDEFGH", several, strict=False):
        part = replace(item, text=one.rest.strip(" ,"))
        yield replace(_derived(part, f"{item.ref}.{letter}", item.ref, one, names), kind="assignment")


def _told(item: Item, told: Sequence[Item], given: Assignment, names: Names) -> Iterator[TaskRead]:
    """Give what stands below a name, one task for each thing that it is told to do."""
    number = 0
    for child in (c for c in told if c.text):
        parts = split_actions(child.text)
        governing = read_partners(parts[0], names) if leads_with_partners(parts[0]) else ()
        for part in parts:
            number += 1
            task = _derived(replace(child, text=part), f"{item.ref}.{number}", item.path[0], given, names)
            yield replace(task, coordinators=task.coordinators or governing)


def _contents(
    item: Item, contents: Sequence[Item], told: tuple[tuple[NameRead, ...], tuple[NameRead, ...]],
    several: Sequence[Assignment], timeframe: TimeframeRead, names: Names,
) -> Iterator[TaskRead]:  # fmt: skip
    """Give the points of a line; where several bodies lead parts of it, any of them may lead a point."""
    leads, partners = told
    if several and not leads:
        leads = tuple(replace(name, confidence=GUESSED) for name in _leads_of(several))
        shared = {frozenset(n.read_as for n in read_partners(a.rest, names)) for a in several}
        partners = read_partners(several[0].rest, names) if len(shared) == 1 else ()
    for place, child in enumerate(contents, start=1):
        whole = Assignment(leads, "lead", child.text)
        task = _derived(child, f"{item.ref}.{place}", item.ref, whole, names)
        confidence = GUESSED if several else task.confidence
        helping = task.coordinators or partners
        yield replace(task, coordinators=helping, timeframe=timeframe, confidence=confidence)


def _split_assignments(below: Sequence[Item], names: Names) -> tuple[list[Item], list[Assignment]]:
    """Part what stands below a line into what is to be done and who is to do it."""
    contents: list[Item] = []
    assigned: list[Assignment] = []
    in_assignment = False
    for child in below:
        said = flat(child.text)
        if child.level == 2 and (_CONTENT.match(said) or _ASSIGNMENT.match(said)):
            in_assignment = _ASSIGNMENT.match(said) is not None
        elif in_assignment or names_a_role(child.text):
            given = read_role(child.text, names)
            assigned += [given] if given else []
        elif child.level in (2, 3):
            contents.append(child)
    return contents, assigned


def _leads_of(assigned: Sequence[Assignment]) -> tuple[NameRead, ...]:
    """Return who leads: those asked to help are not among them, those asked to lead are."""
    return tuple(dict.fromkeys(n for a in assigned if is_leading(a) for n in a.actors))


def _partners_of(assigned: Sequence[Assignment], names: Names) -> tuple[NameRead, ...]:
    found = [p for a in assigned for p in read_partners(a.rest, names)]
    asked = [n for a in assigned if not is_leading(a) for n in a.actors]
    return tuple(dict.fromkeys([*found, *asked]))


def _derived(item: Item, code: str, parent: str, given: Assignment, names: Names) -> TaskRead:
    partners = read_partners(item.text, names)
    return TaskRead(
        line=item.line,
        code=code,
        code_origin="derived",
        parent_code=parent,
        kind="task",
        title=item.text,
        leads=given.actors,
        coordinators=partners,
        result="",
        timeframe=TimeframeRead(""),
        confidence=DOUBTFUL if given.actors else GUESSED,
    )
