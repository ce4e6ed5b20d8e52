"""Conditional requests: strong ETags, 304, 428 and 412."""

import hashlib
from typing import Annotated, Any

import orjson
from fastapi import Depends, Header, Request
from starlette.responses import Response

from kernel.errors import PreconditionFailed, PreconditionRequired


def etag_of(*parts: Any) -> str:
    """Return a strong ETag from whatever identifies one version of a resource."""
    return '"' + hashlib.sha256(orjson.dumps(parts, default=str)).hexdigest()[:24] + '"'


def _listed(header: str, etag: str) -> bool:
    return header.strip() == "*" or etag in (part.strip() for part in header.split(","))


def is_known(request: Request, etag: str) -> bool:
    """Say whether the reader has this version already."""
    return _listed(request.headers.get("if-none-match", ""), etag)


def conditional(request: Request, body: Any, *parts: Any) -> Response:
    """Answer a read of one resource: 304 when the reader has it, else the body with its ETag.

    `body` is JSON-ready (or a pydantic model dumped in JSON mode); `parts` identify the version, default the body.
    """
    etag = etag_of(*(parts or (body,)))
    if is_known(request, etag):
        return Response(status_code=304, headers={"ETag": etag})
    return Response(orjson.dumps(body, default=str), media_type="application/json", headers={"ETag": etag})


async def _if_match(header: Annotated[str | None, Header(alias="If-Match")] = None) -> str:
    if header is None:
        raise PreconditionRequired("Send the ETag of what you read as If-Match.")
    return header


IfMatch = Annotated[str, Depends(_if_match)]
"""The version that a change is based on; its absence is 428."""


def require_match(if_match: str, etag: str) -> None:
    """Refuse a change that is based on another version."""
    if not _listed(if_match, etag):
        raise PreconditionFailed("Read it again and repeat the change.", etag=etag)
