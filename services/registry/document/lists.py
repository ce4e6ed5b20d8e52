"""Reading who is named in a cell or in a sentence: a list of agencies and groups, cut where the dictionary says.

Commas and "và" also stand inside names; so the list is read from the left, the longest known name first, and only
what no name begins is cut at the next separator.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from services.registry.document.groups import read_group
from services.registry.document.names import Match, Names
from services.registry.document.proposal import DOUBTFUL, GUESSED, NameRead
from services.registry.document.tokens import Token, tokenise

_CUTS = frozenset(",;.:/()")
_HEADS = ("so", "bo", "ban", "hoi", "cuc", "chi cuc", "uy ban")
_BEGINNINGS = frozenset(
    {*_HEADS, "cong", "chi", "uy", "van", "thanh", "truong", "toa", "vien", "lien", "mat", "dai"}
)
"""First words of offices, where they are written with a capital: "… và Công an tỉnh"."""
_ALMOST = 0.93
_GLANCE, _AHEAD = 320, 1500
"""No list of names in a sentence is longer; most places have none, which a glance shows."""
_LONGEST_NAME = 160
_PLURALS = {"cac", "nhung"}
_TAILS = frozenset({"tinh", "thanh", "pho", "trung", "uong"})


@dataclass(frozen=True, slots=True)
class ListRead:
    """The names of a list, and the place in the text where the list ends."""

    names: tuple[NameRead, ...]
    end: int


def read_cell(text: str, names: Names) -> tuple[NameRead, ...]:
    """Read a cell that holds nothing but names; what is not known comes with the nearest known."""
    tokens = tokenise(text)
    reader = _ListReader(text, tokens, names)
    while reader.at < len(tokens):
        if not (reader.step_over() or reader.take()):
            reader.give_up()
    return tuple(dict.fromkeys(reader.found))


def read_leading(text: str, names: Names, start: int = 0) -> ListRead:
    """Read the names with which a text begins; stop at the first word that is none."""
    found = names.remembered.get((text, start))
    if found is None:
        found = _read_ahead(text, names, start, _GLANCE)
        if found.end - start > _GLANCE - _LONGEST_NAME and len(text) - start > _GLANCE:
            found = _read_ahead(text, names, start, _AHEAD)
        names.remembered[(text, start)] = found
    return found


def _read_ahead(text: str, names: Names, start: int, length: int) -> ListRead:
    ahead = text[start : start + length]
    tokens = tokenise(ahead)
    reader = _ListReader(ahead, tokens, names, looks_near=False)
    end = 0
    while reader.at < len(tokens):
        if tokens[reader.at].text in "(:." or not (reader.step_over() or reader.take()):
            break
        end = tokens[reader.at - 1].end if reader.has_just_taken else end
    return ListRead(tuple(dict.fromkeys(reader.found)), start + end)


class _ListReader:
    def __init__(self, text: str, tokens: Sequence[Token], names: Names, *, looks_near: bool = True) -> None:
        self._text = text
        self._tokens = tokens
        self._names = names
        self._looks_near = looks_near
        self._head: tuple[Token, ...] = ()
        self.at = 0
        self.found: list[NameRead] = []
        self.has_just_taken = False

    def step_over(self) -> bool:
        """Step over a separator, a remark in brackets, or "và"."""
        token = self._tokens[self.at]
        self.has_just_taken = False
        if token.text == "(":
            self.at = next(
                (i + 1 for i in range(self.at, len(self._tokens)) if self._tokens[i].text == ")"),
                len(self._tokens),
            )
            return True
        if token.is_mark or token.words in (("va",), ("cung",), ("voi",)):
            self.at += 1
            return True
        return False

    def take(self) -> bool:
        """Take the name that begins here: an agency, a group, or one of several with a shared first word."""
        return self._take_agency() or self._take_group() or self._take_shared() or self._take_after_head()

    def give_up(self) -> None:
        """Take what stands up to the next separator as a name that is not known, or nearly known."""
        start = self.at
        while self.at < len(self._tokens) and self._tokens[self.at].text not in _CUTS:
            self.at += 1
            if self.at < len(self._tokens) and self._tokens[self.at].words == ("va",) and self._begins_another():
                break
        if all(word in _TAILS for t in self._tokens[start : self.at] for word in t.words):
            return
        printed = self._printed(start, self.at)
        nearest = self._names.nearest(printed)
        best = nearest[0] if nearest and nearest[0].note is None else None
        is_clear = best is not None and best.likeness >= _ALMOST and not _rivals(nearest)
        read_as = best.id if best is not None and is_clear else None
        self.found.append(NameRead(printed, read_as, DOUBTFUL if read_as else GUESSED, nearest))

    def _take_agency(self) -> bool:
        skip = 1 if self._tokens[self.at].words[:1] == ("cac",) and self.at + 1 < len(self._tokens) else 0
        match = self._names.find(self._tokens, self.at + skip)
        if match is None or (skip and not match.known.is_group):
            return False
        self._head = tuple(self._tokens[self.at : self.at + 1])
        self._keep(match)
        return True

    def _take_group(self) -> bool:
        read = read_group(self._tokens, self.at)
        if read is None:
            return False
        signature, end = read
        printed = self._printed(self.at, end)
        found = self._names.find_group(signature)
        nearest = self._names.nearest(printed) if self._looks_near and not found else ()
        known, confidence = found or (None, GUESSED)
        self.found.append(NameRead(printed, known.id if known else None, confidence, nearest))
        self.at, self.has_just_taken = end, True
        return True

    def _take_shared(self) -> bool:
        """Begin "các Sở: Ngoại vụ, Tài chính": the first word belongs to every name that follows."""
        here = self._tokens[self.at : self.at + 3]
        if len(here) < 3 or here[0].words[:1] not in {(p,) for p in _PLURALS} or here[1].words[:1] == ():
            return False
        after = self.at + (3 if here[2].text == ":" else 2)
        self._head = (here[1],)
        if here[1].words[0] not in _HEADS or self._find_with_head(after) is None:
            return False
        self.at = after
        return self._take_after_head()

    def _take_after_head(self) -> bool:
        match = self._find_with_head(self.at)
        if match is None:
            return False
        self._keep(match)
        return True

    def _find_with_head(self, at: int) -> Match | None:
        if not self._head or at >= len(self._tokens) or not self._tokens[at].is_capital:
            return None
        tokens = (*self._head, *self._tokens[at:])
        match = self._names.find(tokens, 0)
        return match and Match(match.known, match.end - len(self._head) + at, match.confidence)

    def _begins_another(self) -> bool:
        """Say whether a name begins after the "và" here: a known one, or an office by its first word."""
        after = self.at + 1
        if after >= len(self._tokens):
            return False
        begins = self._tokens[after]
        return (
            (begins.is_capital and not begins.is_mark and begins.words[0] in _BEGINNINGS)
            or self._names.find(self._tokens, after) is not None
            or read_group(self._tokens, after) is not None
        )

    def _keep(self, match: Match) -> None:
        printed = self._printed(self.at, match.end)
        self.found.append(NameRead(printed, match.known.id, match.confidence))
        self.at, self.has_just_taken = match.end, True

    def _printed(self, start: int, end: int) -> str:
        return self._text[self._tokens[start].start : self._tokens[end - 1].end]


def _rivals(nearest: Sequence[object]) -> bool:
    likenesses = [getattr(n, "likeness", 0.0) for n in nearest]
    return len(likenesses) > 1 and likenesses[0] - likenesses[1] < 0.03
