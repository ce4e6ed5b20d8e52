"""In which transaction each version came and was decided. Written by triggers, never changed."""

from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from kernel.tables import Xid8
from services.submissions.base import SubmissionsRow, only


class MarkKind(StrEnum):
    """What happened to a version."""

    RECEIVED = "received"
    DECIDED = "decided"


class VersionMark(SubmissionsRow, table=True):
    """The transaction of one fact about a version: a cursor says which transactions its reader had seen."""

    __tablename__ = "version_mark"
    __table_args__ = (only("kind", MarkKind),)

    submission_id: UUID = Field(primary_key=True, foreign_key="submission.id")
    kind: str = Field(primary_key=True, sa_type=sa.Text)
    txid: int = Field(
        sa_type=Xid8, sa_column_kwargs={"server_default": sa.text("pg_current_xact_id()"), "nullable": False}
    )
