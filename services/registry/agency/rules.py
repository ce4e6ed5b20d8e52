"""Who a printed expression means on a day: groups become members, ended agencies their confirmed successors.

An expression is the list of agency and group codes that a document names as lead, coordinator or reporter.
Nothing here reads a clock or a database: the snapshot brings every dated fact, the caller names the day.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
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
class Place:
    """Where an agency is named: `task`, `obligation`, `duty`, `group` or `plan`, which one, and for which part."""

    kind: str
    item: str
    part: str


@dataclass(frozen=True, slots=True)
class Move:
    """What holds for one agency at one place from a day on; without receivers nobody carries it yet."""

    effective_on: date
    receivers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RegistrySnapshot:
    """Every dated fact that an expansion needs. `heirs` holds confirmed successions only.

    `moves` holds, by place and agency and in the order of their days, what stewards decided line by line.
    """

    agencies: Mapping[str, tuple[AgencyPeriod, ...]] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    heirs: Mapping[str, tuple[Heir, ...]] = field(default_factory=dict)
    moves: Mapping[Place, Mapping[str, tuple[Move, ...]]] = field(default_factory=dict)
    _by_kind: dict[str, list[AgencyPeriod]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _turns: list[date] = field(default_factory=list, init=False, repr=False, compare=False)
    _in_groups: dict[tuple[str, int], "Meant"] = field(default_factory=dict, init=False, repr=False, compare=False)

    def turn_of(self, day: date) -> int:
        """Count the days up to this one on which anything turned; nobody comes or goes between two of them."""
        if not self._turns:
            self._turns.extend(sorted({date.min, *self.turns()}))
        return bisect_right(self._turns, day)

    def meant_by(self, group: "Group", day: date) -> "Meant":
        """Who carries for a group on a day; found once for all days between two turns."""
        key = (group.id, self.turn_of(day))
        if key not in self._in_groups:
            place = membership_in(group.id)
            members = members_of(group, day, self)
            found = {member: carriers_of(member, day, self, place) for member in members}
            carriers = {Carrier(one, printed, group.id): None for printed, by in found.items() for one in by}
            self._in_groups[key] = Meant(carriers, {printed: None for printed, by in found.items() if not by})
        return self._in_groups[key]

    def turns(self) -> set[date]:
        """Return every day on which anything here begins or has just ended."""
        lives = {e for known in self.agencies.values() for p in known for e in (p.valid_from, p.valid_to)}
        listed = {e for group in self.groups.values() for m in group.listed for e in (m.valid_from, m.valid_to)}
        followed = {heir.effective_on for heirs in self.heirs.values() for heir in heirs}
        decided = {m.effective_on for by in self.moves.values() for moves in by.values() for m in moves}
        return turns_of(lives | listed) | followed | decided

    def period_of(self, agency: str, day: date) -> AgencyPeriod | None:
        """The agency as it is on the day, or None when it does not exist then."""
        for period in self.agencies.get(agency, ()):
            first, last = period.valid_from, period.valid_to
            if (first is None or first <= day) and (last is None or day <= last):
                return period
        return None

    def existing_of(self, kinds: Iterable[str], day: date) -> Iterator[AgencyPeriod]:
        """Give the agencies of these kinds that exist on a day."""
        if not self._by_kind:
            for periods in self.agencies.values():
                for period in periods:
                    self._by_kind.setdefault(period.kind, []).append(period)
        for kind in kinds:
            yield from (period for period in self._by_kind.get(kind, ()) if period.holds_on(day))


@dataclass(frozen=True, slots=True)
class Carrier:
    """An existing agency, with the printed agency whose part it has, and the group that it was found in.

    `printed` is the agency itself unless it succeeded another one.
    """

    agency: str
    printed: str
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Meant:
    """Whom one group means on a day; `orphaned` are its members whom nobody carries."""

    carriers: Mapping[Carrier, None]
    orphaned: Mapping[str, None]

    @property
    def is_memberless(self) -> bool:
        return not self.carriers and not self.orphaned


@dataclass(frozen=True, slots=True)
class Expansion:
    """Who an expression means on a day. Orphaned: printed agencies that nobody carries then."""

    carriers: tuple[Carrier, ...] = ()
    orphaned: tuple[str, ...] = ()

    @property
    def agencies(self) -> tuple[str, ...]:
        """The agencies, each once, in the order in which the expression names them."""
        return tuple(dict.fromkeys(carrier.agency for carrier in self.carriers))


def turns_of(ends: Iterable[date | None]) -> set[date]:
    """Return the days on which something turns, from first and last days: those, and the days after them."""
    known = {end for end in ends if end is not None}
    return known | {end + timedelta(days=1) for end in known if end < date.max}


def holds(valid_from: date | None, valid_to: date | None, day: date) -> bool:
    """Say whether a day lies in a validity; both ends belong to it, and None is open."""
    return (valid_from is None or valid_from <= day) and (valid_to is None or day <= valid_to)


def expand(
    expression: Iterable[str], as_of: date, snapshot: RegistrySnapshot, place: Place | None = None
) -> Expansion:
    """Say which agencies an expression means on a day, and which printed agencies nobody carries.

    `place` is where the expression is printed: a steward may have given that one duty to somebody of its own.
    """
    carriers: dict[Carrier, None] = {}
    orphaned: dict[str, None] = {}
    for code in expression:
        group = snapshot.groups.get(code)
        if group is not None:
            meant = snapshot.meant_by(group, as_of)
            carriers.update(meant.carriers)
            orphaned.update(meant.orphaned)
        elif found := carriers_of(code, as_of, snapshot, place):
            carriers.update(dict.fromkeys(Carrier(agency, code) for agency in found))
        else:
            orphaned[code] = None
    return Expansion(tuple(carriers), tuple(orphaned))


def carriers_of(
    agency: str, as_of: date, snapshot: RegistrySnapshot, place: Place | None = None
) -> tuple[str, ...]:
    """Who carries, at a place and on a day, what is printed there for an agency.

    Whom a steward decided on for this very place; else the agency itself while it exists; else whoever succeeded
    it as a whole, along the whole chain. A transfer of functions carries nothing by itself.
    """
    is_decided = place is not None and agency in snapshot.moves.get(place, ())
    if not is_decided and snapshot.period_of(agency, as_of) is not None:
        return (agency,)
    steps = _follow(agency, as_of, snapshot, place, date.min, frozenset())
    return tuple(dict.fromkeys(found for found, carries in steps if carries))


def holders_of(
    agency: str, as_of: date, snapshot: RegistrySnapshot, place: Place | None = None
) -> tuple[str, ...]:
    """Every agency through whose hands a printed agency's part has come by a day, the printed one first."""
    steps = _follow(agency, as_of, snapshot, place, date.min, frozenset())
    return tuple(dict.fromkeys(found for found, _ in steps))


