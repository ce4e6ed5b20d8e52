"""The stories at the end of a document's way: what publishing would do, and publishing, all of it or nothing."""

from collections.abc import Iterable
from datetime import date
from io import BytesIO
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.callers import Caller
from kernel.clock import BusinessClock
from kernel.etags import require_match
from kernel.events import EventLog, NewEvent
from kernel.uploads import Upload
from services.registry.document.files import CSV, DOCX, TEXT, XLSX
from services.registry.instrument.files import FileStore
from services.registry.instrument.store import InstrumentStore
from services.registry.instrument.writing import add_instrument
from services.registry.obligation import writing as obligations
from services.registry.plan import writing as plans
from services.registry.plan.errors import PlanExists, PlanUnknown
from services.registry.plan.stewards import Steward
from services.registry.plan_document.doubts import Question
from services.registry.plan_document.drafting import Drafts, draft_all, in_item, placed
from services.registry.plan_document.errors import DocumentNotOpen, DocumentNotReady
from services.registry.plan_document.foreseeing import Foresight
from services.registry.plan_document.publish_schemas import (
    PreviewRead,
    PublishCreate,
    PublishedObligationRead,
    PublishedRead,
)
from services.registry.plan_document.service import OpenDocument, PlanDocumentService
from services.registry.plan_document.showing import document_etag, show_question
from services.registry.plan_document.store import PlanDocumentStore
from services.registry.plan_document.tables import DocumentState

EXTENSIONS = {DOCX: ".docx", XLSX: ".xlsx", CSV: ".csv", TEXT: ".txt"}


