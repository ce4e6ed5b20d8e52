"""The reasons for which a report is returned, as data: a code that never changes, and its words."""

from dataclasses import dataclass
from enum import StrEnum


class ReasonCode(StrEnum):
    """Why a report is returned."""

    FIGURES_WRONG = "figures_wrong"
    FIGURES_MISSING = "figures_missing"
    FIGURES_UNEXPLAINED = "figures_unexplained"
    NARRATIVE_INSUFFICIENT = "narrative_insufficient"
    SCOPE_WRONG = "scope_wrong"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason in both languages."""

    code: ReasonCode
    title_vi: str
    title_en: str


REASONS = (
    Reason(ReasonCode.FIGURES_WRONG, "Số liệu chưa chính xác", "Figures are wrong"),
    Reason(ReasonCode.FIGURES_MISSING, "Thiếu số liệu", "Figures are missing"),
    Reason(
        ReasonCode.FIGURES_UNEXPLAINED,
        "Số liệu biến động chưa được giải trình",
        "Figures changed without an explanation",
    ),
    Reason(
        ReasonCode.NARRATIVE_INSUFFICIENT,
        "Phần thuyết minh chưa đáp ứng yêu cầu",
        "The narrative does not say what was asked",
    ),
    Reason(
        ReasonCode.SCOPE_WRONG,
        "Sai kỳ báo cáo hoặc phạm vi báo cáo",
        "The report covers another period or another scope",
    ),
    Reason(ReasonCode.OTHER, "Lý do khác", "Another reason"),
)
