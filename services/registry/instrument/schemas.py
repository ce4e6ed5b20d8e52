"""What goes over the wire about instruments."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kernel.text import FilledText, Text
from services.registry.days import Day
from services.registry.instrument.tables import Relation

Code = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9-]{0,59}$", examples=["QD-402-2020"])]
Title = Annotated[FilledText, Field(max_length=500, description="A short wording of your own.")]
Line = Annotated[Text, Field(min_length=1, max_length=200)]

HA_TINH_PLAN: dict[str, Any] = {
    "id": "KH-167-HATINH",
    "number": "167/KH-UBND",
    "doc_type": "ke_hoach",
    "issuer": "UBND-P42",
    "issued_on": "2020-05-11",
    "effective_on": None,
    "signer_role": "KT. Chủ tịch, Phó Chủ tịch UBND tỉnh",
    "title_vi": "Kế hoạch triển khai GCM trên địa bàn tỉnh Hà Tĩnh",
    "title_en": "GCM implementation plan of Ha Tinh",
    "relation": "implements",
    "based_on": ["QD-402-2020", "CV-1378-2020", "VB-322-HATINH"],
    "changes": [],
    "expires_on": None,
    "in_force": True,
    "status": None,
    "confidence": "high",
    "note": None,
}


class ChangedRead(BaseModel):
    """An instrument that another one amends, replaces or repeals, from a day on."""

    instrument: str
    relation: Relation
    effective_on: Annotated[date | None, Field(description="Null: from the day on which it takes effect itself.")]


class InstrumentRead(BaseModel):
    """A legal document, and what it stands on."""

    model_config = ConfigDict(json_schema_extra={"examples": [HA_TINH_PLAN]})

    id: str
    number: str | None
    doc_type: str
    issuer: str | None
    issued_on: date | None
    effective_on: date | None
    signer_role: str | None
    title_vi: str
    title_en: str
    relation: Annotated[Relation | None, Field(description="What it does to the ones it stands on.")]
    based_on: Annotated[list[str], Field(description="In the printed order.")]
    changes: Annotated[
        list[ChangedRead], Field(description="What it amends, replaces or repeals, each by itself.")
    ]
    expires_on: Annotated[date | None, Field(description="Its last day, where it names one itself.")]
    in_force: Annotated[
        bool | None,
        Field(
            description="Whether it holds on the asked day, by its dates and by what registered instruments do to "
            "it. Null where that is not known: no date, or a `status` that the dates do not explain."
        ),
    ]
    status: Annotated[str | None, Field(description="What the source says of it, in words.")]
    confidence: str | None
    note: str | None


DECISION_402_LINK: dict[str, Any] = {
    "id": "QD-402-2020",
    "number": "402/QĐ-TTg",
    "title_vi": "Kế hoạch triển khai Thỏa thuận GCM",
    "title_en": "Plan for implementing the Global Compact for Migration",
    "issued_on": "2020-03-20",
    "relation": "implements",
    "effective_on": "2020-05-11",
    "depth": 1,
}


class LinkRead(BaseModel):
    """Another instrument on the chain; `depth` 1 is next to the asked one."""

    id: str
    number: str | None
    title_vi: str
    title_en: str
    issued_on: date | None
    relation: Annotated[Relation | None, Field(description="Of the one that stands on the other.")]
    effective_on: Annotated[date | None, Field(description="From which day on the relation works.")]
    depth: int


class InstrumentDetail(InstrumentRead):
    """A legal document with its chain: what it stands on, what amends it, what carries it out."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                HA_TINH_PLAN
                | {
                    "legal_basis": [DECISION_402_LINK],
                    "amended_by": [],
                    "replaced_by": [],
                    "repealed_by": [],
                    "cited_by": [],
                    "dependents": [],
                }
            ]
        }
    )

    legal_basis: Annotated[list[LinkRead], Field(description="All it stands on, nearest first.")]
    amended_by: Annotated[list[LinkRead], Field(description="Until the asked day, as the two that follow.")]
    replaced_by: list[LinkRead]
    repealed_by: list[LinkRead]
    cited_by: Annotated[list[LinkRead], Field(description="Instruments that stand on it in any other way.")]
    dependents: Annotated[
        list[LinkRead], Field(description="All that stands on it, by itself or through others; at most 500.")
    ]


