"""Who is named: a dictionary of agencies and groups, each name with the days and province in which it holds."""

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.registry.agency.rules import holds
from services.registry.document.groups import Signature, read_group
from services.registry.document.proposal import LIKELY, SURE, Nearest
from services.registry.document.tokens import Token, tokenise

_END = ""
_LONGEST_PLACE = 5
_IN_NAMES = frozenset(",-–")
_REMARK = re.compile(r"\s*\([^()]*\)|\.{3}")
_OF_PLACE = re.compile(r"^(?P<body>.+?) (?P<level>tỉnh|thành phố) (?P<place>[^,]+)$")
_OWN_YOUTH = re.compile(r"^(?P<body>(?:Tỉnh|Thành) (?:đoàn|ủy|uỷ))\b")
_DEPARTMENT = re.compile(r"^(Sở|Ban|Chi cục|Thanh tra|Văn phòng)\b")


@dataclass(frozen=True, slots=True)
class KnownName:
    """An agency or group as the registry knows it: its names, where and when it is one."""

    id: str
    names: tuple[str, ...]
    is_group: bool = False
    province: str | None = None
    parent: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    is_committee: bool = False
    """A People's Committee of a province: its name says how the province is called."""


@dataclass(frozen=True, slots=True)
class _Entry:
    known: KnownName
    spellings: tuple[str, ...]
    needs_province: bool
    is_main: bool


@dataclass(frozen=True, slots=True)
class _Said:
    text: str
    words: frozenset[str]
    needs_province: bool


@dataclass(frozen=True, slots=True)
class Match:
    """A name found in a text: whose, up to which token, and how sure."""

    known: KnownName
    end: int
    confidence: float
    is_short: bool = False
    """Whether only its own province calls it so."""


