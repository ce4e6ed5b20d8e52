"""Whether a group takes members by hand, who may ask, and on which day a membership may end. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum

from services.registry.agency.rules import RegistrySnapshot
from services.registry.group.errors import (
    EndDayWrong,
    GroupClosed,
    LeadNamedWrong,
    MemberAgencyWrong,
    NotLead,
    TaskTakesNoRequests,
)


class MemberSource(StrEnum):
    """Why an agency is a member of a group."""

    BY_KIND = "by_kind"
    LISTED = "listed"
    REQUESTED = "requested"


def require_open(group: str, membership: str, words: Mapping[str, Iterable[str]]) -> None:
    """Refuse to list a member of a group that its words decide alone.

    It is open when it is listed only, or when one of its words means no kind of agency (enterprises, districts).
    """
    if membership == "by_kind" and all(tuple(kinds) for kinds in words.values()):
        raise GroupClosed(group)


def require_existing(
    agency: str, first: date, last: date | None, snapshot: RegistrySnapshot, asking: str | None = None
) -> None:
    """Refuse who does not exist on its first day as a member, who asks itself, and a last day before the first."""
    if snapshot.period_of(agency, first) is None or agency == asking:
        raise MemberAgencyWrong(agency, first)
    if last is not None and last < first:
        raise EndDayWrong(first, None, last)


def require_end(first: date, present: date | None, last: date) -> None:
    """Refuse an end before the membership began, or one that would make it longer."""
    if last < first or (present is not None and last >= present):
        raise EndDayWrong(first, present, last)


def choose_group(task: str, offered: Iterable[str], asked: str | None) -> str:
    """Return the group of a task through which an agency is asked: the one named, else the first."""
    groups = tuple(offered)
    if not groups or (asked is not None and asked not in groups):
        raise TaskTakesNoRequests(task, groups)
    return asked or groups[0]


def choose_lead(acting: str, named: str | None, leads: tuple[str, ...], *, is_steward: bool) -> str:
    """Return the lead in whose name a request is made. A lead asks for itself, a steward says for whom."""
    if not is_steward and acting not in leads:
        raise NotLead(acting, leads)
    chosen = named or (acting if acting in leads else None)
    if chosen is None and len(leads) == 1:
        chosen = leads[0]
    if chosen not in leads:
        raise LeadNamedWrong(named, leads)
    if not is_steward and chosen != acting:
        raise NotLead(acting, leads)
    return chosen


def require_ender(acting: str, requested_by: str, leads: tuple[str, ...], *, is_steward: bool) -> None:
    """Refuse to end a request to anyone but a steward, the lead that asked, and who leads the task now."""
    if not is_steward and acting not in (requested_by, *leads):
        raise NotLead(acting, leads)


def find_faults(
    words: Sequence[str],
    meant: Mapping[str, Sequence[str]],
    province: str | None,
    *,
    is_known: bool,
    by_kind: bool,
) -> list[dict[str, str]]:
    """Return what is wrong with a new group: words nobody knows, kinds that mean nobody, a strange province."""
    faults = [
        {"pointer": f"/words/{place}", "rule": "word_known", "value": word}
        for place, word in enumerate(words)
        if word not in meant
    ]
    if not is_known:
        faults.append({"pointer": "/province", "rule": "province_known", "value": province or ""})
    if by_kind and not faults and not any(meant[word] for word in words):
        faults.append({"pointer": "/words", "rule": "means_somebody", "value": ", ".join(words)})
    return faults
