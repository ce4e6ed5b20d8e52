"""Files in the database: each content once, in pieces, and given out so that no browser ever runs it.

A service brings its own two tables: `stored_file` (sha256, media_type, length, stored_at) and `file_chunk`
(file, number, content).
"""

from collections.abc import AsyncIterator
from datetime import datetime
from urllib.parse import quote

import sqlalchemy as sa
from fastapi import Request
from sqlalchemy.dialects.postgresql import insert
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import Response, StreamingResponse

from kernel.database import Database
from kernel.media import BLOCK
from kernel.uploads import Upload


async def store(session: AsyncSession, stored: sa.Table, chunk: sa.Table, upload: Upload, now: datetime) -> None:
    """Keep a content, unless it is kept already; never more than a piece of it is in memory."""
    row = {"sha256": upload.sha256, "media_type": upload.media_type, "length": upload.length, "stored_at": now}
    adding = insert(stored).values(row).on_conflict_do_nothing().returning(stored.c.sha256)
    if (await session.execute(adding)).one_or_none() is None:
        return
    upload.content.seek(0)
    number = 0
    while piece := upload.content.read(BLOCK):
        values = {"file": upload.sha256, "number": number, "content": piece}
        await session.execute(sa.insert(chunk).values(values))
        number += 1


async def read_pieces(database: Database, chunk: sa.Table, sha256: str) -> AsyncIterator[bytes]:
    """Give a content piece by piece, each in a transaction of its own: a slow reader holds nothing open."""
    number = 0
    while True:
        async with database.transaction() as session:
            found = sa.select(chunk.c.content).where(chunk.c.file == sha256, chunk.c.number == number)
            piece: bytes | None = (await session.execute(found)).scalar()
        if piece is None:
            return
        yield piece
        number += 1


def give_out(
    request: Request, chunk: sa.Table, *, name: str, media_type: str, length: int, sha256: str
) -> Response:
    """Return the content of a file. Its ETag is its SHA-256; browsers are told to save it, never to show it."""
    headers = {
        "ETag": f'"{sha256}"',
        "Cache-Control": "private, no-cache",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    headers["Content-Length"] = str(length)
    pieces = read_pieces(request.app.state.runtime.database, chunk, sha256)
    return StreamingResponse(pieces, media_type=media_type, headers=headers)
