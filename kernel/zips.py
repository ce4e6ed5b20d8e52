"""A zip container from the bytes of a request: its members as both of its directories name them, unpacked safely.

Python's own reader believes the sizes in the headers; other readers do not. Here the content is unpacked by zlib
itself, and a container whose headers say something else than its content is refused.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

CHUNK = 1 << 16
LOCAL_HEADER = struct.Struct("<4s5H3I2H")
LOCAL_SIGNATURE = b"PK\x03\x04"


class ZipUnreadable(Exception):
    """The container is damaged, or says two things about itself."""


@dataclass(frozen=True, slots=True)
class Member:
    """One entry of a container: where its packed bytes lie, and what its header says of them."""

    name: str
    start: int
    packed: int
    size: int
    crc: int
    is_deflated: bool
    is_encrypted: bool


def members_of(content: bytes) -> list[Member]:
    """Return the members of a container; refuse one whose members overlap or whose headers differ."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [_member(content, info) for info in archive.infolist() if not info.is_dir()]
    except (zipfile.BadZipFile, NotImplementedError, struct.error, ValueError, EOFError, OverflowError) as error:
        raise ZipUnreadable(str(error)[:100]) from error
    end = 0
    for member in sorted(members, key=lambda one: one.start):
        if member.start < end:
            raise ZipUnreadable("two of its parts lie over one another")
        end = member.start + member.packed
    if end > len(content):
        raise ZipUnreadable("its end is missing")
    return members


def unpack(content: bytes, member: Member) -> Iterator[bytes]:
    """Yield the content of a member piece by piece; refuse one that is not what its header says."""
    packed = memoryview(content)[member.start : member.start + member.packed]
    size, crc = 0, 0
    for chunk in _inflated(packed) if member.is_deflated else _plain(packed):
        size += len(chunk)
        crc = zlib.crc32(chunk, crc)
        yield chunk
    if size != member.size or crc != member.crc:
        raise ZipUnreadable(f"{member.name[:100]} is not as long as it says, or was changed")


def _member(content: bytes, info: zipfile.ZipInfo) -> Member:
    signature, *_, name_length, extra_length = LOCAL_HEADER.unpack_from(content, info.header_offset)
    name_at = info.header_offset + LOCAL_HEADER.size
    is_unicode = bool(info.flag_bits & 0x800)
    name = content[name_at : name_at + name_length].decode("utf-8" if is_unicode else "cp437")
    if signature != LOCAL_SIGNATURE or name != info.orig_filename:
        raise ZipUnreadable("its two directories name different parts")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ZipUnreadable("it is packed in a way that Office does not use")
    return Member(
        name=name,
        start=name_at + name_length + extra_length,
        packed=info.compress_size,
        size=info.file_size,
        crc=info.CRC,
        is_deflated=info.compress_type == zipfile.ZIP_DEFLATED,
        is_encrypted=bool(info.flag_bits & 0x1),
    )


def _plain(packed: memoryview) -> Iterator[bytes]:
    for at in range(0, len(packed), CHUNK):
        yield bytes(packed[at : at + CHUNK])


def _inflated(packed: memoryview) -> Iterator[bytes]:
    inflating = zlib.decompressobj(-zlib.MAX_WBITS)
    at, waiting = 0, b""
    try:
        while not inflating.eof:
            if not waiting:
                waiting = bytes(packed[at : at + CHUNK])
                at += len(waiting)
            chunk = inflating.decompress(waiting, CHUNK)
            if not chunk and not waiting and not inflating.eof:
                raise ZipUnreadable("a part ends too early")
            waiting = inflating.unconsumed_tail
            if chunk:
                yield chunk
    except zlib.error as error:
        raise ZipUnreadable("a part cannot be unpacked") from error