def membership_in(group: str) -> Place:
    """The place of an agency that a steward listed in a group."""
    return Place("group", group, "member")


def members_of(group: Group, as_of: date, snapshot: RegistrySnapshot) -> tuple[str, ...]:
    """The agencies that a group word means on a day, by code, and then those that a steward listed."""
    by_kind = sorted(
        period.id
        for period in snapshot.existing_of(group.agency_kinds, as_of)
        if group.province in (None, period.province)
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


def _follow(
    agency: str,
    as_of: date,
    snapshot: RegistrySnapshot,
    place: Place | None,
    since: date,
    seen: frozenset[tuple[str, date]],
) -> Iterator[tuple[str, bool]]:
    """Give each agency on the way, and whether the way ends there with somebody who exists.

    `since` is the day on which the part came to this agency: what was decided about it before is not this part.
    """
    if (agency, since) in seen:
        return
    seen |= {(agency, since)}
    move = _move_of(agency, as_of, snapshot, place, since)
    if move is not None:
        yield agency, False
        for receiver in move.receivers:
            yield from _follow(receiver, as_of, snapshot, place, move.effective_on, seen)
        return
    exists = snapshot.period_of(agency, as_of) is not None
    yield agency, exists
    if exists:
        return
    for heir in snapshot.heirs.get(agency, ()):
        if heir.kind is not SuccessionKind.TRANSFER and heir.effective_on <= as_of:
            came = max(since, heir.effective_on)
            yield from _follow(heir.successor, as_of, snapshot, place, came, seen)


def _move_of(
    agency: str, as_of: date, snapshot: RegistrySnapshot, place: Place | None, since: date
) -> Move | None:
    decided = snapshot.moves.get(place, {}).get(agency, ()) if place is not None and snapshot.moves else ()
    return next((move for move in reversed(decided) if since <= move.effective_on <= as_of), None)
