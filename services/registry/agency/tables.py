"""How agencies are kept: a lifetime, dated versions within it, other names, codes of outside schemes.

What SQLAlchemy cannot say stands in migration 0001: versions of one agency never overlap and never leave its
lifetime, and a parent or province exists on every day of a version that names it.
"""

from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from services.registry.agency.kinds import AgencyKind
from services.registry.base import CODES, TEXT, VALIDITY, RegistryRow, only, some_days


class Agency(RegistryRow, table=True):
    """A body that has a duty or a right here, and the days on which it exists. The id never changes."""

    __tablename__ = "agency"
    __table_args__ = (some_days("lifetime"),)

    id: str = Field(sa_type=TEXT, primary_key=True)
    lifetime: Any = Field(sa_type=VALIDITY, nullable=False)
    source_documents: Any = Field(sa_type=CODES, nullable=False)
    confidence: str | None = Field(default=None, sa_type=TEXT)
    note: str | None = Field(default=None, sa_type=TEXT)


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
    """Another name under which an agency is written: an abbreviation, an older spelling, an English name."""

    __tablename__ = "agency_alias"

    agency: str = Field(sa_type=TEXT, primary_key=True, foreign_key="agency.id")
    alias: str = Field(sa_type=TEXT, primary_key=True)


class AgencyCode(RegistryRow, table=True):
    """The code of an agency in an outside scheme. On any day a code names one agency (migration 0001)."""

    __tablename__ = "agency_code"
    __table_args__ = (some_days(),)

    agency: str = Field(sa_type=TEXT, primary_key=True, foreign_key="agency.id")
    scheme: str = Field(sa_type=TEXT, primary_key=True)
    code: str = Field(sa_type=TEXT, primary_key=True)
    valid: Any = Field(sa_type=VALIDITY, nullable=False)
    status: str = Field(sa_type=TEXT)
