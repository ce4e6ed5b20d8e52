"""Delimited text as people and programs write it: encoding, separator, and rows numbered as a spreadsheet does."""

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from kernel.errors import BadRequest
from kernel.text import nfc

SEPARATORS = (",", ";", "\t")
DECIMAL_COMMA_SEPARATOR = ";"
MOST_COLUMNS = 1 << 14
"""As many as a spreadsheet has."""
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
TCVN3 = "TCVN3 (ABC)"
_VIETNAMESE = re.compile(
    "[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ–—‘’“”…€]", re.IGNORECASE
)
_TCVN3_BYTES = re.compile(rb"[A-Za-z][\xa8-\xae\xb5-\xb9\xbb-\xbe\xc6-\xcf\xd0-\xdf\xe1-\xfe]")


STARTS_A_FORMULA = (*"=+-@＝＋－＠", "\t", "\r", "\n")  # spreadsheets take the wide ones too


def defused(text: str) -> str:
    """Return text that no spreadsheet takes for a formula: an apostrophe goes before what would start one."""
    return "'" + text if text.startswith(STARTS_A_FORMULA) else text


class EncodingUnknown(BadRequest):
    """The text is in none of the encodings that are read here."""

    code = "encoding_unknown"
    title = "The encoding of the file is not known"

    def __init__(self, byte_offset: int, row: int, looks_like: str | None = None) -> None:
        guess = f" It looks like {looks_like}." if looks_like else ""
        super().__init__(
            f"The file is neither UTF-8 nor UTF-16 with a byte order mark: byte {byte_offset}, line {row}.{guess} "
            "Save it as CSV in UTF-8; a workbook is sent as one.",
            byte_offset=byte_offset,
            row=row,
        )
        if looks_like:
            self.facts["looks_like"] = looks_like


class CsvMalformed(BadRequest):
    """The quotes of the file do not close, or a cell is too long."""

    code = "csv_malformed"
    title = "The CSV cannot be read"

    def __init__(self, row: int, reason: str) -> None:
        super().__init__(f"The CSV cannot be read near line {row}: {reason}.", row=row)


def decode_csv(raw: bytes) -> str:
    """Return the text of a file in UTF-8, or in UTF-16 with a byte order mark; refuse any other encoding."""
    is_wide = raw.startswith(UTF_16) and not raw.startswith(codecs.BOM_UTF32_LE)
    nul = -1 if is_wide else raw.find(b"\x00")
    if nul >= 0:
        raise _unknown_from(raw, nul)
    try:
        return raw.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise _unknown_from(raw, error.start) from error


def decode_old_csv(raw: bytes) -> tuple[str, str]:
    """Return a file's text and encoding; Windows-1258, which Excel writes, is read where all of it is Vietnamese.

    For files that a person looks through before they have an effect: an old encoding names itself nowhere.
    """
    try:
        return decode_csv(raw), "utf-16" if raw.startswith(UTF_16) else "utf-8"
    except EncodingUnknown as unknown:
        if "\x00" in raw.decode("latin-1"):
            raise
        text = nfc(raw.decode("cp1258", errors="replace"))
        foreign = [c for c in text if ord(c) > 127 and not _VIETNAMESE.match(c)]
        if not foreign:
            return text, "windows-1258"
        offset, row = int(unknown.facts["byte_offset"]), int(unknown.facts["row"])
        raise EncodingUnknown(offset, row, TCVN3 if _TCVN3_BYTES.search(raw) else None) from unknown


def _unknown_from(raw: bytes, offset: int) -> EncodingUnknown:
    return EncodingUnknown(offset, raw.count(b"\n", 0, offset) + 1)


class Sheet(NamedTuple):
    """The rows of a file that hold something, with the number that a spreadsheet shows beside each."""

    separator: str
    numbers: list[int]
    rows: list[list[str]]

    @property
    def has_decimal_comma(self) -> bool:
        """Whether commas may be decimal here: cells are separated by semicolons."""
        return self.separator == DECIMAL_COMMA_SEPARATOR


