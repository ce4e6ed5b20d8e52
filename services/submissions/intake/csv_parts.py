"""A CSV file that is read in parts: the same rows, numbers and mistakes as if it were read as a whole."""

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from typing import IO, Any

from kernel.tabular import (
    SEPARATORS,
    UTF_16,
    Columns,
    CsvMalformed,
    EncodingUnknown,
    Grid,
    gather,
    is_row,
    require_narrow,
)
from kernel.text import fold
from services.submissions.checking.content import ParsedContent, Places
from services.submissions.checking.findings import Finding
from services.submissions.checking.read_csv import (
    NEEDED,
    find_in_header,
    find_long_rows,
    header_names,
    places_of,
    read_figures,
)
from services.submissions.checking.text import clean
from services.submissions.form.definition import FormDefinition
from services.submissions.intake.errors import RowsTooLong

BLOCK = 1024 * 1024
PART_CHARACTERS = 1_000_000
"""A part is as many rows as have about so many characters."""
STEP = 2_000
LONGEST_ON_AVERAGE = 8_000
"""Characters of a row, over so many rows; no file of figures needs more."""
LONGEST_LINE = STEP * LONGEST_ON_AVERAGE


class CsvParts:
    """One file on its way into the columns of one form."""

    def __init__(self, file: IO[bytes], form: FormDefinition) -> None:
        self._file, self._form = file, form
        self._known = header_names(form)
        self._encoding = require_readable(file)
        self._separator, self._skipped = self._choose_separator()
        self._header_number, self._header_row = self._first_row(self._separator, self._skipped, is_row)
        require_narrow(self._header_row)
        self._header = [clean(name) or "" for name in self._header_row]
        self._nameless = {at for at, name in enumerate(self._header) if not name}
        self._filled: set[int] = set()
        self.bytes_read = 0

    def parts(self) -> Iterator[ParsedContent]:
        """Give the rows, part by part; may be asked again."""
        if not self._header_row:
            return
        with self._rows() as (reader, counter):
            next(row for row in reader if is_row(row))
            number = counter.row = self._header_number
            while (below := self._gather(reader, counter, number + 1)).taken:
                number += below.taken
                self.bytes_read = counter.total
                if below.numbers:
                    yield self._part(below)

    def places(self) -> Places:
        """Return where things stand in the file."""
        return places_of(self._header, self._known)

    def find_in_header(self) -> list[Finding]:
        """Return what is wrong with the header, once all parts were seen."""
        number = self._header_number
        return find_in_header(number, self._header, self._known, NEEDED, self._filled.__contains__)

    def _gather(self, reader: Any, counter: "_Counter", first: int) -> Columns:
        steps = chain.from_iterable(_steps(reader, counter))
        try:
            return gather(steps, first, len(self._header))
        except csv.Error as error:
            raise CsvMalformed(reader.line_num, str(error)) from error

    def _part(self, below: Columns) -> ParsedContent:
        self._filled |= {at for at in self._nameless - self._filled if any(map(str.strip, below.cells[at]))}
        grid = Grid(self._separator, self._header_number, self._header_row, below)
        content = read_figures(grid, self._header, self._known)
        content.findings += find_long_rows(grid)
        return content

    def _choose_separator(self) -> tuple[str, int]:
        """Return the separator, and how many lines stand before the rows: as `kernel.tabular` does."""
        with self._text() as text:
            line, feed, _ = text.read(100).partition("\n")
        named = line.strip('"\r ')
        if feed and named.startswith("sep=") and named[4:] in SEPARATORS:
            return named[4:], 1
        return max(SEPARATORS, key=lambda separator: self._score(separator)), 0

    def _score(self, separator: str) -> tuple[int, int]:
        try:
            header = self._first_row(separator, 0, _says_something)[1]
        except CsvMalformed:
            return -1, 0
        require_narrow(header)
        return sum(fold(name) in self._known for name in header), len(header)

    def _first_row(
        self, separator: str, skipped: int, is_meant: Callable[[list[str]], bool]
    ) -> tuple[int, list[str]]:
        with self._rows(separator, skipped) as (reader, _):
            try:
                return next(((at, row) for at, row in enumerate(reader, 1 + skipped) if is_meant(row)), (1, []))
            except csv.Error as error:
                raise CsvMalformed(reader.line_num, str(error)) from error

    @contextmanager
    def _rows(self, separator: str = "", skipped: int | None = None) -> Iterator[tuple[Any, "_Counter"]]:
        with self._text() as text:
            for _ in range(self._skipped if skipped is None else skipped):
                text.readline()
            counter = _Counter()
            delimiter = separator or self._separator
            yield csv.reader(counter.count(text), delimiter=delimiter, strict=True), counter

    @contextmanager
    def _text(self) -> Iterator[io.TextIOWrapper]:
        self._file.seek(0)
        text = io.TextIOWrapper(self._file, encoding=self._encoding, newline="")
        try:
            yield text
        finally:
            text.detach()


