"""What goes over the wire when a person corrects a document."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kernel.text import FilledText, Text
from services.registry.days import Day
from services.registry.plan_document.contents import Code
from services.registry.plan_document.tables import Action, ItemKind

Reason = Annotated[FilledText, Field(max_length=1000)]


class DocumentChange(BaseModel):
    """What a person says about the plan as a whole; what is not sent stays. A new part is settled anew."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"code": "KH-35-2026-QT", "steward": "QT-SNGV"}]}
    )

    part: Annotated[int | None, Field(ge=0, le=1000)] = None
    code: Code | None = None
    province: Annotated[str | None, Field(max_length=40)] = None
    steward: Annotated[str | None, Field(max_length=60)] = None
    derives_from: Annotated[str | None, Field(max_length=60)] = None
    valid_from: Day | None = None
    valid_to: Day | None = None
    note: Annotated[Text | None, Field(max_length=2000)] = None
    reason: Reason | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "DocumentChange":
        if not self.model_fields_set - {"reason"}:
            raise ValueError("name at least one field")
        return self


class ItemChange(BaseModel):
    """A correction of one item: fields of its content (lists whole), or that it is right, or that it goes."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"content": {"leads": [{"printed": "Sở Ngoại vụ", "code": "HT-SNGV"}]}}]},
    )

    content: Annotated[dict[str, Any], Field(max_length=30, description="Only the fields that change.")] = {}
    checked: Annotated[bool, Field(description="A person looked, and it is right as it is.")] = False
    dropped: Annotated[bool | None, Field(description="True: not published. False: back again.")] = None
    reason: Reason | None = None

    @model_validator(mode="after")
    def _does_something(self) -> "ItemChange":
        if not self.content and not self.checked and self.dropped is None:
            raise ValueError("send content, checked or dropped")
        if self.dropped and self.reason is None:
            raise ValueError("say why it is dropped: reason")
        return self


class ItemCreate(BaseModel):
    """An item that reading missed."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"kind": "task", "content": {"code": "4.3", "title_vi": "Sơ kết"}}]},
    )

    kind: Annotated[ItemKind, Field(description="task, duty or obligation.")]
    content: Annotated[dict[str, Any], Field(max_length=30)]
    after: Annotated[str | None, Field(max_length=20, description="The item behind which it stands.")] = None
    reason: Reason | None = None

    @model_validator(mode="after")
    def _is_no_instrument(self) -> "ItemCreate":
        if self.kind is ItemKind.INSTRUMENT:
            raise ValueError("a document part has one instrument; correct the one there is")
        return self


class SplitCreate(BaseModel):
    """What one item becomes: the fields in which each of the new ones differs from it, in order."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"into": [{"title_vi": "Tập huấn"}, {"code": "1.1b", "title_vi": "Hội thảo"}]}]
        },
    )

    into: Annotated[list[Annotated[dict[str, Any], Field(max_length=30)]], Field(min_length=2, max_length=20)]
    reason: Reason | None = None


class MergeCreate(BaseModel):
    """Items that are one: the others are dropped, their texts and names come along unless `content` says more."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"others": ["t13"]}]})

    others: Annotated[list[Annotated[str, Field(max_length=20)]], Field(min_length=1, max_length=20)]
    content: Annotated[dict[str, Any], Field(max_length=30)] = {}
    reason: Reason | None = None


class NameCreate(BaseModel):
    """Who a printed name means, everywhere in the document. `remember`: and in every document from now on."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"printed": "Sở Ngọai vụ", "agency": "HT-SNGV", "remember": False}]},
    )

    printed: Annotated[Text, Field(min_length=1, max_length=300)]
    agency: Annotated[str, Field(max_length=60, description="An agency or a group.")]
    remember: Annotated[bool, Field(description="Keep it as another name of the agency or group.")] = False


class NameRead(BaseModel):
    """Where a name was resolved."""

    printed: str
    agency: str
    items: list[str]
    remembered: bool


class CorrectionRead(BaseModel):
    """One correction, as it was made."""

    number: int
    item: str | None
    action: Action
    before: Any
    after: Any
    reason: str | None
    agency: str
    client: str
    recorded_at: datetime
