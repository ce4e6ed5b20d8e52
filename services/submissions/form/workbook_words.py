"""What a template says to the person who fills it, in Vietnamese and English."""

ASKED = {
    "indicator": "Mã chỉ tiêu / Indicator",
    "indicator_title": "Tên chỉ tiêu / Title",
    "value": "Giá trị / Value",
    "status": "Trạng thái / Status",
    "reason": "Lý do / Reason",
    "explanation": "Giải trình / Explanation",
    "section": "Mục / Section",
    "section_title": "Tên mục / Title",
    "text": "Nội dung / Text",
    "evidence": "Minh chứng / Evidence",
    "funding": "Kinh phí (triệu đồng) / Funding (million dong)",
}
ABOUT = "Trang này để hệ thống nhận ra tệp. / This sheet lets the system know the file again."
HOW_TO = (
    (
        "Mỗi dòng là một số liệu. Chọn mã trong danh sách; chọn lại chỉ tiêu ở dòng trống để thêm số liệu.",
        "Each row is one figure. Choose codes from the lists; choose an indicator again in a free row to add one.",
    ),
    (
        "Ghi 0 khi có theo dõi và bằng không. Để trống không phải là 0.",
        "Write 0 where it was counted and is nothing. Empty is not 0.",
    ),
    (
        "Không có số liệu: chọn trạng thái not_available và ghi lý do. Không áp dụng: chọn not_applicable.",
        "No figure: choose the status not_available and give the reason. Not applicable: choose not_applicable.",
    ),
    (
        "Số liệu đúng nhưng khác thường so với các kỳ trước: ghi lý do vào cột Giải trình của dòng đó.",
        "A figure that is right and unlike the periods before: say why in the column Explanation of its row.",
    ),
    (
        "Bảng không phát sinh: ghi x bên cạnh dòng “Không phát sinh”. Toàn bộ báo cáo: ghi x trên trang này.",
        "Nothing to report in a table: write x beside “Nothing to report”; in the whole report: on this page.",
    ),
    (
        "Không rõ là một mã: chọn unknown. Chỉ ghi số lượng, không ghi thông tin của từng người.",
        "Not known is a code: choose unknown. Give counts only, nothing about a single person.",
    ),
    (
        "Giữ nguyên tên trang, dòng tiêu đề và trang ẩn; hệ thống nhận tệp bằng các phần này.",
        "Keep the names of sheets, the headers and the hidden sheets: by them the file is known again.",
    ),
)
