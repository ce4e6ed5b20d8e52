"""The grammar of collective expressions: "các sở, ngành, địa phương có liên quan", and UBND of a whole level.

A group is a list of body words and what qualifies it. Two expressions with the same words and the same qualities
mean the same group; the words may come in any order.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from services.registry.document.tokens import Token

SOCIAL = "social"
BODIES: dict[tuple[str, ...], str] = {
    tuple(words.split()): words
    for words in (
        "bo", "ban", "nganh", "so", "co quan", "dia phuong", "don vi", "doan the", "to chuc", "hoi",
        "co quan ngang bo", "co quan thuoc chinh phu", "co quan trung uong", "co quan chuyen mon", "phong",
        "to chuc chinh tri xa hoi", "to chuc xa hoi nghe nghiep", "to chuc xa hoi", "hoi dac thu",
        "to chuc chinh tri", "to chuc chinh tri xa hoi nghe nghiep",
    )
}  # fmt: skip
_PLACE_WORDS: dict[tuple[str, ...], str] = {
    tuple(words.split()): words
    for words in ("tinh", "thanh pho", "huyen", "quan", "thi xa", "xa", "phuong", "thi tran", "dac khu")
}
_RUN_ON = frozenset({"bo", "so", "ban", "nganh"})
_SOCIAL_BODIES = frozenset(w for w in BODIES.values() if w.startswith("to chuc "))
_LEVELS = (
    ("province", frozenset({"tinh"})),
    ("district", frozenset({"huyen", "quan", "thi xa"})),
    ("commune", frozenset({"xa", "phuong", "thi tran", "dac khu"})),
)
_PLURAL = {("cac",), ("nhung",), ("mot", "so"), ("toan", "the")}
_REQUEST = ("theo", "yeu", "cau", "cua", "co", "quan", "chu", "tri")
_RELATED = frozenset({"co", "lien", "quan", "khac", "huu", "giao", "nhiem", "vu", "duoc"})
_PLACES = ("tren dia ban", "cap tinh", "cua tinh", "thuoc tinh", "truc thuoc trung uong", "trong tinh", "tinh",
           "cua thanh pho", "cap thanh pho", "thanh pho", "o dia phuong")  # fmt: skip
_LONGEST_BODY = max(map(len, BODIES))


@dataclass(frozen=True, slots=True)
class Signature:
    """What a collective expression says, apart from the order of its words."""

    words: tuple[str, ...]
    is_related: bool = False
    on_request: bool = False

    def likeness(self, other: "Signature") -> float:
        """Say how near two expressions are; 1 is the same."""
        mine, theirs = set(self.words), set(other.words)
        shared = len(mine & theirs) / len(mine | theirs)
        return shared - 0.1 * (self.is_related != other.is_related) - 0.3 * (self.on_request != other.on_request)


@dataclass(slots=True)
class _Walk:
    tokens: Sequence[Token]
    at: int
    words: list[str] = field(default_factory=list)
    is_related: bool = False
    on_request: bool = False

    def skip(self, *phrase: str) -> bool:
        if not follows(self.tokens, self.at, phrase):
            return False
        self.at += len(phrase)
        return True

    def mark(self, *marks: str) -> bool:
        if self.at < len(self.tokens) and self.tokens[self.at].text in marks:
            self.at += 1
            return True
        return False


def follows(tokens: Sequence[Token], at: int, phrase: Sequence[str]) -> bool:
    """Say whether these words come next, one token each."""
    if at + len(phrase) > len(tokens):
        return False
    return all(tokens[at + i].words == (word,) for i, word in enumerate(phrase))


def read_group(tokens: Sequence[Token], at: int) -> tuple[Signature, int] | None:
    """Read one collective expression that begins here; return it with the place after it."""
    committees = _read_committees(tokens, at)
    if committees is not None:
        return committees
    walk = _Walk(tokens, at)
    has_plural = _plural(walk)
    if not _body(walk, family=None):
        return None
    while _more(walk):
        pass
    _qualities(walk)
    if not has_plural and len(walk.words) == 1 and walk.words[0] not in _SOCIAL_BODIES and not walk.is_related:
        return None
    return Signature(tuple(sorted(walk.words)), walk.is_related, walk.on_request), walk.at


def _read_committees(tokens: Sequence[Token], at: int) -> tuple[Signature, int] | None:
    """Read the People's Committees of a level: "UBND các huyện, thành phố, thị xã", "UBND cấp xã"."""
    walk = _Walk(tokens, at)
    _plural(walk)
    if not _committee(walk):
        return None
    plural = walk.skip("cac") or walk.skip("cap")
    while plural and _place_word(walk):
        here = walk.at
        if not (walk.mark(",") or walk.skip("va")):
            break
        walk.skip("cac")
        if _peek(tokens, walk.at, _PLACE_WORDS) is None:
            walk.at = here
            break
    if not walk.words:
        return None
    walk.skip("truc", "thuoc", "trung", "uong") or _joined_centre(walk)
    level = next((name for name, places in _LEVELS if places & set(walk.words)), "district")
    _place(walk)
    return Signature((f"committees of the {level} level",)), walk.at


