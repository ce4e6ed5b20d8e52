"""How versions of forms are kept. A trigger keeps a published version as it was published."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from kernel.tables import UTC_TIME
from services.submissions.base import SubmissionsRow, only
from services.submissions.form.definition import VersionState


class FormVersion(SubmissionsRow, table=True):
    """One version of a form: its definition as data, and the periods to which it applies."""

    __tablename__ = "form_version"
    __table_args__ = (
        sa.CheckConstraint("version >= 1", name="version_positive"),
        sa.CheckConstraint("applies_to IS NULL OR applies_to >= applies_from", name="applies_ordered"),
        sa.CheckConstraint("(state = 'published') = (published_at IS NOT NULL)", name="publishing_dated"),
        sa.CheckConstraint(
            "published_by IS NULL OR (state = 'published' AND reason IS NOT NULL)", name="publishing_reasoned"
        ),
        only("state", VersionState),
        sa.Index("uq_form_version_one_draft", "form", unique=True, postgresql_where=sa.text("state = 'draft'")),
    )

    form: str = Field(primary_key=True, sa_type=sa.Text)
    version: int = Field(primary_key=True)
    state: str = Field(sa_type=sa.Text)
    title_vi: str = Field(sa_type=sa.Text)
    title_en: str = Field(sa_type=sa.Text)
    applies_from: date
    applies_to: date | None = None
    sha256: str = Field(sa_type=sa.Text)
    """Of the definition; the same bytes give the same ETag."""
    definition: dict[str, Any] = Field(sa_type=sa.JSON)
    loaded_at: datetime = Field(sa_type=UTC_TIME)
    published_at: datetime | None = Field(default=None, sa_type=UTC_TIME)
    plan: str | None = Field(default=None, sa_type=sa.Text)
    """The plan whose steward made the form; none for the forms that come with an installation."""
    revision: int = 1
    """How often the draft was changed."""
    changed_by: str | None = Field(default=None, sa_type=sa.Text)
    published_by: str | None = Field(default=None, sa_type=sa.Text)
    """The agency that published it here; none for the forms that come with an installation."""
    reason: str | None = Field(default=None, sa_type=sa.Text)
