"""What changed between two answers to one query: new, replaced and gone figures. Values in, values out."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from services.submissions.data.answer import Figure
from services.submissions.data.counting_once import Counted
from services.submissions.data.wanted import Column

NEW, REPLACED, GONE = "I", "R", "D"
BESIDE = (Column.PROVINCE, Column.OBLIGATION)
"""Columns that tell something about a single figure and do not name it."""
LARGEST_PIECE = 20_000

Pair = tuple[list[Counted], list[Counted]]
Codes = tuple[str | None, ...]


class Comparison:
    """Compares figures of two answers with the same columns."""

    def __init__(self, columns: Sequence[str], *, is_single: bool) -> None:
        beside = BESIDE if is_single else ()
        self._naming = [at for at, column in enumerate(columns) if column not in beside]

    def by_name(self, figures: Iterable[Figure]) -> dict[Codes, Figure]:
        """Return figures by what names them."""
        return {self.name(figure): figure for figure in figures}

    def name(self, figure: Figure) -> Codes:
        """Return what names a figure."""
        return tuple(figure.codes[at] for at in self._naming)

    def changes(self, before: dict[Codes, Figure], after: Iterable[Figure]) -> Iterator[Figure]:
        """Return what is new and what was replaced. What was met goes out of `before`: the rest is gone."""
        for figure in after:
            old = before.pop(self.name(figure), None)
            if old is None:
                yield figure._replace(action=NEW)
            elif _content(old) != _content(figure):
                yield figure._replace(action=REPLACED)


def gone(before: Mapping[Codes, Figure]) -> Iterator[Figure]:
    """Return the figures that are no longer there, as they were named."""
    for figure in before.values():
        yield Figure(figure.codes, None, figure.status, action=GONE)


def _content(figure: Figure) -> Figure:
    """Return all that is told of a figure, so also by which submission it was said."""
    return figure._replace(action=None)


def changed_pairs(before: Sequence[Counted], after: Sequence[Counted]) -> Iterator[Pair]:
    """Return the reports that do not count as they did, by agency and period, in pieces of bounded size."""
    kept = {(one.version.submission, one.left_out) for one in before}
    kept &= {(one.version.submission, one.left_out) for one in after}
    groups: dict[tuple[str, str], Pair] = defaultdict(lambda: ([], []))
    for side, counted in enumerate((before, after)):
        for one in counted:
            if (one.version.submission, one.left_out) not in kept:
                groups[one.version.facts.agency, one.version.facts.period][side].append(one)
    piece: Pair = ([], [])
    size = 0
    for _, (old, new) in sorted(groups.items()):
        count = sum(one.version.count for one in (*old, *new))
        if size and size + count > LARGEST_PIECE:
            yield piece
            piece, size = ([], []), 0
        piece[0].extend(old)
        piece[1].extend(new)
        size += count
    if size or piece[0] or piece[1]:
        yield piece
