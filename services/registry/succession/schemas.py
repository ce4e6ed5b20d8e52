"""What goes over the wire about successions."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from kernel.text import FilledText, Text
from services.registry.agency.rules import SuccessionKind
from services.registry.agency.schemas import Code
from services.registry.days import Day
from services.registry.succession.proposing import Why
from services.registry.succession.states import LineKind, LineState, SuccessionState

HA_TINH_LABOUR: dict[str, Any] = {
    "id": "S20",
    "predecessor": "HT-SLDTBXH",
    "kind": "merge",
    "effective_on": "2025-03-01",
    "successors": [{"agency": "HT-SNV", "kind": "merge", "function": None, "share_percent": None}],
    "legal_basis": "(provincial resolution, not verified)",
    "instrument": None,
    "state": "confirmed",
    "lines": {"confirmed": 5},
    "unknown": [],
    "confidence": "medium",
    "note": None,
    "reason": None,
    "proposed_by": "loader",
    "decided_by": "loader",
    "decided_at": "2026-07-01T01:00:00Z",
    "version": 1,
}


class SuccessorRead(BaseModel):
    """One agency that follows: as a whole, or with a function only (`transfer`)."""

    agency: str
    kind: SuccessionKind
    function: Annotated[str | None, Field(description="The function that goes to it, in words.")]
    share_percent: Annotated[int | None, Field(description="Its share of what there was, where one is named.")]


class SuccessionRead(BaseModel):
    """One agency that was followed by others, from a day on. Only a confirmed succession moves duties."""

    model_config = ConfigDict(json_schema_extra={"examples": [HA_TINH_LABOUR]})

    id: str
    predecessor: str
    kind: SuccessionKind
    effective_on: date
    successors: list[SuccessorRead]
    legal_basis: str
    instrument: str | None
    state: SuccessionState
    lines: Annotated[
        dict[str, int],
        Field(description="How many things it touches, by state: proposed (open), confirmed, kept."),
    ]
    unknown: Annotated[
        list[str],
        Field(description="What could not be asked when it was proposed: `occurrences`, `clients`."),
    ]
    confidence: str | None
    note: str | None
    reason: Annotated[str | None, Field(description="Why it was withdrawn.")]
    proposed_by: str
    decided_by: str | None
    decided_at: datetime | None
    version: Annotated[int, Field(description="Rises with every change of the succession or of a line.")]


class SuccessorCreate(BaseModel):
    """One successor. Without `kind` it follows as the succession says; `transfer` gives it a function only."""

    model_config = ConfigDict(extra="forbid")

    agency: Code
    kind: SuccessionKind | None = None
    function: Annotated[
        Text | None,
        Field(min_length=1, max_length=500, description="In words, Vietnamese or English; commas divide them."),
    ] = None
    share_percent: Annotated[int | None, Field(ge=1, le=100)] = None


class SuccessionCreate(BaseModel):
    """A fact that a steward records: who follows an agency, from which day on, and by what legal basis."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "predecessor": "BDTTG",
                    "kind": "merge",
                    "effective_on": "2027-01-01",
                    "legal_basis": "Nghị quyết của Quốc hội (ví dụ)",
                    "successors": [
                        {"agency": "BNV"},
                        {"agency": "BVHTTDL", "kind": "transfer", "function": "tín ngưỡng, tôn giáo"},
                    ],
                }
            ]
        },
    )

    id: Annotated[
        Code | None, Field(description="A code of your own; by default `S-<predecessor>-<day>`.", examples=["S90"])
    ] = None
    predecessor: Code
    kind: SuccessionKind
    effective_on: Annotated[Day, Field(description="First day on which the successors are there instead.")]
    successors: Annotated[list[SuccessorCreate], Field(min_length=1, max_length=20)]
    legal_basis: Annotated[FilledText, Field(max_length=1000)]
    instrument: Annotated[str | None, Field(max_length=80, description="The instrument, if registered.")] = None
    note: Annotated[Text | None, Field(max_length=2000)] = None


class CandidateRead(BaseModel):
    """An agency that may receive a line, and why."""

    agency: str
    reason: Why
    vi: str
    en: str


class LineRead(BaseModel):
    """One thing that a succession touches, who is proposed for it, and what a steward decided."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "number": 3,
                    "kind": "task",
                    "item": "QD-402-2020/3.3.3",
                    "part": "lead",
                    "plan": "QD-402-2020",
                    "printed": ["BLDTBXH"],
                    "title_vi": "Quản lý doanh nghiệp đưa người lao động đi làm việc ở nước ngoài",
                    "title_en": "Manage enterprises that send workers abroad",
                    "facts": {},
                    "candidates": [
                        {
                            "agency": "BNV",
                            "reason": "only_successor",
                            "vi": "Cơ quan kế thừa duy nhất.",
                            "en": "The only successor.",
                        }
                    ],
                    "receivers": ["BNV"],
                    "follows": None,
                    "state": "proposed",
                    "orphaned": False,
                    "decided_by": None,
                    "decided_at": None,
                }
            ]
        }
    )

    number: int
    kind: LineKind
    item: Annotated[str, Field(description="The task, obligation, duty, group, plan, cycle or client.")]
    part: Annotated[str, Field(description="lead, coordinator, reporter, recipient, via, next_level, member …")]
    plan: str | None
    printed: Annotated[list[str], Field(description="The codes under which the predecessor's part is printed.")]
    title_vi: str
    title_en: str
    facts: Annotated[dict[str, Any], Field(description="Of an occurrence: its period's end, due day and state.")]
    candidates: list[CandidateRead]
    receivers: Annotated[list[str], Field(description="Proposed while the line is; then those who have it.")]
    follows: Annotated[int | None, Field(description="The line that decides about this one.")]
    state: LineState
    orphaned: Annotated[bool, Field(description="The succession holds, and nobody carries this yet.")]
    decided_by: str | None
    decided_at: datetime | None


class LineUpdate(BaseModel):
    """Other receivers for an open line. None leaves it undecided."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"receivers": ["BVHTTDL"]}]})

    receivers: Annotated[list[Code], Field(max_length=20)]


class LineChoice(BaseModel):
    """One line to confirm; without receivers as it is proposed. In a transfer an empty list means: it stays."""

    model_config = ConfigDict(extra="forbid")

    number: Annotated[int, Field(ge=1, le=1_000_000)]
    receivers: Annotated[list[Code] | None, Field(max_length=20)] = None


class SuccessionConfirm(BaseModel):
    """Which lines to confirm; without `lines` all that have a proposed receiver."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{}, {"lines": [{"number": 3}, {"number": 4, "receivers": ["BYT"]}]}]},
    )

    lines: Annotated[list[LineChoice] | None, Field(min_length=1, max_length=5000)] = None

    @field_validator("lines")
    @classmethod
    def _each_once(cls, lines: list[LineChoice] | None) -> list[LineChoice] | None:
        numbers = [choice.number for choice in lines or ()]
        if len(set(numbers)) < len(numbers):
            raise ValueError("name each line once")
        return lines


class SuccessionWithdraw(BaseModel):
    """Why a proposal is taken back."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"reason": "Nghị quyết chưa được thông qua"}]}
    )

    reason: Annotated[FilledText, Field(max_length=1000)]
