"""How plans and tasks are kept: the printed line, our reading of it beside it, and who is named in it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from kernel.tables import UTC_TIME
from services.registry.base import TEXT, VALIDITY, RegistryRow, only, some_days

UTC: Any = UTC_TIME
CONTENT: Any = JSONB(none_as_null=True)


class TaskKind(StrEnum):
    """What a line of a plan is. A heading carries no work of its own."""

    HEADING = "heading"
    TASK = "task"
    TASK_PARENT = "task_parent"
    PRIORITY = "priority"
    CONTENT = "content"
    ASSIGNMENT = "assignment"
    RESPONSIBILITY = "responsibility"
    MILESTONE = "milestone"


class CodeOrigin(StrEnum):
    """Whether a code is printed, or ours."""

    DOCUMENT = "document"
    DERIVED = "derived"


class TaskPart(StrEnum):
    """The part that an agency or group has in a task."""

    LEAD = "lead"
    COORDINATOR = "coordinator"


class DutyPart(StrEnum):
    """The part that an agency or group has in a duty given in a plan's body."""

    LEAD = "lead"
    REQUESTED = "requested"
    COORDINATOR = "coordinator"


class TimeframeMode(StrEnum):
    """How we read a printed timeframe."""

    WINDOW = "window"
    CONTINUOUS = "continuous"
    PERIODIC = "periodic"
    NONE = "none"


class ReviewMode(StrEnum):
    """How often a task is reviewed, as we read it."""

    NONE = "none"
    YEARLY = "yearly"
    YEARLY_REVIEW_AND_REPORT = "yearly_review_and_report"
    PERIODIC_UNSPECIFIED = "periodic_unspecified"


NAMES_ONE = "num_nonnulls(agency, agency_group) = 1"


class Plan(RegistryRow, table=True):
    """What an instrument orders; it has the instrument's id. The steward guides and consolidates it."""

    __tablename__ = "plan"
    __table_args__ = (some_days(), sa.CheckConstraint("derives_from <> id", name="not_from_itself"))

    id: str = Field(sa_type=TEXT, primary_key=True, foreign_key="instrument.id")
    steward: str = Field(sa_type=TEXT, foreign_key="agency.id")
    derives_from: str | None = Field(default=None, sa_type=TEXT, foreign_key="plan.id")
    valid: Any = Field(sa_type=VALIDITY, nullable=False)
    note: str | None = Field(default=None, sa_type=TEXT)
    funding_vi: str | None = Field(default=None, sa_type=TEXT)
    funding_en: str | None = Field(default=None, sa_type=TEXT)


class Task(RegistryRow, table=True):
    """A numbered line of a plan, as the version in force has it; one that is no longer in it says since when.

    Timeframe and results are printed; the other time fields are our reading.
    """

    __tablename__ = "task"
    __table_args__ = (
        sa.UniqueConstraint("plan", "code"),
        only("kind", TaskKind),
        only("code_origin", CodeOrigin),
        only("timeframe_mode", TimeframeMode),
        only("review_mode", ReviewMode),
    )

    id: str = Field(sa_type=TEXT, primary_key=True)
    plan: str = Field(sa_type=TEXT, foreign_key="plan.id")
    code: str = Field(sa_type=TEXT)
    code_origin: str = Field(sa_type=TEXT)
    parent: str | None = Field(default=None, sa_type=TEXT, foreign_key="task.id", index=True)
    place: int
    kind: str = Field(sa_type=TEXT)
    section: str = Field(sa_type=TEXT)
    title_vi: str = Field(sa_type=TEXT)
    title_en: str = Field(sa_type=TEXT)
    result_vi: str | None = Field(default=None, sa_type=TEXT)
    result_en: str | None = Field(default=None, sa_type=TEXT)
    timeframe_vi: str | None = Field(default=None, sa_type=TEXT)
    timeframe_mode: str = Field(sa_type=TEXT)
    starts_in: int | None = None
    ends_in: int | None = None
    review_mode: str = Field(sa_type=TEXT)
    review_starts_in: int | None = None
    review_ends_in: int | None = None
    period_iso: str | None = Field(default=None, sa_type=TEXT)
    timeframe_note: str | None = Field(default=None, sa_type=TEXT)
    note: str | None = Field(default=None, sa_type=TEXT)
    funding_vi: str | None = Field(default=None, sa_type=TEXT)
    funding_en: str | None = Field(default=None, sa_type=TEXT)
    removed_in: int | None = None


class TaskParty(RegistryRow, table=True):
    """An agency or group that a task names, as printed, in the printed order."""

    __tablename__ = "task_party"
    __table_args__ = (only("part", TaskPart), sa.CheckConstraint(NAMES_ONE, name="names_one"))

    task: str = Field(sa_type=TEXT, primary_key=True, foreign_key="task.id")
    part: str = Field(sa_type=TEXT, primary_key=True)
    place: int = Field(primary_key=True)
    agency: str | None = Field(default=None, sa_type=TEXT, foreign_key="agency.id", index=True)
    agency_group: str | None = Field(default=None, sa_type=TEXT, foreign_key="agency_group.id", index=True)
    printed: str | None = Field(default=None, sa_type=TEXT)


