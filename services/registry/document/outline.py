"""The body of a document as its outline: paragraphs put together again, each with its place in the numbering."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from services.registry.document.text import Line, flat, join_pieces

_MARKERS = (
    (0, re.compile(r"(?:phần|mục|chương)?\s*(?P<mark>[IVX]{1,5})\s?[.):\-]\s*(?=\S)", re.IGNORECASE)),
    (1, re.compile(r"(?P<mark>\d{1,2}(?:\.\d{1,2}){0,2})(?:[.)]\s*|\s)(?=[^\W\d])")),
    (2, re.compile(r"(?P<mark>[a-zđ])\)\s*(?=\S)")),
    (3, re.compile(r"(?P<mark>[-+•*–])\s*(?=\S)")),
)
_ARTICLE = re.compile(r"Điều\s+(?P<mark>\d{1,3})\s*[.:]\s*", re.IGNORECASE)
_RECIPIENTS = re.compile(r"^\s*nơi nhận\s*:?", re.IGNORECASE)
_AGAIN = re.compile(r"^\s*(kế hoạch|phụ lục|đề án|chương trình|quy chế|danh mục|nội dung)\b", re.IGNORECASE)
_UNMARKED = 4
_ENDS = re.compile(r"[.;:!?/]\s*$")
_LITTER = re.compile(r"\W*\d{0,3}\W*|\|")


@dataclass(frozen=True, slots=True)
class Item:
    """One paragraph: where it begins, its place in the numbering, its text, and the title of its section."""

    line: int
    path: tuple[str, ...]
    level: int
    text: str
    section: str = ""
    article: str = ""

    @property
    def ref(self) -> str:
        return ".".join(self.path)


def read_outline(lines: Sequence[Line]) -> list[Item]:
    """Give the paragraphs of a body in order, without the list of recipients and the signature."""
    walker = _Walker()
    return [walker.place(line, text) for line, text in _paragraphs(_without_recipients(lines))]


def children_of(place: int, items: Sequence[Item]) -> list[Item]:
    """Give the items that stand below one: those that follow it, up to the first that is its equal."""
    path = items[place].path
    found: list[Item] = []
    for item in items[place + 1 :]:
        if item.path[: len(path)] != path or (item.path == path and item.level < _UNMARKED):
            break
        if item.path != path:
            found.append(item)
    return found


def _without_recipients(lines: Sequence[Line]) -> Iterator[Line]:
    hidden = False
    for line in lines:
        if _RECIPIENTS.match(line.text):
            hidden = True
        elif hidden and _AGAIN.match(line.text) and line.text.isupper():
            hidden = False
        if not hidden:
            yield line


def _paragraphs(lines: Iterable[Line]) -> Iterator[tuple[int, str]]:
    """Join lines that are cut; a blank between them ends a paragraph unless its sentence goes on."""
    pieces: list[str] = []
    first, blank = 0, False
    for line in lines:
        text = line.text.strip()
        if _LITTER.fullmatch(text):
            blank = blank or not text or text == "|"
            continue
        if pieces and not _goes_on(pieces[-1], text, blank or line.is_paragraph):
            yield first, join_pieces(pieces)
            pieces = []
        if not pieces:
            first = line.number
        pieces.append(text)
        blank = False
    if pieces:
        yield first, join_pieces(pieces)


def _goes_on(before: str, text: str, blank: bool) -> bool:
    if _marker(text) is not None or _ARTICLE.match(text):
        return before.endswith("-") and text[0].isalnum()
    starts_small = text[0].islower() or text[0] in "),;"
    if blank:
        return starts_small and not before.endswith((".", ":", "./."))
    if before.isupper() != text.isupper() and not starts_small:
        return False
    return starts_small or not _ENDS.search(before)


def _marker(text: str) -> tuple[int, re.Match[str]] | None:
    for level, pattern in _MARKERS:
        match = pattern.match(text)
        if match is not None and (level != 0 or match["mark"].isupper()):
            return level, match
    return None


class _Walker:
    """Keeps the place in the numbering while the paragraphs go by."""

    def __init__(self) -> None:
        self._path: list[tuple[int, str]] = []
        self._section = ""
        self._article = ""
        self._dashes = 0
        self._is_heading = False

    def place(self, line: int, text: str) -> Item:
        if article := _ARTICLE.match(text):
            self._article, self._path, self._dashes = article["mark"], [], 0
            self._section = ""
            return self._item(line, 0, text[article.end() :])
        found = _marker(text)
        if found is None:
            if not self._is_heading:
                self._path = [step for step in self._path if step[0] == 0]
            self._dashes, self._is_heading = 0, text.endswith(":") and self._is_heading
            return self._item(line, _UNMARKED, text)
        level, match = found
        mark = match["mark"]
        if level == 3:
            self._dashes += 1
            mark = str(self._dashes)
        else:
            self._dashes = 0
        self._path = [step for step in self._path if step[0] < level]
        self._path.append((level, mark))
        rest = text[match.end() :]
        self._is_heading = level < 3 and not rest.endswith((".", ";", "./."))
        if level == 0:
            self._section = flat(rest)
        return self._item(line, level, rest)

    def _item(self, line: int, level: int, text: str) -> Item:
        path = tuple(mark for _, mark in self._path)
        return Item(line, path, level, text.strip(), self._section, self._article)


def is_about(item: Item, pattern: re.Pattern[str]) -> bool:
    """Say whether the section of an item has a title of this sort."""
    return pattern.search(item.section) is not None
