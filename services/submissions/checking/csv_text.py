"""A CSV file as text and rows: its encoding, its separator, its numbering as a spreadsheet shows it."""

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from typing import NamedTuple

from services.submissions.checking.errors import CsvMalformed, EncodingUnknown

SEPARATORS = (",", ";", "\t")
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


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


def _unknown_from(raw: bytes, offset: int) -> EncodingUnknown:
    return EncodingUnknown(offset, raw.count(b"\n", 0, offset) + 1)


class Sheet(NamedTuple):
    """The rows of a file that hold something, with the number that a spreadsheet shows beside each."""

    separator: str
    numbers: list[int]
    rows: list[list[str]]


def read_sheet(text: str, count_known: Callable[[list[str]], int]) -> Sheet:
    """Split a text into rows. The separator is the one by which the header line has the most known names."""
    named, text = _named_separator(text)
    best = max(SEPARATORS, key=lambda separator: _score(text, separator, count_known))
    separator = named or best
    every = list(_rows(text, separator))
    first = 2 if named else 1
    numbers = [number for number, row in enumerate(every, first) if row and (row[0] or "".join(row).strip())]
    rows = every if len(numbers) == len(every) else [every[number - first] for number in numbers]
    return Sheet(separator, numbers, rows)


def _named_separator(text: str) -> tuple[str | None, str]:
    """Excel writes and reads a first line `sep=;`."""
    line, _, rest = text.partition("\n")
    line = line.strip('"\r ')
    if line.startswith("sep=") and line[4:] in SEPARATORS:
        return line[4:], rest
    return None, text


def _score(text: str, separator: str, count_known: Callable[[list[str]], int]) -> tuple[int, int]:
    try:
        header = next((row for row in _rows(text, separator) if "".join(row).strip()), [])
    except CsvMalformed:
        return -1, 0
    return count_known(header), len(header)


def _rows(text: str, separator: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        yield from reader
    except csv.Error as error:
        raise CsvMalformed(reader.line_num, str(error)) from error
