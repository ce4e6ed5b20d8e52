"""Extensions and waivers as they go over the wire."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from kernel.text import Text
from services.submissions.cycle.schemas import Incoming, Instant
from services.submissions.exception.tables import ExceptionState


class ExtensionCreate(Incoming):
    """A later due day that the reporter asks for, or that the recipient gives."""

    reason: Text = Field(min_length=1, max_length=2000, pattern=r"\S")
    due_on: date = Field(description="The new due day, later than the present one; it lasts until that day ends.")

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "reason": "Chưa nhận đủ số liệu của các xã sau sắp xếp đơn vị hành chính.",
                    "due_on": "2026-07-14",
                }
            ]
        },
    )


class ExtensionGrant(Incoming):
    """The recipient's consent, with another day than the one asked for where it wants."""

    due_on: date | None = Field(default=None, description="Left out: the day that was asked for.")
    reason: Text | None = Field(default=None, max_length=2000)

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"due_on": "2026-07-12"}]})


class WaiverCreate(Incoming):
    """Why a report need not be made."""

    reason: Text = Field(min_length=1, max_length=2000, pattern=r"\S")

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"reason": "Đơn vị không còn chức năng này từ ngày 01/3/2026."}]},
    )


class WaiverGrant(Incoming):
    """The recipient's consent; the body may be left out."""

    reason: Text | None = Field(default=None, max_length=2000)

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "Đồng ý."}]})


class ReasonGiven(Incoming):
    """Why a request is refused, or why something is taken back."""

    reason: Text = Field(min_length=1, max_length=2000, pattern=r"\S")

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"reason": "Cần số liệu trước phiên họp tháng 7."}]}
    )


class WaiverDecisionRead(BaseModel):
    """One waiver of one occurrence, from request to decision. The ledger shows what holds now."""

    id: UUID
    occurrence: UUID
    obligation: str
    period: str
    agency: str
    state: ExceptionState = Field(
        description="`lapsed`: nobody decided before the report came or was not owed any more."
    )
    reason: str
    asked_at: Instant
    asked_by: str
    decided_at: Instant | None
    decided_by: str | None
    decision_reason: str | None
    ended_at: Instant | None = Field(description="When it was withdrawn or taken back.")
    ended_by: str | None
    ended_reason: str | None
    links: dict[str, str]


class ExtensionDecisionRead(WaiverDecisionRead):
    """One extension of one occurrence, from request to decision. The ledger shows what holds now."""

    asked_due_on: date | None
    due_on: date | None = Field(description="The day that was granted.")
    due_at: Instant | None
    replaced_due_on: date | None = Field(description="The day that the grant replaced.")
