"""Consolidations as they go over the wire."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kernel.text import Text
from services.submissions.consolidation.tables import Missing, TotalStatus, Use
from services.submissions.cycle.clock_words import ClockWord
from services.submissions.cycle.schemas import Instant
from services.submissions.cycle.tables import State
from services.submissions.submission.schemas import Difference

Codes = Annotated[dict[Text, Text], Field(max_length=4)]


class OwnPart(BaseModel):
    """What the owner adds of its own: figures as in a draft, and tables with nothing of its own."""

    model_config = ConfigDict(extra="forbid")

    observations: Annotated[list[dict[str, Any]], Field(max_length=200_000)] = []
    nil: Annotated[list[Text], Field(max_length=1000)] = []


class ConsolidationCreate(BaseModel):
    """How to build; the body may be left out."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "missing": "go_on",
                    "reason": "Sở Tài chính sẽ gửi sau; báo cáo phải trình đúng hạn.",
                    "own_part": {
                        "observations": [
                            {
                                "indicator": "LABOUR.OUT.FLOW",
                                "dimensions": {"sex": "female", "partner_country": "JP"},
                                "value": 3,
                            }
                        ]
                    },
                }
            ]
        },
    )

    missing: Missing = Field(
        default=Missing.WAIT,
        description="What to do while reports below are not accepted: `wait` keeps the build for looking "
        "and leaves the draft alone; `go_on` writes the draft without them, and needs `reason`.",
    )
    reason: Text | None = Field(default=None, min_length=1, max_length=2000, pattern=r"\S")
    own_part: OwnPart | None = Field(
        default=None,
        description="Left out: as in the build before; in the first build the figures that the draft has.",
    )
    replace_draft: bool = Field(
        default=False, description="Give up figures that were changed in the draft since it was built."
    )

    @model_validator(mode="after")
    def _is_reasoned(self) -> Self:
        if self.missing is Missing.GO_ON and self.reason is None:
            raise ValueError("going on without some reports needs a reason")
        return self


class SourceRead(BaseModel):
    """One report below, as it stood when this was built."""

    number: int = Field(description="Its number among the sources of this build.")
    occurrence: UUID
    submission: UUID | None
    version: int | None
    agency: str
    obligation: str
    period: str
    use: Use = Field(description="`twin`: the same report asked twice; it counts once.")


class MissingRead(BaseModel):
    """A report below that is owed and not accepted, as it stands now."""

    occurrence: UUID
    agency: str
    obligation: str
    period: str
    state: State
    clock: ClockWord
    due_on: date | None


class SourceChangeRead(BaseModel):
    """A report below that stands differently now."""

    occurrence: UUID
    agency: str
    obligation: str
    period: str
    before: int | None = Field(description="The version that was built from.")
    after: int | None = Field(description="The version in force now.")
    use_before: Use | None = Field(description="Null: it was not owed then.")
    use_after: Use | None = Field(description="Null: it does not lead here any more.")


class ConsolidationRead(BaseModel):
    """The latest build of a report upward."""

    occurrence: UUID
    obligation: str
    period: str
    agency: str
    build: int
    built_at: Instant
    built_by: str
    form: str | None = Field(description="Null: the report has no form; it is put together from the forms below.")
    form_version: int | None
    cells: int
    partial_cells: int = Field(description="Cells in which a report is missing, or says not available.")
    left_out: int = Field(description="Figures below that the form upward does not ask for.")
    nil: list[str] = Field(description="Tables that all sources declare nil.")
    own_part: dict[str, Any]
    missing_decision: Missing | None = Field(description="Null: no report was missing.")
    decision_reason: str | None
    draft_version: int | None = Field(description="The version of the draft that holds it; null while it waits.")
    submission: UUID | None = Field(description="The submission that has exactly these figures.")
    stale: bool = Field(description="A report below changed since; build anew to take it in.")
    stale_since: Instant | None = Field(description="When that was told; a moment after it happened.")
    source_changes: list[SourceChangeRead]
    adjustments_pending: bool = Field(description="Adjustments were made or withdrawn since.")
    sources: list[SourceRead]
    missing: list[MissingRead]
    links: dict[str, str]


