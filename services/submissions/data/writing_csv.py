"""An answer as CSV: UTF-8, commas, a line for each figure. Text that would run as a formula is defused."""

import csv
import io
from collections.abc import Sequence

from kernel.tabular import defused
from services.submissions.data.answer import Answer, Figure
from services.submissions.data.writing import names_of, plain


class CsvWriter:
    """Writes CSV."""

    def __init__(self, answer: Answer, *, bom: bool) -> None:
        self._answer, self._bom = answer, bom

    def begin(self) -> bytes:
        return (b"\xef\xbb\xbf" if self._bom else b"") + _lines([list(names_of(self._answer))])

    def write(self, figures: Sequence[Figure]) -> bytes:
        return _lines([self._line(figure) for figure in figures])

    def end(self) -> bytes:
        return b""

    def _line(self, figure: Figure) -> list[str]:
        action = [figure.action or ""] if self._answer.is_delta else []
        line = [*action, *(code or "" for code in figure.codes), plain(figure.value), figure.status]
        if self._answer.is_single:
            return [*line, defused(figure.reason or ""), figure.submission or ""]
        return [*line, *map(str, figure[4:8])]


def _lines(rows: Sequence[Sequence[str]]) -> bytes:
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue().encode()
