"""The one normal form of a path. Routing decides on it and forwards exactly it, so nobody reads it two ways."""

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes

from kernel.errors import BadRequest

KEPT = "-._~!$&'()*+,;=:@"
"""What RFC 3986 lets stand unencoded in a segment, beside letters and digits."""

MAX_LENGTH = 4096

_PLAIN = re.compile(rb"(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9._~!$&'()*+,;=:@-]+)+")
"""A path that is its own plain form, as nearly all are: nothing encoded, no empty and no dot segment."""


class PathRefused(BadRequest):
    """A path that two readers could understand differently."""

    code = "path_refused"
    title = "The path is not in its plain form"


@dataclass(frozen=True, slots=True)
class PlainPath:
    """A path whose segments were decoded once and encoded again."""

    text: str
    """Decoded: what routing and our own doors see."""
    raw: bytes
    """Encoded: what a service gets."""
    segments: tuple[str, ...]


def read_path(raw: bytes) -> PlainPath:
    """Return the plain form of a path as it came, or refuse it.

    Refused are dot segments however they are written, empty segments, control characters and backslashes, and an
    encoded slash anywhere but inside a task's code: `/v1/plans/{id}/tasks/QD-402-2020%2F2.1`. There the slash is
    forwarded encoded, below a prefix that is already decided, so it can never lead to another door.
    """
    if not raw.startswith(b"/") or len(raw) > MAX_LENGTH or not raw.isascii():
        raise PathRefused("The path has to begin with a slash and be plain ASCII.")
    if _PLAIN.fullmatch(raw):
        text = raw.decode()
        return PlainPath(text, raw, tuple(text[1:].split("/")))
    if raw == b"/":
        return PlainPath("/", b"/", ())
    segments = tuple(_decode(segment) for segment in raw[1:].split(b"/"))
    for position, segment in enumerate(segments):
        _require_plain(segment, may_hold_slash=_is_task_code(segments, position))
    encoded = "/" + "/".join(quote(segment, safe=KEPT) for segment in segments)
    return PlainPath("/" + "/".join(segments), encoded.encode(), segments)


def _is_task_code(segments: tuple[str, ...], position: int) -> bool:
    return position == 4 and segments[:2] == ("v1", "plans") and segments[3] == "tasks"


def _decode(segment: bytes) -> str:
    for broken in segment.split(b"%")[1:]:
        if len(broken) < 2 or not all(digit in b"0123456789abcdefABCDEF" for digit in broken[:2]):
            raise PathRefused("A percent sign is not followed by two hexadecimal digits.")
    try:
        return unquote_to_bytes(segment).decode()
    except UnicodeDecodeError as error:
        raise PathRefused("The path is not UTF-8.") from error


def _require_plain(segment: str, *, may_hold_slash: bool) -> None:
    parts = segment.split("/")
    if len(parts) > 1 and not may_hold_slash:
        raise PathRefused("An encoded slash is read only inside the code of a task.")
    for part in parts:
        if part in {"", ".", ".."}:
            raise PathRefused("The path contains an empty or a dot segment.")
        if "\\" in part or any(ord(character) < 32 or ord(character) == 127 for character in part):
            raise PathRefused("The path contains a backslash or a control character.")
