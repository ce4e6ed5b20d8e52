"""The SQL of comments."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.submissions.base import table_of
from services.submissions.comment.tables import Comment

comment = table_of(Comment)


class CommentStore:
    """Reads and keeps comments."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, row: Comment) -> None:
        """Keep a comment."""
        connection = await self._session.connection()
        await connection.execute(sa.insert(comment), [row.model_dump()])

    async def is_there(self, submission: UUID, id_: UUID) -> bool:
        """Say whether a comment stands beside a submission."""
        found = sa.select(sa.literal(1)).where(comment.c.submission_id == submission, comment.c.id == id_)
        return (await self._session.execute(found)).one_or_none() is not None

    async def list_all(self, submission: UUID, *, limit: int, after: UUID | None) -> list[Any]:
        """Return one more than `limit` comments in the order in which they were said."""
        found = sa.select(comment).where(comment.c.submission_id == submission)
        if after is not None:
            found = found.where(comment.c.id > after)
        return list((await self._session.execute(found.order_by(comment.c.id).limit(limit + 1))).all())
