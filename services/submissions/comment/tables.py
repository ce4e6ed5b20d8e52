"""How comments are kept. What was said stays."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from kernel.tables import UTC_TIME
from services.submissions.base import SubmissionsRow


class Comment(SubmissionsRow, table=True):
    """One remark on a submission, or an answer to one. Never changed, never taken away."""

    __tablename__ = "comment"
    __table_args__ = (sa.Index("ix_comment_submission_id", "submission_id", "id"),)

    id: UUID = Field(primary_key=True)
    submission_id: UUID = Field(foreign_key="submission.id")
    reply_to: UUID | None = Field(default=None, foreign_key="comment.id")
    text: str = Field(sa_type=sa.Text)
    cell: dict[str, Any] | None = Field(default=None, sa_type=JSONB)
    """The place that it is about."""
    agency: str = Field(sa_type=sa.Text)
    client: str = Field(sa_type=sa.Text)
    said_at: datetime = Field(sa_type=UTC_TIME)
