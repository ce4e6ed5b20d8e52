"""Attachments as they go over the wire."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.submissions.cycle.schemas import Instant


class AttachmentRead(BaseModel):
    """A file beside a submission. Its content never changes."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "01a20187-4fa7-76ec-9bcd-4c3c81cb6347",
                    "submission": "01a20187-4fa7-76ec-9bcd-4c3c81cb6300",
                    "name": "BC-56-HT-SNV.pdf",
                    "media_type": "application/pdf",
                    "length": 482113,
                    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                    "agency": "HT-SNV",
                    "added_at": "2026-07-03T09:30:00+07:00",
                }
            ]
        }
    )

    id: UUID
    submission: UUID
    name: str
    media_type: str
    length: int = Field(description="In bytes.")
    sha256: str
    agency: str = Field(description="Who put it there.")
    added_at: Instant
