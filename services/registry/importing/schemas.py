"""What goes over the wire about imports."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.importing.tables import FileFormat, ImportKind, ImportState, Outcome

IMPORT: dict[str, Any] = {
    "id": "01a20187-4fa7-76ec-9bcd-4c3c81cb6347",
    "kind": "agencies",
    "state": "previewed",
    "format": "xlsx",
    "encoding": None,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "size": 18231,
    "columns": {"id": "Mã cơ quan", "name_vi": "Tên cơ quan"},
    "findings": [],
    "counts": {"create": 12, "change": 3, "unchanged": 40, "rejected": 1},
    "reason": "Nghị quyết của HĐND tỉnh về sắp xếp cơ quan chuyên môn",
    "looked_on": "2026-07-01",
    "agency": "HT-SNGV",
    "received_at": "2026-07-01T09:00:00+07:00",
    "applied_at": None,
    "applied_by": None,
}
ROW: dict[str, Any] = {
    "number": 1,
    "sheet": "Danh mục",
    "row": 4,
    "outcome": "rejected",
    "subject": "HT-SXD",
    "cells": {"id": "HT-SXD", "name_vi": "Sở Xây dựng tỉnh Hà Tĩnh"},
    "change": {},
    "findings": [
        {
            "rule": "value_missing",
            "severity": "error",
            "sheet": "Danh mục",
            "row": 4,
            "column": "valid_from",
            "value": None,
            "message_vi": "Thiếu giá trị.",
            "message_en": "The value is missing.",
        }
    ],
}


class CountsRead(BaseModel):
    """How many rows would do what."""

    create: int
    change: int
    unchanged: int
    rejected: int


class ImportFindingRead(BaseModel):
    """One thing that is wrong or remarkable, with its place as a person sees it in the file."""

    rule: str
    severity: Annotated[str, Field(description="`error` rejects the row; `warning` does not.")]
    sheet: str | None = None
    row: int | None = None
    column: str | None
    value: str | None
    message_vi: str
    message_en: str


class ImportRead(BaseModel):
    """A file that was sent in and what it would do. Nothing has an effect before it is applied."""

    model_config = ConfigDict(json_schema_extra={"examples": [IMPORT]})

    id: UUID
    kind: ImportKind
    state: ImportState
    format: FileFormat
    encoding: Annotated[str | None, Field(description="Of a CSV file; look at names when it is windows-1258.")]
    sha256: str
    size: Annotated[int, Field(description="In bytes.")]
    columns: Annotated[
        dict[str, str], Field(description="Columns that were recognised, and what they are called.")
    ]
    findings: Annotated[list[ImportFindingRead], Field(description="About the file; rows have their own.")]
    counts: CountsRead
    reason: str
    looked_on: Annotated[date, Field(description="The day from which changes without a day of their own hold.")]
    agency: str
    received_at: datetime
    applied_at: datetime | None
    applied_by: str | None


class ImportRowRead(BaseModel):
    """One row as it was given, and what would become of it."""

    model_config = ConfigDict(json_schema_extra={"examples": [ROW]})

    number: int
    sheet: str | None
    row: Annotated[int, Field(description="As the spreadsheet numbers it.")]
    outcome: Outcome
    subject: Annotated[str | None, Field(description="The agency that it is about.")]
    cells: Annotated[dict[str, str], Field(description="As given; forgotten for contacts once applied.")]
    change: Annotated[dict[str, Any], Field(description="What differs: before, after and from which day.")]
    findings: list[ImportFindingRead]