@dataclass
class NameBook:
    """Every name the registry knows. Built once, asked for many documents."""

    known: tuple[KnownName, ...]
    _tree: dict[str, Any] = field(default_factory=dict)
    _groups: dict[Signature, list[tuple[KnownName, bool]]] = field(default_factory=dict)
    _places: dict[str, list[KnownName]] = field(default_factory=dict)
    place_words: list[tuple[list[str], list[KnownName]]] = field(default_factory=list)
    """The words of each province's name, with its People's Committees."""
    _said: list[tuple[KnownName, tuple["_Said", ...]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for known in self.known:
            said: dict[str, bool] = {}
            for name, needs_province, is_main in _spoken(known):
                self._add(known, name, needs_province=needs_province, is_main=is_main)
                said[_plain(name)] = needs_province and said.get(_plain(name), True)
            spoken = (_Said(text, frozenset(text.split()), needs) for text, needs in said.items())
            self._said.append((known, tuple(spoken)))
            if known.is_committee and (match := _OF_PLACE.match(known.names[0])):
                self._places.setdefault(match["place"].lower(), []).append(known)
        self.place_words.extend((_plain(place).split(), found) for place, found in self._places.items())

    def on(self, day: date | None, province: str | None) -> "Names":
        """Give the names as they hold on a day, in the mouth of a body of that province."""
        return Names(self, day, province)

    def places(self) -> Iterable[tuple[str, Sequence[KnownName]]]:
        return self._places.items()

    def _add(self, known: KnownName, name: str, *, needs_province: bool, is_main: bool) -> None:
        tokens = tokenise(name)
        if known.is_group and (read := read_group(tokens, 0)) is not None and read[1] == len(tokens):
            self._groups.setdefault(read[0], []).append((known, is_main))
            return
        tokens = tokens[1:] if known.is_group and tokens[0].words == ("cac",) else tokens
        words = [word for token in tokens for word in token.words]
        node = self._tree
        for word in words:
            node = node.setdefault(word, {})
        spellings = tuple(s for token in tokens for s in token.spellings)
        if len(words) > 1:
            node.setdefault(_END, []).append(_Entry(known, spellings, needs_province, is_main))
        elif words:
            node.setdefault(_END, []).append(_Entry(known, (name,), needs_province, is_main))


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one document: those that hold on its day, with short forms of its own province."""

    book: NameBook
    day: date | None
    province: str | None
    remembered: dict[tuple[str, int], Any] = field(default_factory=dict, compare=False, repr=False)
    """What was read at a place of a text already: the same paragraph is asked about more than once."""

    def find(self, tokens: Sequence[Token], at: int) -> Match | None:
        """Find the longest known name that begins here; commas and hyphens inside a name are no matter."""
        best: Match | None = None
        for end, entries in self._walk(tokens, at):
            said = tokens[at].text if end == at + 1 else tuple(s for t in tokens[at:end] for s in t.spellings)
            match = self._choose(entries, said, end)
            best = match or best
        if best is not None and best.is_short and self._is_elsewhere(tokens, best.end):
            return None
        return best and self._past_parent(best, tokens)

    def find_group(self, signature: Signature) -> tuple[KnownName, float] | None:
        """Find the group that an expression means: the same words and qualities, else the same words."""
        for wanted, confidence in ((signature, SURE), *((s, LIKELY) for s in _alike(signature))):
            found = [(k, m) for k, m in self.book._groups.get(wanted, ()) if self._is_here(k)]
            if found:
                return min(found, key=lambda pair: (pair[0].province is None, not pair[1]))[0], confidence
        return None

    def nearest(self, text: str, count: int = 3) -> tuple[Nearest, ...]:
        """Give the known names that come nearest to a text, with a note on those that it cannot mean.

        "Sở Nội vụ" in the mouth of a province whose departments are not known is nobody else's department.
        """
        said = _plain(text)
        scored = [(*self._likeness(said, known, names), known) for known, names in self.book._said]
        scored.sort(key=lambda found: (-found[0], found[2].id))
        return tuple(
            Nearest(known.id, known.names[0], round(likeness, 2), self._objection(known, is_short))
            for likeness, is_short, known in scored[:count]
            if likeness >= 0.5
        )

    def _likeness(self, said: str, known: KnownName, names: Iterable[_Said]) -> tuple[float, bool]:
        """Return how near an agency's nearest name comes, and whether only its own province calls it so."""
        here = 0.02 if self._is_here(known) and known.province else 0.0
        words, best, is_short = frozenset(said.split()), 0.0, False
        for name in names:
            if 3 * len(words & name.words) < len(words):
                continue
            matcher = difflib.SequenceMatcher(None, said, name.text, autojunk=False)
            if matcher.real_quick_ratio() > max(best, 0.5) and matcher.quick_ratio() > max(best, 0.5):
                ratio = matcher.ratio()
                if ratio > best:
                    best, is_short = ratio, name.needs_province
        return min(1.0, best + here), is_short

    def _objection(self, known: KnownName, is_short: bool) -> str | None:
        if not self._holds(known):
            return "not_valid_then"
        return "other_province" if is_short and known.province != self.province else None

    def _walk(self, tokens: Sequence[Token], at: int) -> Iterator[tuple[int, list[_Entry]]]:
        node, end = self.book._tree, at
        while end < len(tokens):
            token = tokens[end]
            end += 1
            if token.is_mark:
                if token.text not in _IN_NAMES or end == at + 1:
                    return
                continue
            for word in token.words:
                node = node.get(word, _NOTHING)
            if not node:
                return
            if _END in node:
                yield end, node[_END]

    def _choose(self, entries: Sequence[_Entry], said: str | tuple[str, ...], end: int) -> Match | None:
        here = [e for e in entries if self._suits(e)]
        single = isinstance(said, str)
        exact = [e for e in here if e.spellings == said or (single and e.spellings == (said,))]
        pool = exact or [e for e in here if not (single and len(e.spellings) == 1)]
        owned = [e for e in pool if e.known.province is not None and e.known.province == self.province]
        ids = {e.known.id: e for e in (owned or pool)}
        if len(ids) > 1:
            ids = {i: e for i, e in ids.items() if e.is_main} or ids
        if len(ids) != 1:
            return None
        (entry,) = ids.values()
        return Match(entry.known, end, SURE if exact else LIKELY, is_short=entry.needs_province)

    def _is_elsewhere(self, tokens: Sequence[Token], at: int) -> bool:
        """Say whether another province's name follows: "Sở Nội vụ tỉnh Quảng Trị" is not the own department."""
        said = [token.words for token in tokens[at : at + 2]]
        if said[:1] in ([("tinh",)], [("thanh", "pho")]):
            at += 1
        elif said == [("thanh",), ("pho",)]:
            at += 2
        if at >= len(tokens) or not tokens[at].is_capital:
            return False
        ahead = [word for token in tokens[at : at + _LONGEST_PLACE] for word in token.words]
        return any(
            ahead[: len(words)] == words and all(one.province != self.province for one in committees)
            for words, committees in self.book.place_words
        )

    def _past_parent(self, match: Match, tokens: Sequence[Token]) -> Match:
        """Step over the parent's name after a hyphen: "Cục Lãnh sự - Bộ Ngoại giao"."""
        if match.known.parent is None or match.end >= len(tokens) or tokens[match.end].text not in "-,":
            return match
        after = self.find(tokens, match.end + 1)
        if after is None or after.known.id != match.known.parent or tokens[match.end].text == ",":
            return match
        return Match(match.known, after.end, match.confidence)

    def _suits(self, entry: _Entry) -> bool:
        if not self._holds(entry.known):
            return False
        return not entry.needs_province or entry.known.province == self.province

    def _is_here(self, known: KnownName) -> bool:
        return self._holds(known) and known.province in (None, self.province)

    def _holds(self, known: KnownName) -> bool:
        return self.day is None or holds(known.valid_from, known.valid_to, self.day)


def _plain(text: str) -> str:
    return " ".join(word for token in tokenise(text) for word in token.words)


_NOTHING: dict[str, Any] = {}


def _alike(signature: Signature) -> Iterator[Signature]:
    """Give the same words with the other answer to "related?", then without repeated words."""
    yield Signature(signature.words, not signature.is_related, signature.on_request)
    plain = tuple(sorted(set(signature.words)))
    if plain != signature.words:
        yield Signature(plain, signature.is_related, signature.on_request)


def _spoken(known: KnownName) -> Iterator[tuple[str, bool, bool]]:
    """Give the names of an agency: whether each holds only inside its province, whether it is the main one."""
    for place, name in enumerate(known.names):
        plain = _REMARK.sub("", name).strip()
        yield plain, _is_local(known, plain, place), place == 0
        if known.province and (own := _OWN_YOUTH.match(plain)):
            yield own["body"], True, True
        match = _OF_PLACE.match(plain) if known.province else None
        if match is None:
            continue
        yield f"{match['body']} {match['level']}", True, True
        if known.is_group:
            continue
        yield f"{match['body']} {match['place']}", False, True
        if _DEPARTMENT.match(match["body"]):
            yield match["body"], True, True


def _is_local(known: KnownName, name: str, place: int) -> bool:
    if known.province is None:
        return False
    return known.is_group or (place > 0 and _OF_PLACE.match(name) is None)
