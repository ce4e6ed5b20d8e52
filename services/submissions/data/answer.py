"""What a query is answered with: columns, figures row by row, and what a reader should know about them."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from services.submissions.data.figure_book import FigureBook
from services.submissions.data.wanted import Wanted


class Figure(NamedTuple):
    """One figure of an answer: its codes in the order of the columns, and what stands there.

    A code is None where a dimension is not one of the indicator's. `given` counts the cells with a value, `zeros`
    those of them that are a true zero; a single figure counts as one cell.
    """

    codes: tuple[str | None, ...]
    value: Decimal | None
    status: str
    reason: str | None = None
    given: int = 0
    zeros: int = 0
    not_available: int = 0
    not_applicable: int = 0
    submission: str | None = None
    action: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Something that a reader should know about an answer."""

    code: str
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """Figures, streamed in pieces. A consumer that stops early closes the iterator."""

    wanted: Wanted
    book: FigureBook
    columns: tuple[str, ...]
    as_of: datetime
    notes: Sequence[Note]
    """All of them once the pieces have ended; what is released may add one."""
    pieces: AsyncIterator[Sequence[Figure]]
    versions: Sequence[int] = ()
    """The versions of the form by which the figures were reported."""
    cursor: str | None = None
    is_delta: bool = False

    @property
    def is_single(self) -> bool:
        """Say whether each figure stands as one reporter gave it."""
        return self.wanted.group_by is None
