"""A report on its way in: a small body as it is; a large one in pieces, kept as they come and never gathered."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID

from fastapi import Request
from starlette.requests import ClientDisconnect

from kernel.clock import real_now
from kernel.database import Database
from kernel.errors import TooLarge
from kernel.idempotency import begin_hash
from kernel.ids import new_id
from services.submissions.intake.errors import UploadBroken
from services.submissions.intake.rules import MEBIBYTE
from services.submissions.intake.store import JobStore

PIECE = MEBIBYTE


@dataclass(slots=True)
class Received:
    """A body that came in whole."""

    id: UUID = field(default_factory=new_id)
    """Of the job, if it becomes one."""
    is_large: bool = False
    content: bytes = b""
    """All of a small one; of a large one nothing."""
    length: int = 0
    is_taken: bool = False
    """A job has the pieces now."""


class Receiver:
    """Takes one body in."""

    def __init__(
        self,
        request: Request,
        database: Database,
        *,
        large_from: int,
        limit: int,
        on_large: Callable[[], Awaitable[None]],
    ):
        self._request, self._database = request, database
        self._large_from, self._limit, self._on_large = large_from, limit, on_large
        self._body = Received()
        self._waiting = bytearray()
        self._pieces = 0

    @asynccontextmanager
    async def receiving(self, *, is_large: bool) -> AsyncIterator[Received]:
        """Give the body. Pieces that no job takes are dropped at the end, whatever ends it."""
        announced = self._request.headers.get("content-length", "0")
        if int(announced) > self._limit:
            raise TooLarge(self._limit)
        try:
            if is_large or int(announced) > self._large_from:
                await self._become_large()
            await self._read()
            yield self._body
        finally:
            if self._pieces and not self._body.is_taken:
                await self._drop()

    async def _read(self) -> None:
        digest = begin_hash(self._request)
        try:
            async for chunk in self._request.stream():
                digest.update(chunk)
                await self._take(chunk)
        except ClientDisconnect:
            raise UploadBroken() from None
        if self._body.is_large:
            await self._keep(len(self._waiting))
        else:
            self._body.content = bytes(self._waiting)
        self._request.state.request_hash = digest.digest()

    async def _take(self, chunk: bytes) -> None:
        self._body.length += len(chunk)
        if self._body.length > self._limit:
            raise TooLarge(self._limit)
        self._waiting += chunk
        if not self._body.is_large and self._body.length > self._large_from:
            await self._become_large()
        while self._body.is_large and len(self._waiting) >= PIECE:
            await self._keep(PIECE)

    async def _become_large(self) -> None:
        await self._on_large()
        self._body.is_large = True

    async def _keep(self, length: int) -> None:
        if not length:
            return
        content = bytes(self._waiting[:length])
        del self._waiting[:length]
        async with self._database.transaction() as session:
            await JobStore(session).add_piece(self._body.id, self._pieces, content, real_now())
        self._pieces += 1

    async def _drop(self) -> None:
        async with self._database.transaction() as session:
            await JobStore(session).drop_pieces(self._body.id)
