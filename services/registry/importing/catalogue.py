"""What a finding about a row says, in Vietnamese and English. Codes are promises and are never renamed."""

from dataclasses import dataclass
from typing import Any

RULES: dict[str, tuple[str, str, str]] = {
    "column_unknown": ("warning", "Không có cột {value}; cột bị bỏ qua.", "The column {value} is not known."),
    "column_repeated": ("warning", "Cột {value} lặp lại; chỉ đọc cột đầu.", "Only the first {value} counts."),
    "cell_merged": (
        "warning",
        "Ô {value} là ô gộp; giá trị áp dụng cho mọi dòng của ô.",
        "The cell {value} is merged; its value counts for all of its rows.",
    ),
    "row_too_long": ("error", "Dòng có nhiều ô hơn tiêu đề.", "The row has more cells than the header."),
    "value_missing": ("error", "Thiếu giá trị.", "The value is missing."),
    "value_invalid": (
        "error",
        "Giá trị {value} không hợp lệ; cần: {hint}.",
        "{value} is not valid; needed: {hint}.",
    ),
    "text_forbidden": ("error", "Ô có ký tự không lưu được.", "The cell has a character that cannot be kept."),
    "text_too_long": ("error", "Ô dài quá {hint} ký tự.", "The cell is longer than {hint} characters."),
    "formula_error": ("error", "Ô chứa lỗi công thức {value}.", "The cell holds the formula error {value}."),
    "row_repeated": ("error", "Trùng với dòng {hint}.", "It says the same as, or other than, row {hint}."),
    "agency_unknown": ("error", "Không có cơ quan {value}.", "There is no agency {value}."),
    "agency_ambiguous": ("error", "{value} có thể là: {hint}.", "{value} may be: {hint}."),
    "not_there_then": (
        "error",
        "{value} không tồn tại trong mọi ngày này.",
        "{value} does not exist on all of those days.",
    ),
    "parent_rejected": ("error", "Cơ quan cấp trên {value} bị từ chối.", "The row of {value} is rejected."),
    "parent_circle": ("error", "Cơ quan trực thuộc chính mình.", "The agency would stand under itself."),
    "code_taken": ("error", "Mã {value} thuộc {hint}.", "The code {value} belongs to {hint}."),
    "day_invalid": ("error", "Ngày {value} không hợp lệ: {hint}.", "The day {value} cannot be: {hint}."),
    "not_steward": ("error", "Không có quyền sửa cơ quan này.", "Your agency may not change this."),
    "unreachable": ("error", "Cần thư điện tử hoặc số điện thoại.", "An e-mail address or phone is needed."),
    "end_and_change": (
        "error",
        "Kết thúc và thay đổi phải làm hai lần.",
        "End an agency and change it in two steps.",
    ),
}
LONGEST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong or remarkable, and the cell in which it is."""

    rule: str
    column: str | None = None
    value: str | None = None
    hint: str = ""

    @property
    def is_error(self) -> bool:
        return RULES[self.rule][0] == "error"

    def as_kept(self) -> dict[str, Any]:
        """Return the finding as it is kept and shown; row and sheet are those of its row."""
        severity, vi, en = RULES[self.rule]
        value = None if self.value is None else self.value[:LONGEST_SHOWN].replace("\x00", "\ufffd")
        said = {"value": f"“{value}”" if value is not None else "", "hint": self.hint}
        return {
            "rule": self.rule,
            "severity": severity,
            "column": self.column,
            "value": value,
            "message_vi": vi.format(**said),
            "message_en": en.format(**said),
        }
