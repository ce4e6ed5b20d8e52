"""How agency groups are kept: the expression, its words, the members that a steward listed, and those that a lead
agency asked to take part in one task."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from kernel.tables import UTC_TIME
from services.registry.base import CODES, TEXT, VALIDITY, RegistryRow, only, some_days

UUID_TYPE: Any = sa.Uuid
INSTANT: Any = UTC_TIME


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


END_WITH_REASON = "(ended_by IS NULL) = (end_reason IS NULL)"


class GroupMember(RegistryRow, table=True):
    """A member that a steward listed, with its days and the reason. Never twice on one day (migration 0001)."""

    __tablename__ = "group_member"
    __table_args__ = (
        some_days(),
        sa.CheckConstraint("reason <> ''", name="reason_given"),
        sa.CheckConstraint(END_WITH_REASON, name="end_with_reason"),
        sa.UniqueConstraint("id"),
    )

    agency_group: str = Field(sa_type=TEXT, primary_key=True, foreign_key="agency_group.id")
    agency: str = Field(sa_type=TEXT, primary_key=True, foreign_key="agency.id")
    valid: Any = Field(sa_type=VALIDITY, primary_key=True)
    reason: str = Field(sa_type=TEXT)
    listed_by: str = Field(sa_type=TEXT)
    id: UUID = Field(sa_type=UUID_TYPE, nullable=False, sa_column_kwargs={"server_default": sa.text("uuidv7()")})
    document: str | None = Field(default=None, sa_type=TEXT)
    recorded_at: datetime = Field(sa_type=INSTANT, sa_column_kwargs={"server_default": sa.text("now()")})
    ended_by: str | None = Field(default=None, sa_type=TEXT)
    end_reason: str | None = Field(default=None, sa_type=TEXT)


class TaskRequest(RegistryRow, table=True):
    """An agency that the lead of a task asked to take part, through a group that is open to requests.

    Counts for this task only, and on no day twice (migration 0005). Ended with a day and a reason, never deleted.
    """

    __tablename__ = "task_request"
    __table_args__ = (
        some_days(),
        sa.CheckConstraint("reason <> ''", name="reason_given"),
        sa.CheckConstraint(END_WITH_REASON, name="end_with_reason"),
        sa.CheckConstraint("agency <> requested_by", name="two_agencies"),
    )

    id: UUID = Field(sa_type=UUID_TYPE, primary_key=True)
    task: str = Field(sa_type=TEXT, foreign_key="task.id")
    agency_group: str = Field(sa_type=TEXT, foreign_key="agency_group.id")
    agency: str = Field(sa_type=TEXT, foreign_key="agency.id", index=True)
    requested_by: str = Field(sa_type=TEXT, foreign_key="agency.id")
    valid: Any = Field(sa_type=VALIDITY, nullable=False)
    reason: str = Field(sa_type=TEXT)
    document: str | None = Field(default=None, sa_type=TEXT)
    author: str = Field(sa_type=TEXT)
    recorded_at: datetime = Field(sa_type=INSTANT)
    ended_by: str | None = Field(default=None, sa_type=TEXT)
    end_reason: str | None = Field(default=None, sa_type=TEXT)
