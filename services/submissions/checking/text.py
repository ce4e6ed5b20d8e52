"""Cells as text: composed, trimmed, with one kind of line end; an empty text is no text."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from kernel.text import nfc

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


class _Malformed:
    def __repr__(self) -> str:
        return "MALFORMED"


MALFORMED: Final = _Malformed()
"""Stands in a column of texts for a cell that is no text and has been reported."""


def clean(text: str) -> str | None:
    """Return a text as it is kept, or None when there is nothing in it."""
    return nfc(text.replace("\r\n", "\n").replace("\r", "\n")).strip() or None


def clean_column(cells: list[Any], on_malformed: Callable[[int, Any], None]) -> list[Any]:
    """Return a column of texts; report cells that are none. Each different text is looked at once."""
    try:
        different = set(cells) - {None}
    except TypeError:  # an unhashable cell: a list or an object where a text belongs
        different = {MALFORMED}
    if not set(map(type, different)) <= {str}:
        return [_clean_cell(number, cell, on_malformed) for number, cell in enumerate(cells)]
    unclean = different & {""} if _is_clean("".join(different)) else different
    changed = {text: kept for text in unclean if (kept := clean(text)) != text}
    return [changed.get(cell, cell) for cell in cells] if changed else cells


def _is_clean(text: str) -> bool:
    """Say whether no part of a text needs cleaning: quick to find out for many texts in one."""
    return text.isascii() and text.split(None, 1) == [text]


def _clean_cell(number: int, cell: Any, on_malformed: Callable[[int, Any], None]) -> Any:
    if cell is None:
        return None
    if isinstance(cell, str):
        return clean(cell)
    on_malformed(number, cell)
    return MALFORMED


def texts_of(rows: Iterable[int], cells: Sequence[Any]) -> dict[int, str]:
    """Return the texts of a column of which most cells are empty, by row."""
    if cells.count(None) == len(cells):
        return {}
    return {row: cell for row, cell in zip(rows, cells, strict=True) if isinstance(cell, str)}


def clean_values(cells: list[Any]) -> list[Any]:
    """Return a column of figures in which texts are clean and everything else is as it came."""
    if set(map(type, cells)) <= {int, type(None)}:
        return cells
    return [clean(cell) if isinstance(cell, str) else cell for cell in cells]