class PublishingService:
    """Makes live duties of a document."""

    def __init__(
        self, *, documents: PlanDocumentService, session: AsyncSession, events: EventLog, clock: BusinessClock
    ) -> None:
        self._documents = documents
        self._session = session
        self._events = events
        self._clock = clock

    async def preview(self, caller: Caller, document: str) -> PreviewRead:
        """Say what publishing would refuse, and what it would bring. Nothing is kept."""
        found = await self._documents.open(caller, document)
        if found.row.state != DocumentState.PROPOSED:
            raise DocumentNotOpen(found.row.state, found.row.plan)
        drafts = draft_all(found.row, found.items)
        questions = await self._check(found, drafts)
        foresight = Foresight(self._session, self._clock)
        return PreviewRead(
            publishable=not any(one.is_error for one in questions),
            plan=found.row.code,
            findings=[show_question(one) for one in questions],
            tasks=len(drafts.tasks),
            duties=len(drafts.duties),
            obligations=await foresight.next_cycles(drafts, {one.item for one in questions if one.is_error}),
            coverage=await foresight.coverage(drafts),
        )

    async def publish(
        self, document: str, body: PublishCreate, if_match: str, steward: Steward, caller: Caller
    ) -> PublishedRead:
        """Keep instrument, file, plan and obligations in the transaction at hand, with one event; or nothing."""
        found = await self._documents.open(caller, document, lock=True)
        row = found.row
        if row.state != DocumentState.PROPOSED:
            raise DocumentNotOpen(row.state, row.plan)
        require_match(if_match, document_etag(row))
        drafts = draft_all(row, found.items)
        questions = await self._check(found, drafts)
        if drafts.instrument is None or drafts.plan is None or any(one.is_error for one in questions):
            raise DocumentNotReady([as_listed(one) for one in questions])
        await self._require_rights(drafts, steward, caller)
        await self._keep_instruments(row, drafts, caller)
        now, author, reason = self._clock(), caller.acting_agency, body.reason
        version = await plans.publish_draft(
            self._session, row.code, drafts.plan, author=author, reason=reason, now=now
        )
        for draft in drafts.obligations.values():
            await obligations.add_obligation(self._session, draft, author=author, reason=reason, now=now)
        codes = {item: draft.id for item, draft in drafts.obligations.items()}
        done = {"state": DocumentState.PUBLISHED, "plan": row.code, "obligations": list(codes.values())}
        await PlanDocumentStore(self._session).change(row.id, {**done, "published_at": now})
        await self._tell(row, version, list(codes.values()), body.reason, caller)
        return PublishedRead(
            plan_document=str(row.id),
            plan=row.code,
            version=version,
            tasks=len(drafts.tasks),
            duties=len(drafts.duties),
            obligations=[PublishedObligationRead(item=item, obligation=code) for item, code in codes.items()],
        )

    async def _check(self, found: OpenDocument, drafts: Drafts) -> list[Question]:
        """Return every question, each place once: the document's own first, then what the drafts bring up."""
        row, today = found.row, self._clock.today()
        questions = [*found.questions, *drafts.questions]
        if row.code and await PlanDocumentStore(self._session).has_plan(row.code):
            questions.append(_question("plan_exists", "/code", row.code, f"{row.code} là kế hoạch đã có.",
                                       f"{row.code} is a plan already."))  # fmt: skip
        questions += await self._check_references(drafts)
        if drafts.plan is not None and row.code:
            day = drafts.instrument.issued_on if drafts.instrument else None
            for one in await plans.check_draft(self._session, row.code, drafts.plan, day=day or today):
                said = Question(
                    one.rule, one.severity.value, None, one.pointer, one.value, one.message_vi, one.message_en
                )
                questions.append(placed(drafts, said))
        questions += await self._check_obligations(row, drafts, today)
        return _each_place_once(questions)

    async def _check_references(self, drafts: Drafts) -> list[Question]:
        if drafts.instrument is None:
            return []
        new = {one.id for one in drafts.new_bases}
        bases = [one for one in drafts.instrument.based_on if one not in new]
        issuer, missing = await InstrumentStore(self._session).find_missing(drafts.instrument.issuer, bases)
        return [
            _question("registered", "/based_on", code, f"Chưa đăng ký: {code}.", f"Not registered: {code}.")
            for code in (*issuer, *missing)
        ]

    async def _check_obligations(self, row: Any, drafts: Drafts, today: date) -> list[Question]:
        found: list[Question] = []
        beside = list(drafts.obligations.values())
        bring = {"instruments": [row.code], "plans": [row.code], "beside": beside}
        for item, draft in drafts.obligations.items():
            for one in await obligations.check_obligation(self._session, draft, today=today, **bring):
                place = in_item(one.pointer)
                found.append(Question(one.rule, one.severity, item, place, one.value, one.vi, one.en))
        return found

    async def _require_rights(self, drafts: Drafts, steward: Steward, caller: Caller) -> None:
        assert drafts.instrument is not None
        assert drafts.plan is not None
        if not caller.may_see_plan(drafts.instrument.id):
            raise PlanUnknown(drafts.instrument.id)
        store = InstrumentStore(self._session)
        steward.require(*await store.list_provinces_of(drafts.instrument.issuer))
        steward.require(*await store.list_provinces_of(drafts.plan.steward))

    async def _keep_instruments(self, row: Any, drafts: Drafts, caller: Caller) -> None:
        assert drafts.instrument is not None
        documents = PlanDocumentStore(self._session)
        if await documents.has_plan(row.code):
            raise PlanExists(row.code)
        for basis in drafts.new_bases:
            await add_instrument(self._session, basis, author=caller.acting_agency)
        if not await documents.has_instrument(row.code):
            await add_instrument(self._session, drafts.instrument, author=caller.acting_agency)
        await self._file(row, caller)

    async def _file(self, row: Any, caller: Caller) -> None:
        """File the document under its instrument, as it came."""
        content = await PlanDocumentStore(self._session).get_content(row.id)
        name = row.filename or f"{row.code}{EXTENSIONS.get(row.content_type, '')}"
        upload = Upload(name, row.content_type, row.size, row.sha256, BytesIO(content))
        files, now = FileStore(self._session), self._clock()
        await files.store(upload, now)
        await files.file_under(row.code, upload, caller.acting_agency, now)

    async def _tell(self, row: Any, version: int, codes: list[str], reason: str, caller: Caller) -> None:
        data = {"plan": row.code, "version": version, "obligations": codes}
        after = {"plan_document": str(row.id), "sha256": row.sha256, **data}
        told = NewEvent("plan.published", row.code, data, after=after, reason=reason)
        await self._events.append(told, caller=caller)


def _question(rule: str, pointer: str, value: str, vi: str, en: str) -> Question:
    return Question(rule, "error", None, pointer, value, vi, en)


def _each_place_once(questions: Iterable[Question]) -> list[Question]:
    """Drop what a later check says again of a place where an error is known."""
    found: list[Question] = []
    wrong: set[tuple[str | None, str]] = set()
    for one in questions:
        place = (one.item, one.pointer)
        if place in wrong:
            continue
        found.append(one)
        if one.is_error:
            wrong.add(place)
    return found


def as_listed(question: Question) -> dict[str, Any]:
    """Return a question as a problem document lists it."""
    return show_question(question).model_dump(mode="json")
