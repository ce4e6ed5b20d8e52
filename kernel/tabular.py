"""Delimited text as people and programs write it: encoding, separator, and rows numbered as a spreadsheet does."""

import codecs
import csv
import io
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from kernel.errors import BadRequest
from kernel.text import nfc

SEPARATORS = (",", ";", "\t")
DECIMAL_COMMA_SEPARATOR = ";"
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
TCVN3 = "TCVN3 (ABC)"
_VIETNAMESE = re.compile(
    "[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ–—‘’“”…€]", re.IGNORECASE
)
_TCVN3_BYTES = re.compile(rb"[A-Za-z][\xa8-\xae\xb5-\xb9\xbb-\xbe\xc6-\xcf\xd0-\xdf\xe1-\xfe]")


class EncodingUnknown(BadRequest):
    """The text is in none of the encodings that are read here."""

    code = "encoding_unknown"
    title = "The encoding of the file is not known"

    def __init__(self, byte_offset: int, row: int, looks_like: str | None = None) -> None:
        guess = f" It looks like {looks_like}." if looks_like else ""
        super().__init__(
            f"The file is neither UTF-8 nor UTF-16 with a byte order mark: byte {byte_offset}, line {row}.{guess}",
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


def read_sheet(text: str, count_known: Callable[[list[str]], int]) -> Sheet:
    """Split a text into rows. The separator is the one by which the header line has the most known names."""
    named, text = _named_separator(text)
    best = max(SEPARATORS, key=lambda separator: _score(text, separator, count_known))
    separator = named or best
    every = _rows(text, separator)
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
        header: list[str] = next((row for row in _reader(text, separator) if "".join(row).strip()), [])
    except csv.Error:
        return -1, 0
    return count_known(header), len(header)


def _reader(text: str, separator: str) -> Any:
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)


def _rows(text: str, separator: str) -> list[list[str]]:
    reader = _reader(text, separator)
    try:
        return list(reader)
    except csv.Error as error:
        raise CsvMalformed(reader.line_num, str(error)) from error
