"""Wiring of the documents' doors, and the body of an upload."""

from typing import Annotated

from fastapi import Depends, Request

from kernel.database import Session
from kernel.errors import TooLarge
from services.registry.dependencies import Clock, Events
from services.registry.document.errors import MediaTypeUnread
from services.registry.document.files import MEDIA_TYPES
from services.registry.job.store import JobStore
from services.registry.plan_document.correcting import CorrectionService
from services.registry.plan_document.desk import CorrectionDesk
from services.registry.plan_document.dictionary import DictionaryStore
from services.registry.plan_document.dividing import DivisionService
from services.registry.plan_document.errors import DocumentEmpty
from services.registry.plan_document.publishing import PublishingService
from services.registry.plan_document.service import PlanDocumentService
from services.registry.plan_document.store import PlanDocumentStore

MOST_BYTES = 10 * 1024 * 1024


async def uploaded(request: Request) -> tuple[bytes, str]:
    """Return the body of an upload and its media type; one that is too large is refused before it is read."""
    media_type = request.headers.get("content-type", "")
    declared = media_type.partition(";")[0].strip().lower()
    if declared not in MEDIA_TYPES:
        raise MediaTypeUnread(declared[:100], list(MEDIA_TYPES))
    if int(request.headers.get("content-length", "0")) > MOST_BYTES:
        raise TooLarge(MOST_BYTES)
    content = await request.body()
    if len(content) > MOST_BYTES:
        raise TooLarge(MOST_BYTES)
    if not content:
        raise DocumentEmpty()
    return content, declared


Uploaded = Annotated[tuple[bytes, str], Depends(uploaded)]


async def _documents(session: Session, clock: Clock) -> PlanDocumentService:
    return PlanDocumentService(
        store=PlanDocumentStore(session), dictionary=DictionaryStore(session), jobs=JobStore(session), clock=clock
    )


Documents = Annotated[PlanDocumentService, Depends(_documents)]


async def _desk(session: Session, clock: Clock, documents: Documents) -> CorrectionDesk:
    return CorrectionDesk(
        documents=documents, store=PlanDocumentStore(session), dictionary=DictionaryStore(session), clock=clock
    )


Desk = Annotated[CorrectionDesk, Depends(_desk)]


async def _corrections(session: Session, desk: Desk, events: Events) -> CorrectionService:
    return CorrectionService(
        desk=desk, store=PlanDocumentStore(session), dictionary=DictionaryStore(session), events=events
    )


async def _divisions(session: Session, desk: Desk) -> DivisionService:
    return DivisionService(desk=desk, store=PlanDocumentStore(session))


async def _publishing(session: Session, clock: Clock, documents: Documents, events: Events) -> PublishingService:
    return PublishingService(documents=documents, session=session, events=events, clock=clock)


Corrections = Annotated[CorrectionService, Depends(_corrections)]
Divisions = Annotated[DivisionService, Depends(_divisions)]
Publishing = Annotated[PublishingService, Depends(_publishing)]
