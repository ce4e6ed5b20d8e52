"""Comments as they go over the wire."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from kernel.text import Text
from services.submissions.cycle.schemas import Incoming, Instant
from services.submissions.review.schemas import PlaceReference


class CommentCreate(Incoming):
    """A remark on a version, on one place in it, or an answer to another remark."""

    text: Text = Field(min_length=1, max_length=10_000, pattern=r"\S")
    cell: PlaceReference | None = Field(default=None, description="The place that it is about.")
    reply_to: UUID | None = Field(default=None, description="The comment on the same version that it answers.")

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "text": "Đề nghị giải trình mức tăng so với kỳ trước.",
                    "cell": {"indicator": "LABOUR.OUT.FLOW", "dimensions": {"partner_country": "JP"}},
                }
            ]
        },
    )


class CommentRead(BaseModel):
    """One remark."""

    id: UUID
    submission: UUID
    reply_to: UUID | None
    text: str
    cell: dict[str, Any] | None
    agency: str = Field(description="Who says it.")
    said_at: Instant