def _steps(reader: Any, counter: "_Counter") -> Iterator[Iterator[list[str]]]:
    """Give the rows of one part, some at a time; none when there are no more."""
    counter.part, before = 0, -1
    while before < counter.part < PART_CHARACTERS:
        before, counter.step = counter.part, 0
        yield islice(reader, STEP)
        counter.row += STEP


class _Counter:
    """Counts the characters that go into rows, and stops rows that would never end."""

    def __init__(self) -> None:
        self.total = self.part = self.step = self.row = 0

    def count(self, lines: io.TextIOWrapper) -> Iterator[str]:
        for line in lines:
            length = len(line)
            self.total += length
            self.part += length
            self.step += length
            if self.step > LONGEST_LINE:
                raise RowsTooLong(self.row, LONGEST_ON_AVERAGE)
            yield line


def _says_something(row: list[str]) -> bool:
    return bool("".join(row).strip())


def require_readable(file: IO[bytes]) -> str:
    """Return the encoding of a file that was read to its end once; refuse what `decode_csv` refuses."""
    file.seek(0)
    start = file.read(4)
    is_wide = start.startswith(UTF_16) and not start.startswith(codecs.BOM_UTF32_LE)
    if not is_wide:
        _scan(file, _refuse_nul)
    marked = 0 if is_wide else len(codecs.BOM_UTF8) if start.startswith(codecs.BOM_UTF8) else 0
    decoder = codecs.getincrementaldecoder("utf-16" if is_wide else "utf-8")()
    _scan(file, _Decoding(decoder, marked).decode)
    return "utf-16" if is_wide else "utf-8-sig"


def _scan(file: IO[bytes], look: Callable[[bytes, int, int], None]) -> None:
    """Show each block with its offset and the lines before it; an empty one at the end."""
    file.seek(0)
    offset = lines = line_length = 0
    while True:
        block = file.read(BLOCK)
        look(block, offset, lines)
        if not block:
            return
        offset += len(block)
        lines += block.count(b"\n")
        last = max(block.rfind(b"\n"), block.rfind(b"\r"))
        line_length = line_length + len(block) if last < 0 else len(block) - last
        if line_length > LONGEST_LINE:
            raise RowsTooLong(lines, LONGEST_ON_AVERAGE)


def _refuse_nul(block: bytes, offset: int, lines: int) -> None:
    at = block.find(b"\x00")
    if at >= 0:
        raise EncodingUnknown(offset + at, lines + block.count(b"\n", 0, at) + 1)


class _Decoding:
    """Looks whether all blocks together are text."""

    def __init__(self, decoder: codecs.IncrementalDecoder, marked: int) -> None:
        self._decoder, self._marked = decoder, marked

    def decode(self, block: bytes, offset: int, lines: int) -> None:
        pending = len(self._decoder.getstate()[0])
        try:
            self._decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            at = error.start - pending
            row = lines + block.count(b"\n", 0, max(at, 0)) + 1
            raise EncodingUnknown(offset + at - self._marked, row) from error