class ChangeDraft(BaseModel):
    """An instrument that the new one amends, replaces or repeals."""

    model_config = ConfigDict(extra="forbid")

    instrument: Code
    relation: Literal[Relation.AMENDS, Relation.REPLACES, Relation.REPEALS]
    effective_on: Annotated[
        Day | None, Field(description="Default: the day on which the new one takes effect, or was issued.")
    ] = None


Bases = Annotated[list[Code], Field(max_length=50, description="In the printed order.")]
Changes = Annotated[list[ChangeDraft], Field(max_length=50)]
DocType = Annotated[str, Field(pattern=r"^[a-z_]{1,40}$", examples=["quyet_dinh"])]
Note = Annotated[Text | None, Field(max_length=2000)]


class InstrumentCreate(BaseModel):
    """A legal document to register."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "id": "KH-210-HATINH",
                    "number": "210/KH-UBND",
                    "doc_type": "ke_hoach",
                    "issuer": "UBND-P42",
                    "issued_on": "2026-03-16",
                    "title_vi": "Sửa đổi kế hoạch triển khai GCM của tỉnh Hà Tĩnh",
                    "title_en": "Amends the GCM plan of Ha Tinh",
                    "based_on": ["QD-402-2020"],
                    "changes": [{"instrument": "KH-167-HATINH", "relation": "amends"}],
                }
            ]
        },
    )

    id: Code
    number: Line | None = None
    doc_type: DocType
    issuer: Annotated[str, Field(max_length=40)]
    issued_on: Day | None = None
    effective_on: Day | None = None
    expires_on: Day | None = None
    signer_role: Line | None = None
    title_vi: Title
    title_en: Title
    relation: Annotated[Relation | None, Field(description="What it does to all of `based_on`.")] = None
    based_on: Bases = []
    changes: Changes = []
    status: Line | None = None
    note: Note = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        require_links(self.based_on, self.changes)
        require_days(self.issued_on or self.effective_on, self.expires_on)
        return self


class InstrumentUpdate(BaseModel):
    """What is put right in the entry of an instrument. A new legal fact is a new instrument instead."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"effective_on": "2026-04-01", "reason": "Ngày hiệu lực ghi tại Điều 5"}],
        },
    )

    number: Line | None = None
    doc_type: DocType | None = None
    issuer: Annotated[str | None, Field(max_length=40)] = None
    issued_on: Day | None = None
    effective_on: Day | None = None
    expires_on: Day | None = None
    signer_role: Line | None = None
    title_vi: Title | None = None
    title_en: Title | None = None
    relation: Relation | None = None
    based_on: Bases = []
    changes: Changes = []
    status: Line | None = None
    note: Note = None
    reason: Annotated[FilledText, Field(max_length=500)]

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self.sent:
            raise ValueError("give what changes")
        if any(self.sent.get(name, "") is None for name in ("doc_type", "issuer", "title_vi", "title_en")):
            raise ValueError("kind, issuer and titles cannot be taken away")
        return self

    @property
    def sent(self) -> dict[str, Any]:
        """Exactly the fields that were sent, but for the reason."""
        return self.model_dump(exclude_unset=True, exclude={"reason"})


def require_links(based_on: Sequence[str], changes: Sequence[ChangeDraft]) -> None:
    """Refuse an instrument that is named twice."""
    named = [*dict.fromkeys(based_on), *(one.instrument for one in changes)]
    twice = sorted({one for one in named if named.count(one) > 1})
    if twice:
        raise ValueError(f"named more than once: {', '.join(twice)}")


def require_days(first: date | None, last: date | None) -> None:
    """Refuse a last day before the first."""
    if first is not None and last is not None and last < first:
        raise ValueError("expires_on lies before the day on which it was issued")


class FileRead(BaseModel):
    """A file that is stored under an instrument. Its content never changes."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "01a20187-4fa7-76ec-9bcd-4c3c81cb6347",
                    "instrument": "QD-402-2020",
                    "name": "402-QD-TTg.pdf",
                    "media_type": "application/pdf",
                    "length": 482113,
                    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                    "author": "BNG",
                    "added_at": "2026-03-16T09:30:00+07:00",
                }
            ]
        }
    )

    id: UUID
    instrument: str
    name: str
    media_type: str
    length: Annotated[int, Field(description="Bytes.")]
    sha256: Annotated[str, Field(description="Of the content, hexadecimal; its ETag too.")]
    author: Annotated[str, Field(description="The agency that stored it.")]
    added_at: datetime
