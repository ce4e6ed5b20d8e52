"""What goes over the wire about the checks and their findings."""

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from kernel.paging import Page
from services.registry.integrity.findings import Fact, Severity, Subject

NO_SUCCESSOR: dict[str, Any] = {
    "id": "5f0a6c1be2d34a7c8e11",
    "check": "obligation_orphaned",
    "severity": "error",
    "subject_type": "obligation",
    "subject": "OKT-03",
    "facts": {"part": "reporter", "agency": "KT-SNGV"},
    "message_vi": "KT-SNGV (reporter) đã kết thúc; chưa xác nhận cơ quan kế thừa.",
    "message_en": "KT-SNGV (reporter) has ended; no successor is confirmed.",
    "link": "/v1/obligations/OKT-03",
}


class CheckRead(BaseModel):
    """One check of the registry, and what it means."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "code": "obligation_without_form",
                    "severity": "notice",
                    "subject_type": "obligation",
                    "means_vi": "Chế độ báo cáo định kỳ chưa có biểu mẫu.",
                    "means_en": "A periodic obligation has no form.",
                }
            ]
        }
    )

    code: str
    severity: Annotated[
        Severity, Field(description="error: cannot be right; warning: look; notice: known, allowed.")
    ]
    subject_type: Subject
    means_vi: str
    means_en: str


class CheckList(BaseModel):
    """Every check, errors first."""

    items: list[CheckRead]


class FindingRead(BaseModel):
    """What one check found about one subject on the asked day."""

    model_config = ConfigDict(json_schema_extra={"examples": [NO_SUCCESSOR]})

    id: Annotated[str, Field(description="The same as long as check, subject and what tells them apart are.")]
    check: str
    severity: Severity
    subject_type: Subject
    subject: Annotated[str, Field(description="Code of what the finding is about; a year for the calendar.")]
    facts: Annotated[dict[str, Fact], Field(description="Codes, days and names that the sentence is made of.")]
    message_vi: str
    message_en: str
    link: Annotated[str, Field(description="Where the subject is read.")]


class FindingPage(Page[FindingRead]):
    """Findings in the order of the checks, then of their subjects."""

    as_of: date
    total: Annotated[int, Field(description="Findings on all pages.")]
    by_severity: Annotated[dict[Severity, int], Field(description="How many of them are of each severity.")]
