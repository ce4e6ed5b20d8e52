"""Submissions, findings, figures and drafts as they go over the wire."""

from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from kernel.text import Text
from services.submissions.cycle.clock_words import Punctuality
from services.submissions.cycle.schemas import Instant
from services.submissions.cycle.tables import State
from services.submissions.review.schemas import ReviewRead

MOST_DRAFTED = 200_000
"""Figures of one draft."""
EXAMPLE = {
    "obligation": "OHT-01",
    "period": "2026-S1",
    "agency": "HT-SNV",
    "form_version": 1,
    "observations": [
        {
            "indicator": "LABOUR.OUT.FLOW",
            "dimensions": {"sex": "female", "age_group": "unknown", "partner_country": "JP"},
            "value": 12,
        }
    ],
    "nil": ["TRAFFICKING"],
    "narrative": {"general": {"text": "Số liệu đến hết ngày 30/6/2026."}},
}


class CellCounts(BaseModel):
    """How many cells there are, by what stands in them. Empty cells do not exist; a nil table has none."""

    given: int = Field(description="With a value, true zeros among them.")
    zeros: int
    not_available: int = Field(description="Above 0 what is added up is known to lack something.")
    not_applicable: int


class SubmissionRead(BaseModel):
    """One version of the answer to an occurrence."""

    id: UUID
    occurrence: UUID
    cycle: UUID
    obligation: str
    period: str
    agency: str
    agency_name_vi: str
    agency_name_en: str | None
    submitted_by: str = Field(description="Another agency when a confirmed successor finished the report.")
    version: int
    state: State = Field(description="`submitted`, `returned` or `accepted`.")
    is_latest: bool
    received_at: Instant
    punctuality: Punctuality | None = Field(
        description="Judged on the first submission that passed; null where there is no date."
    )
    form: str
    form_version: int
    rules_version: str
    content_sha256: str | None = Field(
        description="Null for those who do not read all of its figures: small counts could be tried against it."
    )
    nil: list[str]
    narrative: dict[str, Any]
    observations: int
    cells: CellCounts | None = Field(description="Null for those who do not read all of its figures.")
    findings: dict[str, int] = Field(description="How many of each severity.")
    review: ReviewRead | None
    receipt: str | None = Field(description="The signed receipt (compact JWS); null where the hash is.")
    links: dict[str, str]


class DryRunRead(BaseModel):
    """What checking found; nothing was stored."""

    dry_run: bool = True
    occurrence: UUID
    content_sha256: str
    observations: int
    cells: CellCounts
    findings: dict[str, int]
    errors: list[dict[str, Any]] = Field(description="All findings; none of them stands against the report.")


class ObservationRead(BaseModel):
    """One figure."""

    line: int
    indicator: str
    dimensions: dict[str, str]
    value: int | float | None
    status: str
    reason: str | None


class Difference(StrEnum):
    """How a figure or section differs from the other version."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class CellRead(BaseModel):
    """What one version says in one place."""

    value: int | float | None = None
    status: str | None = None
    reason: str | None = None
    text: str | None = None
    evidence: str | None = None
    funding: str | None = None


class DifferenceRead(BaseModel):
    """One place where two versions differ: a figure, a narrative section, or a nil declaration."""

    difference: Difference
    indicator: str | None = None
    dimensions: dict[str, str] | None = None
    section: str | None = None
    nil: str | None = None
    before: CellRead | None
    after: CellRead | None


class DiffRead(BaseModel):
    """What changed from the other submission to this one."""

    submission: UUID
    version: int
    other: UUID = Field(serialization_alias="with")
    with_version: int
    items: list[DifferenceRead]
    next_cursor: str | None


class ReceiptRead(BaseModel):
    """A receipt: the signed text, and what it states."""

    receipt: str
    claims: dict[str, Any]


class DraftAction(StrEnum):
    """What a change does to the draft."""

    MERGE = "merge"
    REPLACE = "replace"
    DELETE = "delete"


class DraftUpdate(BaseModel):
    """A change of a draft. `merge` adds or overwrites what is named, `replace` starts anew, `delete` takes out."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "action": "merge",
                    "observations": [
                        {
                            "indicator": "LABOUR.OUT.FLOW",
                            "dimensions": {"sex": "female", "partner_country": "JP"},
                            "value": 12,
                        }
                    ],
                }
            ]
        },
    )

    action: DraftAction = DraftAction.MERGE
    form_version: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    observations: Annotated[list[dict[str, Any]], Field(max_length=MOST_DRAFTED)] = []
    nil: Annotated[list[Text], Field(max_length=1000)] = []
    narrative: Annotated[dict[Text, dict[str, Any]], Field(max_length=1000)] = {}


class DraftRead(BaseModel):
    """A draft as it stands. Its ETag is needed to change it."""

    occurrence: UUID
    version: int = Field(description="0 = nothing was ever drafted.")
    changed_at: Instant | None
    changed_by: str | None
    content: dict[str, Any]
    findings: list[dict[str, Any]] = Field(description="What is worth a note in the file of this very change.")
