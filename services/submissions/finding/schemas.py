"""Findings and their explanations as they go over the wire."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from kernel.paging import Page
from kernel.text import Text
from services.submissions.cycle.schemas import Incoming, Instant


class FindingState(StrEnum):
    """How a warning stands. Notes (`info`) have no state: nobody waits for an answer."""

    OPEN = "open"
    EXPLAINED = "explained"
    ACCEPTED = "accepted"
    FIXED = "fixed"


class ExplanationCreate(Incoming):
    """Why the figures are right although a rule warns of them."""

    text: Text = Field(min_length=1, max_length=10_000, pattern=r"\S")

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"text": "Hai công ty mới được cấp phép trong kỳ; danh sách kèm theo."}]},
    )


class ExplanationRead(BaseModel):
    """What the reporter said about a finding."""

    text: str
    agency: str = Field(description="Who says it.")
    explained_at: Instant
    submission: UUID = Field(description="The version on which it was said; it holds on while the same is found.")


class FindingRead(BaseModel):
    """One result of checking: `pointer`, or `row`, `column`, `sheet`, `cell`, say where it stands.

    A rule of the form adds `indicators`, `dimensions` and what it `compared`; an outlier adds its `history`."""

    model_config = ConfigDict(extra="allow")

    number: int
    id: str = Field(description="The same in the next version while the same rule finds the same place.")
    rule: str
    severity: str
    message: str
    state: FindingState | None = Field(
        description="`explained`: the reporter said why; `accepted`: the recipient accepted the version; `fixed`: "
        "the latest version has it no more. Null for notes."
    )
    explanation: ExplanationRead | None


class FindingsRead(Page[FindingRead]):
    """A page of findings, with how the warnings of the whole version stand."""

    counts: Annotated[
        dict[FindingState, int], Field(description="How many warnings of the version are in each state.")
    ]