class TaskAddressee(RegistryRow, table=True):
    """An agency or group to which the result of a task goes."""

    __tablename__ = "task_addressee"
    __table_args__ = (sa.CheckConstraint(NAMES_ONE, name="names_one"),)

    task: str = Field(sa_type=TEXT, primary_key=True, foreign_key="task.id")
    place: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    agency: str | None = Field(default=None, sa_type=TEXT, foreign_key="agency.id", index=True)
    agency_group: str | None = Field(default=None, sa_type=TEXT, foreign_key="agency_group.id", index=True)
    printed: str | None = Field(default=None, sa_type=TEXT)


class TaskDerivation(RegistryRow, table=True):
    """A task of one plan that carries out a task of the plan above; our reading."""

    __tablename__ = "task_derivation"

    task: str = Field(sa_type=TEXT, primary_key=True, foreign_key="task.id")
    derives_from: str = Field(sa_type=TEXT, primary_key=True, foreign_key="task.id", index=True)


class GcmObjective(RegistryRow, table=True):
    """One of the 23 objectives of the Global Compact."""

    __tablename__ = "gcm_objective"

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    short_label_en: str = Field(sa_type=TEXT)
    title_en: str = Field(sa_type=TEXT)
    title_vi: str = Field(sa_type=TEXT)


class TaskObjective(RegistryRow, table=True):
    """An objective that a task serves; our reading, not official."""

    __tablename__ = "task_objective"

    task: str = Field(sa_type=TEXT, primary_key=True, foreign_key="task.id")
    objective: int = Field(primary_key=True, foreign_key="gcm_objective.number")


class AssignedDuty(RegistryRow, table=True):
    """A duty given in the body of a plan, outside its numbered tasks."""

    __tablename__ = "assigned_duty"

    id: str = Field(sa_type=TEXT, primary_key=True)
    plan: str = Field(sa_type=TEXT, foreign_key="plan.id")
    ref: str = Field(sa_type=TEXT)
    place: int
    title_vi: str = Field(sa_type=TEXT)
    title_en: str = Field(sa_type=TEXT)
    note: str | None = Field(default=None, sa_type=TEXT)


class AssignedDutyParty(RegistryRow, table=True):
    """An agency or group that such a duty names."""

    __tablename__ = "assigned_duty_party"
    __table_args__ = (only("part", DutyPart), sa.CheckConstraint(NAMES_ONE, name="names_one"))

    duty: str = Field(sa_type=TEXT, primary_key=True, foreign_key="assigned_duty.id")
    part: str = Field(sa_type=TEXT, primary_key=True)
    place: int = Field(primary_key=True)
    agency: str | None = Field(default=None, sa_type=TEXT, foreign_key="agency.id", index=True)
    agency_group: str | None = Field(default=None, sa_type=TEXT, foreign_key="agency_group.id", index=True)
    printed: str | None = Field(default=None, sa_type=TEXT)


class PlanVersion(RegistryRow, table=True):
    """One published state of a plan. The task tables hold the newest; every other keeps its whole content."""

    __tablename__ = "plan_version"
    __table_args__ = (
        some_days(),
        sa.CheckConstraint("version >= 1", name="version_positive"),
        sa.CheckConstraint("reason <> ''", name="reason_given"),
        sa.Index("ix_plan_version_one_in_force", "plan", unique=True, postgresql_where=sa.text("content IS NULL")),
    )

    plan: str = Field(sa_type=TEXT, primary_key=True, foreign_key="plan.id")
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    valid: Any = Field(sa_type=VALIDITY, nullable=False)
    content: Any = Field(default=None, sa_type=CONTENT, nullable=True)
    instrument: str = Field(sa_type=TEXT, foreign_key="instrument.id", index=True)
    author: str = Field(sa_type=TEXT)
    reason: str = Field(sa_type=TEXT)
    published_at: datetime = Field(sa_type=UTC)


class KeptPlanDraft(RegistryRow, table=True):
    """What a steward is preparing as the next version of a plan; it may not be a plan yet."""

    __tablename__ = "plan_draft"
    __table_args__ = (sa.CheckConstraint("revision >= 1", name="revision_positive"),)

    plan: str = Field(sa_type=TEXT, primary_key=True, foreign_key="instrument.id")
    instrument: str = Field(sa_type=TEXT, foreign_key="instrument.id", index=True)
    based_on: int | None = None
    content: Any = Field(sa_type=CONTENT, nullable=False)
    revision: int
    author: str = Field(sa_type=TEXT)
    begun_at: datetime = Field(sa_type=UTC)
    changed_at: datetime = Field(sa_type=UTC)
