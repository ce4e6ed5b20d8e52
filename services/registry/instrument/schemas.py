"""What goes over the wire about instruments."""

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from kernel.text import Text
from services.registry.days import Day
from services.registry.instrument.tables import Relation

Code = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9-]{0,59}$", examples=["QD-402-2020"])]
Title = Annotated[Text, Field(min_length=1, max_length=500, description="A short wording of your own.")]
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
    "status": None,
    "confidence": "high",
    "note": None,
}


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
    status: str | None
    confidence: str | None
    note: str | None


class LinkRead(BaseModel):
    """Another instrument on the chain; `depth` 1 is next to the asked one."""

    id: str
    number: str | None
    title_vi: str
    title_en: str
    issued_on: date | None
    relation: Annotated[Relation | None, Field(description="Of the one that stands on the other.")]
    depth: int


class InstrumentDetail(InstrumentRead):
    """A legal document with its chain: what it stands on, what amends it, what carries it out."""

    legal_basis: Annotated[list[LinkRead], Field(description="All it stands on, nearest first.")]
    amended_by: list[LinkRead]
    cited_by: Annotated[list[LinkRead], Field(description="Instruments that stand on it in any other way.")]


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
                    "relation": "amends",
                    "based_on": ["KH-167-HATINH"],
                }
            ]
        },
    )

    id: Code
    number: Line | None = None
    doc_type: Annotated[str, Field(pattern=r"^[a-z_]{1,40}$", examples=["quyet_dinh"])]
    issuer: Annotated[str, Field(max_length=40)]
    issued_on: Day | None = None
    effective_on: Day | None = None
    signer_role: Line | None = None
    title_vi: Title
    title_en: Title
    relation: Relation | None = None
    based_on: Annotated[list[Code], Field(max_length=50)] = []
    status: Line | None = None
    note: Annotated[Text | None, Field(max_length=2000)] = None
