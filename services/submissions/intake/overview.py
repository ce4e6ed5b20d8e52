"""What only all rows together say, found in a first run over a file: which figures there are, what is left out."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from services.submissions.checking.check_keys import LeftOut
from services.submissions.checking.codebook import Codebook, IndicatorBook
from services.submissions.checking.content import ParsedContent


class Overview:
    """A file as a whole."""

    def __init__(self, codebook: Codebook) -> None:
        self._codebook = codebook
        self.row_count = 0
        self.counts: Counter[str] = Counter()
        """Rows of each indicator of the form, in the order in which they first appear."""
        self.first_rows: dict[str, int] = {}
        self._given: set[LeftOut] = set()

    def see(self, content: ParsedContent) -> None:
        """Look at a part."""
        self.row_count += len(content.rows)
        for indicator, count in Counter(content.indicator).items():
            if indicator in self._codebook.indicators:
                if indicator not in self.counts:
                    self.first_rows[indicator] = content.rows[content.indicator.index(indicator)]
                self.counts[indicator] += count
        for name, column in content.dimensions.items():
            pairs: Iterable[tuple[Any, Any]] = set(zip(content.indicator, column, strict=True))
            self._given |= {(indicator, name) for indicator, code in pairs if code is not None}

    @property
    def books(self) -> list[IndicatorBook]:
        """The indicators that the file gives, in the order in which they first appear."""
        return [self._codebook.indicators[indicator] for indicator in self.counts]

    @property
    def left_out(self) -> list[LeftOut]:
        """Which indicators are given without which dimension that may be left out."""
        return [
            (book.indicator.code, dimension.name)
            for book in self.books
            for dimension in book.dimensions
            if not dimension.required and (book.indicator.code, dimension.name) not in self._given
        ]

    def first_lines(self) -> dict[str, int]:
        """Return the line at which each indicator begins when figures stand indicator by indicator."""
        lines, line = {}, 1
        for indicator, count in self.counts.items():
            lines[indicator] = line
            line += count
        return lines
