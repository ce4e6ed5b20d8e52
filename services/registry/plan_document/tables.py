"""How documents are kept: the file, what was read of it item by item, and every correction a person made.

What was read, the file and corrections never change (migration 0007); a person changes `content`.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import BYTEA, JSONB
from sqlmodel import Field

from kernel.tables import UTC_TIME
from services.registry.base import CODES, TEXT, RegistryRow, only

UTC: Any = UTC_TIME
MAYBE_JSON: Any = JSONB(none_as_null=True)
BYTES: Any = BYTEA


class DocumentState(StrEnum):
    """Where a document stands on its way. Published is final; a refused file may be sent again."""

    READING = "reading"
    PROPOSED = "proposed"
    REFUSED = "refused"
    PUBLISHED = "published"


class ItemKind(StrEnum):
    """What a part of a document says."""

    INSTRUMENT = "instrument"
    TASK = "task"
    DUTY = "duty"
    OBLIGATION = "obligation"


class ItemState(StrEnum):
    """What a person did with an item. A dropped one is not published, and can be brought back."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    CORRECTED = "corrected"
    ADDED = "added"
    DROPPED = "dropped"


class Action(StrEnum):
    """What a correction does."""

    CHANGE = "change"
    CONFIRM = "confirm"
    DROP = "drop"
    RESTORE = "restore"
    ADD = "add"
    SPLIT = "split"
    MERGE = "merge"
    RESOLVE_NAME = "resolve_name"
    SETTLE_PLAN = "settle_plan"


class PlanDocument(RegistryRow, table=True):
    """A file that an agency sent, and how far its proposal is. `version` moves with every correction."""

    __tablename__ = "plan_document"
    __table_args__ = (
        sa.UniqueConstraint("agency", "sha256"),
        only("state", DocumentState),
        sa.CheckConstraint("(plan is null) = (state <> 'published')", name="published_as_plan"),
    )

    id: UUID = Field(primary_key=True)
    agency: str = Field(sa_type=TEXT, foreign_key="agency.id")
    client: str = Field(sa_type=TEXT)
    filename: str | None = Field(default=None, sa_type=TEXT)
    content_type: str = Field(sa_type=TEXT)
    sha256: str = Field(sa_type=TEXT)
    size: int
    content: bytes = Field(sa_type=BYTES)
    state: str = Field(sa_type=TEXT)
    problem: Any = Field(default=None, sa_type=MAYBE_JSON, nullable=True)
    version: int
    job: UUID | None = Field(default=None, foreign_key="job.id")
    parts: Any = Field(sa_type=JSONB, nullable=False)
    notes: Any = Field(sa_type=JSONB, nullable=False)
    part: int | None = None
    code: str | None = Field(default=None, sa_type=TEXT)
    province: str | None = Field(default=None, sa_type=TEXT, foreign_key="province.id")
    steward: str | None = Field(default=None, sa_type=TEXT, foreign_key="agency.id")
    derives_from: str | None = Field(default=None, sa_type=TEXT, foreign_key="plan.id")
    valid_from: date | None = None
    valid_to: date | None = None
    note: str | None = Field(default=None, sa_type=TEXT)
    plan: str | None = Field(default=None, sa_type=TEXT, foreign_key="plan.id", index=True)
    obligations: Any = Field(sa_type=CODES, nullable=False)
    uploaded_at: datetime = Field(sa_type=UTC)
    published_at: datetime | None = Field(default=None, sa_type=UTC)


class PlanDocumentItem(RegistryRow, table=True):
    """One thing that a document says: as it was read, and as a person left it."""

    __tablename__ = "plan_document_item"
    __table_args__ = (
        only("kind", ItemKind),
        only("state", ItemState),
        sa.CheckConstraint("confidence between 0 and 1", name="confidence_share"),
        sa.Index(None, "document", "place"),
    )

    document: UUID = Field(primary_key=True, foreign_key="plan_document.id")
    id: str = Field(sa_type=TEXT, primary_key=True)
    part: int
    kind: str = Field(sa_type=TEXT)
    place: int
    line: int | None = None
    source: Any = Field(default=None, sa_type=MAYBE_JSON, nullable=True)
    read: Any = Field(default=None, sa_type=MAYBE_JSON, nullable=True)
    content: Any = Field(sa_type=JSONB, nullable=False)
    confidence: float
    unresolved: int
    state: str = Field(sa_type=TEXT)
    version: int


class PlanDocumentCorrection(RegistryRow, table=True):
    """One correction: who changed which item from what to what. Only ever added."""

    __tablename__ = "plan_document_correction"
    __table_args__ = (only("action", Action),)

    document: UUID = Field(primary_key=True, foreign_key="plan_document.id")
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    item: str | None = Field(default=None, sa_type=TEXT)
    action: str = Field(sa_type=TEXT)
    before: Any = Field(default=None, sa_type=MAYBE_JSON, nullable=True)
    after: Any = Field(default=None, sa_type=MAYBE_JSON, nullable=True)
    reason: str | None = Field(default=None, sa_type=TEXT)
    agency: str = Field(sa_type=TEXT)
    client: str = Field(sa_type=TEXT)
    recorded_at: datetime = Field(sa_type=UTC)
