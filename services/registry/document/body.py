"""What the body of a document orders: duties of named bodies, and the tasks of a plan that has no annex."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from services.registry.document.lists import ListRead, read_leading
from services.registry.document.names import Names
from services.registry.document.outline import Item, children_of, is_about
from services.registry.document.proposal import (
    DOUBTFUL,
    GUESSED,
    LIKELY,
    DutyRead,
    NameRead,
    TaskRead,
    TimeframeRead,
)
from services.registry.document.text import flat
from services.registry.document.timeframes import read_timeframe

_ASKED = re.compile(r"^(?:đề nghị|yêu cầu|giao|trách nhiệm của|đối với|phân công)\s+", re.IGNORECASE)
_WITH = re.compile(r"phối hợp(?: chặt chẽ)?(?: cùng)?(?: với)?\s+(?=\S)", re.IGNORECASE)
_OPENING = re.compile(r"^(?:căn cứ|trên cơ sở|trong phạm vi|theo chức năng|trong quá trình)\b", re.IGNORECASE)
_RESPONSIBLE = re.compile(r"^\s*(?:có trách nhiệm|chịu trách nhiệm|có nhiệm vụ|chủ trì|chủ động)", re.IGNORECASE)
_CLAUSE = 400
_MOST_PARTNERS = 20
_LEADS = re.compile(r"^\W*(?:là\s+)?(?:chủ trì|đầu mối)", re.IGNORECASE)
ASSIGNING = re.compile(r"to chuc thuc hien|phan cong|trach nhiem|chi dao thuc hien")
WORKING = re.compile(r"nhiem vu|noi dung|giai phap|phan cong|to chuc thuc hien|lo trinh|trach nhiem|hoat dong")
_ASIDE = re.compile(r"muc dich|muc tieu|yeu cau|kinh phi|quan diem|pham vi|nguon luc|che do bao cao")
_FUNDING = re.compile(r"^(?:nguon )?kinh phi|^viec quan ly va su dung kinh phi|bo tri kinh phi (?:thuc hien|theo)")
_CONTENT, _ASSIGNMENT = re.compile(r"^noi dung\b"), re.compile(r"^phan cong\b")
_STAGE = re.compile(r"^giai doan\s+\d{4}")


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who is told to do something, in which role, and what is said after the names."""

    actors: tuple[NameRead, ...]
    role: str
    rest: str

    @property
    def is_heading(self) -> bool:
        """Say whether the names are all there is: what they are told follows in the paragraphs below."""
        return not self.rest.strip(" :.;") or self.rest.rstrip().endswith(":")


def read_assignment(text: str, names: Names) -> Assignment | None:
    """Read a paragraph that begins with the names of those who are told to do something."""
    asked = _ASKED.match(text)
    found = read_leading(text, names, asked.end() if asked else 0)
    known = [name for name in found.names if name.read_as]
    if not known:
        return _read_responsible(text, names)
    is_request = asked is not None and flat(asked[0]).startswith("de nghi")
    return Assignment(found.names, "requested" if is_request else "lead", text[found.end :])


def _read_responsible(text: str, names: Names) -> Assignment | None:
    """Read "Căn cứ …, các bộ, ngành có trách nhiệm …": those told come after an opening clause."""
    if not _OPENING.match(text):
        return None
    for comma in re.finditer(r",\s+", text[:_CLAUSE]):
        found = read_leading(text, names, comma.end())
        if any(n.read_as for n in found.names) and _RESPONSIBLE.match(text[found.end :]):
            return Assignment(found.names, "lead", text[found.end :])
    return None


def read_partners(text: str, names: Names) -> tuple[NameRead, ...]:
    """Read with whom something is done: the names after "phối hợp với"."""
    found: dict[NameRead, None] = {}
    for match in islice(_WITH.finditer(text), _MOST_PARTNERS):
        partners: ListRead = read_leading(text, names, match.end())
        found.update(dict.fromkeys(partners.names))
    return tuple(found)


def read_duties(items: Sequence[Item], names: Names) -> tuple[DutyRead, ...]:
    """Read the duties that the body gives, those below a name as duties of that name."""
    return tuple(_duties(items, names))


def _duties(items: Sequence[Item], names: Names) -> Iterator[DutyRead]:
    holder: tuple[tuple[str, ...], Assignment] | None = None
    for item in items:
        if not _orders(item):
            continue
        own = read_assignment(item.text, names)
        below = holder is not None and item.path[: len(holder[0])] == holder[0] and len(item.path) > len(holder[0])
        if own is not None and item.level in (1, 2) and own.is_heading:
            holder = item.path, own
        elif own is not None and (item.level < 3 or _is_ordered(item.text) or not below):
            yield _duty(item, own, names)
            holder = (item.path, own) if item.level < 3 else holder
        elif below and holder is not None:
            yield _duty(item, Assignment(holder[1].actors, holder[1].role, item.text), names)


def _orders(item: Item) -> bool:
    if _FUNDING.search(flat(item.text)):
        return False
    return is_about(item, ASSIGNING) if item.section else _is_ordered(item.text)


