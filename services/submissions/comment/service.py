"""Saying something about a submission, and reading what was said."""

from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.callers import Caller
from kernel.clock import BusinessClock
from kernel.events import EventLog, NewEvent
from kernel.ids import new_id
from services.submissions.attachment.rules import require_voice
from services.submissions.comment.errors import ReplyUnknown
from services.submissions.comment.schemas import CommentCreate
from services.submissions.comment.store import CommentStore
from services.submissions.comment.tables import Comment
from services.submissions.cycle.sight import read_viewer
from services.submissions.cycle.telling import audience_of
from services.submissions.cycle.viewer import Viewer
from services.submissions.form.owed import read_context
from services.submissions.form.shelf import FormShelf
from services.submissions.review.rules import require_known_cells
from services.submissions.submission.errors import SubmissionNotFound
from services.submissions.submission.store import Found, SubmissionStore


class CommentService:
    """Keeps what reporter and line say about submissions."""

    def __init__(self, *, session: AsyncSession, clock: BusinessClock, forms: FormShelf) -> None:
        self._session = session
        self._store = CommentStore(session)
        self._submissions = SubmissionStore(session)
        self._clock = clock
        self._forms = forms

    async def say(self, caller: Caller, submission_id: UUID, body: CommentCreate) -> Comment:
        """Keep a remark; the place that it is about must be one of the form or of the version."""
        viewer, found = await self._get(caller, submission_id)
        submission, _, occurrence, cycle, obligation = found
        require_voice(viewer, obligation, cycle, occurrence.agency)
        if body.reply_to is not None and not await self._store.is_there(submission.id, body.reply_to):
            raise ReplyUnknown(body.reply_to)
        if body.cell is not None:
            form = await self._forms.fetch(self._session, submission.form, submission.form_version)
            context = await read_context(self._session, obligation.plan, occurrence, cycle)
            sections = {task.key for task in context.tasks} | submission.narrative.keys()
            require_known_cells([body.cell], form, sections, at="/cell")
        comment = Comment(
            id=new_id(),
            submission_id=submission.id,
            reply_to=body.reply_to,
            text=body.text,
            cell=body.cell.model_dump(exclude_none=True) if body.cell else None,
            agency=caller.acting_agency,
            client=caller.client,
            said_at=self._clock(),
        )
        await self._store.add(comment)
        told = NewEvent(
            type="comment.added",
            subject=str(submission.id),
            data={"submission": str(submission.id), "comment": str(comment.id), "plan": obligation.plan},
            audience=audience_of(obligation, cycle, occurrence.agency, above=False),
        )
        await EventLog(self._session, self._clock).append(told, caller=caller)
        return comment

    async def list_all(self, caller: Caller, submission: UUID, *, limit: int, after: UUID | None) -> list[Any]:
        """Return one more than `limit` comments on a submission."""
        await self._get(caller, submission)
        return await self._store.list_all(submission, limit=limit, after=after)

    async def _get(self, caller: Caller, submission: UUID) -> tuple[Viewer, Found]:
        viewer = await read_viewer(self._session, caller, self._clock.today())
        found = await self._submissions.find(viewer, submission)
        if found is None:
            raise SubmissionNotFound()
        return viewer, found
