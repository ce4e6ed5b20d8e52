"""The kinds of reports as they go over the wire."""

from pydantic import BaseModel, ConfigDict, Field

from services.submissions.report.kinds import Format, Kind


class ReportKindRead(BaseModel):
    """One kind of report that can be written."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "prime-minister",
                    "title_vi": "Báo cáo năm trình Thủ tướng Chính phủ",
                    "title_en": "Yearly report to the Prime Minister",
                    "note_vi": "Toàn kế hoạch: tình hình nộp báo cáo, kết quả từng nhiệm vụ, số liệu và nguồn.",
                    "note_en": "The whole plan: completeness, each task, figures and sources.",
                    "formats": ["pdf", "docx", "html"],
                    "link": "/v1/reports/prime-minister",
                }
            ]
        }
    )

    kind: Kind
    title_vi: str
    title_en: str
    note_vi: str
    note_en: str
    formats: list[Format]
    link: str = Field(description="Ask it with `plan`, `year` and `format`.")