def _is_ordered(text: str) -> bool:
    return re.match(r"^(?:giao|đề nghị|yêu cầu)\s", text, re.IGNORECASE) is not None


def _duty(item: Item, given: Assignment, names: Names) -> DutyRead:
    partners = tuple(p for p in read_partners(given.rest, names) if p not in given.actors)
    role = "coordinator" if given.role == "lead" and _WITH.match(given.rest.strip()) else given.role
    confidence = min([LIKELY, *(n.confidence for n in (*given.actors, *partners))])
    return DutyRead(item.line, item.ref, given.actors, role, partners, item.text, confidence)


def read_body_tasks(items: Sequence[Item], names: Names, begins: int | None) -> tuple[TaskRead, ...]:
    """Read the tasks of a plan without a table: its numbered lines, and below a name what that name is told."""
    found: list[TaskRead] = []
    for place, item in enumerate(items):
        if item.level != 1 or not is_about(item, WORKING) or _ASIDE.search(item.section) or _is_aside(item):
            continue
        found += _tasks_of(item, children_of(place, items), names, begins)
    return tuple(found)


def _is_aside(item: Item) -> bool:
    return _FUNDING.search(flat(item.text)) is not None


def _tasks_of(item: Item, below: Sequence[Item], names: Names, begins: int | None) -> Iterator[TaskRead]:
    given = read_assignment(item.text, names)
    if given is not None and (given.is_heading or given.rest.lstrip().startswith(":")):
        told = below if below else [replace(item, text=given.rest.lstrip(" :"))]
        for place, child in enumerate((c for c in told if c.text), start=1):
            yield _derived(child, f"{item.ref}.{place}", item.path[0], given, names)
        return
    contents, assigned = _split_assignments(below, names)
    several = assigned if sum(bool(a.actors) and _is_leading(a) for a in assigned) > 1 else []
    if given is None and not several:
        given = Assignment(_leads_of(assigned), "lead", "") if assigned else None
    leads = given.actors if given else ()
    found = [*read_partners(item.text, names), *_partners_of([] if several else assigned, names)]
    partners = tuple(p for p in dict.fromkeys(found) if p not in leads)
    timeframe = read_timeframe(item.text, begins) if _STAGE.match(flat(item.text)) else TimeframeRead("")
    yield TaskRead(
        item.line, item.ref, "document", None, "heading" if contents else "task", item.text,
        leads, partners, "", timeframe, LIKELY if leads else DOUBTFUL,
    )  # fmt: skip
    for place, child in enumerate(contents, start=1):
        whole = Assignment(leads, "lead", child.text)
        task = _derived(child, f"{item.ref}.{place}", item.ref, whole, names)
        yield replace(task, coordinators=task.coordinators or partners, timeframe=timeframe)
    for letter, one in zip("ABCDEFGH", several, strict=False):
        part = replace(item, text=one.rest.strip(" ,"))
        yield replace(_derived(part, f"{item.ref}.{letter}", item.ref, one, names), kind="assignment")


def _split_assignments(below: Sequence[Item], names: Names) -> tuple[list[Item], list[Assignment]]:
    """Part what stands below a line into what is to be done and who is to do it."""
    contents: list[Item] = []
    assigned: list[Assignment] = []
    in_assignment = False
    for child in below:
        said = flat(child.text)
        if child.level == 2 and (_CONTENT.match(said) or _ASSIGNMENT.match(said)):
            in_assignment = _ASSIGNMENT.match(said) is not None
        elif in_assignment:
            given = _read_role(child.text, names)
            assigned += [given] if given else []
        elif child.level in (2, 3):
            contents.append(child)
    return contents, assigned


def _read_role(text: str, names: Names) -> Assignment | None:
    """Read "Cơ quan chủ trì: X", "Cơ quan phối hợp: Y" and "X chủ trì, phối hợp với Y"."""
    label = re.match(r"^cơ quan\s+(?P<role>chủ trì|phối hợp)[^:]{0,30}:\s*", text, re.IGNORECASE)
    if label is None:
        return read_assignment(text, names)
    named = read_leading(text, names, label.end())
    if flat(label["role"]) == "chu tri":
        return Assignment(named.names, "lead", text[named.end :])
    return Assignment((), "lead", f"phối hợp với {text[label.end() :]}")


def _leads_of(assigned: Sequence[Assignment]) -> tuple[NameRead, ...]:
    """Return who leads: those asked to help are not among them, those asked to lead are."""
    return tuple(dict.fromkeys(n for a in assigned if _is_leading(a) for n in a.actors))


def _is_leading(given: Assignment) -> bool:
    return given.role == "lead" or _LEADS.match(given.rest) is not None


def _partners_of(assigned: Sequence[Assignment], names: Names) -> tuple[NameRead, ...]:
    found = [p for a in assigned for p in read_partners(a.rest, names)]
    asked = [n for a in assigned if not _is_leading(a) for n in a.actors]
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
