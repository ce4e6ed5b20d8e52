"""Putting files beside a submission, and giving them out to those whom it concerns."""

from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.callers import Caller
from kernel.clock import BusinessClock
from kernel.events import EventLog, NewEvent
from kernel.ids import new_id
from kernel.stored_files import store
from kernel.uploads import Upload
from services.submissions.attachment import rules
from services.submissions.attachment.errors import AttachmentNotFound
from services.submissions.attachment.store import AttachmentStore, chunk, stored
from services.submissions.cycle.sight import read_viewer
from services.submissions.cycle.telling import audience_of
from services.submissions.cycle.viewer import Viewer
from services.submissions.submission.errors import SubmissionNotFound
from services.submissions.submission.store import Found, SubmissionStore


class AttachmentService:
    """Keeps the files beside submissions."""

    def __init__(self, *, session: AsyncSession, clock: BusinessClock) -> None:
        self._session = session
        self._store = AttachmentStore(session)
        self._submissions = SubmissionStore(session)
        self._clock = clock

    async def add(self, caller: Caller, submission_id: UUID, upload: Upload) -> tuple[Any, bool]:
        """Put a file beside a submission. The same content again is the same file; say whether it is new."""
        viewer, found = await self._get(caller, submission_id)
        submission, _, occurrence, cycle, obligation = found
        rules.require_voice(viewer, obligation, cycle, occurrence.agency)
        count = await self._store.count(submission.id)
        known = await self._store.find_same(submission.id, upload.sha256)
        if known is not None:
            return known, False
        rules.require_room(count)
        now = self._clock()
        await store(self._session, stored, chunk, upload, now)
        row = {
            "id": new_id(),
            "submission_id": submission.id,
            "file": upload.sha256,
            "name": upload.name,
            "media_type": upload.media_type,
            "agency": caller.acting_agency,
            "client": caller.client,
            "added_at": now,
        }
        await self._store.add(row)
        told = NewEvent(
            type="attachment.added",
            subject=str(submission.id),
            data={"submission": str(submission.id), "attachment": str(row["id"]), "plan": obligation.plan},
            audience=audience_of(obligation, cycle, occurrence.agency, above=False),
            after={"name": upload.name, "sha256": upload.sha256, "length": upload.length},
        )
        await EventLog(self._session, self._clock).append(told, caller=caller)
        return await self._store.find_same(submission.id, upload.sha256), True

    async def list_all(self, caller: Caller, submission: UUID, *, limit: int, after: UUID | None) -> list[Any]:
        """Return one more than `limit` attachments of a submission."""
        await self._get(caller, submission)
        return await self._store.list_all(submission, limit=limit, after=after)

    async def get(self, caller: Caller, submission: UUID, attachment: UUID) -> Any:
        """Return what is known of one attachment."""
        await self._get(caller, submission)
        found = await self._store.find(submission, attachment)
        if found is None:
            raise AttachmentNotFound(attachment)
        return found

    async def _get(self, caller: Caller, submission: UUID) -> tuple[Viewer, Found]:
        viewer = await read_viewer(self._session, caller, self._clock.today())
        found = await self._submissions.find(viewer, submission)
        if found is None:
            raise SubmissionNotFound()
        return viewer, found
