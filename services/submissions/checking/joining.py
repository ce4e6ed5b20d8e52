"""Columns of cells joined into one text for each row. What all rows share is joined once, not for each of them."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import repeat
from typing import Any

Column = tuple[Mapping[Any, str], Sequence[Any]]
"""How each different cell is written, and the cells."""


def always(text: str) -> Column:
    """Return a column that says the same in each row."""
    return {None: text}, ()


def join_rows(count: int, columns: Sequence[Column]) -> Iterator[str]:
    """Give the text of each of so many rows: what stands in its cells, as it is written, one behind the other."""
    varying: list[Column] = []
    shared = ""
    for texts, cells in columns:
        if len(texts) == 1:
            shared += next(iter(texts.values()))
        else:
            varying.append(({cell: shared + text for cell, text in texts.items()}, cells))
            shared = ""
    if not varying:
        return repeat(shared, count)
    if shared:
        texts, cells = varying[-1]
        varying[-1] = ({cell: text + shared for cell, text in texts.items()}, cells)
    return map("".join, zip(*(map(texts.__getitem__, cells) for texts, cells in varying), strict=True))