def _joined_centre(walk: _Walk) -> bool:
    if follows(walk.tokens, walk.at, ("truc", "thuoc")) and walk.at + 2 < len(walk.tokens):
        walk.at += 3 if walk.tokens[walk.at + 2].words == ("trung", "uong") else 0
    return True


def _committee(walk: _Walk) -> bool:
    if walk.at < len(walk.tokens) and walk.tokens[walk.at].words == ("uy", "ban", "nhan", "dan"):
        walk.at += 1
        return True
    return walk.skip("uy", "ban", "nhan", "dan")


def _plural(walk: _Walk) -> bool:
    return any(walk.skip(*phrase) for phrase in _PLURAL)


def _more(walk: _Walk) -> bool:
    """Read one further body of the list, if there is one of the same family."""
    here = walk.at
    if _quality(walk) or walk.is_related or walk.on_request:
        related_then_list = walk.mark(",") and _body(walk, family=False) and not walk.on_request
        walk.at = walk.at if related_then_list else here
        if not related_then_list:
            walk.is_related = walk.on_request = False
        return related_then_list
    separated = walk.mark(",", ";", "/")
    separated = walk.skip("va") or separated
    has_plural = _plural(walk)
    is_social = walk.words[-1] in _SOCIAL_BODIES
    is_apart = separated or has_plural or walk.words[-1] in _RUN_ON
    if is_apart and _body(walk, family=is_social):
        return True
    walk.at = here
    return False


def _peek(tokens: Sequence[Token], at: int, known: dict[tuple[str, ...], str]) -> tuple[str, int] | None:
    found: tuple[str, int] | None = None
    words: list[str] = []
    end = at
    while end < len(tokens) and len(words) < _LONGEST_BODY:
        if tokens[end].text == "-" and words:
            end += 1
            continue
        words += tokens[end].words
        end += 1
        if not words or tokens[end - 1].is_mark:
            break
        if tuple(words) in known:
            found = known[tuple(words)], end
    return found


def _place_word(walk: _Walk) -> bool:
    found = _peek(walk.tokens, walk.at, _PLACE_WORDS)
    if found is not None:
        walk.words.append(found[0])
        walk.at = found[1]
    return found is not None


def _body(walk: _Walk, family: bool | None) -> bool:
    found = _peek(walk.tokens, walk.at, BODIES)
    if found is None:
        return False
    word, end = found
    if family is not None and word != "to chuc" and (word in _SOCIAL_BODIES) != family:
        return False
    if end < len(walk.tokens) and _begins_a_name(walk.tokens, end):
        return False
    walk.words.append(word)
    walk.at = end
    return True


def _begins_a_name(tokens: Sequence[Token], at: int) -> bool:
    """Say whether a capital follows: then the word before belongs to the name of one body."""
    return tokens[at].text == ":" or (tokens[at].is_capital and not tokens[at].is_mark)


def _qualities(walk: _Walk) -> None:
    while _quality(walk) or _place(walk):
        pass


def _quality(walk: _Walk) -> bool:
    here = walk.at
    walk.mark(",")
    if walk.skip(*_REQUEST) or walk.skip("theo", "yeu", "cau"):
        walk.on_request = True
        return True
    start = walk.at
    while walk.at < len(walk.tokens) and walk.tokens[walk.at].words[:1] and _is_related(walk.tokens, walk.at):
        walk.at += 1
        if {"quan", "lien"} <= {t.words[0] for t in walk.tokens[start : walk.at]}:
            break
    words: set[str] = {t.words[0] for t in walk.tokens[start : walk.at]}
    if {"lien", "quan"} <= words or {"huu", "quan"} <= words or {"nhiem", "vu"} <= words:
        walk.is_related = True
        return True
    if words == {"khac"}:
        return True
    walk.at = here
    return False


def _is_related(tokens: Sequence[Token], at: int) -> bool:
    is_agency_word = follows(tokens, at, ("co", "quan")) and not follows(tokens, at - 1, ("lien", "co", "quan"))
    return tokens[at].words[0] in _RELATED and not is_agency_word


def _place(walk: _Walk) -> bool:
    for place in _PLACES:
        if walk.skip(*place.split()):
            if place == "tren dia ban":
                walk.skip("tinh") or walk.skip("thanh", "pho")
            while walk.at < len(walk.tokens) and not walk.tokens[walk.at].is_mark and _is_proper(walk):
                walk.at += 1
            return True
    return False


def _is_proper(walk: _Walk) -> bool:
    return walk.tokens[walk.at].is_capital and len(walk.tokens[walk.at].words) == 1
