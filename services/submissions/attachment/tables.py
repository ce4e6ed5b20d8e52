"""How attachments are kept: each content once, in pieces; filed under submissions by name."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from kernel.tables import UTC_TIME
from services.submissions.base import SubmissionsRow


class StoredFile(SubmissionsRow, table=True):
    """The content of a file, kept once however often it is attached."""

    __tablename__ = "stored_file"
    __table_args__ = (
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="hash_hexadecimal"),
        sa.CheckConstraint("length > 0", name="some_bytes"),
    )

    sha256: str = Field(sa_type=sa.Text, primary_key=True)
    media_type: str = Field(sa_type=sa.Text)
    length: int = Field(sa_type=sa.BigInteger)
    stored_at: datetime = Field(sa_type=UTC_TIME)


class FileChunk(SubmissionsRow, table=True):
    """A piece of a stored file."""

    __tablename__ = "file_chunk"

    file: str = Field(sa_type=sa.Text, primary_key=True, foreign_key="stored_file.sha256")
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    content: bytes = Field(sa_type=sa.LargeBinary)


class Attachment(SubmissionsRow, table=True):
    """A file that was put beside a submission. Never changed, never taken away."""

    __tablename__ = "attachment"
    __table_args__ = (sa.UniqueConstraint("submission_id", "file"),)

    id: UUID = Field(primary_key=True)
    submission_id: UUID = Field(foreign_key="submission.id")
    file: str = Field(sa_type=sa.Text, foreign_key="stored_file.sha256", index=True)
    name: str = Field(sa_type=sa.Text)
    media_type: str = Field(sa_type=sa.Text)
    agency: str = Field(sa_type=sa.Text)
    client: str = Field(sa_type=sa.Text)
    added_at: datetime = Field(sa_type=UTC_TIME)
