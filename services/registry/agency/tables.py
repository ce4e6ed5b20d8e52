"""How agencies are kept: a lifetime, dated versions within it, and dated other names, codes and relations.

What SQLAlchemy cannot say stands in migrations 0001 and 0004: versions of one agency never overlap, nothing of an
agency leaves its lifetime, and a parent, a related agency or a province exists on every day that names it.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from kernel.tables import UTC_TIME
from services.registry.agency.kinds import AgencyKind
from services.registry.base import CODES, TEXT, VALIDITY, RegistryRow, only, some_days

UTC: Any = UTC_TIME
FACTS: Any = JSONB


class RelationKind(StrEnum):
    """How an agency stands to another, beside the one parent that it has."""

    LINE = "line"
    ADMINISTRATIVE = "administrative"
    FUNCTIONAL = "functional"


class Act(StrEnum):
    """What was done to an agency. A correction says that what was recorded had never been so."""

    CREATED = "created"
    CHANGED = "changed"
    ENDED = "ended"
    CORRECTED = "corrected"


class Agency(RegistryRow, table=True):
    """A body that has a duty or a right here, and the days on which it exists. The id never changes."""

    __tablename__ = "agency"
    __table_args__ = (some_days("lifetime"),)

    id: str = Field(sa_type=TEXT, primary_key=True)
    lifetime: Any = Field(sa_type=VALIDITY, nullable=False)
    source_documents: Any = Field(sa_type=CODES, nullable=False)
    confidence: str | None = Field(default=None, sa_type=TEXT)
    note: str | None = Field(default=None, sa_type=TEXT)
    revision: int = Field(default=1, sa_column_kwargs={"server_default": sa.text("1")})


class AgencyVersion(RegistryRow, table=True):
    """What an agency was called and where it stood, from one day to another. Never overwritten, only ended."""

    __tablename__ = "agency_version"
    __table_args__ = (
        only("kind", AgencyKind),
        some_days(),
        sa.Index(None, "parent"),
        sa.Index(None, "province"),
    )

    agency: str = Field(sa_type=TEXT, primary_key=True, foreign_key="agency.id")
    valid: Any = Field(sa_type=VALIDITY, primary_key=True)
    name_vi: str = Field(sa_type=TEXT)
    name_en: str = Field(sa_type=TEXT)
    kind: str = Field(sa_type=TEXT)
    parent: str | None = Field(default=None, sa_type=TEXT, foreign_key="agency.id")
    province: str | None = Field(default=None, sa_type=TEXT, foreign_key="province.id")
    host_country: str | None = Field(default=None, sa_type=TEXT)
    city: str | None = Field(default=None, sa_type=TEXT)
    time_zone: str = Field(sa_type=TEXT)
    reason: str | None = Field(default=None, sa_type=TEXT)


class AgencyAlias(RegistryRow, table=True):
    """Another name under which an agency is written on some days: an abbreviation, an English name."""

    __tablename__ = "agency_alias"
    __table_args__ = (some_days(),)

    agency: str = Field(sa_type=TEXT, primary_key=True, foreign_key="agency.id")
    alias: str = Field(sa_type=TEXT, primary_key=True)
    valid: Any = Field(sa_type=VALIDITY, primary_key=True)


class AgencyCode(RegistryRow, table=True):
    """The code of an agency in an outside scheme. On any day a code names one agency (migration 0001)."""

    __tablename__ = "agency_code"
    __table_args__ = (some_days(),)

    agency: str = Field(sa_type=TEXT, primary_key=True, foreign_key="agency.id")
    scheme: str = Field(sa_type=TEXT, primary_key=True)
    code: str = Field(sa_type=TEXT, primary_key=True)
    valid: Any = Field(sa_type=VALIDITY, primary_key=True)
    status: str = Field(sa_type=TEXT)


class AgencyRelation(RegistryRow, table=True):
    """Under whose command, within what, or under whose professional guidance an agency works on some days."""

    __tablename__ = "agency_relation"
    __table_args__ = (
        only("kind", RelationKind),
        some_days(),
        sa.CheckConstraint("agency <> related", name="two_agencies"),
    )

    agency: str = Field(sa_type=TEXT, primary_key=True, foreign_key="agency.id")
    kind: str = Field(sa_type=TEXT, primary_key=True)
    related: str = Field(sa_type=TEXT, primary_key=True, foreign_key="agency.id", index=True)
    valid: Any = Field(sa_type=VALIDITY, primary_key=True)


class AgencyChange(RegistryRow, table=True):
    """One act upon an agency: who, why, from which day, and what it was before. Never changed."""

    __tablename__ = "agency_change"
    __table_args__ = (
        only("act", Act),
        sa.CheckConstraint("reason <> ''", name="reason_given"),
        sa.Index(None, "agency", "number"),
    )

    number: int | None = Field(
        default=None, sa_column=sa.Column(sa.BigInteger, sa.Identity(always=True), primary_key=True)
    )
    agency: str = Field(sa_type=TEXT, foreign_key="agency.id")
    act: str = Field(sa_type=TEXT)
    holds_from: date | None = None
    before: Any = Field(sa_type=FACTS, nullable=False)
    after: Any = Field(sa_type=FACTS, nullable=False)
    reason: str = Field(sa_type=TEXT)
    author: str = Field(sa_type=TEXT)
    client: str = Field(sa_type=TEXT)
    recorded_at: datetime = Field(sa_type=UTC)
