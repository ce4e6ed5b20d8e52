"""What a sheet of an Excel workbook holds, and how its cells are called."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

MOST_ROWS, MOST_COLUMNS = 1 << 20, 1 << 14
REFERENCE = re.compile(r"([A-Za-z]{1,3})([1-9]\d{0,6})", re.ASCII)


@dataclass(frozen=True, slots=True)
class CellError:
    """What a cell shows in place of a value: `#REF!`, `#DIV/0!`."""

    shown: str

    def __repr__(self) -> str:
        return self.shown


class _Uncomputed:
    def __repr__(self) -> str:
        return "="


UNCOMPUTED: Final = _Uncomputed()
"""Stands for a formula of which the file holds no result."""

Join = tuple[int, int, int, int]
"""Joined cells as first row, first column, last row, last column."""


@dataclass(slots=True)
class Sheet:
    """The filled cells of one sheet: rows from 1, columns from 0."""

    name: str
    is_hidden: bool
    rows: dict[int, dict[int, Any]] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    joins: list[Join] = field(default_factory=list)


def apart(joins: Iterable[Join]) -> list[Join]:
    """Return joins of which no two share a row in the column where they begin, as no program writes others.

    Otherwise giving each row of a join its value may take as many steps as joins times rows.
    """
    kept: list[Join] = []
    until: dict[int, int] = {}
    for join in sorted(joins):
        top, left, bottom, _ = join
        if until.get(left, 0) < top <= bottom:
            until[left] = bottom
            kept.append(join)
    return kept


def reference(row: int, column: int) -> str:
    """Return how a cell is called, such as `AB12`."""
    letters, rest = "", column + 1
    while rest:
        rest, last = divmod(rest - 1, 26)
        letters = chr(65 + last) + letters
    return f"{letters}{row}"


def place_of(text: str) -> tuple[int, int] | None:
    """Return row and column of a cell's name."""
    match = REFERENCE.fullmatch(text)
    if match is None:
        return None
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - 64
    row = int(match[2])
    return (row, column - 1) if row <= MOST_ROWS and column <= MOST_COLUMNS else None


def small_number(text: str) -> int | None:
    """Return a count that stands in an attribute, or None when it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
