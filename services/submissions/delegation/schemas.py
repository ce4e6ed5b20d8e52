"""Delegations of review as they go over the wire."""

from datetime import date
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kernel.text import Text
from services.submissions.cycle.schemas import Incoming, Instant


class DelegationCreate(Incoming):
    """Who may review in your stead, what, and from which day to which."""

    delegate: Text = Field(max_length=64, description="The agency that reviews.")
    delegate_client: Text | None = Field(
        default=None, max_length=200, description="Only this client of it; left out: each of its clients."
    )
    obligation: Text | None = Field(default=None, max_length=64, description="One obligation, or else `plan`.")
    plan: Text | None = Field(default=None, max_length=64, description="All that is owed to you under a plan.")
    valid_from: date
    valid_to: date = Field(description="The last day, at most 366 days later.")
    reason: Text = Field(min_length=1, max_length=2000, pattern=r"\S")

    @model_validator(mode="after")
    def _names_one_object(self) -> Self:
        if (self.obligation is None) == (self.plan is None):
            raise ValueError("name an obligation or a plan, and not both")
        return self

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "delegate": "HT-SNV",
                    "obligation": "OHT-01",
                    "valid_from": "2026-07-01",
                    "valid_to": "2026-07-31",
                    "reason": "Phối hợp rà soát số liệu lao động.",
                }
            ]
        },
    )


class DelegationEnd(Incoming):
    """Why a delegation ends before its last day."""

    reason: Text = Field(min_length=1, max_length=2000, pattern=r"\S")

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "Đã rà soát xong."}]})


class DelegationRead(BaseModel):
    """One delegation. The recipient stays answerable; who decided stands in each review."""

    id: UUID
    recipient: str
    delegate: str
    delegate_client: str | None
    obligation: str | None
    plan: str | None
    valid_from: date
    valid_to: date
    reason: str
    made_at: Instant
    ended_at: Instant | None
    ended_reason: str | None
    running: bool = Field(description="Whether the delegate may review today.")
