"""What goes over the wire about jobs."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from kernel.jobs import JobState
from services.submissions.cycle.schemas import Instant


class JobRead(BaseModel):
    """An upload that is checked after the answer: ask again until it is done, failed or cancelled."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "sub_01a201874fa776ec9bcd4c3c81cb6347",
                    "kind": "submission.check",
                    "state": "running",
                    "progress": 35,
                    "result": None,
                    "problem": None,
                    "created_at": "2026-07-01T08:00:00+07:00",
                    "finished_at": None,
                    "links": {
                        "self": "/v1/jobs/sub_01a201874fa776ec9bcd4c3c81cb6347",
                        "findings": "/v1/jobs/sub_01a201874fa776ec9bcd4c3c81cb6347/findings",
                    },
                }
            ]
        }
    )

    id: str
    kind: Annotated[str, Field(description="What is being done.")] = "submission.check"
    state: JobState
    progress: Annotated[int, Field(ge=0, le=100, description="Per cent.")]
    result: Annotated[
        dict[str, Any] | None,
        Field(
            description="Of a stored report: `submission`, `version`, `is_new` (false when the latest version has "
            "the same content), `receipt`, `content_sha256`, `observations`, `cells` (as a submission has them), "
            "`findings` (how many of each severity). Of a dry run: the same without the first four, and `dry_run`."
        ),
    ]
    problem: Annotated[
        dict[str, Any] | None,
        Field(description="Why nothing was stored: the problem, with its findings behind the link."),
    ]
    created_at: Annotated[Instant, Field(description="When the upload was complete: it counts as received then.")]
    finished_at: Instant | None
    links: Annotated[dict[str, str], Field(description="`submission` once it is stored.")]


class JobFindingRead(BaseModel):
    """One result of checking: `pointer`, or `row`, `column`, `sheet`, `cell`, say where it stands."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {
                    "number": 1,
                    "id": "0f1e2d3c4b5a6978",
                    "rule": "code_unknown",
                    "severity": "error",
                    "row": 1204,
                    "column": "partner_country",
                    "value": "JPN",
                    "message": "Mã “JPN” không có trong danh mục.",
                }
            ]
        },
    )

    number: int
    id: str
    rule: str
    severity: str
    message: str
