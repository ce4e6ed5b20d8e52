"""The text of a scanned document as lines that can be compared: one Unicode form, no markup, no page litter.

`flat` keeps every position: what a rule finds in the flat text is printed from the same place of the line.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from kernel.text import nfc

_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff\x00-\x08\x0e-\x1f\x7f]")
_SPACES = re.compile("[ \u00a0\u2000-\u200a\u202f\u3000]+")
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_MARKUP = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]{0,9}(?:\s[^<>]{0,200})?/?>|\*\*|__|^#{1,6}\s+")
_EMPHASIS = re.compile(r"(?<!\w)\*(?=\S)|(?<=\S)\*(?!\w)")
_RULE = re.compile(r"[-_=.\s]{3,}")
_DIGITS_MISREAD = str.maketrans({"O": "0", "o": "0", "l": "1", "I": "1", "|": "1", "S": "5", "B": "8"})


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the source: its number there, and its text without markup."""

    number: int
    text: str
    is_paragraph: bool = False
    """The file says that a paragraph begins and ends here; a line of a scan does not."""


def clean_lines(text: str) -> list[Line]:
    """Give the lines of a text: NFC, plain spaces and dashes, without markup and invisible characters."""
    whole = nfc(text).replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").replace("\v", "\n")
    return [Line(number, _clean(line)) for number, line in enumerate(whole.split("\n"), start=1)]


def clean_line(text: str) -> str:
    """Clean a text that is one line already: a paragraph, a cell."""
    return _clean(nfc(text).replace("\r", " ").replace("\f", " ").replace("\v", " "))


def _clean(line: str) -> str:
    line = _SPACES.sub(" ", _DASHES.sub("-", _INVISIBLE.sub("", line)))
    line = _EMPHASIS.sub("", _MARKUP.sub("", line.lstrip(" ")))
    return "" if _RULE.fullmatch(line) and "\t" not in line else line.rstrip(" ")


def flat(text: str) -> str:
    """Return the text in small letters without accents, every character in its old position."""
    return text.translate(_FLAT)


class _FlatTable(dict[int, str]):
    """What each character is in flat text; worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = _flat_character(chr(code))
        return self[code]


_FLAT = _FlatTable()


def _flat_character(character: str) -> str:
    if character.isascii():
        return character.lower()
    if _DASHES.match(character):
        return "-"
    base = unicodedata.normalize("NFD", character)[0].lower()
    return "d" if base == "đ" else base[:1] or character


@lru_cache(maxsize=20_000)
def spelling(word: str) -> str:
    """Return what two spellings of one syllable share: hòa and hoà, Ủy and uỷ; accents still count."""
    decomposed = unicodedata.normalize("NFD", word.lower())
    tones = "".join(c for c in decomposed if c in _TONES)
    return "".join(c for c in decomposed if c not in _TONES) + tones


def mend_digits(text: str) -> str:
    """Return a number with the letters that scanning puts in place of digits read back."""
    return text.translate(_DIGITS_MISREAD)


def join_pieces(pieces: Iterable[str]) -> str:
    """Join what line and page breaks cut: a hyphen that hangs on its word joins without a space."""
    joined = ""
    for piece in (p.strip() for p in pieces):
        if not piece:
            continue
        hangs = joined.endswith("-") and not joined.endswith(" -") and piece[0].isalnum()
        joined += piece if hangs or not joined else f" {piece}"
    return joined


def sentences_of(text: str) -> Iterator[str]:
    """Cut a paragraph after full stops that a capital follows."""
    yield from (part for part in re.split(r"(?<=[.!?])\s+(?=[^\W\d_a-z])", text) if part)