class PartRead(BaseModel):
    """What one source says in a cell."""

    source: int = Field(description="0 = the own part.")
    occurrence: UUID | None
    submission: UUID | None
    version: int | None
    agency: str
    obligation: str | None
    period: str | None
    counted: bool = Field(description="False: another report of the same agency stands for it.")
    shown: bool = Field(
        description="False: the source does not concern you, or its table is confidential; then its figure is not "
        "shown."
    )
    value: int | float | None
    status: str | None
    reason: str | None


class TallyRead(BaseModel):
    """How many reports gave what in a cell."""

    given: int
    nothing: int = Field(description="Declared nil, or spoke of the indicator and not of this breakdown.")
    not_available: int
    not_applicable: int
    silent: int = Field(description="Accepted, and neither filled nor declared the table nil.")
    missing: int


class TotalRead(BaseModel):
    """One figure of the whole."""

    line: int
    indicator: str
    dimensions: dict[str, str]
    value: int | float | None = Field(description="Sources and own part by the roll-up rule, and the adjustment.")
    status: TotalStatus | Literal["suppressed"] = Field(description="`suppressed`: not for your eyes.")
    reason: str | None
    adjustment: int | float | None = Field(description="What of the value are adjustments; null: suppressed.")
    partial: bool
    reports: TallyRead
    sources: list[PartRead]


class CellState(BaseModel):
    """What stands in a cell."""

    value: int | float | None
    status: TotalStatus | Literal["suppressed"] = Field(description="`suppressed`: not for your eyes.")


class CellChangeRead(BaseModel):
    """One cell that differs."""

    difference: Difference
    indicator: str
    dimensions: dict[str, str]
    before: CellState | None
    after: CellState | None


class ChangesRead(BaseModel):
    """What differs between a build and a later one, or what stands below now."""

    from_build: int
    to_build: int | None = Field(description="Null: what building anew would give now.")
    items: list[CellChangeRead]
    next_cursor: str | None


class WordsRead(BaseModel):
    """What one source says in one narrative section. Nothing is merged; the owner writes its own words."""

    section: str
    agency: str
    obligation: str
    period: str
    submission: UUID
    version: int
    status: str | None
    text: str | None
    evidence: str | None
    funding: str | None


class AdjustmentCreate(BaseModel):
    """A signed line against double counting."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "indicator": "LABOUR.OUT.FLOW",
                    "dimensions": {
                        "sex": "female",
                        "age_group": "unknown",
                        "partner_country": "JP",
                        "skill_level": "unknown",
                    },
                    "amount": -2,
                    "reason": "Hai lao động được cả Sở Nội vụ và Công an tỉnh thống kê.",
                }
            ]
        },
    )

    indicator: Text = Field(min_length=1, max_length=64)
    dimensions: Codes = Field(default={}, description="All dimensions of the cell.")
    amount: Decimal = Field(description="Added to the cell.", max_digits=20, decimal_places=6, allow_inf_nan=False)
    reason: Text = Field(min_length=1, max_length=2000, pattern=r"\S")

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if self.amount == 0:
            raise ValueError("an adjustment of nothing is none")
        return self


class AdjustmentWithdraw(BaseModel):
    """Why a line is taken back."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "Đã kiểm tra lại."}]})

    reason: Text = Field(min_length=1, max_length=2000, pattern=r"\S")


class AdjustmentRead(BaseModel):
    """A signed line, who made it and why. It counts from the next build on."""

    id: UUID
    indicator: str
    dimensions: dict[str, str]
    amount: int | float | None = Field(description="Null: suppressed.")
    reason: str
    made_at: Instant
    made_by: str
    withdrawn_at: Instant | None
    withdrawn_by: str | None
    withdrawn_reason: str | None
