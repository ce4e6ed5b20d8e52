"""What goes over the wire about successions."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from services.registry.agency.rules import SuccessionKind
from services.registry.succession.states import SuccessionState

HA_TINH_LABOUR: dict[str, Any] = {
    "id": "S20",
    "predecessor": "HT-SLDTBXH",
    "kind": "merge",
    "effective_on": "2025-03-01",
    "successors": [{"agency": "HT-SNV", "kind": "merge", "function": None, "share_percent": None}],
    "legal_basis": "(provincial resolution, not verified)",
    "instrument": None,
    "state": "confirmed",
    "lines": {"confirmed": 9},
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
