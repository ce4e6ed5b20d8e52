"""Reminders and ladders over the wire."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from kernel.clock import in_vietnam
from services.notifications.reminder.rules import PlannedStep, ReminderState, Step
from services.notifications.reminder.tables import DEFAULT_POLICY

StateWord = Literal["planned", "fired", "skipped", "stopped"]
TellsWord = Literal["reporter", "recipient", "next_level"]


class ReminderRead(BaseModel):
    """One step that tells one agency once."""

    id: UUID
    event: UUID | None = Field(description="The public event, once it was told.")
    occurrence: UUID | None = Field(description="Null when it tells about a whole cycle.")
    cycle: str
    obligation: str
    plan: str | None
    period: str
    agency: str = Field(description="Who is told.")
    tells: TellsWord
    clock: Literal["due", "correction"]
    due_on: date
    offset_days: int
    event_type: str
    fires_at: str
    state: StateWord
    settled_at: str | None


class StepRead(BaseModel):
    """One rung of a ladder."""

    clock: Literal["due", "correction"]
    offset_days: int = Field(description="Days after the due day; negative before it.")
    tells: TellsWord
    event_type: str


class PolicyRead(BaseModel):
    """The ladder in force for an obligation; every step is told at 08:00 +07:00 of its day."""

    obligation: str
    source: Literal["default", "obligation"]
    at: str
    steps: list[StepRead]


class PreviewStepRead(StepRead):
    """One rung, when it would be told, and what would become of it if it were planned now."""

    fires_at: str
    state: Literal["planned", "fired", "skipped"]


class PreviewRead(BaseModel):
    """What a due day would tell; nothing is planned by asking."""

    obligation: str
    due_on: date
    steps: list[PreviewStepRead]


def shown(row: Any) -> dict[str, Any]:
    """Return a reminder as those whom it concerns see it."""
    return {
        "id": str(row.id),
        "event": str(row.id) if row.state == ReminderState.FIRED else None,
        "occurrence": str(row.occurrence) if row.occurrence else None,
        "cycle": row.cycle,
        "obligation": row.obligation,
        "plan": row.plan,
        "period": row.period,
        "agency": row.agency,
        "tells": row.tells,
        "clock": row.clock,
        "due_on": row.due_on,
        "offset_days": row.offset_days,
        "event_type": row.event_type,
        "fires_at": in_vietnam(row.fires_at),
        "state": row.state,
        "settled_at": in_vietnam(row.settled_at) if row.settled_at else None,
    }


def shown_step(step: Step) -> dict[str, Any]:
    """Return one rung of a ladder."""
    return {
        "clock": step.clock,
        "offset_days": step.offset_days,
        "tells": step.tells,
        "event_type": step.event_type,
    }


def shown_policy(obligation: str, policy: str, steps: list[Step]) -> dict[str, Any]:
    """Return a ladder and where it comes from."""
    source = "default" if policy == DEFAULT_POLICY else "obligation"
    shown_steps = [shown_step(step) for step in steps]
    return {"obligation": obligation, "source": source, "at": "08:00+07:00", "steps": shown_steps}


def shown_preview(planned: PlannedStep) -> dict[str, Any]:
    """Return one rung with its instant."""
    return {
        **shown_step(planned.step),
        "fires_at": in_vietnam(planned.fires_at),
        "state": planned.state,
    }
