"""The numbers that Word prints in front of paragraphs, which their text does not hold: counted as Word counts."""

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from services.registry.document.packages import attribute, child, local

_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_HIGHEST = 3999


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: where it begins, in which figures, and what stands around them."""

    start: int
    form: str
    text: str


class Numbering:
    """Counts the numbered paragraphs of one document, in order."""

    def __init__(self, numbering: Element | None, styles: Element | None) -> None:
        self._abstract: dict[str, dict[int, Level]] = {}
        self._lists: dict[str, tuple[str, dict[int, int]]] = {}
        self._styles: dict[str, tuple[str | None, str | None, int | None]] = {}
        self._counts: dict[tuple[str, int], int] = {}
        self._restarted: set[tuple[str, int]] = set()
        for element in () if numbering is None else numbering:
            self._learn(element)
        for element in () if styles is None else styles:
            self._learn_style(element)

    def mark_of(self, paragraph: Element) -> str:
        """Return what Word prints before this paragraph: "1.", "a)", "-"; nothing where it is in no list."""
        list_id, depth = self._list_of(paragraph)
        if list_id is None or list_id not in self._lists:
            return ""
        abstract, starts = self._lists[list_id]
        level = self._abstract.get(abstract, {}).get(depth)
        if level is None:
            return ""
        self._restart(list_id, abstract, starts)
        key = abstract, depth
        self._counts[key] = self._counts.get(key, level.start - 1) + 1
        for deeper in [k for k in self._counts if k[0] == abstract and k[1] > depth]:
            del self._counts[deeper]
        return self._print(abstract, level)

    def _learn(self, element: Element) -> None:
        if local(element) == "abstractNum":
            levels = {_number(attribute(v, "ilvl")) or 0: _level(v) for v in element if local(v) == "lvl"}
            self._abstract[attribute(element, "abstractNumId") or ""] = levels
        elif local(element) == "num":
            starts = {}
            for over in (c for c in element if local(c) == "lvlOverride"):
                start = _number(attribute(child(over, "startOverride"), "val"))
                if start is not None:
                    starts[_number(attribute(over, "ilvl")) or 0] = start
            own = attribute(child(element, "abstractNumId"), "val") or ""
            self._lists[attribute(element, "numId") or ""] = own, starts

    def _learn_style(self, element: Element) -> None:
        name = attribute(element, "styleId")
        if local(element) != "style" or name is None:
            return
        based_on = attribute(child(element, "basedOn"), "val")
        listed = child(element, "pPr", "numPr")
        self._styles[name] = based_on, attribute(child(listed, "numId"), "val"), _depth(listed)

    def _list_of(self, paragraph: Element) -> tuple[str | None, int]:
        listed = child(paragraph, "pPr", "numPr")
        list_id, depth = attribute(child(listed, "numId"), "val"), _depth(listed)
        style, seen = attribute(child(paragraph, "pPr", "pStyle"), "val"), set[str]()
        while style in self._styles and style not in seen and list_id is None:
            seen.add(style)
            style, list_id, of_style = self._styles[style]
            depth = of_style if depth is None else depth
        return list_id, depth or 0

    def _restart(self, list_id: str, abstract: str, starts: dict[int, int]) -> None:
        for depth, start in starts.items():
            if (list_id, depth) not in self._restarted:
                self._restarted.add((list_id, depth))
                self._counts[(abstract, depth)] = start - 1

    def _print(self, abstract: str, own: Level) -> str:
        if own.form == "bullet":
            return "-"
        if own.form == "none":
            return ""

        def figure(match: re.Match[str]) -> str:
            depth = int(match[1]) - 1
            level = self._abstract[abstract].get(depth)
            count = self._counts.get((abstract, depth), level.start if level else 1)
            return written(count, level.form if level else "decimal")

        return re.sub(r"%([1-9])", figure, own.text)


def written(count: int, form: str) -> str:
    """Write a number as Word does: decimal, Roman, or letters."""
    count = max(0, min(count, _HIGHEST))
    if form in ("upperLetter", "lowerLetter") and count:
        letters = chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)
        return letters.upper() if form == "upperLetter" else letters
    if form in ("upperRoman", "lowerRoman"):
        roman = _roman(count)
        return roman.upper() if form == "upperRoman" else roman
    return f"{count:02}" if form == "decimalZero" else str(count)


def _roman(count: int) -> str:
    roman = ""
    for value, letters in _ROMAN:
        roman += letters * (count // value)
        count %= value
    return roman


def _level(element: Element) -> Level:
    start = _number(attribute(child(element, "start"), "val"))
    form = attribute(child(element, "numFmt"), "val") or "decimal"
    return Level(1 if start is None else start, form, attribute(child(element, "lvlText"), "val") or "")


def _depth(listed: Element | None) -> int | None:
    return _number(attribute(child(listed, "ilvl"), "val"))


def _number(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"\d{1,6}", text, re.ASCII) else None
