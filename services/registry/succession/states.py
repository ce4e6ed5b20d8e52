"""How far a succession and its lines have come."""

from enum import StrEnum


class SuccessionState(StrEnum):
    """Only a confirmed succession moves duties. A withdrawn one stays readable, with its reason."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


class LineState(StrEnum):
    """Whether a steward has decided on one thing that a succession touches."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    KEPT = "kept"
    """A transfer of functions leaves this one where it is."""


class LineKind(StrEnum):
    """What a succession touches."""

    TASK = "task"
    OBLIGATION = "obligation"
    DUTY = "duty"
    GROUP = "group"
    PLAN = "plan"
    OCCURRENCE = "occurrence"
    CLIENT = "client"
