"""What becomes of the lines of a succession when a steward confirms: values in, decisions or findings out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.registry.succession.checking import Finding, find_foreign
from services.registry.succession.errors import ChoiceWrong, LineDecided
from services.registry.succession.states import LineState


@dataclass(frozen=True, slots=True)
class Line:
    """One line as far as deciding on it goes."""

    number: int
    state: LineState
    receivers: tuple[str, ...]
    follows: int | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What a steward decided on one line."""

    number: int
    state: LineState
    receivers: tuple[str, ...]


def is_repeated(
    lines: Sequence[Line], chosen: Mapping[int, tuple[str, ...] | None] | None, *, ends_predecessor: bool
) -> bool:
    """Say whether all that is asked was decided so before."""
    known = {line.number: line for line in lines}
    if chosen is None:
        return not any(_goes_with_all(line, ends_predecessor) for line in lines)
    return all(
        n in known and known[n].state is not LineState.PROPOSED and who in (None, known[n].receivers)
        for n, who in chosen.items()
    )


def decide(
    lines: Sequence[Line],
    chosen: Mapping[int, tuple[str, ...] | None] | None,
    followers: Sequence[str],
    *,
    ends_predecessor: bool,
) -> list[Decision]:
    """Return what changes: for all lines (`chosen` None), or for some, each with its receivers or as proposed."""
    known = {line.number: line for line in lines}
    if chosen is None:
        asked = {n: line.receivers for n, line in known.items() if _goes_with_all(line, ends_predecessor)}
    else:
        _require_sound(chosen, known, followers, ends_predecessor=ends_predecessor)
        asked = {n: known[n].receivers if who is None else who for n, who in chosen.items()}
    decided = {n: _decision(n, tuple(dict.fromkeys(who))) for n, who in asked.items()}
    _require_undecided(decided, known)
    fresh = [one for n, one in decided.items() if known[n].state is LineState.PROPOSED]
    return [*fresh, *_following(fresh, lines)]


def _goes_with_all(line: Line, ends_predecessor: bool) -> bool:
    """A line without a proposed receiver stays open; in a transfer it stays with the predecessor."""
    if line.state is not LineState.PROPOSED or line.follows is not None:
        return False
    return bool(line.receivers) or not ends_predecessor


def _decision(number: int, receivers: tuple[str, ...]) -> Decision:
    return Decision(number, LineState.CONFIRMED if receivers else LineState.KEPT, receivers)


def _following(fresh: Sequence[Decision], lines: Sequence[Line]) -> list[Decision]:
    by_number = {one.number: one for one in fresh}
    return [
        Decision(line.number, by_number[line.follows].state, by_number[line.follows].receivers)
        for line in lines
        if line.follows in by_number and line.state is LineState.PROPOSED
    ]


def _require_sound(
    chosen: Mapping[int, tuple[str, ...] | None],
    known: Mapping[int, Line],
    followers: Sequence[str],
    *,
    ends_predecessor: bool,
) -> None:
    findings: list[Finding] = []
    for at, (number, receivers) in enumerate(chosen.items()):
        pointer, line = f"/lines/{at}", known.get(number)
        if line is None:
            findings.append(_fault("line_unknown", f"{pointer}/number", number))
            continue
        if line.follows is not None:
            findings.append(_fault("line_follows", f"{pointer}/number", number, follows=line.follows))
        if receivers is not None:
            findings += find_foreign(receivers, followers, f"{pointer}/receivers")
        if ends_predecessor and not (line.receivers if receivers is None else receivers):
            findings.append(_fault("receiver_missing", f"{pointer}/receivers", None))
    if findings:
        raise ChoiceWrong(findings)


def _require_undecided(decided: Mapping[int, Decision], known: Mapping[int, Line]) -> None:
    otherwise = [
        n
        for n, one in decided.items()
        if known[n].state is not LineState.PROPOSED and known[n].receivers != one.receivers
    ]
    if otherwise:
        raise LineDecided(otherwise)


def _fault(rule: str, pointer: str, value: object, **more: Any) -> Finding:
    return {"rule": rule, "severity": "error", "pointer": pointer, "value": value, **more}
