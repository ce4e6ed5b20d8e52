"""The event log: written in the transaction of the change, sealed into a gap-free chain, read as a feed."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Annotated, Any
from uuid import UUID

import orjson
import sqlalchemy as sa
import structlog
from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.callers import Caller, requires_service
from kernel.clock import Clock, in_vietnam
from kernel.database import Database, Session
from kernel.errors import BadRequest, Gone
from kernel.ids import new_id
from kernel.metrics import EVENTS_UNSEALED
from kernel.prepared import Prepared
from kernel.tables import event, log_epoch

SEAL_BATCH = 500
SEAL_LOCK = 7_105_402  # any constant: one sealer at a time in this database

EVERYONE = ("*",)


@dataclass(frozen=True, slots=True)
class NewEvent:
    """One fact to be told. `before`, `after` and `reason` are for the audit only and never leave in a feed."""

    type: str
    subject: str
    data: dict[str, Any]
    audience: Sequence[str] = EVERYONE
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    reason: str | None = None
    id: UUID = field(default_factory=new_id)


class EventLog:
    """Writes events into the transaction at hand."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def append(self, *events: NewEvent, caller: Caller | None = None) -> None:
        """Keep events in one statement; who, request and trace come along."""
        if not events:
            return
        context = structlog.contextvars.get_contextvars()
        common = {
            "occurred_at": self._clock(),
            "client": caller.client if caller else None,
            "agency": caller.agency if caller else None,
            "on_behalf_of": caller.on_behalf_of if caller else None,
            "request_id": context.get("request_id"),
            "traceparent": context.get("traceparent"),
        }
        await _APPEND.run_each(self._session, [_row(one, common) for one in events])


_WRITTEN = (
    "id",
    "type",
    "subject",
    "data",
    "audience",
    "before",
    "after",
    "reason",
    "occurred_at",
    "client",
    "agency",
    "on_behalf_of",
    "request_id",
    "traceparent",
)
_APPEND = Prepared(
    sa.insert(event).values({name: sa.bindparam(name, type_=event.c[name].type) for name in _WRITTEN})
)


def _row(one: NewEvent, common: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": one.id,
        "type": one.type,
        "subject": one.subject,
        "data": one.data,
        "audience": list(one.audience),
        "before": one.before,
        "after": one.after,
        "reason": one.reason,
        **common,
    }


# -- sealing ----------------------------------------------------------------------------------------------

HASHED = (
    "id",
    "type",
    "subject",
    "occurred_at",
    "client",
    "agency",
    "on_behalf_of",
    "data",
    "audience",
    "before",
    "after",
    "reason",
)


def chain_hash(previous: bytes, position: int, row: Any) -> bytes:
    """Return the hash of one event over its content and the hash of the event before it."""
    content = {name: getattr(row, name) for name in HASHED}
    content["occurred_at"] = row.occurred_at.timestamp()
    text = orjson.dumps([position, content], option=orjson.OPT_SORT_KEYS, default=str)
    return hashlib.sha256(previous + text).digest()


