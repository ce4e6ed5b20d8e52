"""How imports are kept: the file's facts and each of its rows with what would become of it. Forgotten in time."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from kernel.tables import UTC_TIME
from services.registry.base import TEXT, RegistryRow, only

UTC: Any = UTC_TIME
JSON: Any = JSONB


class ImportKind(StrEnum):
    """What the rows of a file are."""

    AGENCIES = "agencies"
    CONTACTS = "contacts"


class ImportState(StrEnum):
    """A previewed import has had no effect."""

    PREVIEWED = "previewed"
    APPLIED = "applied"


class FileFormat(StrEnum):
    """The formats that are read."""

    CSV = "csv"
    XLSX = "xlsx"


class Outcome(StrEnum):
    """What becomes of a row."""

    CREATE = "create"
    CHANGE = "change"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"


class BulkImport(RegistryRow, table=True):
    """One file that was sent in, and how many of its rows would do what."""

    __tablename__ = "bulk_import"
    __table_args__ = (
        only("kind", ImportKind),
        only("state", ImportState),
        only("format", FileFormat),
        sa.CheckConstraint("(state = 'applied') = (applied_at IS NOT NULL)", name="applied_whole"),
    )

    id: UUID = Field(primary_key=True)
    kind: str = Field(sa_type=TEXT)
    state: str = Field(sa_type=TEXT)
    format: str = Field(sa_type=TEXT)
    encoding: str | None = Field(default=None, sa_type=TEXT)
    digest: str = Field(sa_type=TEXT)
    size: int
    columns: Any = Field(sa_type=JSON, nullable=False)
    findings: Any = Field(sa_type=JSON, nullable=False)
    counts: Any = Field(sa_type=JSON, nullable=False)
    reason: str = Field(sa_type=TEXT)
    looked_on: date
    agency: str = Field(sa_type=TEXT)
    client: str = Field(sa_type=TEXT)
    received_at: datetime = Field(sa_type=UTC, index=True)
    applied_at: datetime | None = Field(default=None, sa_type=UTC)
    applied_by: str | None = Field(default=None, sa_type=TEXT)


class BulkImportRow(RegistryRow, table=True):
    """One row of a file as it was given, and what would become of it."""

    __tablename__ = "bulk_import_row"
    __table_args__ = (
        only("outcome", Outcome),
        sa.ForeignKeyConstraint(["import_id"], ["bulk_import.id"], ondelete="CASCADE"),
    )

    import_id: UUID = Field(primary_key=True)
    number: int = Field(primary_key=True)
    sheet: str | None = Field(default=None, sa_type=TEXT)
    row: int
    outcome: str = Field(sa_type=TEXT)
    subject: str | None = Field(default=None, sa_type=TEXT)
    cells: Any = Field(sa_type=JSON, nullable=False)
    change: Any = Field(sa_type=JSON, nullable=False)
    findings: Any = Field(sa_type=JSON, nullable=False)
