"""Whether a file that says it is an Office document may be opened: looked at as a zip container, never executed.

Nothing here trusts what the container says of itself: sizes are counted while unpacking, and every XML part is
checked for a document type before a parser of ours or of a library sees it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from kernel.errors import Unprocessable, UnsupportedMedia
from kernel.zips import Member, ZipUnreadable, members_of, unpack


class OfficeKind(StrEnum):
    """What the container holds."""

    DOCX = "docx"
    XLSX = "xlsx"


class FileNotOffice(UnsupportedMedia):
    """The content is something else than an Office document of today."""

    code = "file_not_office"
    title = "The file is not a document or workbook that is read here"

    def __init__(self, found: str) -> None:
        super().__init__(f"The content of the file: {FOUND[found]}", found=found)


class FileUnsafe(Unprocessable):
    """The file holds what is never opened here."""

    code = "file_unsafe"
    title = "The file holds something that is not opened here"

    def __init__(self, reason: str, part: str | None = None) -> None:
        super().__init__(REASONS[reason], reason=reason, part=part[:200] if part else None)


class FileUnreadable(Unprocessable):
    """The container is damaged."""

    code = "file_unreadable"
    title = "The file is damaged"


FOUND = {
    "encrypted": "a document that is protected with a password. Take the password away and send it again.",
    "office_97": "a document of Office 97–2003 (.doc, .xls, .ppt). Save it as .docx or .xlsx.",
    "pdf": "a PDF. Send the document or workbook that it was made from.",
    "opendocument": "an OpenDocument file. Save it as .docx or .xlsx.",
    "xlsb": "a binary workbook. Save it as .xlsx.",
    "other_office": "an Office file of another kind, such as a template or slides. Save it as .docx or .xlsx.",
    "zip": "a zip archive that is no Office document.",
    "empty": "nothing at all.",
    "unknown": "no Office document.",
    "docx": "a document, and a workbook is expected.",
    "xlsx": "a workbook, and a document is expected.",
}
REASONS = {
    "macros": "The file carries macros. Save it without them (.docx, .xlsx).",
    "active_content": "The file carries ActiveX controls, which are programs. Remove them.",
    "external": "The file draws content from another file or address. Break the links and save it again.",
    "too_many_parts": "The file has more parts than any document needs.",
    "too_large_unpacked": "The file unpacks to more than is read here.",
    "ratio": "A part of the file unpacks to so many times its size that it can only be meant to harm.",
    "nested": "The file carries another archive where none belongs.",
    "path": "A part of the file has a name that leads out of it, or a name that stands twice.",
    "document_type": "A part of the file declares a document type or entities, which Office never writes.",
    "encoding": "A part of the file is in an encoding that Office never writes.",
    "encrypted_part": "A part of the file is encrypted.",
}

ZIP, OLE, PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-"
MOST_PARTS = 2_000
MOST_TIMES = 200
"""How many times its size a part may unpack to; sheets of like rows reach 60."""
SMALL = 1 << 20
"""Up to this size a part may unpack to any number of times its own size."""

MAIN = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": OfficeKind.DOCX,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": OfficeKind.XLSX,
}
MACRO_NAMES = re.compile(r"(^|/)(vbaproject[^/]*\.bin|vbadata\.xml|(intl)?macrosheets/|dialogsheets/)", re.I)
ACTIVE_NAMES = re.compile(r"(^|/)activex/", re.I)
EMBEDDED = re.compile(r"(^|/)embeddings/", re.I)
DECLARED = re.compile(rb"""^<\?xml[^>]*encoding\s*=\s*["']([^"']+)["']""")
READ_ENCODINGS = {b"utf-8", b"utf-16", b"us-ascii", b"ascii"}
XML_NAMES = (".xml", ".rels", ".vml")
LISTS = re.compile(r"(\.rels|\[Content_Types\]\.xml)$|(^|/)externalLinks/", re.I)
"""The parts that say what else there is; all others are unpacked and forgotten."""
DOCUMENT_TYPES = tuple(
    word.encode(encoding) for word in ("<!DOCTYPE", "<!ENTITY") for encoding in ("ascii", "utf-16-le", "utf-16-be")
)
SEAM = 32
"""What of a piece is looked at again with the next one: longer than any word that is sought."""


@dataclass(frozen=True, slots=True)
class ExternalLink:
    """Something outside that a document points to. Hyperlinks wait for a click; the others are drawn in."""

    part: str
    kind: str
    target: str

    @property
    def is_hyperlink(self) -> bool:
        return self.kind == "hyperlink"


@dataclass(frozen=True, slots=True)
class OfficeZip:
    """What a container that may be opened holds."""

    kind: OfficeKind
    parts: tuple[str, ...]
    unpacked: int
    external: tuple[ExternalLink, ...]
    embedded: tuple[str, ...]


def check_office_zip(
    content: bytes, *, max_unpacked: int, kind: OfficeKind | None = None, refuse_external: bool = True
) -> OfficeZip:
    """Refuse a file that is no Office document or that is not safe to open; else say what it holds.

    With `refuse_external=False` links that draw content in are returned, for a caller that never follows them.
    """
    _require_container(content)
    try:
        members = members_of(content)
        _require_names(members)
        found = _Look(content, members, max_unpacked).all()
    except ZipUnreadable as error:
        raise FileUnreadable(f"The file is damaged: {error}.") from error
    if kind is not None and found.kind is not kind:
        raise FileNotOffice(found.kind.value)
    drawn = [link for link in found.external if not link.is_hyperlink]
    if drawn and refuse_external:
        raise FileUnsafe("external", drawn[0].part)
    return found


def _require_container(content: bytes) -> None:
    if not content:
        raise FileNotOffice("empty")
    if content.startswith(OLE):
        is_encrypted = "EncryptedPackage".encode("utf-16-le") in content
        raise FileNotOffice("encrypted" if is_encrypted else "office_97")
    if PDF in content[:1024]:
        raise FileNotOffice("pdf")
    if not content.startswith(ZIP):
        raise FileNotOffice("unknown")


def _require_names(members: list[Member]) -> None:
    if len(members) > MOST_PARTS:
        raise FileUnsafe("too_many_parts")
    seen: set[str] = set()
    for member in members:
        name = member.name
        steps = name.replace("\\", "/").split("/")
        if name.startswith(("/", "\\")) or ".." in steps or ":" in name or "\x00" in name or name.lower() in seen:
            raise FileUnsafe("path", name)
        if member.is_encrypted:
            raise FileUnsafe("encrypted_part", name)
        if MACRO_NAMES.search(name):
            raise FileUnsafe("macros", name)
        if ACTIVE_NAMES.search(name):
            raise FileUnsafe("active_content", name)
        seen.add(name.lower())


class _Look:
    """One look through all parts of a container, unpacking each once and keeping none."""

    def __init__(self, content: bytes, members: list[Member], max_unpacked: int) -> None:
        self._content, self._members, self._most = content, members, max_unpacked
        self._unpacked = 0
        self._external: list[ExternalLink] = []
        self._embedded: list[str] = []

    def all(self) -> OfficeZip:
        kind: OfficeKind | None = None
        for member in self._members:
            data = self._guarded(member)
            if member.name == "[Content_Types].xml":
                kind = _kind_of(data)
            self._external += _external_of(member.name, data)
            if data.startswith((ZIP, OLE)):
                self._take_embedded(member.name)
        if kind is None:
            raise FileNotOffice("opendocument" if self._is_open_document() else "zip")
        names = tuple(member.name for member in self._members)
        return OfficeZip(kind, names, self._unpacked, tuple(self._external), tuple(self._embedded))

    def _guarded(self, member: Member) -> bytes:
        """Unpack a member under all limits; return it whole when it lists links, else its first piece."""
        is_xml, is_list = member.name.lower().endswith(XML_NAMES), bool(LISTS.search(member.name))
        kept: list[bytes] = []
        seam, size = b"", 0
        for chunk in unpack(self._content, member):
            size += len(chunk)
            self._unpacked += len(chunk)
            if self._unpacked > self._most:
                raise FileUnsafe("too_large_unpacked", member.name)
            if size > SMALL and size > MOST_TIMES * member.packed:
                raise FileUnsafe("ratio", member.name)
            if is_xml:
                _require_plain_xml(member.name, seam + chunk, opens=not kept)
                seam = chunk[-SEAM:]
            if is_list or not kept:
                kept.append(chunk)
        return b"".join(kept)

    def _take_embedded(self, name: str) -> None:
        if not EMBEDDED.search(name):
            raise FileUnsafe("nested", name)
        self._embedded.append(name)

    def _is_open_document(self) -> bool:
        return any(member.name == "mimetype" for member in self._members[:1])


def _require_plain_xml(name: str, piece: bytes, *, opens: bool) -> None:
    if any(form in piece for form in DOCUMENT_TYPES):
        raise FileUnsafe("document_type", name)
    declared = DECLARED.match(piece.removeprefix(b"\xef\xbb\xbf")[:200]) if opens else None
    if declared and declared.group(1).lower() not in READ_ENCODINGS:
        raise FileUnsafe("encoding", name)


def _kind_of(content_types: bytes) -> OfficeKind:
    kind: OfficeKind | None = None
    listed = [attributes.get("ContentType", "") for attributes in _attributes_of(content_types)]
    for content_type in listed:
        if "sheet.binary." in content_type:
            raise FileNotOffice("xlsb")
        if "macroEnabled" in content_type or "vbaProject" in content_type:
            raise FileUnsafe("macros", "[Content_Types].xml")
        kind = MAIN.get(content_type, kind)
    if kind is None:
        raise FileNotOffice("other_office")
    return kind


def _external_of(name: str, data: bytes) -> Iterator[ExternalLink]:
    lower = name.lower()
    if lower.endswith(".rels"):
        for attributes in _attributes_of(data):
            if attributes.get("TargetMode", "").lower() == "external":
                kind = attributes.get("Type", "").rsplit("/", 1)[-1]
                yield ExternalLink(name, kind, attributes.get("Target", ""))
    elif "externallinks/" in lower and b"ddeLink" in data:
        yield ExternalLink(name, "ddeLink", "")


def _attributes_of(data: bytes) -> Iterator[dict[str, str]]:
    from xml.etree.ElementTree import ParseError

    from defusedxml.ElementTree import fromstring  # not at the top: most processes never read a file

    try:
        root = fromstring(data, forbid_dtd=True)
    except (ParseError, ValueError) as error:  # what defusedxml forbids is a ValueError
        raise FileUnreadable("The list of the file's parts cannot be read.") from error
    yield from (dict(element.attrib) for element in root)
