"""What goes over the wire about members by hand: listed by a steward, or asked by the lead of a task."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from kernel.text import FilledText, Text
from services.registry.days import Day

Code = Annotated[Text, Field(min_length=1, max_length=40)]
Reason = Annotated[FilledText, Field(max_length=1000)]
Document = Annotated[
    Text | None,
    Field(min_length=1, max_length=300, description="Number and date of the letter, where there is one."),
]
ENDED: dict[str, Any] = {"valid_to": None, "ended_by": None, "end_reason": None}
AT_NINE = "2026-07-01T09:00:00+07:00"

LISTED: dict[str, Any] = {
    "agency": "BTTTT",
    "valid_from": "2020-11-30",
    "reason": "Được giao nhiệm vụ trong Kế hoạch 1957",
    "document": "1957/QĐ-TTg",
}
ASKED: dict[str, Any] = {
    "agency": "BTC",
    "requested_by": "BNG",
    "valid_from": "2026-07-01",
    "reason": "Đề nghị phối hợp cung cấp số liệu kiều hối",
    "document": "1234/BNG-LS",
}


class ListingCreate(BaseModel):
    """A member that a steward lists in an open group, with its days and the reason."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [LISTED]})

    agency: Code
    valid_from: Day
    valid_to: Day | None = None
    reason: Reason
    document: Document = None


class RequestCreate(BaseModel):
    """An agency that the lead of a task asks to take part."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [ASKED]})

    agency: Annotated[Code, Field(description="Who is asked.")]
    requested_by: Annotated[Code | None, Field(description="The lead that asks; default your own agency.")] = None
    agency_group: Annotated[
        Code | None,
        Field(description="The group of the task that it belongs to; default the first open to requests."),
    ] = None
    valid_from: Day
    valid_to: Day | None = None
    reason: Reason
    document: Document = None


class EndingUpdate(BaseModel):
    """The last day of a membership, and why it ends."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"valid_to": "2027-06-30", "reason": "Đã hoàn thành phần việc được giao"}]
        },
    )

    valid_to: Day
    reason: Reason


class ListingRead(BaseModel):
    """A listed member: since when, until when, why, by whom. An ended one stays."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    **LISTED,
                    **ENDED,
                    "id": "019aa7a2-5c00-7000-8000-000000000001",
                    "agency_group": "G-BN-TC-LQ",
                    "author": "BCA",
                    "recorded_at": AT_NINE,
                }
            ]
        }
    )

    id: UUID
    agency_group: str
    agency: str
    valid_from: date | None
    valid_to: Annotated[date | None, Field(description="Last day; null while no end is known.")]
    reason: str
    document: str | None
    author: Annotated[str, Field(description="The agency that recorded it.")]
    recorded_at: datetime
    ended_by: str | None
    end_reason: str | None


class RequestRead(ListingRead):
    """An agency that takes part in a task at the request of its lead."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    **ASKED,
                    **ENDED,
                    "id": "019aa7a2-5c00-7000-8000-000000000002",
                    "task": "QD-402-2020/1.1",
                    "agency_group": "G-BCDT-YC",
                    "author": "BNG",
                    "recorded_at": AT_NINE,
                }
            ]
        }
    )

    task: str
    requested_by: Annotated[str, Field(description="The lead that asked.")]
