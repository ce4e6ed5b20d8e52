"""What goes over the wire about the calendar."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from kernel.paging import Page
from kernel.text import FilledText
from services.registry.calendar.rules import Confidence, DayKind, OverrideKind
from services.registry.days import Day

SWAPPED_FRIDAY: dict[str, Any] = {
    "day": "2026-01-02",
    "kind": "swapped_day_off",
    "name_vi": "Nghỉ hoán đổi",
    "name_en": "Swapped day off",
    "source": "12729/VPCP-KGVX",
    "confidence": "verified",
    "reason": "Hoán đổi ngày làm việc dịp Tết Dương lịch 2026",
}

Name = Annotated[FilledText, Field(max_length=200)]


class DayRead(BaseModel):
    """One day, and why it is a working day or not."""

    on: date
    is_working: bool
    kind: DayKind
    name_vi: Annotated[str, Field(description="Empty for plain working days and weekends.")]
    name_en: str
    source: Annotated[str, Field(description="Who says so; empty where the week says it.")]
    confidence: Confidence


class WorkingDays(Page[DayRead]):
    """Every day of a span, both ends included."""

    calendar_version: Annotated[str, Field(description="Changes with every override; stands in due dates.")]
    provisional_years: Annotated[
        list[int], Field(description="Years of the span whose days off the Government has not announced yet.")
    ]
    working_days: Annotated[int, Field(description="How many of the days are working days.")]


class OverrideCreate(BaseModel):
    """What the Government made of a day. `ordinary_day` takes a holiday of the default calendar back.

    An override is never changed: a later one corrects it, and `statutory_day` takes it back.
    """

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [SWAPPED_FRIDAY]})

    day: Day
    kind: OverrideKind
    name_vi: Name
    name_en: Name
    source: Annotated[FilledText, Field(max_length=300, description="The letter or decision.")]
    confidence: Confidence
    reason: Annotated[FilledText, Field(max_length=1000)]
    calendar_version: Annotated[
        str | None,
        Field(max_length=40, description="The version that a preview showed; 412 when the calendar has moved on."),
    ] = None


class OverridePreview(OverrideCreate):
    """An override that nobody has kept yet, and the days within which to look at what it moves."""

    model_config = ConfigDict(
        extra="forbid", populate_by_name=True, json_schema_extra={"examples": [SWAPPED_FRIDAY]}
    )

    first: Annotated[Day | None, Field(alias="from", description="Default: a year before the day.")] = None
    last: Annotated[Day | None, Field(alias="to", description="Default: a year after the day.")] = None


class OverrideRead(BaseModel):
    """One override as it was kept. The latest one for a day counts; earlier ones stay listed."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    **SWAPPED_FRIDAY,
                    "number": 62,
                    "author": "BNV",
                    "recorded_at": "2025-12-26T09:00:00+07:00",
                    "counts": True,
                }
            ]
        }
    )

    number: Annotated[int, Field(description="Grows with every override; the last part of calendar_version.")]
    day: date
    kind: OverrideKind
    name_vi: str
    name_en: str
    source: str
    confidence: Confidence
    author: Annotated[str, Field(description="The agency that kept it; `loader` for reference data.")]
    reason: str
    recorded_at: datetime
    counts: Annotated[bool, Field(description="Whether no later override replaces it.")]
