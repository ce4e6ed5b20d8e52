"""Whom the registry proposes as receiver of what a predecessor had, and why."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from kernel.text import fold
from services.registry.agency.rules import SuccessionKind

PHRASES = re.compile(r"[,;()/]")
EVERYWHERE = frozenset(
    (
        *("va", "cua", "ve", "cac", "cho", "trong", "quan", "ly", "nha", "nuoc", "cong", "tac"),
        *("chuc", "nang", "linh", "vuc", "of", "and", "the", "an", "to", "for", "on", "in", "at", "by", "with"),
        *("state", "management", "function", "functions", "affairs", "includes"),
    )
)
"""Words that say nothing about a function."""


class Why(StrEnum):
    """Why an agency is a candidate."""

    ONLY = "only_successor"
    WHOLE = "takes_the_whole"
    FUNCTION = "function_matches"
    SHARE = "largest_share"
    SEVERAL = "one_of_several"


@dataclass(frozen=True, slots=True)
class Follower:
    """One successor: as a whole, or with a function only."""

    agency: str
    kind: SuccessionKind
    function: str | None = None
    share_percent: int | None = None

    @property
    def is_whole(self) -> bool:
        return self.kind is not SuccessionKind.TRANSFER


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible receiver, with the reason in both languages."""

    agency: str
    reason: Why
    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """Who may receive one thing, likeliest first, and whom the registry proposes; nobody where it cannot tell."""

    candidates: tuple[Candidate, ...]
    receivers: tuple[str, ...]


def propose(followers: Sequence[Follower], title_vi: str, title_en: str) -> Proposal:
    """Propose who receives what has this title."""
    scores = {f.agency: _overlap(f.function, f"{title_vi} {title_en}") for f in followers if f.function}
    matching = sorted((f for f in followers if scores.get(f.agency)), key=lambda f: -scores[f.agency])
    wholes = [f for f in followers if f.is_whole and f not in matching]
    candidates = (*map(_by_function, matching), *(_by_whole(f, wholes, followers) for f in wholes))
    return Proposal(candidates, _chosen(matching, scores, wholes))


def _chosen(matching: Sequence[Follower], scores: dict[str, int], wholes: Sequence[Follower]) -> tuple[str, ...]:
    if matching:
        best = [f for f in matching if scores[f.agency] == scores[matching[0].agency]]
        return (best[0].agency,) if len(best) == 1 else ()
    largest = _largest(wholes)
    return (largest.agency,) if largest is not None else ()


def _largest(wholes: Sequence[Follower]) -> Follower | None:
    if len(wholes) == 1:
        return wholes[0]
    shares = sorted(wholes, key=lambda f: -(f.share_percent or 0))
    if len(shares) > 1 and (shares[0].share_percent or 0) > (shares[1].share_percent or 0):
        return shares[0]
    return None


def _by_function(f: Follower) -> Candidate:
    return Candidate(
        f.agency,
        Why.FUNCTION,
        f"Nội dung thuộc chức năng được chuyển: {f.function}.",
        f"It belongs to the function that goes there: {f.function}.",
    )


def _by_whole(f: Follower, wholes: Sequence[Follower], followers: Sequence[Follower]) -> Candidate:
    if len(followers) == 1:
        return Candidate(f.agency, Why.ONLY, "Cơ quan kế thừa duy nhất.", "The only successor.")
    if len(wholes) == 1:
        return Candidate(
            f.agency,
            Why.WHOLE,
            "Kế thừa toàn bộ, trừ những chức năng chuyển đi nơi khác.",
            "It takes over the whole, but for the functions that go elsewhere.",
        )
    if f == _largest(wholes):
        return Candidate(
            f.agency,
            Why.SHARE,
            f"Nhận phần lớn nhất: {f.share_percent}%.",
            f"It takes the largest share: {f.share_percent} %.",
        )
    return Candidate(f.agency, Why.SEVERAL, "Một trong các cơ quan kế thừa.", "One of several successors.")


def _overlap(function: str, title: str) -> int:
    """Count the words of a function's phrases that a title says; a phrase counts from half of its words on."""
    words = set(re.findall(r"\w+", fold(title)))
    total = 0
    for phrase in PHRASES.split(fold(function)):
        telling = {word for word in re.findall(r"\w+", phrase) if word not in EVERYWHERE and len(word) > 1}
        said = telling & words
        if telling and len(said) * 2 >= len(telling) and len(said) >= min(2, len(telling)):
            total += len(said)
    return total
