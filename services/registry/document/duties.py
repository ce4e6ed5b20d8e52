"""The duties that the body of a document gives to named bodies."""

import re
from collections.abc import Iterator, Sequence

from services.registry.document.assignments import (
    WITH,
    Assignment,
    is_about_funding,
    read_assignment,
    read_partners,
)
from services.registry.document.names import Names
from services.registry.document.outline import Item, is_about
from services.registry.document.proposal import LIKELY, DutyRead

_ASSIGNING = re.compile(r"to chuc thuc hien|phan cong|trach nhiem|chi dao thuc hien")


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
    if is_about_funding(item.text):
        return False
    return is_about(item, _ASSIGNING) if item.section else _is_ordered(item.text)


def _is_ordered(text: str) -> bool:
    return re.match(r"^(?:giao|đề nghị|yêu cầu)\s", text, re.IGNORECASE) is not None


def _duty(item: Item, given: Assignment, names: Names) -> DutyRead:
    partners = tuple(p for p in read_partners(given.rest, names) if p not in given.actors)
    role = "coordinator" if given.role == "lead" and WITH.match(given.rest.strip()) else given.role
    confidence = min([LIKELY, *(n.confidence for n in (*given.actors, *partners))])
    return DutyRead(item.line, item.ref, given.actors, role, partners, item.text, confidence)