class Sealer:
    """Gives committed events below the oldest open transaction their position and hash."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def seal(self) -> bool:
        """Seal one batch; say whether there may be more."""
        async with self._database.raw() as asking:
            if not await asking.fetchval("select exists (select from event where position is null)"):
                EVENTS_UNSEALED.set(0)
                return False
        async with self._database.transaction() as session:
            if not (await _HOLD.run(session))[0]["held"]:
                return False
            rows = [SimpleNamespace(**row) for row in await _UNSEALED.run(session)]
            EVENTS_UNSEALED.set(len(rows))
            if not rows:
                return False
            last = await _LAST.run(session)
            position, previous = (last[0]["position"], last[0]["hash"]) if last else (0, b"")
            hashes = []
            for number, row in enumerate(rows, start=position + 1):
                previous = chain_hash(previous, number, row)
                hashes.append(previous)
            await _SEAL.run(session, ids=[row.id for row in rows], hashes=hashes, position=position)
        return len(rows) == SEAL_BATCH


_HOLD = Prepared(sa.select(sa.func.pg_try_advisory_xact_lock(SEAL_LOCK).label("held")))
_UNSEALED = Prepared(
    sa.select(event)
    .where(event.c.position.is_(None), sa.text("txid < pg_snapshot_xmin(pg_current_snapshot())"))
    .order_by(event.c.txid, event.c.id)
    .limit(SEAL_BATCH)
)
_LAST = Prepared(
    sa.select(event.c.position, event.c.hash)
    .where(event.c.position.is_not(None))
    .order_by(event.c.position.desc())
    .limit(1)
)
_SEAL = Prepared(
    sa.text(
        "update event set position = :position + sealed.place, hash = sealed.hash"
        " from unnest(:ids, :hashes) with ordinality as sealed (id, hash, place) where event.id = sealed.id"
    ).bindparams(
        sa.bindparam("position", type_=sa.BigInteger),
        sa.bindparam("ids", type_=ARRAY(sa.Uuid)),
        sa.bindparam("hashes", type_=ARRAY(sa.LargeBinary)),
    )
)


async def verify_chain(session: AsyncSession, first: int, last: int) -> int | None:
    """Return the position of the first event in a range that was changed or is missing, or None."""
    stored = sa.select(event).where(event.c.position.between(first - 1, last)).order_by(event.c.position)
    rows = (await session.execute(stored)).all()
    previous, expected = b"", first
    for row in rows:
        if row.position == first - 1:
            previous = row.hash
            continue
        if row.position != expected or chain_hash(previous, row.position, row) != row.hash:
            return expected
        previous, expected = row.hash, expected + 1
    return None if expected == last + 1 else expected


async def begin_new_epoch(session: AsyncSession) -> None:
    """After a restore: tell every reader of the feed to begin again."""
    await session.execute(sa.delete(log_epoch))
    await session.execute(sa.insert(log_epoch).values(epoch=new_id()))


# -- reading ----------------------------------------------------------------------------------------------


class FeedReset(Gone):
    """The log was restored; positions of before mean nothing now."""

    code = "feed_reset"
    title = "The log has begun a new epoch; read it from the start"


class BadFeedCursor(BadRequest):
    """A cursor that this feed never gave out."""

    code = "feed_cursor_invalid"
    title = "This cursor is not one of this feed's"


async def read_position(session: AsyncSession, after: str | None) -> tuple[UUID, int]:
    """Return the present epoch and the position that a cursor stands at."""
    epoch: UUID = (await _EPOCH.read(session))[0]["epoch"]
    if after is None:
        return epoch, 0
    try:
        asked, position = after.rsplit(":", 1)
        wanted, number = UUID(asked), int(position)
    except ValueError as error:
        raise BadFeedCursor() from error
    if not 0 <= number < 2**63:
        raise BadFeedCursor()
    if wanted != epoch:
        raise FeedReset()
    return epoch, number


def cloud_event(row: Any, source: str) -> dict[str, Any]:
    """Return one event as a CloudEvent: ids, codes and dates, and who may see it."""
    shown = {
        "specversion": "1.0",
        "id": str(row.id),
        "source": source,
        "type": row.type,
        "subject": row.subject,
        "time": in_vietnam(row.occurred_at),
        "datacontenttype": "application/json",
        "position": row.position,
        "data": {**row.data, "audience": row.audience},
    }
    return {**shown, "traceparent": row.traceparent} if row.traceparent else shown


async def read_feed(session: AsyncSession, source: str, after: str | None, limit: int) -> dict[str, Any]:
    """Return the events after a cursor, in their order, and the cursor behind them."""
    epoch, position = await read_position(session, after)
    rows = [SimpleNamespace(**row) for row in await _PAGE.read(session, after=position, most=limit)]
    reached = rows[-1].position if rows else position
    return {
        "epoch": str(epoch),
        "next": f"{epoch}:{reached}",
        "events": [cloud_event(row, source) for row in rows],
    }


_EPOCH = Prepared(sa.select(log_epoch.c.epoch))
_PAGE = Prepared(
    sa.select(event)
    .where(event.c.position > sa.bindparam("after", type_=sa.BigInteger))
    .order_by(event.c.position)
    .limit(sa.bindparam("most", type_=sa.Integer))
)


def feed_router(*readers: str) -> APIRouter:
    """Return the inside door of a service's feed, open to these services."""
    router = APIRouter(include_in_schema=False)
    reader = Annotated[str, Depends(requires_service(*readers))]

    @router.get("/internal/feed")
    async def feed(
        request: Request,
        session: Session,
        _: reader,
        after: str | None = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 500,
    ) -> dict[str, Any]:
        source = "/" + request.app.state.runtime.service
        return await read_feed(session, source, after, limit)

    return router
