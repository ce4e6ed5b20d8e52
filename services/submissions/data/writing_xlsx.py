"""An answer as a workbook: a sheet that says what it is, then the figures. Written to a file row by row."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import IO, TYPE_CHECKING, Any

from kernel.clock import in_vietnam
from services.submissions.data.answer import Answer, Figure
from services.submissions.data.errors import QueryRefused
from services.submissions.data.wording import worded
from services.submissions.data.writing import names_of

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

MOST_ROWS = 100_000
"""What is written before anyone waiting for the first byte gives up."""
TOO_LARGE = f"A workbook holds at most {MOST_ROWS} figures: narrow the query, or read CSV, which streams."
PIECE = 1 << 16
DIGITS_OF_A_SPREADSHEET = 15


async def write_workbook(answer: Answer, language: str, file: IO[bytes]) -> None:
    """Write the workbook to a file, in a thread, for its rows are packed as they come; refuse one too large."""
    book = await asyncio.to_thread(_Book, file, answer, language)
    rows = 0
    try:
        async for piece in answer.pieces:
            rows += len(piece)
            if rows > MOST_ROWS:
                raise QueryRefused([{"parameter": "format", "rule": "workbook_too_large", "message": TOO_LARGE}])
            await asyncio.to_thread(book.write, piece)
    finally:
        await asyncio.to_thread(book.close)


async def read_file(file: IO[bytes]) -> AsyncIterator[bytes]:
    """Return a file in pieces."""
    file.seek(0)
    while piece := await asyncio.to_thread(file.read, PIECE):
        yield piece


class _Book:
    """A workbook that is being written."""

    def __init__(self, file: IO[bytes], answer: Answer, language: str) -> None:
        from xlsxwriter import Workbook

        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book: Workbook = Workbook(file, options)
        self._bold = self._book.add_format({"bold": True})
        self._answer = answer
        self._names = list(names_of(answer))
        self._about = self._book.add_worksheet("about")
        self._language = language
        self._sheet = self._begin_sheet()
        self._row = 1

    def _describe(self) -> None:
        answer, wanted = self._answer, self._answer.wanted
        facts = {
            "form": wanted.form,
            "form_versions": ", ".join(map(str, answer.versions)),
            "as_of": in_vietnam(wanted.known_at or answer.as_of),
            "include": wanted.include.value,
            "map": wanted.map.value,
            "cursor": answer.cursor or "",
        }
        lines = [*facts.items(), *((note.code, worded(note, self._language)) for note in answer.notes)]
        for row, (name, text) in enumerate(lines):
            self._about.write_string(row, 0, name, self._bold)
            self._about.write_string(row, 1, text)

    def _begin_sheet(self) -> "Worksheet":
        sheet = self._book.add_worksheet("data")
        for at, name in enumerate(self._names):
            sheet.write_string(0, at, name, self._bold)
        return sheet

    def write(self, figures: Sequence[Figure]) -> None:
        for figure in figures:
            self._write(figure)
            self._row += 1

    def _write(self, figure: Figure) -> None:
        single = self._answer.is_single
        action: list[Any] = [figure.action] if self._answer.is_delta else []
        behind = [figure.reason, figure.submission] if single else list(figure[4:8])
        value = figure.value
        if value is not None and len(value.as_tuple().digits) > DIGITS_OF_A_SPREADSHEET:
            shown: Any = str(value)  # a spreadsheet would round it
        else:
            shown = value
        for at, cell in enumerate((*action, *figure.codes, shown, figure.status, *behind)):
            if isinstance(cell, str):
                self._sheet.write_string(self._row, at, cell)
            elif cell is not None:
                self._sheet.write_number(self._row, at, cell)

    def close(self) -> None:
        self._describe()
        self._book.close()
