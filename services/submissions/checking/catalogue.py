"""Every rule of the checks: its code, its weight, and what it says in Vietnamese and English.

A code is a public promise and is never renamed. When a rule judges differently, `RULES_VERSION` moves on."""

from enum import StrEnum
from typing import NamedTuple

RULES_VERSION = "2"


class Severity(StrEnum):
    """Blocker: could not be checked further. Error: not accepted. Warning and info: accepted."""

    BLOCKER = "blocker"
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Rule(NamedTuple):
    """What one rule says when it is broken."""

    severity: Severity
    vi: str
    en: str


RULES: dict[str, Rule] = {
    # shape
    "field_unknown": Rule(
        Severity.ERROR, "Trường {value} không có trong cấu trúc này.", "There is no field {value} here."
    ),
    "field_malformed": Rule(
        Severity.ERROR,
        "Giá trị {value} không đúng kiểu, cần: {expected_vi}.",
        "{value} is not of the right kind; expected: {expected_en}.",
    ),
    "column_unknown": Rule(Severity.ERROR, "Biểu mẫu không có cột {value}.", "The form has no column {value}."),
    "column_repeated": Rule(
        Severity.ERROR, "Cột {value} xuất hiện nhiều lần.", "The column {value} appears more than once."
    ),
    "column_missing": Rule(Severity.BLOCKER, "Thiếu cột {value}.", "The column {value} is missing."),
    "row_too_long": Rule(
        Severity.ERROR, "Dòng có nhiều ô hơn dòng tiêu đề.", "The row has more cells than the header line."
    ),
    "row_unfilled": Rule(
        Severity.WARNING,
        "Dòng chỉ ghi chỉ tiêu mà không có số liệu nên được bỏ qua.",
        "The row names an indicator and nothing else; it was left out.",
    ),
    # workbooks and files that say what they are
    "file_of_other_occurrence": Rule(
        Severity.BLOCKER,
        "Tệp được lập cho báo cáo khác ({value}), không phải báo cáo {asked}.",
        "The file was made for another report ({value}) than {asked}.",
    ),
    "file_of_other_form": Rule(
        Severity.BLOCKER,
        "Tệp thuộc biểu mẫu {value}; báo cáo này dùng biểu mẫu {asked}.",
        "The file belongs to the form {value}; this report uses {asked}.",
    ),
    "file_of_other_form_version": Rule(
        Severity.BLOCKER,
        "Tệp thuộc phiên bản {value} của biểu mẫu; kỳ báo cáo này dùng phiên bản {asked}.",
        "The file belongs to version {value} of the form; this period uses version {asked}.",
    ),
    "file_of_other_period": Rule(
        Severity.BLOCKER,
        "Tệp ghi kỳ {value}; báo cáo này là của kỳ {asked}.",
        "The file names the period {value}; this report is for {asked}.",
    ),
    "file_of_other_agency": Rule(
        Severity.BLOCKER,
        "Tệp ghi đơn vị {value}; báo cáo này là của {asked}.",
        "The file names the agency {value}; this report is that of {asked}.",
    ),
    "structure_unknown": Rule(
        Severity.ERROR,
        "Không có loại cấu trúc {value}; chỉ nhận {known}.",
        "There is no kind of structure {value}; known are {known}.",
    ),
    "structure_not_of_form": Rule(
        Severity.ERROR,
        "Dòng thuộc cấu trúc {value}; báo cáo này dùng {wanted}.",
        "The row belongs to the structure {value}; this report uses {wanted}.",
    ),
    "action_unknown": Rule(
        Severity.ERROR,
        "Không có thao tác {value}; chỉ nhận {known}.",
        "There is no action {value}; known are {known}.",
    ),
    "append_kept_old": Rule(
        Severity.WARNING,
        "Số liệu của {value} đã có trong phiên bản trước và được giữ nguyên (A chỉ thêm mới).",
        "The figure of {value} stands in the version before and stays (A only adds).",
    ),
    "delete_names_nothing": Rule(
        Severity.WARNING,
        "Phiên bản trước không có số liệu nào như dòng này nêu để xóa.",
        "The version before has no figure that this row names for deletion.",
    ),
    "template_changed": Rule(
        Severity.WARNING,
        "Cấu trúc của tệp mẫu đã bị thay đổi; tệp được đọc theo dòng tiêu đề.",
        "The structure of the template was changed; it was read by its headers.",
    ),
    "sheet_left_out": Rule(
        Severity.WARNING,
        "Trang {value} không có dòng tiêu đề của biểu mẫu nên không được đọc.",
        "The sheet {value} has no header of this form and was not read.",
    ),
    "sheet_hidden": Rule(
        Severity.WARNING, "Trang {value} bị ẩn; số liệu vẫn được đọc.", "The sheet {value} is hidden; it was read."
    ),
    "row_hidden": Rule(
        Severity.WARNING, "Dòng bị ẩn; số liệu vẫn được đọc.", "The row is hidden; it was read all the same."
    ),
    "cells_joined": Rule(
        Severity.ERROR,
        "Các ô bị gộp nên không rõ số liệu thuộc dòng, cột nào; hãy bỏ gộp ô.",
        "The cells are joined, so it is not clear which row or column they belong to; split them.",
    ),
    "cells_joined_spread": Rule(
        Severity.WARNING,
        "Các ô bị gộp; giá trị {value} được hiểu là của từng dòng.",
        "The cells are joined; {value} was taken for each of their rows.",
    ),
    "cell_error": Rule(Severity.ERROR, "Ô báo lỗi {value}.", "The cell shows the error {value}."),
    "formula_without_value": Rule(
        Severity.ERROR,
        "Ô có công thức nhưng tệp không lưu kết quả; hãy mở tệp, tính lại và lưu, hoặc ghi số.",
        "The cell has a formula without a kept result; open the file, recompute and save it, or give the number.",
    ),
    "value_is_a_day": Rule(
        Severity.ERROR,
        "{value} là ngày tháng, không phải là số; hãy đổi định dạng ô.",
        "{value} is a day, not a number; change the format of the cell.",
    ),
    # keys
    "indicator_missing": Rule(Severity.ERROR, "Thiếu mã chỉ tiêu.", "The indicator is missing."),
    "indicator_unknown": Rule(
        Severity.ERROR,
        "Biểu mẫu không có chỉ tiêu {value}.{hint_vi}",
        "The form has no indicator {value}.{hint_en}",
    ),
    "indicator_not_asked": Rule(
        Severity.INFO,
        "Chỉ tiêu {value} không yêu cầu đơn vị báo cáo; số liệu vẫn được giữ.",
        "The indicator {value} is not asked of this agency; its figures are kept.",
    ),
    "dimension_unknown": Rule(
        Severity.ERROR,
        "Chỉ tiêu {indicator} không có phân tổ {dimension}.",
        "The indicator {indicator} has no dimension {dimension}.",
    ),
    "dimension_missing": Rule(
        Severity.ERROR,
        "Chỉ tiêu {indicator} cần có phân tổ {dimension}; nếu không rõ thì ghi “unknown”.",
        "The indicator {indicator} needs the dimension {dimension}; write “unknown” when it is not known.",
    ),
    "dimension_left_out": Rule(
        Severity.WARNING,
        "Chỉ tiêu {indicator} được báo cáo không có phân tổ {dimension}; số liệu được tính là “không rõ”.",
        "The indicator {indicator} is reported without the dimension {dimension}; "
        "its figures count as “not known”.",
    ),
    "code_unknown": Rule(
        Severity.ERROR,
        "Mã {value} không có trong danh mục của phân tổ {dimension}.{hint_vi}",
        "The code {value} is not in the list of the dimension {dimension}.{hint_en}",
    ),
    "code_not_taken": Rule(
        Severity.ERROR,
        "Chỉ tiêu {indicator} không nhận mã {value} của phân tổ {dimension}.",
        "The indicator {indicator} does not take the code {value} of the dimension {dimension}.",
    ),
    "code_not_valid": Rule(
        Severity.ERROR,
        "Mã {value} của phân tổ {dimension} không còn hoặc chưa có hiệu lực vào ngày {day}.{hint_vi}",
        "The code {value} of the dimension {dimension} does not hold on {day}.{hint_en}",
    ),
    "key_repeated": Rule(
        Severity.ERROR,
        "Trùng chỉ tiêu và phân tổ với {first_vi}.",
        "Same indicator and dimension codes as {first_en}.",
    ),
    # figures
    "value_missing": Rule(
        Severity.ERROR,
        "Ô trống: hãy ghi một số (kể cả 0), hoặc trạng thái not_available hay not_applicable.",
        "The cell is empty: give a number (0 too), or the status not_available or not_applicable.",
    ),
    "value_and_status": Rule(
        Severity.ERROR, "Không được vừa ghi số vừa ghi trạng thái.", "A cell holds a number or a status, not both."
    ),
    "not_a_number": Rule(Severity.ERROR, "{value} không phải là số.", "{value} is not a number."),
    "number_ambiguous": Rule(
        Severity.ERROR,
        "Không rõ {value} là số nào: dấu phân cách có thể là hàng nghìn hoặc thập phân.",
        "It is not clear which number {value} is: the separator may mean thousands or decimals.",
    ),
    "number_not_finite": Rule(
        Severity.ERROR, "{value} không phải là số hữu hạn.", "{value} is not a finite number."
    ),
    "not_an_integer": Rule(Severity.ERROR, "{value} phải là số nguyên.", "{value} must be a whole number."),
    "value_too_small": Rule(
        Severity.ERROR, "{value} nhỏ hơn mức tối thiểu {limit}.", "{value} is below the minimum of {limit}."
    ),
    "value_too_large": Rule(
        Severity.ERROR, "{value} lớn hơn mức tối đa {limit}.", "{value} is above the maximum of {limit}."
    ),
    "status_unknown": Rule(
        Severity.ERROR,
        "Không có trạng thái {value}; chỉ nhận {known}.",
        "There is no status {value}; known are {known}.",
    ),
    "reason_missing": Rule(
        Severity.ERROR, "Trạng thái not_available cần có lý do.", "The status not_available needs a reason."
    ),
    "text_malformed": Rule(Severity.ERROR, "{value} không phải là văn bản.", "{value} is not a text."),
    "text_too_long": Rule(
        Severity.ERROR, "Văn bản dài quá {limit} ký tự.", "The text is longer than {limit} characters."
    ),
    "text_forbidden_character": Rule(
        Severity.ERROR,
        "Văn bản chứa ký tự điều khiển không được phép.",
        "The text contains a control character that cannot be kept.",
    ),
    # beside what was reported before
    "outlier_in_history": Rule(
        Severity.WARNING,
        "Tổng của chỉ tiêu {indicator} là {value}, lệch hẳn so với các kỳ trước ({history}): trung vị {median}, "
        "điểm z hiệu chỉnh {score}, ngưỡng {limit}. Hãy kiểm tra lại hoặc giải trình.",
        "The total of {indicator} is {value}, far from the periods before ({history}): median {median}, modified "
        "z-score {score}, limit {limit}. Check it, or explain it.",
    ),
    "change_since_last_period": Rule(
        Severity.WARNING,
        "Tổng của chỉ tiêu {indicator} là {value}, chênh từ {factor} lần trở lên so với kỳ trước ({history}). "
        "Hãy kiểm tra lại hoặc giải trình.",
        "The total of {indicator} is {value}, {factor} times or more away from the period before ({history}). "
        "Check it, or explain it.",
    ),
    "explanation_unneeded": Rule(Severity.INFO, "Không có cảnh báo để giải trình.", "No warning here to explain."),
    "explanations_too_many": Rule(
        Severity.ERROR, "Tối đa {limit} dòng có giải trình.", "At most {limit} rows take an explanation."
    ),
    # nil and completeness
    "nil_table_unknown": Rule(
        Severity.ERROR,
        "Không có bảng {value} để khai “không phát sinh”.",
        "There is no table {value} that could be declared nil.",
    ),
    "nil_but_filled": Rule(
        Severity.ERROR,
        "{declared_vi} được khai “không phát sinh” nhưng lại có số liệu.",
        "{declared_en} is declared nil and has figures.",
    ),
    "table_not_filled": Rule(
        Severity.WARNING,
        "Bảng {table} ({title_vi}) chưa có số liệu và cũng chưa khai “không phát sinh”.",
        "The table {table} ({title_en}) is neither filled nor declared nil.",
    ),
    "content_empty": Rule(
        Severity.ERROR,
        "Báo cáo không có nội dung; nếu không phát sinh thì khai nil là “*”.",
        "The report says nothing; declare nil “*” when there is nothing to report.",
    ),
    # words
    "section_missing": Rule(Severity.ERROR, "Thiếu mã mục.", "The section is missing."),
    "section_repeated": Rule(
        Severity.ERROR, "Mục {value} trùng với {first_vi}.", "The section {value} stands in {first_en} too."
    ),
    "narrative_key_unknown": Rule(
        Severity.ERROR,
        "Không có mục {value} trong báo cáo của đơn vị.",
        "The report of this agency has no section {value}.",
    ),
    "narrative_status_missing": Rule(
        Severity.ERROR,
        "Mục {key} chưa ghi trạng thái nhiệm vụ.",
        "The section {key} does not say how the task stands.",
    ),
    "narrative_status_unknown": Rule(
        Severity.ERROR,
        "Không có trạng thái nhiệm vụ {value}; chỉ nhận {known}.",
        "There is no task status {value}; known are {known}.",
    ),
    "narrative_status_not_taken": Rule(
        Severity.ERROR, "Mục {key} không có trạng thái.", "The section {key} takes no status."
    ),
    "narrative_part_not_taken": Rule(
        Severity.ERROR, "Mục {key} không có phần {part}.", "The section {key} takes no {part}."
    ),
    "narrative_text_missing": Rule(
        Severity.ERROR,
        "Mục {key} ({title_vi}) phải có nội dung.",
        "The section {key} ({title_en}) must be filled.",
    ),
}
