"""What goes over the wire when a steward writes: a new obligation, a change, another reading, a derogation."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kernel.text import FilledText, Text
from services.registry.days import Day
from services.registry.obligation.draft import MONTHLY_DRAFT, ObligationDraft, Parties
from services.registry.obligation.rule_schemas import HALF_YEAR_RULE, AppliesFrom, DeadlineRuleRead, RuleChange
from services.registry.obligation.schemas import MoveRead, ObligationRead
from services.registry.obligation.tables import Binding

Reason = Annotated[FilledText, Field(max_length=1000, description="Why; it stays on record.")]
Previewed = Annotated[
    str | None,
    Field(max_length=60, description="`base` of the preview that this rests on; 412 when that is out of date."),
]


class FindingRead(BaseModel):
    """Something to look at in what was written, and where it stands."""

    rule: str
    severity: Annotated[str, Field(description="`error` or `warning`; what is kept has warnings only.")]
    pointer: str
    value: str | None
    vi: str
    en: str


class ObligationCreate(ObligationDraft):
    """A new obligation, and why it comes in."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{**MONTHLY_DRAFT, "reason": "Công văn 12/UBND-NV ngày 05/01/2027"}]},
    )

    reason: Reason


class ObligationUpdate(BaseModel):
    """What changes in an obligation; what is not sent stays. The deadline has a door of its own."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"valid_to": "2028-12-31", "reason": "Quyết định bãi bỏ 15/QĐ-UBND"}]},
    )

    title_vi: Annotated[FilledText | None, Field(max_length=500)] = None
    title_en: Annotated[FilledText | None, Field(max_length=500)] = None
    source_ref: Annotated[Text | None, Field(min_length=1, max_length=200)] = None
    form: Annotated[str | None, Field(pattern=r"^[a-z0-9-]{1,60}$")] = None
    binding: Binding | None = None
    covers: Annotated[Text | None, Field(max_length=300)] = None
    reporter: Annotated[Parties | None, Field(min_length=1)] = None
    recipient: Annotated[Parties | None, Field(min_length=1)] = None
    via: Parties | None = None
    next_level: Annotated[str | None, Field(max_length=60)] = None
    satisfied_by: Annotated[str | None, Field(max_length=60)] = None
    valid_from: Day | None = None
    valid_to: Annotated[
        Day | None, Field(description="Ends the obligation: the last day on which a period may end.")
    ] = None
    note: Annotated[Text | None, Field(max_length=5000)] = None
    reason: Reason

    @model_validator(mode="after")
    def _changes_something(self) -> "ObligationUpdate":
        if not self.changes:
            raise ValueError("name at least one thing that changes")
        if any(getattr(self, name) is None for name in NEVER_NULL if name in self.model_fields_set):
            raise ValueError(f"{', '.join(NEVER_NULL)} cannot be null; leave out what stays")
        return self

    @property
    def changes(self) -> dict[str, Any]:
        """The fields that were sent, without the reason."""
        return self.model_dump(exclude_unset=True, exclude={"reason"})


NEVER_NULL = ("title_vi", "title_en", "source_ref", "binding", "reporter", "recipient", "via")


class ObligationKept(ObligationRead):
    """An obligation as it was kept, with what a person should look at."""

    warnings: list[FindingRead]


class RuleVersionCreate(BaseModel):
    """Another reading of the wording: the fields of the rule that change, and for which periods."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "rule": {"roll": "following"},
                    "applies_from": "2027-01-01",
                    "reason": "Công văn 12/SNgV-LS: hạn trùng ngày nghỉ thì nộp ngày làm việc liền sau",
                }
            ]
        },
    )

    rule: RuleChange
    applies_from: AppliesFrom = None
    reason: Reason
    previewed: Previewed = None

    @model_validator(mode="after")
    def _changes_something(self) -> "RuleVersionCreate":
        if not self.rule.model_fields_set:
            raise ValueError("name at least one field of the rule")
        return self


class RuleVersionRead(BaseModel):
    """One reading of the wording. Never changed; a later one may read some of its periods, or all."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "version": 1,
                    "deadline": HALF_YEAR_RULE,
                    "reads_from": None,
                    "reads_to": None,
                    "counts": True,
                    "author": "loader",
                    "reason": "As first read from the documents.",
                    "recorded_at": "2026-01-05T09:00:00+07:00",
                }
            ]
        }
    )

    version: int
    deadline: DeadlineRuleRead
    reads_from: Annotated[date | None, Field(description="First end of a period that it reads; null: open.")]
    reads_to: Annotated[date | None, Field(description="Last end of a period that it reads; null: open.")]
    counts: Annotated[bool, Field(description="False: later versions read every period in its place.")]
    author: str
    reason: str
    recorded_at: datetime


class RuleVersions(BaseModel):
    """Every reading of an obligation's wording, oldest first."""

    obligation: str
    items: list[RuleVersionRead]


class RevisionRead(BaseModel):
    """An obligation as it stood after one change."""

    revision: int
    facts: Annotated[dict[str, Any], Field(description="All that it said, but for the deadline.")]
    author: str
    reason: str
    recorded_at: datetime


class Revisions(BaseModel):
    """What an obligation said before and says now, oldest first. Empty: it was never changed."""

    obligation: str
    items: list[RevisionRead]


class DerogationCreate(BaseModel):
    """An agency that does not owe an obligation on some days, though it is named."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "agency": "HT-CAT",
                    "valid_from": "2026-01-01",
                    "valid_to": "2026-12-31",
                    "reason": "Đang sắp xếp tổ chức",
                    "legal_basis": "Công văn 45/UBND-NC ngày 20/12/2025",
                }
            ]
        },
    )

    agency: Annotated[str, Field(max_length=60)]
    valid_from: Day
    valid_to: Annotated[Day | None, Field(description="Last day; null: until it is withdrawn.")] = None
    reason: Reason
    legal_basis: Annotated[FilledText, Field(max_length=500, description="The document that says so.")]


class DerogationRead(BaseModel):
    """A derogation as it is kept. A withdrawn one stays listed."""

    id: UUID
    obligation: str
    agency: str
    valid_from: date | None
    valid_to: date | None
    reason: str
    legal_basis: str
    author: str
    recorded_at: datetime
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    withdrawal: Annotated[str | None, Field(description="Why it was withdrawn.")]


class Derogations(BaseModel):
    """Every derogation from an obligation, oldest first."""

    obligation: str
    items: list[DerogationRead]


class WithdrawalCreate(BaseModel):
    """Why something is taken back."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "Ghi nhầm cơ quan"}]})

    reason: Reason


class CalendarPreviewRead(BaseModel):
    """What due days an override would move. Cycles that stay are left out."""

    calendar_version: Annotated[str, Field(description="Send it along when you post the override.")]
    first: Annotated[date, Field(alias="from")]
    last: Annotated[date, Field(alias="to")]
    changed: int
    items: list[MoveRead]

    model_config = ConfigDict(populate_by_name=True)
