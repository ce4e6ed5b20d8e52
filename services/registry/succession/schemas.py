"""What goes over the wire about successions."""

from datetime import date

from pydantic import BaseModel, ConfigDict

from services.registry.agency.rules import SuccessionKind
from services.registry.succession.states import SuccessionState


class SuccessionRead(BaseModel):
    """One agency that followed another, from a day on. Only a confirmed one moves duties."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "S20",
                    "predecessor": "HT-SLDTBXH",
                    "successor": "HT-SNV",
                    "kind": "merge",
                    "effective_on": "2025-03-01",
                    "legal_basis": "(provincial resolution, not verified)",
                    "state": "confirmed",
                    "confidence": "medium",
                    "note": None,
                }
            ]
        }
    )

    id: str
    predecessor: str
    successor: str
    kind: SuccessionKind
    effective_on: date
    legal_basis: str
    state: SuccessionState
    confidence: str | None
    note: str | None