class Columns(NamedTuple):
    """Rows that hold something, by column: as many as the header has names, filled up with empty texts."""

    taken: int
    """How many rows there were, with those that hold nothing."""
    numbers: Sequence[int]
    cells: list[list[str]]
    longer: list[tuple[int, str]]
    """Rows with something behind the last column: their numbers, and the first cell there."""


class Grid(NamedTuple):
    """A file as columns below a header."""

    separator: str
    number: int
    """Of the header."""
    header: list[str]
    below: Columns

    @property
    def has_decimal_comma(self) -> bool:
        """Whether commas may be decimal here: cells are separated by semicolons."""
        return self.separator == DECIMAL_COMMA_SEPARATOR


def read_sheet(text: str, count_known: Callable[[list[str]], int]) -> Sheet:
    """Split a text into rows. The separator is the one by which the header line has the most known names."""
    separator, first, text = _choose_separator(text, count_known)
    every = list(_rows(text, separator))
    numbers = [number for number, row in enumerate(every, first) if is_row(row)]
    rows = every if len(numbers) == len(every) else [every[number - first] for number in numbers]
    require_narrow(rows[0] if rows else [])
    return Sheet(separator, numbers, rows)


def read_grid(text: str, count_known: Callable[[list[str]], int]) -> Grid:
    """Split a text into columns, by the same separator."""
    separator, first, text = _choose_separator(text, count_known)
    rows = _rows(text, separator)
    number, header = next(((at, row) for at, row in enumerate(rows, first) if is_row(row)), (1, []))
    require_narrow(header)
    return Grid(separator, number, header, gather(rows, number + 1, len(header)))


def gather(rows: Iterable[list[str]], first: int, width: int) -> Columns:
    """Return rows as columns; the first row has this number. Cells that read alike are one text in memory."""
    cells: list[str] = []
    blank: set[int] = set()
    longer: list[tuple[int, str]] = []
    seen: dict[str, str] = {}
    keep, number = seen.setdefault, first - 1
    for number, row in enumerate(rows, first):
        if len(row) != width or not row[0]:
            if not is_row(row):
                blank.add(number)
                continue
            if "".join(row[width:]).strip():
                longer.append((number, row[width]))
            row = (row + [""] * (width - len(row)))[:width]
        cells += map(keep, row, row)
    numbers: Sequence[int] = range(first, number + 1)
    if blank:
        numbers = [each for each in numbers if each not in blank]
    return Columns(number + 1 - first, numbers, [cells[at::width] for at in range(width)], longer)


def is_row(row: list[str]) -> bool:
    """Say whether a row holds something."""
    return bool(row and (row[0] or "".join(row).strip()))


def _choose_separator(text: str, count_known: Callable[[list[str]], int]) -> tuple[str, int, str]:
    """Return the separator, the number of the first row, and the rows."""
    named, rows = _named_separator(text)
    best = named or max(SEPARATORS, key=lambda separator: _score(rows, separator, count_known))
    return best, 2 if named else 1, rows


def _named_separator(text: str) -> tuple[str | None, str]:
    """Excel writes and reads a first line `sep=;`."""
    line, _, rest = text.partition("\n")
    line = line.strip('"\r ')
    if line.startswith("sep=") and line[4:] in SEPARATORS:
        return line[4:], rest
    return None, text


def _score(text: str, separator: str, count_known: Callable[[list[str]], int]) -> tuple[int, int]:
    try:
        header: list[str] = next((row for row in _reader(text, separator) if "".join(row).strip()), [])
    except csv.Error:
        return -1, 0
    require_narrow(header)
    return count_known(header), len(header)


def require_narrow(header: list[str]) -> None:
    """Refuse a header that no spreadsheet has."""
    if len(header) > MOST_COLUMNS:
        raise CsvMalformed(1, f"it has {len(header)} columns, and at most {MOST_COLUMNS} are read")


def _reader(text: str, separator: str) -> Any:
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)


def _rows(text: str, separator: str) -> Iterator[list[str]]:
    reader = _reader(text, separator)
    try:
        yield from reader
    except csv.Error as error:
        raise CsvMalformed(reader.line_num, str(error)) from error
