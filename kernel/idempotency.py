"""Idempotency keys: the key's row lives in the transaction of the effect, so both are there or neither.

Kept answers are sealed with a key that is not in the database: some of them show a secret.
"""

import asyncio
import hashlib
import re
from datetime import timedelta
from typing import Annotated

import sqlalchemy as sa
from asyncpg import Record
from cryptography.fernet import InvalidToken
from fastapi import Depends, Header, Request
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import Response

from kernel.callers import AnyCaller
from kernel.clock import real_now
from kernel.database import Database, Session
from kernel.errors import BadRequest, Conflict, Unprocessable
from kernel.prepared import Prepared
from kernel.tables import idempotency_key

KEPT = timedelta(days=7)
KEY = re.compile(r"^[\x21-\x7e]{1,255}$")
KEPT_HEADERS = ("content-type", "location", "etag")


class IdempotencyKeyReused(Unprocessable):
    """The same key came with another request."""

    code = "idempotency_key_reused"
    title = "This Idempotency-Key was used for another request"

    def __init__(self, key: str) -> None:
        super().__init__("Use a new key for a new request.", idempotency_key=key)


class KeptAnswerUnreadable(Conflict):
    """The request was carried out; its answer was kept under a key of the service that is gone."""

    code = "kept_answer_unreadable"
    title = "This request was carried out, and its answer can no longer be read"


class Replay(Exception):
    """The request was answered before; this is that answer."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        super().__init__("replayed")
        self._answer = (status, headers, body)

    def response(self) -> Response:
        """Return the kept answer, marked as a replay."""
        status, headers, body = self._answer
        return Response(body, status_code=status, headers={**headers, "Idempotency-Replayed": "true"})


_IS_OWN = sa.and_(idempotency_key.c.client == sa.bindparam("client"), idempotency_key.c.key == sa.bindparam("key"))
_KEPT = Prepared(sa.select(idempotency_key).where(_IS_OWN))
_CLAIM = Prepared(
    insert(idempotency_key)
    .values({name: sa.bindparam(name) for name in ("client", "key", "request_hash")})
    .on_conflict_do_nothing()
    .returning(idempotency_key.c.key)
)
_KEEP = Prepared(
    sa.text(
        "update idempotency_key set status = :status, headers = :headers, body = :body"
        " where client = :client and key = :key"
    ).bindparams(sa.bindparam("headers", type_=JSONB))
)

KeyHeader = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="Same key and body within 7 days: same answer, one effect. Per client.",
        examples=["2026-S1-HT-SNV-1"],
    ),
]


class LateKey:
    """The key of a request that works for long before its effect: looked up first, claimed with the effect."""

    def __init__(self, request: Request, session: AsyncSession, client: str, key: str | None) -> None:
        if key is not None and not KEY.match(key):
            raise BadRequest("Idempotency-Key has 1 to 255 visible ASCII characters.")
        self._request, self._session, self._client, self._key = request, session, client, key

    async def look_up(self) -> None:
        """Give the answer that was given before, if any; it is looked for in a transaction that ends at once."""
        if self._key is None:
            return
        database: Database = self._request.app.state.runtime.database
        async with database.raw() as connection:
            kept = await _KEPT.ask(connection, client=self._client, key=self._key)
        if kept:
            await self._replay(kept[0], self._key)

    async def claim(self) -> None:
        """Claim the key in the request's transaction. A second request waits here until the first is through."""
        if self._key is None:
            return
        request_hash = await _hash(self._request)
        own = {"client": self._client, "key": self._key}
        if await _CLAIM.run(self._session, **own, request_hash=request_hash):
            self._request.state.idempotency = own
            return
        await self._replay((await _KEPT.run(self._session, **own))[0], self._key)

    async def _replay(self, kept: Record, key: str) -> None:
        if kept["request_hash"] != await _hash(self._request):
            raise IdempotencyKeyReused(key)
        raise Replay(kept["status"], kept["headers"], _unsealed(self._request, kept["body"]))


async def late_key(request: Request, session: Session, caller: AnyCaller, key: KeyHeader = None) -> LateKey:
    """Give a request's key to a door that looks it up and claims it by itself."""
    return LateKey(request, session, caller.client, key)


OnceLater = Annotated[LateKey, Depends(late_key)]


async def claim_key(request: Request, session: Session, caller: AnyCaller, key: KeyHeader = None) -> None:
    """Claim the request's key. A second request with it waits here until the first is through."""
    await LateKey(request, session, caller.client, key).claim()


Once = Annotated[None, Depends(claim_key)]


def begin_hash(request: Request) -> "hashlib._Hash":
    """Return the hash of a request, to which the body has still to be added."""
    parts = (request.method, request.url.path, request.url.query, request.headers.get("content-type", ""))
    return hashlib.sha256("\n".join(parts).encode())


async def _hash(request: Request) -> bytes:
    """Return the hash of a request; a door that reads the body by itself leaves it in `state.request_hash`."""
    known: bytes | None = getattr(request.state, "request_hash", None)
    if known is not None:
        return known
    digest = begin_hash(request)
    digest.update(await request.body())
    return digest.digest()


def _unsealed(request: Request, body: bytes) -> bytes:
    try:
        answer: bytes = request.app.state.runtime.vault.decrypt(body)
    except InvalidToken as error:
        raise KeptAnswerUnreadable() from error
    return answer


async def keep_answer(request: Request, response: Response) -> Response:
    """Keep the answer beside its key, in the transaction that is about to commit."""
    claim = getattr(request.state, "idempotency", None)
    if claim is None:
        return response
    headers = {k: v for k, v in response.headers.items() if k in KEPT_HEADERS}
    sealed = request.app.state.runtime.vault.encrypt(bytes(response.body))
    await _KEEP.run(request.state.session, **claim, status=response.status_code, headers=headers, body=sealed)
    return response


async def forget_old_keys(database: Database) -> bool:
    """Drop keys that are older than their promise. A worker's step, once an hour."""
    async with database.transaction() as session:
        await session.execute(sa.delete(idempotency_key).where(idempotency_key.c.created_at < real_now() - KEPT))
    await asyncio.sleep(3600)
    return True
