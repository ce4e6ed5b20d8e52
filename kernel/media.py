"""Which files are stored, and whether a content is what its declared type says. Nothing is ever opened."""

import zipfile
from collections.abc import Callable
from typing import IO

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PNG, JPEG = "image/png", "image/jpeg"
CSV, PLAIN = "text/csv", "text/plain"

BLOCK = 256 * 1024
END_OF_DIRECTORY = b"PK\x05\x06"
LONGEST_COMMENT = 65_535 + 22
LARGEST_DIRECTORY = 1024 * 1024
"""The directory of an Office file takes some kilobytes; one of megabytes would only fill the memory."""


def media_type_of(header: str) -> str:
    """Return the type that a Content-Type field declares, without its parameters."""
    return header.split(";", 1)[0].strip().lower()


def is_as_declared(media_type: str, content: IO[bytes]) -> bool:
    """Say whether a content begins, and where needed is, as files of its type are."""
    return _known_by(TYPES[media_type], content)


def _begins(*marks: bytes) -> Callable[[IO[bytes]], bool]:
    def check(content: IO[bytes]) -> bool:
        return content.read(16).startswith(marks)

    return check


def _is_pdf(content: IO[bytes]) -> bool:
    return b"%PDF-" in content.read(1024)


def _is_text(content: IO[bytes]) -> bool:
    """A text has no NUL, and does not begin like a file of another type."""
    if any(_known_by(check, content) for media_type, check in TYPES.items() if media_type not in (CSV, PLAIN)):
        return False
    content.seek(0)
    while block := content.read(BLOCK):
        if b"\0" in block:
            return False
    return True


def _known_by(check: Callable[[IO[bytes]], bool], content: IO[bytes]) -> bool:
    content.seek(0)
    return check(content)


def _is_office(part: str) -> Callable[[IO[bytes]], bool]:
    def check(content: IO[bytes]) -> bool:
        if content.read(4) != b"PK\x03\x04" or not _has_small_directory(content):
            return False
        try:
            with zipfile.ZipFile(content) as container:
                return {"[Content_Types].xml", part} <= set(container.namelist())
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
            return False

    return check


def _has_small_directory(content: IO[bytes]) -> bool:
    length = content.seek(0, 2)
    content.seek(max(0, length - LONGEST_COMMENT))
    tail = content.read()
    at = tail.rfind(END_OF_DIRECTORY)
    return at >= 0 and int.from_bytes(tail[at + 12 : at + 16], "little") <= LARGEST_DIRECTORY


TYPES: dict[str, Callable[[IO[bytes]], bool]] = {
    PDF: _is_pdf,
    DOCX: _is_office("word/document.xml"),
    XLSX: _is_office("xl/workbook.xml"),
    CSV: _is_text,
    PLAIN: _is_text,
    PNG: _begins(b"\x89PNG\r\n\x1a\n"),
    JPEG: _begins(b"\xff\xd8\xff"),
}
"""The types that are stored, each with how its content is known."""
