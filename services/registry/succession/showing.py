"""From kept rows to what goes over the wire, and to what the rules read."""

from typing import Any

from kernel.etags import etag_of
from services.registry.agency.rules import SuccessionKind
from services.registry.succession.deciding import Line
from services.registry.succession.proposing import Follower
from services.registry.succession.schemas import LineRead, SuccessionRead
from services.registry.succession.states import LineKind, LineState, SuccessionState

ELSEWHERE = (LineKind.OCCURRENCE.value, LineKind.CLIENT.value)
"""What other services keep is never orphaned here."""


def succession(row: Any) -> SuccessionRead:
    """Return a succession as it is shown."""
    return SuccessionRead.model_validate(dict(row._mapping))


def etag(shown: SuccessionRead) -> str:
    """Return the ETag of a succession; it changes with every line."""
    return etag_of(shown.model_dump(mode="json"))


def line(row: Any, fact: Any) -> LineRead:
    """Return a line as it is shown."""
    is_open = row.state == LineState.PROPOSED and row.kind not in ELSEWHERE
    holds = fact.state == SuccessionState.CONFIRMED and fact.kind != SuccessionKind.TRANSFER
    facts = {name: value for name, value in row._mapping.items() if name != "succession"}
    return LineRead.model_validate({**facts, "orphaned": is_open and holds})


def followers(row: Any) -> tuple[Follower, ...]:
    """Return those who follow in a succession."""
    return tuple(
        Follower(one["agency"], SuccessionKind(one["kind"]), one["function"], one["share_percent"])
        for one in row.successors
    )


def line_to_decide(row: Any) -> Line:
    """Return a line as far as deciding on it goes."""
    return Line(row.number, LineState(row.state), tuple(row.receivers), row.follows)
