"""Drafting and publishing of forms, as it goes over the wire."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from kernel.text import Text
from services.submissions.cycle.schemas import Instant
from services.submissions.form.definition import FormContent

EXAMPLE_CONTENT: dict[str, JsonValue] = {
    "title_vi": "Số liệu tư vấn việc làm",
    "title_en": "Job counselling figures",
    "notice_vi": "Biểu mẫu do tỉnh xây dựng.",
    "notice_en": "A form of the province.",
    "sources": ["Kế hoạch 167/KH-UBND Hà Tĩnh, IV"],
    "applies_from": "2027-01-01",
    "dimensions": [
        {
            "code": "sex",
            "title_vi": "Giới tính",
            "title_en": "Sex",
            "source": "dimensions.csv",
            "codes": [
                {"code": "female", "title_vi": "Nữ", "title_en": "Female"},
                {"code": "male", "title_vi": "Nam", "title_en": "Male"},
                {"code": "unknown", "title_vi": "Không rõ", "title_en": "Not known"},
            ],
        }
    ],
    "tables": [
        {
            "code": "COUNSELLING",
            "title_vi": "Tư vấn việc làm",
            "title_en": "Job counselling",
            "confidentiality": "aggregate_open",
            "origin": "own",
            "source_refs": "IV.2",
            "indicative_holders": ["HT-SNV"],
            "indicators": [
                {
                    "code": "COUNSELLING.DOMESTIC.FLOW",
                    "title_vi": "Số người được tư vấn",
                    "title_en": "Persons counselled",
                    "direction": "DOMESTIC",
                    "measure": "FLOW",
                    "roll_up": {"across_agencies": "sum", "across_time": "sum"},
                    "dimensions": [{"dimension": "sex", "required": True}],
                }
            ],
        }
    ],
}


class FormCreate(BaseModel):
    """A new form, as a draft. Whoever is the steward of its plan may change and publish it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"id": "ht-counselling", "plan": "KH-167-HATINH", "content": EXAMPLE_CONTENT}
        },
    )

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$", description="By it obligations name the form.")]
    plan: Annotated[Text, Field(max_length=64)] | None = Field(
        default=None, description="The plan to which it belongs; only an administrator leaves it out."
    )
    content: FormContent


class FormDraftUpdate(BaseModel):
    """The whole content of the draft, in place of what it was."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"content": EXAMPLE_CONTENT}})

    content: FormContent


class FormPublish(BaseModel):
    """Why a draft becomes a version, and from which period it applies."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"reason": "Theo công văn hướng dẫn mới", "applies_from": "2027-S1", "rebind": False}
        },
    )

    reason: Text = Field(min_length=1, max_length=2_000, pattern=r"\S")
    applies_from: str | None = Field(
        default=None,
        max_length=40,
        description="The first period, `2027-S1`: periods that end on or after its start. Default: as drafted.",
    )
    rebind: bool = Field(
        default=False,
        description="Cycles keep the version with which they were opened. True: those on which nobody has begun "
        "are bound to the new one, each with an event.",
    )


class FormDraftRead(BaseModel):
    """A draft as it stands. Its ETag is needed to change it."""

    id: str
    version: int = Field(description="The number that it will have.")
    revision: int
    plan: str | None
    changed_by: str | None
    changed_at: Instant
    content: FormContent


class FormPublishedRead(BaseModel):
    """A version that was published."""

    id: str
    version: int
    applies_from: date
    applies_to: date | None
    reason: str
    published_by: str
    sha256: str
    link: str
    rebound: int = Field(description="How many cycles were bound to it.")
    bound_before: int = Field(description="How many cycles of these periods keep the version they had.")


class FormDifference(StrEnum):
    """How a part of a form differs from the other version."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class FormDifferenceRead(BaseModel):
    """One part that differs; the path names tables, indicators and codes, not places in lists."""

    difference: FormDifference
    path: Annotated[str, Field(examples=["/tables/LABOUR/indicators/LABOUR.OUT.FLOW/maximum"])]
    before: JsonValue
    after: JsonValue


class FormDiffRead(BaseModel):
    """What changed from the other version to this one."""

    form: str
    version: int
    with_version: int = Field(serialization_alias="with")
    items: list[FormDifferenceRead]
    next_cursor: str | None
