"""Who owes a report, to whom, and who is told above: the dated reading of the printed expressions."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from services.registry.agency.rules import Group, Place, RegistrySnapshot, carriers_of, expand
from services.registry.obligation.periods import Period


@dataclass(frozen=True, slots=True)
class Reporter:
    """An agency that owes, and the printed reporters whose part it has (joined by `|`, usually itself)."""

    agency: str
    duty: str


@dataclass(frozen=True, slots=True)
class Owing:
    """Who owes on a day. Orphaned: printed reporters that nobody carries, groups that have no member then."""

    day: date
    reporters: tuple[Reporter, ...] = ()
    orphaned: tuple[str, ...] = ()
    excused: tuple[str, ...] = ()
    """Agencies that would owe it, but for a derogation."""

    @property
    def agencies(self) -> tuple[str, ...]:
        return tuple(reporter.agency for reporter in self.reporters)

    def as_on(self, day: date) -> "Owing":
        """The same on another day between the same two turns."""
        return self if self.day == day else Owing(day, self.reporters, self.orphaned, self.excused)


def deciding_day(period: Period, due_on: date | None) -> date:
    """Return the day whose members owe: the earlier of the period's last day and the due day."""
    return period.end if due_on is None else min(period.end, due_on)


def place_in(obligation: str | None, part: str) -> Place | None:
    """Where an obligation names its reporters, recipients, those it goes through, or who is above."""
    return None if obligation is None else Place("obligation", obligation, part)


def who_owes(
    reporter: Iterable[str],
    recipient: Iterable[str],
    day: date,
    snapshot: RegistrySnapshot,
    obligation: str | None = None,
) -> Owing:
    """Say who owes a report on a day. The recipient is never a reporter of its own obligation."""
    recipients = recipients_on(recipient, day, snapshot, place_in(obligation, "recipient"))
    return who_owes_beside(recipients, reporter, day, snapshot, obligation)


def who_owes_beside(
    recipients: Collection[str],
    reporter: Iterable[str],
    day: date,
    snapshot: RegistrySnapshot,
    obligation: str | None = None,
) -> Owing:
    """Say who owes a report on a day, its recipients of that day being known."""
    expression = tuple(reporter)
    found = expand(expression, day, snapshot, place_in(obligation, "reporter"))
    duties: dict[str, dict[str, None]] = {}
    for carrier in found.carriers:
        if carrier.agency not in recipients:
            duties.setdefault(carrier.agency, {})[carrier.printed] = None
    reporters = tuple(Reporter(agency, "|".join(printed)) for agency, printed in duties.items())
    memberless = (code for code in expression if _is_memberless(code, day, snapshot))
    return Owing(day, reporters, (*found.orphaned, *memberless))


def excuse(owing: Owing, agencies: Iterable[str]) -> Owing:
    """Take the agencies out that a derogation excuses."""
    named = set(agencies)
    if not named:
        return owing
    kept = tuple(one for one in owing.reporters if one.agency not in named)
    excused = tuple(one.agency for one in owing.reporters if one.agency in named)
    return replace(owing, reporters=kept, excused=excused)


def recipients_on(
    recipient: Iterable[str], day: date, snapshot: RegistrySnapshot, place: Place | None = None
) -> tuple[str, ...]:
    """Say who receives on a day. Groups stay expressions.

    An ended recipient that nobody follows stays as printed.
    """
    return tuple(dict.fromkeys(_carried(recipient, day, snapshot, place)))


def parts_taken_over(agency: str, group: Group, day: date, snapshot: RegistrySnapshot) -> tuple[str, ...]:
    """Return the ended agencies of a group's kinds whose part this agency has by succession."""
    return tuple(
        sorted(
            code
            for code, known in snapshot.agencies.items()
            if code != agency
            and any(p.kind in group.agency_kinds and group.province in (None, p.province) for p in known)
            and snapshot.period_of(code, day) is None
            and agency in carriers_of(code, day, snapshot)
        )
    )


@dataclass(frozen=True, slots=True)
class Above:
    """The obligation that carries the consolidated result upward, as it stands on the deciding day."""

    owing: Owing
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """The recipient line of an obligation: those to whom it goes, and those through whom it goes."""

    recipients: tuple[str, ...]
    via: tuple[str, ...]


def who_is_above(
    line: Line, above: Above, snapshot: RegistrySnapshot, parents: Mapping[str, str]
) -> tuple[str, ...]:
    """Say who stands above the recipients: who owes the next report on their line, else who receives it.

    Recipients and those through whom the report goes are on the line already and never above it.
    """
    below = {*line.recipients, *line.via}
    found: dict[str, None] = {}
    for recipient in line.recipients:
        owing = _owing_on_line(recipient, above.owing, snapshot, parents)
        chosen = [agency for agency in owing if agency not in below] or above.recipients
        found.update(dict.fromkeys(agency for agency in chosen if agency not in below))
    return tuple(found)


def _owing_on_line(
    recipient: str, owing: Owing, snapshot: RegistrySnapshot, parents: Mapping[str, str]
) -> list[str]:
    """Reporters of the recipient's province; for a national recipient, those above it in its own body.

    A provincial branch of a ministry is the province's matter here, so its parent is not asked.
    """
    province = _province(recipient, owing.day, snapshot)
    if province is not None:
        return [a for a in owing.agencies if _province(a, owing.day, snapshot) == province]
    return [a for a in _ancestors(recipient, parents) if a in owing.agencies][:1]


def _ancestors(agency: str, parents: Mapping[str, str]) -> Iterator[str]:
    seen = {agency}
    while (parent := parents.get(agency)) is not None and parent not in seen:
        seen.add(parent)
        yield parent
        agency = parent


def _province(agency: str, day: date, snapshot: RegistrySnapshot) -> str | None:
    period = snapshot.period_of(agency, day)
    return period.province if period else None


def _carried(
    expression: Iterable[str], day: date, snapshot: RegistrySnapshot, place: Place | None
) -> Iterator[str]:
    for code in expression:
        if code not in snapshot.groups:
            yield from carriers_of(code, day, snapshot, place) or (code,)


def _is_memberless(code: str, day: date, snapshot: RegistrySnapshot) -> bool:
    group = snapshot.groups.get(code)
    return group is not None and snapshot.meant_by(group, day).is_memberless
