"""A file on its way in: spooled to disk while it is hashed and counted, with no transaction open."""

import base64
import hashlib
import re
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import IO, Annotated

from fastapi import Depends, Query, Request

from kernel.errors import TooLarge, Unprocessable, UnsupportedMedia
from kernel.media import TYPES, is_as_declared, media_type_of
from kernel.text import Text

LARGEST = 20 * 1024 * 1024
IN_MEMORY = 1024 * 1024
SHA256_SAID = re.compile(r"(?:^|,)\s*sha-256=([^,;]*)")
"""The member of `Content-Digest` (RFC 9530) that is compared; others are not known here."""

FileName = Annotated[
    Text,
    Query(
        min_length=1,
        max_length=200,
        pattern=r"^[^/\\\x00-\x1f\x7f\u0080-\u009f\u202a-\u202e\u2066-\u2069]+$",
        description="Under which the file is offered; no slashes and no control characters.",
        examples=["402-QD-TTg.pdf"],
    ),
]


class FileTypeRefused(UnsupportedMedia):
    """A file of a type that is not stored."""

    code = "file_type_refused"
    title = "Files of this type are not stored"

    def __init__(self, declared: str, taken: list[str]) -> None:
        super().__init__(f"Not stored: {declared or 'a body without Content-Type'}.", taken=taken)


class FileNotAsDeclared(UnsupportedMedia):
    """The content of a file is not what its Content-Type says."""

    code = "file_not_as_declared"
    title = "The file is not what it says it is"

    def __init__(self, declared: str) -> None:
        super().__init__(f"The content is not {declared}.", declared=declared)


class FileEmpty(Unprocessable):
    """A file without content."""

    code = "file_empty"
    title = "The file is empty"


class FileDigestWrong(Unprocessable):
    """What came is not what the sender hashed: it was changed or cut off on its way."""

    code = "file_digest_wrong"
    title = "The file is not the one that was hashed"

    def __init__(self, sha256: str) -> None:
        super().__init__("The SHA-256 of what came is not that of Content-Digest.", sha256=sha256)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came in whole and is what it says."""

    name: str
    media_type: str
    length: int
    sha256: str
    content: IO[bytes]


async def receive_upload(request: Request, name: FileName) -> AsyncIterator[Upload]:
    """Take a file in. Wrong types and sizes are refused as early as they can be seen."""
    declared = media_type_of(request.headers.get("content-type", ""))
    if declared not in TYPES:
        raise FileTypeRefused(declared, sorted(TYPES))
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > LARGEST:
        raise TooLarge(LARGEST)
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as content:
        digest, length = hashlib.sha256(), 0
        async for piece in request.stream():
            length += len(piece)
            if length > LARGEST:
                raise TooLarge(LARGEST)
            digest.update(piece)
            content.write(piece)
        if not length:
            raise FileEmpty()
        if not is_as_declared(declared, content):
            raise FileNotAsDeclared(declared)
        said = SHA256_SAID.search(request.headers.get("content-digest", ""))
        if said and said[1] != f":{base64.b64encode(digest.digest()).decode()}:":
            raise FileDigestWrong(digest.hexdigest())
        yield Upload(name, declared, length, digest.hexdigest(), content)


Received = Annotated[Upload, Depends(receive_upload)]
BODY = {
    "requestBody": {
        "required": True,
        "description": f"The file itself, at most {LARGEST // 1024 // 1024} MiB. "
        "What `Content-Digest` says of its SHA-256 is compared.",
        "content": {one: {"schema": {"type": "string", "format": "binary"}} for one in TYPES},
    }
}
