"""The inbox over the wire."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator


class InboxItemRead(BaseModel):
    """One thing that the agency was told."""

    id: UUID
    event: UUID
    type: str
    title_vi: str
    title_en: str
    body_vi: str
    body_en: str
    link: str | None
    told_at: str
    read_at: str | None


class InboxPage(BaseModel):
    """What the agency was told, newest first, and how much of all it has not read."""

    items: list[InboxItemRead]
    unread: int
    next_cursor: str | None


class InboxRead(BaseModel):
    """What has been read: these items, or everything up to one; neither means everything."""

    ids: Annotated[list[UUID] | None, Field(max_length=500)] = None
    up_to: UUID | None = None

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {}})

    @model_validator(mode="after")
    def _one_choice(self) -> "InboxRead":
        if self.ids is not None and self.up_to is not None:
            raise ValueError("give ids or up_to, not both")
        return self


class InboxMarked(BaseModel):
    """How many items became read, and how many are left."""

    marked: int
    unread: int
