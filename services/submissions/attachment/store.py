"""The SQL of attachments."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from services.submissions.attachment.tables import Attachment, FileChunk, StoredFile
from services.submissions.base import table_of

attached, stored, chunk = table_of(Attachment), table_of(StoredFile), table_of(FileChunk)
FILES = sa.select(
    attached.c.id,
    attached.c.submission_id.label("submission"),
    attached.c.name,
    attached.c.media_type,
    stored.c.length,
    stored.c.sha256,
    attached.c.agency,
    attached.c.added_at,
).join(stored, stored.c.sha256 == attached.c.file)


class AttachmentStore:
    """Reads and keeps attachments."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def count(self, submission: UUID) -> int:
        """Hold the attachments of a submission until the transaction ends, and count them."""
        key = sa.func.hashtextextended(f"attachment/{submission}", 0)
        await self._session.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))
        found = sa.select(sa.func.count()).where(attached.c.submission_id == submission)
        count: int = (await self._session.execute(found)).scalar_one()
        return count

    async def find_same(self, submission: UUID, sha256: str) -> Any | None:
        """Return the attachment of a submission that has this content."""
        found = FILES.where(attached.c.submission_id == submission, attached.c.file == sha256)
        return (await self._session.execute(found)).one_or_none()

    async def add(self, row: dict[str, Any]) -> None:
        """File a stored content under a submission."""
        await self._session.execute(insert(attached).values(row))

    async def list_all(self, submission: UUID, *, limit: int, after: UUID | None) -> list[Any]:
        """Return one more than `limit` attachments of a submission in the order in which they came."""
        found = FILES.where(attached.c.submission_id == submission)
        if after is not None:
            found = found.where(attached.c.id > after)
        return list((await self._session.execute(found.order_by(attached.c.id).limit(limit + 1))).all())

    async def find(self, submission: UUID, attachment: UUID) -> Any | None:
        """Return what is known of one attachment."""
        found = FILES.where(attached.c.submission_id == submission, attached.c.id == attachment)
        return (await self._session.execute(found)).one_or_none()
