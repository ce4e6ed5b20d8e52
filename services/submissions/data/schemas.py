"""Answers over figures as they go over the wire: for the documentation, for they are streamed."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.submissions.submission.schemas import CellCounts

EXAMPLE: dict[str, Any] = {
    "form": "migration-data",
    "form_versions": [1],
    "as_of": "2026-07-06T08:00:00+07:00",
    "include": "accepted",
    "map": "then",
    "columns": ["indicator", "period", "sex"],
    "notes": [
        {
            "code": "counted_once",
            "reports": 7,
            "message": "Some reports stand within others and do not count again.",
        }
    ],
    "cursor": "eyJlIjoi…",
    "items": [
        {
            "indicator": "LABOUR.OUT.FLOW",
            "period": "2026-S1",
            "dimensions": {"sex": "female"},
            "value": 412,
            "status": "value",
            "cells": {"given": 31, "zeros": 2, "not_available": 1, "not_applicable": 0},
        }
    ],
}


class FigureRead(BaseModel):
    """One figure. Besides what is listed it has the columns of the answer that are not dimensions."""

    model_config = ConfigDict(extra="allow")

    action: Literal["I", "R", "D"] | None = Field(
        default=None, description="Only with `since`: it is new, it replaces what stood there, or it is gone."
    )
    indicator: str
    dimensions: dict[str, str] = Field(
        description="Codes by dimension; those that the indicator lacks are not there."
    )
    value: int | float | None
    status: Literal["value", "not_available", "not_applicable", "suppressed"]
    reason: str | None = Field(default=None, description="Of a single figure that is not available.")
    submission: str | None = Field(default=None, description="Of a single figure: the version that gives it.")
    cells: CellCounts | None = Field(default=None, description="Of figures that were put together.")


class NoteRead(BaseModel):
    """What a reader should know about the figures, with facts such as `indicators` or `reports`."""

    model_config = ConfigDict(extra="allow")

    code: Literal["confidential_suppressed", "counted_once", "provinces_divided", "periods_overlap"]
    message: str


class DataRead(BaseModel):
    """Figures of one form."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    form: str
    form_versions: list[int]
    as_of: str = Field(description="The instant as of which versions are read.")
    include: Literal["accepted", "submitted"]
    map: Literal["then", "now"]
    columns: list[str] = Field(description="What names a figure.")
    notes: list[NoteRead]
    cursor: str | None = Field(
        description="Pass as `since` to read what changed; null where changes are not told."
    )
    items: list[FigureRead]
