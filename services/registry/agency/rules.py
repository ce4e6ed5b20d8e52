"""Who a printed expression means on a day: groups become members, ended agencies their confirmed successors.

An expression is the list of agency and group codes that a document names as lead, coordinator or reporter.
Nothing here reads a clock or a database: the snapshot brings every dated fact, the caller names the day.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class SuccessionKind(StrEnum):
    """How one agency follows another. A transfer moves functions only."""

    RENAME = "rename"
    MERGE = "merge"
    SPLIT = "split"
    TRANSFER = "transfer"


@dataclass(frozen=True, slots=True)
class AgencyPeriod:
    """One agency as it is known from one day to another; both days belong to it, None is open."""

    id: str
    kind: str
    province: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        return holds(self.valid_from, self.valid_to, day)


@dataclass(frozen=True, slots=True)
class Membership:
    """A member that a steward listed in a group, from one day to another."""

    agency: str
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A collective expression: the agency kinds it means (none when it is open), and its listed members."""

    id: str
    province: str | None = None
    agency_kinds: frozenset[str] = frozenset()
    listed: tuple[Membership, ...] = ()


@dataclass(frozen=True, slots=True)
class Heir:
    """One confirmed succession, seen from its predecessor."""

    successor: str
    kind: SuccessionKind
    effective_on: date


@dataclass(frozen=True, slots=True)
class RegistrySnapshot:
    """Every dated fact that an expansion needs. `heirs` holds confirmed successions only."""

    agencies: Mapping[str, tuple[AgencyPeriod, ...]] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    heirs: Mapping[str, tuple[Heir, ...]] = field(default_factory=dict)

    def period_of(self, agency: str, day: date) -> AgencyPeriod | None:
        """The agency as it is on the day, or None when it does not exist then."""
        return next((p for p in self.agencies.get(agency, ()) if p.holds_on(day)), None)

    def existing_on(self, day: date) -> Iterator[AgencyPeriod]:
        for periods in self.agencies.values():
            yield from (period for period in periods if period.holds_on(day))


@dataclass(frozen=True, slots=True)
class Carrier:
    """An existing agency, with the printed agency whose part it has, and the group that it was found in.

    `printed` is the agency itself unless it succeeded another one.
    """

    agency: str
    printed: str
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Expansion:
    """Who an expression means on a day. Orphaned: printed agencies that nobody carries then."""

    carriers: tuple[Carrier, ...] = ()
    orphaned: tuple[str, ...] = ()

    @property
    def agencies(self) -> tuple[str, ...]:
        """The agencies, each once, in the order in which the expression names them."""
        return tuple(dict.fromkeys(carrier.agency for carrier in self.carriers))


def holds(valid_from: date | None, valid_to: date | None, day: date) -> bool:
    """Say whether a day lies in a validity; both ends belong to it, and None is open."""
    return (valid_from is None or valid_from <= day) and (valid_to is None or day <= valid_to)


def expand(expression: Iterable[str], as_of: date, snapshot: RegistrySnapshot) -> Expansion:
    """Say which agencies an expression means on a day, and which printed agencies nobody carries."""
    carriers: dict[Carrier, None] = {}
    orphaned: dict[str, None] = {}
    for code in expression:
        for printed, group in _named(code, as_of, snapshot):
            found = carriers_of(printed, as_of, snapshot)
            carriers.update(dict.fromkeys(Carrier(agency, printed, group) for agency in found))
            if not found:
                orphaned[printed] = None
    return Expansion(tuple(carriers), tuple(orphaned))


def carriers_of(agency: str, as_of: date, snapshot: RegistrySnapshot) -> tuple[str, ...]:
    """The agency itself while it exists, else whoever succeeded it as a whole, along the whole chain.

    A transfer of functions carries nothing by itself: which duties go with it is a steward's decision.
    """
    return tuple(_follow(agency, as_of, snapshot, frozenset()))


def members_of(group: Group, as_of: date, snapshot: RegistrySnapshot) -> tuple[str, ...]:
    """The agencies that a group word means on a day, by code, and then those that a steward listed."""
    by_kind = sorted(
        period.id
        for period in snapshot.existing_on(as_of)
        if period.kind in group.agency_kinds and group.province in (None, period.province)
    )
    listed = [m.agency for m in group.listed if holds(m.valid_from, m.valid_to, as_of)]
    return tuple(dict.fromkeys([*by_kind, *listed]))


def meant_kinds(
    member_kinds: Iterable[str],
    national: Mapping[str, Iterable[str]],
    provincial: Mapping[str, Iterable[str]],
    province: str | None,
) -> frozenset[str]:
    """The agency kinds that the words of a group mean; inside a province some words mean its own bodies."""
    words = provincial if province else national
    return frozenset(kind for word in member_kinds for kind in words.get(word, ()))


def _named(code: str, as_of: date, snapshot: RegistrySnapshot) -> Iterator[tuple[str, str | None]]:
    group = snapshot.groups.get(code)
    if group is None:
        yield code, None
        return
    for member in members_of(group, as_of, snapshot):
        yield member, code


def _follow(agency: str, as_of: date, snapshot: RegistrySnapshot, seen: frozenset[str]) -> Iterator[str]:
    if agency in seen:
        return
    if snapshot.period_of(agency, as_of) is not None:
        yield agency
        return
    for heir in snapshot.heirs.get(agency, ()):
        if heir.kind is not SuccessionKind.TRANSFER and heir.effective_on <= as_of:
            yield from _follow(heir.successor, as_of, snapshot, seen | {agency})
