"""The doors of comments on submissions."""

from typing import Any
from uuid import UUID

from kernel.idempotency import Once
from kernel.paging import Cursor, Limit, Page, cut, read_cursor
from kernel.web import Router
from services.submissions.comment.schemas import CommentCreate, CommentRead
from services.submissions.comment.tables import Comment
from services.submissions.dependencies import Comments, Reader

router = Router(prefix="/v1/submissions/{submission}/comments", tags=["comments and attachments"])


@router.post("", status_code=201)
async def comment(
    submission: UUID, body: CommentCreate, caller: Reader, _: Once, comments: Comments
) -> CommentRead:
    """Say something about a version, about one place in it, or in answer to another comment.

    For the reporter (`submissions:write`) and its line (`submissions:review`). What was said stays.
    """
    return _shown(await comments.say(caller, submission, body))


@router.get("")
async def list_comments(
    submission: UUID, caller: Reader, comments: Comments, limit: Limit = 50, cursor: Cursor = None
) -> Page[CommentRead]:
    """List what was said about a version, in the order in which it was said."""
    (after,) = read_cursor(cursor, UUID) or (None,)
    rows = await comments.list_all(caller, submission, limit=limit, after=after)
    page, following = cut(rows, limit, lambda row: (row.id,))
    return Page(items=[_shown(row) for row in page], next_cursor=following)


def _shown(row: Comment | Any) -> CommentRead:
    return CommentRead(
        id=row.id,
        submission=row.submission_id,
        reply_to=row.reply_to,
        text=row.text,
        cell=row.cell,
        agency=row.agency,
        said_at=row.said_at,
    )
