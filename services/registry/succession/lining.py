"""From what a succession touches to the lines that are kept: number, proposal, and what goes with what."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from services.registry.agency.rules import Place
from services.registry.obligation.cycles import Register
from services.registry.obligation.owing import place_in
from services.registry.succession.outlook import BoundClient, OpenOccurrence
from services.registry.succession.proposing import Follower, propose
from services.registry.succession.states import LineKind, LineState
from services.registry.succession.touching import Touched

AHEAD = timedelta(days=400)
"""Cycles that are open on a day end or fall due within this time."""

Row = dict[str, Any]


def open_cycles(
    register: Register, plans: Mapping[str, str | None], agency: str, day: date
) -> Iterator[tuple[str, str, str | None, Row]]:
    """Give obligation, period, plan and dates of the cycles that an agency owes and that are open on a day."""
    owed = [duty.id for duty in register.duties.values() if agency in register.owing_on(duty, day).agencies]
    if not owed:
        return
    for cycle in register.cycles_between(day, day + AHEAD, owed):
        if cycle.period.start < day and agency in cycle.owing.agencies:
            due_on = cycle.deadline.due_on.isoformat() if cycle.deadline.due_on else None
            facts = {"period_end": cycle.period.end.isoformat(), "due_on": due_on}
            yield cycle.obligation, cycle.period.label, plans[cycle.obligation], facts


def touched_occurrences(
    scheduled: Iterable[tuple[str, str, str | None, Row]],
    known: Iterable[OpenOccurrence],
    titles: Mapping[str, tuple[str, str]],
    plans: Mapping[str, str | None],
    agency: str,
) -> list[Touched]:
    """Put together what the schedule says is owed and what submissions says is open."""
    found: dict[tuple[str, str], Row] = {(code, period): facts for code, period, _, facts in scheduled}
    for one in known:
        if one.obligation in titles:
            facts = {"occurrence": one.occurrence, "state": one.state, "due_on": one.due_on}
            at = found.setdefault((one.obligation, one.period), {})
            found[one.obligation, one.period] = {**at, **{k: v for k, v in facts.items() if v is not None}}
    return [
        Touched(
            place=Place(LineKind.OCCURRENCE.value, f"{code}/{period}", "reporter"),
            plan=plans[code],
            printed=(agency,),
            title_vi=titles[code][0],
            title_en=titles[code][1],
            facts=facts,
            follows=place_in(code, "reporter"),
        )
        for (code, period), facts in sorted(found.items())
    ]


def touched_clients(clients: Iterable[BoundClient], agency: str) -> list[Touched]:
    """A system stays bound to its agency; the receiver registers one of its own."""
    return [
        Touched(Place(LineKind.CLIENT.value, one.id, "agency"), None, (agency,), one.name, one.name)
        for one in clients
    ]


def lines_of(
    succession: str,
    touched: Sequence[Touched],
    followers: Sequence[Follower],
    *,
    known: Collection[Place] = (),
    after: int = 0,
) -> list[Row]:
    """Return the rows of new lines, each with its proposal."""
    fresh = [one for one in touched if one.place not in known]
    numbers = {one.place: number for number, one in enumerate(fresh, start=after + 1)}
    rows = []
    for one in fresh:
        proposal = propose(followers, one.title_vi, one.title_en)
        rows.append(
            {
                "succession": succession,
                "number": numbers[one.place],
                "kind": one.place.kind,
                "item": one.place.item,
                "part": one.place.part,
                "plan": one.plan,
                "printed": list(one.printed),
                "title_vi": one.title_vi,
                "title_en": one.title_en,
                "facts": dict(one.facts),
                "candidates": [asdict(candidate) for candidate in proposal.candidates],
                "receivers": list(proposal.receivers),
                "follows": numbers.get(one.follows) if one.follows is not None else None,
                "state": LineState.PROPOSED.value,
                "decided_by": None,
                "decided_at": None,
            }
        )
    return rows


def confirmed(row: Row, receivers: Sequence[str], by: str, now: datetime) -> Row:
    """Return a line that is decided from the beginning."""
    state = LineState.CONFIRMED.value
    return {**row, "state": state, "receivers": list(receivers), "decided_by": by, "decided_at": now}
