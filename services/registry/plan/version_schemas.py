"""What goes over the wire about drafts and versions of plans."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from kernel.text import FilledText
from services.registry.days import Day
from services.registry.plan.drafts import DRAFT, PlanDraft
from services.registry.plan.findings import Finding

PlanCode = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9-]{0,59}$", examples=["KH-210-HATINH"])]
Reason = Annotated[FilledText, Field(max_length=1000, examples=["Bổ sung nhiệm vụ theo Kế hoạch số 210"])]

VERSION: dict[str, Any] = {
    "plan": "KH-167-HATINH",
    "version": 2,
    "state": "published",
    "in_force_from": "2026-03-16",
    "in_force_to": None,
    "instrument": "KH-210-HATINH",
    "author": "HT-SNGV",
    "reason": "Bổ sung nhiệm vụ theo Kế hoạch số 210",
    "published_at": "2026-03-17T09:30:00+07:00",
}


class PlanCreate(BaseModel):
    """A draft of a plan that an instrument orders; the instrument is registered already."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"plan": "KH-210-HATINH", "content": DRAFT}]}
    )

    plan: Annotated[PlanCode, Field(description="Code of the instrument; it becomes the plan's.")]
    content: PlanDraft


class PlanAmend(BaseModel):
    """What a new draft of a published plan is begun for."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"instrument": "KH-210-HATINH"}]})

    instrument: Annotated[
        PlanCode | None, Field(description="The instrument that amends the plan; absent for a correction.")
    ] = None


class PlanPublish(BaseModel):
    """How a draft is published."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"reason": VERSION["reason"], "in_force_from": "2026-03-16"}]},
    )

    reason: Reason
    in_force_from: Annotated[
        Day | None,
        Field(
            description="Not after today, and after the first day of the version before. Default: the day on "
            "which the instrument takes effect or was issued; today for a correction."
        ),
    ] = None


class DraftRead(BaseModel):
    """What a steward is preparing, with everything that was found in it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "plan": "KH-167-HATINH",
                    "state": "draft",
                    "instrument": "KH-210-HATINH",
                    "based_on": 1,
                    "revision": 3,
                    "author": "HT-SNGV",
                    "begun_at": "2026-03-16T08:00:00+07:00",
                    "changed_at": "2026-03-16T09:12:00+07:00",
                    "content": DRAFT,
                    "findings": [],
                }
            ]
        }
    )

    plan: str
    state: Literal["draft"] = "draft"
    instrument: Annotated[str, Field(description="The one that orders the plan, or that amends it.")]
    based_on: Annotated[int | None, Field(description="The version that it begins from; null for a new plan.")]
    revision: Annotated[int, Field(description="How often the draft was written.")]
    author: Annotated[str, Field(description="The agency that wrote it last.")]
    begun_at: datetime
    changed_at: datetime
    content: PlanDraft
    findings: Annotated[list[Finding], Field(description="Errors keep it from being published.")]


class VersionState(StrEnum):
    """Whether a version is the newest one of its plan."""

    PUBLISHED = "published"
    AMENDED = "amended"


class VersionRead(BaseModel):
    """A published version of a plan: from when to when it is in force, and why it was made."""

    model_config = ConfigDict(json_schema_extra={"examples": [VERSION]})

    plan: str
    version: int
    state: Annotated[VersionState, Field(description="published: the newest one; amended: another one followed.")]
    in_force_from: date | None
    in_force_to: Annotated[date | None, Field(description="Last day, when another version followed.")]
    instrument: Annotated[str, Field(description="The one that made it: that orders the plan, or amends it.")]
    author: Annotated[str, Field(description="The agency that published it; `loader` for the reference files.")]
    reason: str
    published_at: datetime


class PublishedRead(VersionRead):
    """A version that was just published, with the warnings that it was published in spite of."""

    model_config = ConfigDict(json_schema_extra={"examples": [VERSION | {"warnings": []}]})

    warnings: list[Finding]


class VersionDetail(VersionRead):
    """A version with its whole content."""

    model_config = ConfigDict(json_schema_extra={"examples": [VERSION | {"content": DRAFT}]})

    content: PlanDraft


class ChangeRead(BaseModel):
    """One difference; `field` is null where a whole line came or went."""

    change: Literal["added", "removed", "changed"]
    of: Literal["plan", "task", "duty"]
    code: Annotated[str | None, Field(description="Of the task or duty.")]
    field: str | None
    before: str | None
    after: str | None
    text_vi: str
    text_en: str


class DifferenceRead(BaseModel):
    """What is different between two states of a plan; a state without a number is the draft."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "plan": "KH-167-HATINH",
                    "from_version": 1,
                    "to_version": 2,
                    "items": [
                        {
                            "change": "changed",
                            "of": "task",
                            "code": "2.1",
                            "field": "leads",
                            "before": "HT-SLDTBXH",
                            "after": "HT-SNV",
                            "text_vi": "Nhiệm vụ 2.1: cơ quan chủ trì từ “HT-SLDTBXH” thành “HT-SNV”.",
                            "text_en": "Task 2.1: lead agencies from “HT-SLDTBXH” to “HT-SNV”.",
                        }
                    ],
                }
            ]
        }
    )

    plan: str
    from_version: int | None
    to_version: int | None
    items: list[ChangeRead]
