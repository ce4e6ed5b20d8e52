"""What goes over the wire about jobs."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from kernel.jobs import JobState


class JobRead(BaseModel):
    """Work that goes on after the answer: ask again until it is done, failed or cancelled."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "reg_01a201874fa776ec9bcd4c3c81cb6347",
                    "kind": "plan_document.read",
                    "state": "done",
                    "progress": 100,
                    "result": {"plan_document": "01a20187-5b2c-7c3d-8a41-0f6c2f1d9e55"},
                    "problem": None,
                    "created_at": "2026-11-22T08:00:00+07:00",
                    "finished_at": "2026-11-22T08:00:02+07:00",
                }
            ]
        }
    )

    id: str
    kind: Annotated[str, Field(description="What is being done.")]
    state: JobState
    progress: Annotated[int, Field(ge=0, le=100, description="Per cent.")]
    result: Annotated[dict[str, Any] | None, Field(description="What it gave: ids to go on with.")]
    problem: Annotated[dict[str, Any] | None, Field(description="Why it failed: `code`, `title`, `detail`.")]
    created_at: datetime
    finished_at: datetime | None
