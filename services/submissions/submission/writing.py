"""Figures as text that COPY reads, written part by part into a file or into memory."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from operator import add
from typing import IO
from uuid import UUID

from services.submissions.checking.check import Observations
from services.submissions.checking.joining import Column, always, join_rows

NULL = "\\N"
ESCAPED = str.maketrans(
    {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\b": "\\b", "\f": "\\f", "\v": "\\v"}
)


class FigureWriter:
    """Writes the figures of one submission; each indicator's lines are numbered from its own first line on."""

    def __init__(self, file: IO[bytes], period_year: int, submission: UUID, first_lines: dict[str, int]) -> None:
        self._file = file
        self._begin = f"{period_year}\t{submission}\t%d"
        self._next = dict(first_lines)

    def write(self, cells: Observations) -> None:
        """Write a part."""
        texts: tuple[Sequence[str | None], ...] = (cells.indicator, cells.d1, cells.d2, cells.d3, cells.d4)
        columns = [*map(_texts, texts), _numbers(cells.value), _texts(cells.status), _texts(cells.reason)]
        rest = join_rows(len(cells), [*columns, always("\n")])
        self._file.write("".join(map(add, map(self._begin.__mod__, self._lines(cells)), rest)).encode())

    def _lines(self, cells: Observations) -> Iterator[int]:
        for indicator, run in groupby(cells.indicator):
            first = self._next[indicator]
            self._next[indicator] = first + sum(1 for _ in run)
            yield from range(first, self._next[indicator])


def first_lines(cells: Observations) -> dict[str, int]:
    """Return the number of each indicator's first line, of figures that are all there."""
    first: dict[str, int] = {}
    for number, indicator in enumerate(cells.indicator, start=1):
        first.setdefault(indicator, number)
    return first


def _texts(cells: Sequence[str | None]) -> Column:
    return {text: "\t" + (NULL if text is None else text.translate(ESCAPED)) for text in set(cells)}, cells


def _numbers(cells: list[Decimal | None]) -> Column:
    return {value: "\t" + (NULL if value is None else f"{value:f}") for value in set(cells)}, cells
