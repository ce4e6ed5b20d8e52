"""Cycles and occurrences as they go over the wire."""

from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, model_validator

from kernel.clock import in_vietnam
from kernel.text import Text
from services.submissions.cycle.clock_words import ClockWord, Punctuality
from services.submissions.cycle.tables import Origin, State

Instant = Annotated[datetime, PlainSerializer(in_vietnam, return_type=str, when_used="json")]
"""An instant, shown in Viet Nam's time."""


class Incoming(BaseModel):
    """A body: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class CycleRead(BaseModel):
    """One period of one obligation."""

    id: UUID
    obligation: str
    title_vi: str
    title_en: str
    plan: str | None
    steward: str | None
    period: str
    period_start: date
    period_end: date
    origin: Origin = Field(description="`schedule`: follows from the rule. `request`: opened by a person.")
    history: bool = Field(description="Due before this installation went live; no reminders.")
    provisional: bool = Field(description="Who owes, or the day, may still change.")
    opens_at: Instant | None
    due_on: date | None
    due_at: Instant | None
    overdue_after: Instant | None
    date_set_by: str | None = Field(description="The recipient that gave the date where the rule gives none.")
    date_reason: str | None
    recipients: list[str]
    via: str | None
    next_level: list[str]
    form: str | None
    form_version: int | None
    rule_version: str | None
    calendar_version: str | None
    closed_at: Instant | None
    links: dict[str, str]


class CycleDetail(CycleRead):
    """One cycle with the steps that led from the wording to its date."""

    trace: list[dict[str, Any]]


class CycleCreate(Incoming):
    """A cycle to open: an ad hoc, irregular or one-off one, or one of the past for back-filling."""

    obligation: Text = Field(max_length=64)
    period: Text = Field(max_length=40, description="`2026`, `2026-S1`, otherwise `start/PnM`.")
    reason: Text = Field(min_length=1, max_length=2000, pattern=r"\S")
    opens_on: date | None = None
    due_on: date | None = Field(default=None, description="Only where the rule gives no date.")
    reporters: list[Text] | None = Field(
        default=None, max_length=500, description="Only where the registry does not say who owes."
    )

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "obligation": "O402-02",
                    "period": "2024",
                    "reason": "Bổ sung số liệu năm 2024 / back-filling 2024",
                }
            ]
        },
    )


class OccurrenceCreate(Incoming):
    """A report that nobody asked for: a notice of difficulties, a proposal to amend."""

    obligation: Text = Field(max_length=64)
    period: Text | None = Field(
        default=None, max_length=40, description="What it is about; left out: this day, `2026-11-22/P1D`."
    )

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"obligation": "OHT-05"}]})


class CycleUpdate(Incoming):
    """A change by the recipient: a date where the rule gives none, or closing and reopening."""

    due_on: date | None = None
    closed: bool | None = None
    reason: Text = Field(min_length=1, max_length=2000, pattern=r"\S")

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if self.due_on is None and self.closed is None:
            raise ValueError("name due_on or closed")
        return self

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"due_on": "2026-08-15", "reason": "Cần số liệu trước phiên họp tháng 9 / needed in September"}
            ]
        },
    )


class ExtensionRead(BaseModel):
    """A later due day for one occurrence."""

    due_on: date
    due_at: Instant
    reason: str | None
    by: str | None


class WaiverRead(BaseModel):
    """An occurrence that need not be answered."""

    code: str
    reason: str | None
    by: str | None
    waived_at: Instant


class CorrectionRead(BaseModel):
    """The clock of a correction that the recipient asked for."""

    due_on: date | None
    due_at: Instant | None
    corrected_at: Instant | None
    clock: ClockWord


class ReviewClockRead(BaseModel):
    """The clock of the recipient's decision on the latest version."""

    due_on: date = Field(description="Working days after the receipt, by the calendar of that day.")
    due_at: Instant
    reviewed_at: Instant | None
    clock: ClockWord


class OccurrenceRead(BaseModel):
    """One report owed: a cycle and an agency."""

    id: UUID
    obligation: str
    title_vi: str
    title_en: str
    plan: str | None
    cycle: UUID
    period: str
    period_start: date
    period_end: date
    agency: str
    duty: str = Field(description="The printed reporter whose duty this agency carries.")
    recipient: str | None = Field(description="The first recipient; all stand in `recipients`.")
    recipients: list[str]
    via: str | None
    next_level: list[str]
    steward: str | None
    form: str | None
    form_version: int | None
    opens_at: Instant | None
    due_at: Instant | None
    due_on: date | None
    overdue_after: Instant | None
    state: State
    clock: ClockWord = Field(description="Computed at the moment of reading.")
    punctuality: Punctuality | None = Field(description="Of the first submission that passed the checks.")
    received_at: Instant | None
    history: bool
    paper_receipt: UUID | None = Field(description="The back-filled receipt by which it was received.")
    submission: UUID | None = Field(description="The latest version of the answer.")
    submission_version: int | None
    accepted_submission: UUID | None = Field(description="The version in force.")
    review: ReviewClockRead | None
    correction: CorrectionRead | None
    extension: ExtensionRead | None
    waiver: WaiverRead | None
    links: dict[str, str]


class OccurrenceDetail(OccurrenceRead):
    """One occurrence with the steps that led to its date."""

    rule_version: str | None
    calendar_version: str | None
    trace: list[dict[str, Any]]
