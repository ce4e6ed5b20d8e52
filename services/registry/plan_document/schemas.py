"""What goes over the wire about documents, but for the content of their items."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from services.registry.plan_document.contents import (
    DutyContent,
    InstrumentContent,
    ObligationContent,
    TaskContent,
)
from services.registry.plan_document.tables import DocumentState, ItemKind, ItemState

EXAMPLE_ID = "01a20187-5b2c-7c3d-8a41-0f6c2f1d9e55"
DOCUMENT: dict[str, Any] = {
    "id": EXAMPLE_ID,
    "state": "proposed",
    "job": "reg_01a201874fa776ec9bcd4c3c81cb6347",
    "agency": "HT-SNGV",
    "filename": "ke-hoach-167.docx",
    "content_type": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "sha256": "9ba8b7f0891f2fb7c1f2a5f0a2b1f9ed5b3a7c2f4c8a1f6de0c9b7a5d3e1f204",
    "size": 25798,
    "problem": None,
    "parts": [
        {
            "part": 0,
            "layout": "cell_per_line",
            "number": "167/KH-UBND",
            "title": "Triển khai Thỏa thuận GCM trên địa bàn tỉnh Hà Tĩnh",
            "province": "P42",
            "tasks": 23,
            "duties": 23,
            "obligations": 9,
        }
    ],
    "settled": {
        "part": 0,
        "code": "KH-167-2020-P42",
        "province": "P42",
        "steward": "HT-SNGV",
        "derives_from": "QD-402-2020",
        "valid_from": "2020-05-11",
        "valid_to": "2030-12-31",
        "note": None,
    },
    "plan": None,
    "published_obligations": [],
    "uploaded_at": "2026-11-22T08:00:00+07:00",
    "published_at": None,
}


class PartRead(BaseModel):
    """One instrument that the file holds: a letter, and the plan that it passes on."""

    part: int
    layout: Annotated[str, Field(description="How its tasks are printed: a kind of table, or the body.")]
    number: str | None
    title: str | None
    province: str | None
    tasks: int
    duties: int
    obligations: int


class SettledRead(BaseModel):
    """What is settled about the plan: proposed first, then as a person said."""

    part: Annotated[int | None, Field(description="Which part of the file is the plan.")]
    code: Annotated[str | None, Field(description="Code of the instrument and of the plan.")]
    province: str | None
    steward: str | None
    derives_from: str | None
    valid_from: date | None
    valid_to: date | None
    note: str | None


class DocumentRead(BaseModel):
    """A document on its way into the registry."""

    model_config = ConfigDict(json_schema_extra={"examples": [DOCUMENT]})

    id: str
    state: DocumentState
    job: Annotated[str | None, Field(description="The job that reads it: GET /v1/jobs/{job}.")]
    agency: Annotated[str, Field(description="Who sent it.")]
    filename: str | None
    content_type: str
    sha256: str
    size: Annotated[int, Field(description="Bytes.")]
    problem: Annotated[dict[str, Any] | None, Field(description="Why it is refused: `code`, `title`, `detail`.")]
    parts: list[PartRead]
    settled: SettledRead
    plan: Annotated[str | None, Field(description="The plan as which it was published.")]
    published_obligations: Annotated[list[str], Field(description="The obligations that were published with it.")]
    uploaded_at: datetime
    published_at: datetime | None


class SourceRead(BaseModel):
    """Where in the file something stands, and what is printed there."""

    vi: Annotated[str, Field(examples=["bảng 1, hàng 4"])]
    en: Annotated[str, Field(examples=["table 1, row 4"])]
    text: str


class ItemRead(BaseModel):
    """One thing that the document says: as it was read, and as a person left it."""

    id: Annotated[str, Field(description="Stable: i1, t12, d3, o2.", examples=["t12"])]
    part: int
    kind: ItemKind
    state: ItemState
    line: int | None
    source: SourceRead | None
    content: InstrumentContent | TaskContent | DutyContent | ObligationContent
    read: Annotated[dict[str, Any] | None, Field(description="What was read; never changes.")]
    confidence: Annotated[float, Field(ge=0, le=1, description="Below 0.8 a person should look.")]
    unresolved: Annotated[int, Field(description="Names that nobody knows yet.")]
    etag: Annotated[str, Field(description="Send as If-Match to correct this item.")]


class DoubtRead(BaseModel):
    """An open question. An error keeps the document from being published, a warning does not."""

    rule: str
    severity: str
    item: str | None
    line: int | None
    pointer: Annotated[str, Field(description="Where in the item, else in the document.")]
    value: str | None
    message_vi: str
    message_en: str


class CountsRead(BaseModel):
    """How much there is, and how much is left to do."""

    tasks: int
    duties: int
    obligations: int
    dropped: int
    unresolved_names: int
    errors: int
    warnings: int


class ProposalRead(DocumentRead):
    """A document with everything that its chosen part says, and the open questions."""

    instrument: ItemRead | None
    tasks: list[ItemRead]
    duties: list[ItemRead]
    obligations: Annotated[list[ItemRead], Field(description="The duties to report.")]
    doubts: list[DoubtRead]
    counts: CountsRead
