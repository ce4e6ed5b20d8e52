"""Idempotency keys: the key's row lives in the transaction of the effect, so both are there or neither.

Kept answers are sealed with a key that is not in the database: some of them show a secret.
"""

import asyncio
import hashlib
import re
from datetime import timedelta
from typing import Annotated, Any

import sqlalchemy as sa
from cryptography.fernet import InvalidToken
from fastapi import Depends, Header, Request
from sqlalchemy.dialects.postgresql import insert
from starlette.responses import Response

from kernel.callers import AnyCaller
from kernel.clock import real_now
from kernel.database import Database, Session
from kernel.errors import BadRequest, Conflict, Unprocessable
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


async def claim_key(
    request: Request,
    session: Session,
    caller: AnyCaller,
    key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            description="Same key and body within 7 days: same answer, one effect. Per client.",
            examples=["2026-S1-HT-SNV-1"],
        ),
    ] = None,
) -> None:
    """Claim the request's key. A second request with it waits here until the first is through."""
    if key is None:
        return
    if not KEY.match(key):
        raise BadRequest("Idempotency-Key has 1 to 255 visible ASCII characters.")
    request_hash = await _hash(request)
    claim = insert(idempotency_key).values(client=caller.client, key=key, request_hash=request_hash)
    claimed = await session.execute(claim.on_conflict_do_nothing())
    if claimed.rowcount:  # type: ignore[attr-defined]  # a cursor result
        request.state.idempotency = (caller.client, key)
        return
    kept = (await session.execute(sa.select(idempotency_key).where(_is(caller.client, key)))).one()
    if kept.request_hash != request_hash:
        raise IdempotencyKeyReused(key)
    raise Replay(kept.status, kept.headers, _unsealed(request, kept.body))


Once = Annotated[None, Depends(claim_key)]


def _is(client: str, key: str) -> Any:
    return sa.and_(idempotency_key.c.client == client, idempotency_key.c.key == key)


async def _hash(request: Request) -> bytes:
    parts = (request.method, request.url.path, request.url.query, request.headers.get("content-type", ""))
    digest = hashlib.sha256("\n".join(parts).encode())
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
    kept = {"status": response.status_code, "headers": headers, "body": sealed}
    await request.state.session.execute(sa.update(idempotency_key).where(_is(*claim)).values(kept))
    return response


async def forget_old_keys(database: Database) -> bool:
    """Drop keys that are older than their promise. A worker's step, once an hour."""
    async with database.transaction() as session:
        await session.execute(sa.delete(idempotency_key).where(idempotency_key.c.created_at < real_now() - KEPT))
    await asyncio.sleep(3600)
    return True
