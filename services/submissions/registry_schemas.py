"""What registry's inside doors answer, as far as submissions reads it. Unknown fields are ignored."""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class SuccessorAnswer(_Answer):
    """One confirmed succession of an agency."""

    agency: str
    kind: str
    effective_on: date


class AgencyAnswer(_Answer):
    """An agency under its present name, with its confirmed successors."""

    id: str
    name_vi: str
    name_en: str | None = None
    kind: str
    province: str | None = None
    parent: str | None = None
    time_zone: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    successors: tuple[SuccessorAnswer, ...] = ()


class ProvinceSuccessorAnswer(_Answer):
    """One confirmed succession of a provincial unit."""

    province: str
    kind: str
    effective_on: date


class ProvinceAnswer(_Answer):
    """A provincial unit of some day, with the confirmed units that followed it."""

    id: str
    name_vi: str
    name_en: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    successors: tuple[ProvinceSuccessorAnswer, ...] = ()


class ObligationAnswer(_Answer):
    """A standing duty to report."""

    id: str
    instrument: str
    plan: str | None = None
    steward: str | None = None
    kind: str
    subject: str
    title_vi: str
    title_en: str
    form: str | None = None
    recipients: tuple[str, ...] = ()
    via: str | None = None
    next_level: str | None = None
    satisfied_by: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None


class TaskAnswer(_Answer):
    """A leaf task of a plan with the agencies that carry it on the asked day."""

    id: str
    plan: str
    code: str
    title_vi: str
    title_en: str | None = None
    timeframe_vi: str | None = None
    leads: tuple[str, ...] = ()
    coordinators: tuple[str, ...] = ()


class DerivationAnswer(_Answer):
    """A task that carries out a line of the plan above, with that line's place and title."""

    task: str
    derives_from: str
    plan: str
    code: str
    title_vi: str
    title_en: str | None = None


class PlanAnswer(_Answer):
    """A plan, and what its instrument is called."""

    id: str
    steward: str
    derives_from: str | None = None
    number: str | None = None
    doc_type: str | None = None
    issued_on: date | None = None
    title_vi: str
    title_en: str


class ReporterAnswer(_Answer):
    """An agency that owes, and the printed reporter whose duty it carries."""

    agency: str
    duty: str


class ScheduleItem(_Answer):
    """One cycle as registry's deadline rule gives it."""

    obligation: str
    period: str
    period_start: date
    period_end: date
    opens_on: date | None = None
    due_on: date | None = None
    due_at: datetime | None = None
    overdue_after: datetime | None = None
    rule_version: str | None = None
    rule_author: str | None = None
    rule_reason: str | None = None
    reporters: tuple[ReporterAnswer, ...] = ()
    recipients: tuple[str, ...] = ()
    via: str | None = None
    next_level: tuple[str, ...] = ()
    provisional: bool = False
    trace: tuple[dict[str, Any], ...] = ()


class CalendarChange(_Answer):
    """An override of the calendar that counts: who moved the day, by which document, and why."""

    number: int
    day: date
    source: str
    author: str
    reason: str


class ScheduleAnswer(_Answer):
    """The cycles of a span of days, and the calendar that they were reckoned with."""

    calendar_version: str | None = None
    calendar_changes: tuple[CalendarChange, ...] = ()
    items: tuple[ScheduleItem, ...] = ()


class UnusualDayAnswer(_Answer):
    """A day that is not as the week makes it: a day off, or a Saturday on which one works."""

    day: date
    is_working: bool


class RegistryCopy(_Answer):
    """Everything that submissions copies from registry, read at one moment."""

    agencies: tuple[AgencyAnswer, ...]
    obligations: tuple[ObligationAnswer, ...]
    tasks: tuple[TaskAnswer, ...]
    provinces: tuple[ProvinceAnswer, ...] = ()
