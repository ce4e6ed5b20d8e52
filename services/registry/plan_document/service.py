"""The stories of documents: sent in, listed, and shown with what is still open about them."""

import hashlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kernel.callers import Caller
from kernel.clock import Clock, real_now
from kernel.ids import new_id
from kernel.paging import Page, cut, read_cursor
from services.registry.job.store import JobStore
from services.registry.plan.stewards import NotSteward, Steward
from services.registry.plan_document.dictionary import DictionaryStore
from services.registry.plan_document.doubts import Known, Question, find_questions
from services.registry.plan_document.errors import DocumentHintWrong, DocumentUnknown
from services.registry.plan_document.reading import READ
from services.registry.plan_document.schemas import DocumentRead, ItemRead, ProposalRead
from services.registry.plan_document.settling import day_of
from services.registry.plan_document.showing import (
    codes_in,
    document_etag,
    show_correction,
    show_document,
    show_item,
    show_proposal,
)
from services.registry.plan_document.store import ItemFilter, PlanDocumentStore
from services.registry.plan_document.tables import DocumentState, ItemKind


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came, and what came beside it."""

    content: bytes
    content_type: str
    filename: str | None
    province: str | None
    steward: str | None
    derives_from: str | None

    @property
    def hints(self) -> dict[str, str | None]:
        return {"province": self.province, "steward": self.steward, "derives_from": self.derives_from}


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """A document with its items, who is named in it, and the questions that are open."""

    row: Any
    items: list[Any]
    known: Known
    questions: list[Question]


class PlanDocumentService:
    """Takes documents in, and shows them to the agency that sent them."""

    def __init__(
        self, *, store: PlanDocumentStore, dictionary: DictionaryStore, jobs: JobStore, clock: Clock
    ) -> None:
        self._store = store
        self._dictionary = dictionary
        self._jobs = jobs
        self._clock = clock

    async def upload(self, upload: Upload, steward: Steward, caller: Caller) -> tuple[DocumentRead, bool]:
        """Keep a file and ask for its reading; say whether that was needed, or the same file is there."""
        require_some_stewardship(steward)
        wrong = await self._dictionary.find_missing(upload.hints)
        if wrong:
            raise DocumentHintWrong(wrong)
        sha256 = hashlib.sha256(upload.content).hexdigest()
        there = await self._store.lock_content(caller.acting_agency, sha256)
        if there is not None and there.state != DocumentState.REFUSED:
            return show_document(there), False
        job = await self._ask_for_reading(document_id := there.id if there else new_id(), caller)
        asked = {"state": DocumentState.READING, "job": job, "problem": None, **upload.hints}
        named = {"filename": upload.filename, "content_type": upload.content_type}
        if there is None:
            await self._store.add(
                {
                    "id": document_id,
                    "agency": caller.acting_agency,
                    "client": caller.client,
                    "sha256": sha256,
                    "size": len(upload.content),
                    "content": upload.content,
                    "version": 1,
                    "parts": [],
                    "notes": [],
                    "obligations": [],
                    "uploaded_at": self._clock(),
                    **asked,
                    **named,
                }
            )
        else:
            await self._store.change(document_id, {**asked, **named})
        return show_document(await self._store.get(document_id, caller.acting_agency)), True

    async def _ask_for_reading(self, document: UUID, caller: Caller) -> UUID:
        job = {
            "id": new_id(),
            "kind": READ,
            "subject": document,
            "agency": caller.acting_agency,
            "client": caller.client,
            "due_at": real_now(),
            "created_at": self._clock(),
        }
        await self._jobs.add(job)
        return UUID(str(job["id"]))

    async def list_documents(
        self, caller: Caller, state: DocumentState | None, cursor: str | None, limit: int
    ) -> Page[DocumentRead]:
        """Return a page of the caller's documents, newest first."""
        after = read_cursor(cursor, UUID)
        rows = await self._store.list_documents(agency_of(caller), caller.plans, state, after, limit + 1)
        page, next_cursor = cut(rows, limit, lambda row: (row.id,))
        return Page(items=[show_document(row) for row in page], next_cursor=next_cursor)

    async def get(self, caller: Caller, document: str) -> tuple[ProposalRead, str]:
        """Return a document with its proposal and its open questions, and its ETag."""
        found = await self.open(caller, document)
        return show_proposal(found.row, found.items, found.questions), document_etag(found.row)

    async def open(self, caller: Caller, document: str, *, lock: bool = False) -> OpenDocument:
        """Read a document with everything that its open questions follow from."""
        row = await self.row(caller, document, lock=lock)
        items = list(await self._store.list_items(row.id, ItemFilter()))
        known = await self._dictionary.find_named(codes_in(row, items))
        facts = next((i.content for i in items if i.kind == ItemKind.INSTRUMENT and i.part == row.part), None)
        questions = find_questions(row, items, known, day_of(facts) if facts else None) if is_read(row) else []
        return OpenDocument(row, items, known, questions)

    async def list_items(
        self, caller: Caller, document: str, wanted: ItemFilter, cursor: str | None, limit: int
    ) -> Page[ItemRead]:
        """Return a page of a document's items in the printed order."""
        row = await self.row(caller, document)
        rows = await self._store.list_items(row.id, wanted, read_cursor(cursor, int, str), limit + 1)
        page, next_cursor = cut(rows, limit, lambda one: (one.place, one.id))
        return Page(items=[show_item(one) for one in page], next_cursor=next_cursor)

    async def get_item(self, caller: Caller, document: str, item: str) -> ItemRead:
        """Return one item."""
        row = await self.row(caller, document)
        return show_item(await self._store.get_item(row.id, item))

    async def list_corrections(self, caller: Caller, document: str, cursor: str | None, limit: int) -> Page[Any]:
        """Return a page of what persons corrected, first correction first."""
        row = await self.row(caller, document)
        rows = await self._store.list_corrections(row.id, read_cursor(cursor, int), limit + 1)
        page, next_cursor = cut(rows, limit, lambda one: (one.number,))
        return Page(items=[show_correction(one) for one in page], next_cursor=next_cursor)

    async def get_file(self, caller: Caller, document: str) -> tuple[Any, bytes]:
        """Return the file as it came."""
        row = await self.row(caller, document)
        return row, await self._store.get_content(row.id)

    async def row(self, caller: Caller, document: str, *, lock: bool = False) -> Any:
        """Return a document that the caller may see, or refuse."""
        try:
            wanted = UUID(document)
        except ValueError:
            raise DocumentUnknown(document) from None
        row = await self._store.get(wanted, agency_of(caller), lock=lock)
        if row.plan is not None and not caller.may_see_plan(row.plan):
            raise DocumentUnknown(document)
        return row


def agency_of(caller: Caller) -> str | None:
    """Return the agency whose documents a caller may see; None: of all."""
    return None if caller.has_scope("admin") else caller.acting_agency


def is_read(row: Any) -> bool:
    """Say whether a document has a proposal."""
    return row.state in (DocumentState.PROPOSED, DocumentState.PUBLISHED)


def require_some_stewardship(steward: Steward) -> None:
    """Refuse a caller that is steward of nothing."""
    if not (steward.is_administrator or steward.stewardships):
        raise NotSteward(steward.agency)
