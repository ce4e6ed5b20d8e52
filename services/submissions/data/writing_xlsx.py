"""An answer as a workbook: what it is, then the figures, a million to a sheet. Written to a file row by row."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from typing import IO, TYPE_CHECKING, Any

from kernel.clock import in_vietnam
from services.submissions.data.answer import Answer, Figure
from services.submissions.data.wording import worded
from services.submissions.data.writing import names_of

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

ROWS_OF_A_SHEET = 1_000_000
PIECE = 1 << 16
DIGITS_OF_A_SPREADSHEET = 15


async def stream_workbook(answer: Answer, language: str) -> AsyncIterator[bytes]:
    """Return the workbook in pieces; it is written in a thread, for its rows are packed as they come."""
    with tempfile.TemporaryFile() as file:
        book = await asyncio.to_thread(_Book, file, answer, language)
        try:
            async for piece in answer.pieces:
                await asyncio.to_thread(book.write, piece)
        finally:
            await asyncio.to_thread(book.close)
        file.seek(0)
        while piece_of_file := await asyncio.to_thread(file.read, PIECE):
            yield piece_of_file


class _Book:
    """A workbook that is being written."""

    def __init__(self, file: IO[bytes], answer: Answer, language: str) -> None:
        from xlsxwriter import Workbook

        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book: Workbook = Workbook(file, options)
        self._bold = self._book.add_format({"bold": True})
        self._answer = answer
        self._names = list(names_of(answer))
        self._describe(language)
        self._sheet = self._next_sheet(1)
        self._number, self._row = 1, 1

    def _describe(self, language: str) -> None:
        answer, wanted = self._answer, self._answer.wanted
        sheet = self._book.add_worksheet("about")
        facts = {
            "form": wanted.form,
            "form_versions": ", ".join(map(str, answer.versions)),
            "as_of": in_vietnam(wanted.known_at or answer.as_of),
            "include": wanted.include.value,
            "map": wanted.map.value,
            "cursor": answer.cursor or "",
        }
        lines = [*facts.items(), *((note.code, worded(note, language)) for note in answer.notes)]
        for row, (name, text) in enumerate(lines):
            sheet.write_string(row, 0, name, self._bold)
            sheet.write_string(row, 1, text)

    def _next_sheet(self, number: int) -> "Worksheet":
        sheet = self._book.add_worksheet("data" if number == 1 else f"data_{number}")
        for at, name in enumerate(self._names):
            sheet.write_string(0, at, name, self._bold)
        return sheet

    def write(self, figures: Sequence[Figure]) -> None:
        for figure in figures:
            if self._row > ROWS_OF_A_SHEET:
                self._number, self._row = self._number + 1, 1
                self._sheet = self._next_sheet(self._number)
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
        self._book.close()
