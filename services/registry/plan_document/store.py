"""Every statement about documents, their items and the corrections of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.jobs import JobState
from services.registry.base import table_of
from services.registry.instrument.tables import Instrument
from services.registry.job.tables import Job
from services.registry.keyset import page_of
from services.registry.plan.tables import Plan
from services.registry.plan_document.errors import DocumentItemUnknown, DocumentUnknown
from services.registry.plan_document.tables import (
    DocumentState,
    PlanDocument,
    PlanDocumentCorrection,
    PlanDocumentItem,
)

document = table_of(PlanDocument)
item = table_of(PlanDocumentItem)
correction = table_of(PlanDocumentCorrection)
job = table_of(Job)
plan = table_of(Plan)
instrument = table_of(Instrument)

CANCELLED = sa.and_(document.c.state == DocumentState.READING, job.c.state == JobState.CANCELLED)
SHOWN = sa.select(
    *(column for column in document.columns if column.name not in ("content", "state")),
    sa.case((CANCELLED, DocumentState.REFUSED.value), else_=document.c.state).label("state"),
    CANCELLED.label("is_cancelled"),
).join_from(document, job, job.c.id == document.c.job, isouter=True)


@dataclass(frozen=True, slots=True)
class ItemFilter:
    """What a list of items is narrowed by; None narrows nothing."""

    kind: str | None = None
    part: int | None = None
    state: str | None = None
    confidence_below: float | None = None
    unresolved: bool | None = None

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """Return the conditions."""
        given = {"kind": self.kind, "part": self.part, "state": self.state}
        found = [item.c[name] == value for name, value in given.items() if value is not None]
        if self.confidence_below is not None:
            found.append(item.c.confidence < self.confidence_below)
        if self.unresolved is not None:
            found.append((item.c.unresolved > 0) == self.unresolved)
        return found


class PlanDocumentStore:
    """Reads and keeps documents."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def lock_content(self, agency: str, sha256: str) -> Any:
        """Return the agency's document with this content or None; two uploads of it come one after the other."""
        same = sa.func.hashtextextended(f"{agency}/{sha256}", 0)
        await self.session.execute(sa.select(sa.func.pg_advisory_xact_lock(same)))
        found = SHOWN.where(document.c.agency == agency, document.c.sha256 == sha256)
        return (await self.session.execute(found)).one_or_none()

    async def add(self, row: dict[str, Any]) -> None:
        """Keep a new document."""
        await self.session.execute(insert(document).values(row))

    async def change(self, document_id: UUID, changes: dict[str, Any]) -> None:
        """Change what is known of a document; its version moves on."""
        moved = {**changes, "version": document.c.version + 1}
        await self.session.execute(sa.update(document).where(document.c.id == document_id).values(moved))

    async def get(self, document_id: UUID, agency: str | None, *, lock: bool = False) -> Any:
        """Return a document of an agency (None: of any), or refuse; locked until the transaction ends if asked."""
        found = SHOWN.where(document.c.id == document_id)
        if agency is not None:
            found = found.where(document.c.agency == agency)
        row = (await self.session.execute(found.with_for_update(of=document) if lock else found)).one_or_none()
        if row is None:
            raise DocumentUnknown(str(document_id))
        return row

    async def get_content(self, document_id: UUID) -> bytes:
        """Return the bytes of a document's file."""
        found = sa.select(document.c.content).where(document.c.id == document_id)
        content: bytes = (await self.session.execute(found)).scalar_one()
        return content

    async def list_documents(
        self,
        agency: str | None,
        plans: Collection[str],
        state: str | None,
        after: tuple[Any, ...] | None,
        limit: int,
    ) -> Sequence[Any]:
        """Return up to `limit` documents, newest first, beyond a key."""
        found = SHOWN.order_by(document.c.id.desc()).limit(limit)
        if agency is not None:
            found = found.where(document.c.agency == agency)
        if plans:
            found = found.where(sa.or_(document.c.plan.is_(None), document.c.plan.in_(plans)))
        if state is not None:
            found = found.where(sa.case((CANCELLED, DocumentState.REFUSED.value), else_=document.c.state) == state)
        if after is not None:
            found = found.where(document.c.id < sa.cast(after[0], sa.Uuid))
        return (await self.session.execute(found)).all()

    async def has_plan(self, code: str) -> bool:
        """Say whether a plan has this code."""
        return (
            await self.session.execute(sa.select(plan.c.id).where(plan.c.id == code))
        ).one_or_none() is not None

    async def has_instrument(self, code: str) -> bool:
        """Say whether an instrument has this code."""
        found = sa.select(instrument.c.id).where(instrument.c.id == code)
        return (await self.session.execute(found)).one_or_none() is not None

    async def replace_items(self, document_id: UUID, rows: Sequence[dict[str, Any]]) -> None:
        """Keep what was read of a file, in place of nothing or of an earlier reading that nobody corrected."""
        await self.session.execute(sa.delete(item).where(item.c.document == document_id))
        if rows:
            connection = await self.session.connection()
            await connection.execute(sa.insert(item), [{"document": document_id, **row} for row in rows])

    async def list_items(
        self, document_id: UUID, wanted: ItemFilter, after: tuple[Any, ...] | None = None, limit: int | None = None
    ) -> Sequence[Any]:
        """Return the items of a document in the printed order, beyond a key."""
        found = sa.select(item).where(item.c.document == document_id, *wanted.conditions())
        key = (item.c.place, item.c.id)
        page = found.order_by(*key) if limit is None else page_of(found, key, after, limit)
        return (await self.session.execute(page)).all()

    async def get_item(self, document_id: UUID, item_id: str) -> Any:
        """Return one item, or refuse."""
        found = sa.select(item).where(item.c.document == document_id, item.c.id == item_id)
        row = (await self.session.execute(found)).one_or_none()
        if row is None:
            raise DocumentItemUnknown(item_id)
        return row

    async def put_items(self, document_id: UUID, rows: Sequence[dict[str, Any]]) -> None:
        """Keep changed and new items in one statement; what was read of them stays."""
        if not rows:
            return
        arriving = insert(item).values([{"document": document_id, **row} for row in rows])
        kept = ("document", "id", "read", "source", "line", "kind")
        changes = {c.name: arriving.excluded[c.name] for c in item.columns if c.name not in kept}
        upsert = arriving.on_conflict_do_update(index_elements=[item.c.document, item.c.id], set_=changes)
        await self.session.execute(upsert)

    async def make_room(self, document_id: UUID, place: int, count: int) -> None:
        """Move the items behind a place on, so that so many new ones find room there."""
        behind = sa.update(item).where(item.c.document == document_id, item.c.place > place)
        await self.session.execute(behind.values(place=item.c.place + count))

    async def next_number(self, document_id: UUID, kind: str) -> int:
        """Return the number that a new item of a kind gets in its id. The document is locked."""
        highest = sa.select(sa.func.max(sa.cast(sa.func.substr(item.c.id, 2), sa.Integer))).where(
            item.c.document == document_id, item.c.kind == kind
        )
        return ((await self.session.execute(highest)).scalar() or 0) + 1

    async def add_corrections(self, document_id: UUID, rows: Sequence[dict[str, Any]]) -> None:
        """Keep corrections behind those there are. The document is locked."""
        if not rows:
            return
        highest = sa.select(sa.func.max(correction.c.number)).where(correction.c.document == document_id)
        last = (await self.session.execute(highest)).scalar() or 0
        numbered = [{"document": document_id, "number": n, **row} for n, row in enumerate(rows, start=last + 1)]
        await self.session.execute(insert(correction).values(numbered))

    async def list_corrections(
        self, document_id: UUID, after: tuple[Any, ...] | None, limit: int
    ) -> Sequence[Any]:
        """Return up to `limit` corrections of a document, first one first."""
        found = sa.select(correction).where(correction.c.document == document_id)
        return (await self.session.execute(page_of(found, (correction.c.number,), after, limit))).all()
