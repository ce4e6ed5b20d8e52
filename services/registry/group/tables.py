"""How agency groups are kept: the expression, its words, and the members that a steward listed."""

from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from services.registry.base import CODES, TEXT, VALIDITY, RegistryRow, only, some_days


class Membership(StrEnum):
    """Where the members of a group come from."""

    BY_KIND = "by_kind"
    LISTED = "listed"


class GroupKind(RegistryRow, table=True):
    """A word of group expressions and the agency kinds it means, in the country and inside a province."""

    __tablename__ = "group_kind"

    word: str = Field(sa_type=TEXT, primary_key=True)
    agency_kinds: Any = Field(sa_type=CODES, nullable=False)
    provincial_agency_kinds: Any = Field(sa_type=CODES, nullable=False)
    note: str | None = Field(default=None, sa_type=TEXT)


class AgencyGroup(RegistryRow, table=True):
    """A collective expression, as printed: all of its kinds on the day, or only whom a steward listed."""

    __tablename__ = "agency_group"
    __table_args__ = (only("membership", Membership),)

    id: str = Field(sa_type=TEXT, primary_key=True)
    expression_vi: str = Field(sa_type=TEXT)
    expression_en: str = Field(sa_type=TEXT)
    province: str | None = Field(default=None, sa_type=TEXT, foreign_key="province.id")
    membership: str = Field(sa_type=TEXT)
    on_lead_request: bool
    variants_vi: Any = Field(sa_type=CODES, nullable=False)
    note: str | None = Field(default=None, sa_type=TEXT)


class AgencyGroupWord(RegistryRow, table=True):
    """One word of a group's expression."""

    __tablename__ = "agency_group_word"

    agency_group: str = Field(sa_type=TEXT, primary_key=True, foreign_key="agency_group.id")
    word: str = Field(sa_type=TEXT, primary_key=True, foreign_key="group_kind.word")


class GroupMember(RegistryRow, table=True):
    """A member that a steward listed, with its days and the reason. Never twice on one day (migration 0001)."""

    __tablename__ = "group_member"
    __table_args__ = (some_days(), sa.CheckConstraint("reason <> ''", name="reason_given"))

    agency_group: str = Field(sa_type=TEXT, primary_key=True, foreign_key="agency_group.id")
    agency: str = Field(sa_type=TEXT, primary_key=True, foreign_key="agency.id")
    valid: Any = Field(sa_type=VALIDITY, primary_key=True)
    reason: str = Field(sa_type=TEXT)
    listed_by: str = Field(sa_type=TEXT)
