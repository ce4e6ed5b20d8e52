"""What goes over the wire about timelines."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from kernel.paging import Page
from services.registry.timeline.rules import TimelineKind


class TimelineItem(BaseModel):
    """One thing that falls due in the year, and where it is said."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "report_due",
                    "on": "2026-11-14",
                    "plan": "QD-402-2020",
                    "task": None,
                    "obligation": "O402-02",
                    "period": "2026",
                    "title_vi": "Báo cáo hằng năm kết quả thực hiện Kế hoạch",
                    "title_en": "Yearly report on carrying out the plan",
                    "source_ref": "III.4",
                    "printed_vi": "trước ngày 15/11 hàng năm",
                    "agencies": ["BCA", "BNV"],
                    "text_vi": "Hạn nộp báo cáo: 14/11/2026",
                    "text_en": "Report due on 14 November 2026",
                }
            ]
        }
    )

    kind: TimelineKind
    on: Annotated[date | None, Field(description="The day; null where the year is all that is said.")]
    plan: str | None
    task: Annotated[str | None, Field(description="The task, where it is one of a plan's.")]
    obligation: Annotated[str | None, Field(description="The obligation, where it is a report.")]
    period: Annotated[str | None, Field(description="The period that the report covers.")]
    title_vi: str
    title_en: str
    source_ref: Annotated[str, Field(description="Where the document says so.")]
    printed_vi: Annotated[str | None, Field(description="The printed timeframe or deadline.")]
    agencies: Annotated[list[str], Field(description="Who leads the task, or owes the report.")]
    text_vi: str
    text_en: str


class TimelinePage(Page[TimelineItem]):
    """What falls due in a year, by day; what has no day comes at the end of the year."""

    year: int
    as_of: Annotated[date, Field(description="Plans and agencies are read as they are on this day.")]
