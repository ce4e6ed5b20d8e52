"""What goes over the wire about publishing a document: foreseen, and done."""

from datetime import date

from pydantic import BaseModel, ConfigDict

from services.registry.plan_document.change_schemas import Reason
from services.registry.plan_document.schemas import EXAMPLE_ID, DoubtRead


class NextCycleRead(BaseModel):
    """A cycle that the obligation would have."""

    period: str
    due_on: date | None
    due_at: str | None
    reporters: list[str]
    orphaned: list[str]


class ForeseenObligationRead(BaseModel):
    """An obligation as publishing would make it, and its next cycles."""

    item: str
    obligation: str
    title_vi: str
    next_cycles: list[NextCycleRead]


class ForeseenCoverageRead(BaseModel):
    """Which tasks of the plan above this plan would carry out."""

    plan: str
    tasks: int
    covered: int
    uncovered: list[str]


class PreviewRead(BaseModel):
    """What publishing would do. Nothing is kept."""

    publishable: bool
    plan: str | None
    findings: list[DoubtRead]
    tasks: int
    duties: int
    obligations: list[ForeseenObligationRead]
    coverage: ForeseenCoverageRead | None


class PublishCreate(BaseModel):
    """Why it is published now; kept with the plan's version and with each deadline rule."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"reason": "Nhập từ văn bản đã ban hành"}]}
    )

    reason: Reason


class PublishedObligationRead(BaseModel):
    """An obligation that came of an item."""

    item: str
    obligation: str


class PublishedRead(BaseModel):
    """What was published."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "plan_document": EXAMPLE_ID,
                    "plan": "KH-35-2026-QT",
                    "version": 1,
                    "tasks": 23,
                    "duties": 23,
                    "obligations": [{"item": "o3", "obligation": "O-KH-35-2026-QT-01"}],
                }
            ]
        }
    )

    plan_document: str
    plan: str
    version: int
    tasks: int
    duties: int
    obligations: list[PublishedObligationRead]
