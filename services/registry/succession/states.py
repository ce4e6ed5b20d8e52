"""How sure a succession is: proposed by the registry, or confirmed by a steward."""

from enum import StrEnum


class SuccessionState(StrEnum):
    """Only a confirmed succession moves duties."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
